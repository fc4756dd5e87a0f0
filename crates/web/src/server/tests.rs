//! The accept loop on real sockets, with limits short enough to wait for.

mod drain;
mod h2;
mod requests;
mod slow;
mod takeover;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use bytes::Bytes;
use http::StatusCode;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Limits, LongAnswer, PeerAddr, Server, Source, TakeOver, bind};
use crate::client::TrustedProxies;

/// What a busy machine may take for something that must happen; never waited for in full.
const PATIENCE: Duration = Duration::from_secs(20);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What the test's service shares with the test.
struct Desk {
    /// Lets `/wait` answer.
    go: watch::Sender<bool>,
    /// How many requests have come in.
    came: watch::Sender<usize>,
    /// What `/news` says; nothing more after an empty text.
    news: watch::Sender<String>,
    /// Hears from each endless body that ended.
    gone: mpsc::UnboundedSender<()>,
}

impl Desk {
    fn new(gone: mpsc::UnboundedSender<()>) -> Arc<Self> {
        let (go, came) = (watch::Sender::new(false), watch::Sender::new(0));
        Arc::new(Self { go, came, news: watch::Sender::new("first".into()), gone })
    }
}

/// A running server; it is cut off when dropped.
struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinSet<()>,
    desk: Arc<Desk>,
    gone: mpsc::UnboundedReceiver<()>,
    metrics: super::Metrics,
}

impl Running {
    async fn start(limits: Limits, drain: Duration) -> Self {
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let (gone, gone_receiver) = mpsc::unbounded_channel();
        let desk = Desk::new(gone);
        let server = Server::new(limits, TrustedProxies::default(), drain);
        let metrics = server.metrics().clone();
        let stop = CancellationToken::new();
        let mut served = JoinSet::new();
        served.spawn(server.serve(listener, router(desk.clone()), stop.clone()));
        Self { address, stop, served, desk, gone: gone_receiver, metrics }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Waits until `count` requests have reached the service.
    async fn came(&self, count: usize) {
        let mut came = self.desk.came.subscribe();
        within(came.wait_for(|came| *came >= count)).await.unwrap();
    }

    /// Waits until the server has returned.
    async fn ended(&mut self) {
        within(self.served.join_next()).await.unwrap().unwrap();
    }
}

async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect("it did not happen")
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get("hello"))
        .route("/echo", post(echo))
        .route("/refuse", post(StatusCode::PAYLOAD_TOO_LARGE))
        .route("/wait", get(wait))
        .route("/endless", get(endless))
        .route("/news", get(news))
        .route("/relay", get(relay))
        .route("/panic", get(panics))
        .fallback(any(describe))
        .layer(axum::middleware::from_fn_with_state(desk.clone(), count))
        .with_state(desk)
}

async fn count(State(desk): State<Arc<Desk>>, request: Request, next: axum::middleware::Next) -> Response {
    desk.came.send_modify(|came| *came += 1);
    next.run(request).await
}

async fn echo(request: Request) -> Response {
    match request.into_body().collect().await {
        Ok(body) => body.to_bytes().into_response(),
        Err(error) => (StatusCode::REQUEST_TIMEOUT, error.to_string()).into_response(),
    }
}

async fn panics() -> StatusCode {
    panic!("on command")
}

async fn wait(State(desk): State<Arc<Desk>>) -> &'static str {
    desk.go.subscribe().wait_for(|go| *go).await.unwrap();
    "waited"
}

struct Gone(mpsc::UnboundedSender<()>);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// The newest of the news, at once and at every change.
async fn news(State(desk): State<Arc<Desk>>, socket: Option<Extension<TakeOver>>) -> Body {
    let mut receiver = desk.news.subscribe();
    receiver.mark_changed();
    let news =
        futures_util::stream::unfold((receiver, Gone(desk.gone.clone())), |(mut receiver, gone)| async {
            receiver.changed().await.ok()?;
            let text = receiver.borrow_and_update().clone();
            (!text.is_empty())
                .then(|| (Ok::<_, Infallible>(Frame::data(Bytes::from(text))), (receiver, gone)))
        });
    let body = StreamBody::new(Box::pin(news));
    match socket {
        Some(Extension(socket)) => socket.with(LongAnswer::Blocks(Box::new(body))),
        None => Body::new(body),
    }
}

/// Five bytes from somebody else's socket, one of them read before. `?short` promises more than comes.
async fn relay(uri: http::Uri, socket: Option<Extension<TakeOver>>) -> Response {
    let left = if uri.query() == Some("short") { 10 } else { 4 };
    let body = match socket {
        Some(Extension(socket)) => {
            let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let mut other = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            other.write_all(b"aken").await.unwrap();
            let (from, _) = listener.accept().await.unwrap();
            let first = Bytes::from_static(b"t");
            socket.with(LongAnswer::Relay(Source { first, socket: from, left, idle: PATIENCE }))
        }
        None => Body::from("hyper"),
    };
    ([(http::header::CONTENT_LENGTH, (left + 1).to_string())], body).into_response()
}

async fn endless(State(desk): State<Arc<Desk>>) -> Body {
    let piece = Bytes::from_static(&[b'x'; 16_384]);
    Body::from_stream(futures_util::stream::unfold(Gone(desk.gone.clone()), move |gone| {
        let piece = piece.clone();
        async move { Some((Ok::<_, Infallible>(piece), gone)) }
    }))
}

/// What of a request reaches the service.
async fn describe(request: Request) -> String {
    let hosts = request.headers().get_all("host").iter();
    let hosts: Vec<_> = hosts.map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned()).collect();
    let peer = request.extensions().get::<PeerAddr>().unwrap().0;
    format!("{:?} {} {hosts:?} {peer}", request.version(), request.uri())
}

/// A client that says exactly what it is told to.
struct Client(TcpStream);

impl Client {
    async fn say(&mut self, text: &str) {
        within(self.0.write_all(text.as_bytes())).await.unwrap();
    }

    /// Everything up to the end that the server makes, by closing or by a reset.
    async fn hear_all(&mut self) -> String {
        let mut heard = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(count) = within(self.0.read(&mut piece)).await {
            if count == 0 {
                break;
            }
            heard.extend_from_slice(&piece[..count]);
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Reads up to and including `end`.
    async fn hear_until(&mut self, end: &str) -> String {
        let mut heard = Vec::new();
        while !heard.ends_with(end.as_bytes()) {
            let byte = within(self.0.read_u8()).await;
            heard.push(
                byte.unwrap_or_else(|error| panic!("{error} after {:?}", String::from_utf8_lossy(&heard))),
            );
        }
        String::from_utf8(heard).unwrap()
    }

    /// Says `piece` again and again until the server closes the connection.
    async fn drip(&mut self, piece: &str, pause: Duration) {
        let drip = async {
            let (mut reader, mut writer) = self.0.split();
            let say = async {
                while writer.write_all(piece.as_bytes()).await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
            };
            let hear = async { while reader.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {} };
            tokio::select! { () = say => {}, () = hear => {} }
        };
        within(drip).await;
    }
}
