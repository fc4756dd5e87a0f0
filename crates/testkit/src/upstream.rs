//! A music worker that misbehaves on command.
//!
//! It speaks HTTP/1.1 on a raw socket of its own, because what it must send (status 099, bare line feeds, half a body)
//! no HTTP library sends. A test switches the [`Mode`], then reads what was asked for and waits for clients that left.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a fake of the tests may panic")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The audio of a well-behaved answer.
pub const BODY: &[u8] = b"not quite audio, but bytes that a range can be cut from";

/// How the worker answers the requests that come next.
#[derive(Clone, Debug)]
pub enum Mode {
    /// 200 and the whole [`BODY`], or 206 for `Range: bytes=a-b`, with a full set of headers, some of them private.
    Well,
    /// 200 and [`BODY`], with these header lines as they are.
    Headers(Vec<u8>),
    /// This status, perhaps no valid one, and `worker says no` as the body.
    Status(u16),
    /// 302 to the given place.
    Redirect(String),
    /// 500 that shows the request's target in the body, in `location` and in `x-debug`.
    Echo,
    /// Reads the request and sends nothing.
    NoAnswer,
    /// Sends a head that never ends, a byte at a time.
    SlowHeaders,
    /// Promises a megabyte, sends a part, resets the connection.
    ResetMidBody,
    /// Promises a megabyte, sends a part, closes the connection.
    ShortBody,
    /// As [`Mode::ShortBody`], chunked.
    ShortChunks,
    /// A head, and at once what is no chunk.
    BrokenChunks,
    /// Promises a megabyte, sends a part, then nothing more.
    StallMidBody,
    /// A body without length or end.
    EndlessBody,
    /// Answers the first request of each connection well, and closes it when the next one comes.
    CloseSecondRequest,
    /// Closes each connection when a request comes.
    CloseAtOnce,
}

/// A request that the worker read.
#[derive(Clone, Debug)]
pub struct SeenRequest {
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl SeenRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

struct Shared {
    mode: Mutex<Mode>,
    requests: watch::Sender<Vec<SeenRequest>>,
    left: watch::Sender<usize>,
    open: watch::Sender<usize>,
}

/// The fake worker; it ends when dropped.
pub struct FakeUpstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

impl FakeUpstream {
    pub async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Arc::new(Shared {
            mode: Mutex::new(mode),
            requests: watch::Sender::new(Vec::new()),
            left: watch::Sender::new(0),
            open: watch::Sender::new(0),
        });
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, shared.clone()));
        Self { address, shared, _tasks: tasks }
    }

    /// A `music_url` that puts ISRC and key where the templates of the contract put them (W7).
    pub fn template(&self) -> String {
        format!("http://{}/stream/{{isrc}}?key={{key}}", self.address)
    }

    /// A `music_url` that leaves the key to the `Authorization` header.
    pub fn bearer_template(&self) -> String {
        format!("http://{}/stream/{{isrc}}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn switch(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.borrow().clone()
    }

    pub fn last_request(&self) -> SeenRequest {
        self.requests().pop().expect("a request came")
    }

    /// Waits until `count` requests have come.
    pub async fn came(&self, count: usize) {
        self.shared.requests.subscribe().wait_for(|requests| requests.len() >= count).await.unwrap();
    }

    /// Waits until `count` clients have left before the end of their answer.
    pub async fn left(&self, count: usize) {
        self.shared.left.subscribe().wait_for(|left| *left >= count).await.unwrap();
    }

    /// Waits until no connection is open.
    pub async fn all_closed(&self) {
        self.shared.open.subscribe().wait_for(|open| *open == 0).await.unwrap();
    }
}

/// An address on loopback that refuses connections.
pub async fn refusing_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// An address on loopback that lets connections hang, as a dropped packet does: its queue is full and nobody accepts.
pub struct Blackhole {
    address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Blackhole {
    pub async fn start() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        while let Ok(stream) =
            tokio::time::timeout(Duration::from_millis(150), TcpStream::connect(address)).await
        {
            queue.push(stream.unwrap());
        }
        Self { address, _listener: listener, _queue: queue }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        shared.open.send_modify(|open| *open += 1);
        connections.spawn(serve(stream, shared.clone()));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut pending = Vec::new();
    for served in 0.. {
        let Some(request) = read_request(&mut stream, &mut pending).await else { break };
        shared.requests.send_modify(|requests| requests.push(request.clone()));
        let mode = shared.mode.lock().unwrap().clone();
        match answer(&mut stream, &mode, &request, served).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                shared.left.send_modify(|left| *left += 1);
                break;
            }
        }
    }
    shared.open.send_modify(|open| *open -= 1);
}

/// The next request of the connection; `None` when the client has closed it.
async fn read_request(stream: &mut TcpStream, pending: &mut Vec<u8>) -> Option<SeenRequest> {
    let end = loop {
        if let Some(end) = pending.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(pending).await.ok()? == 0 {
            return None;
        }
    };
    let head: Vec<u8> = pending.drain(..end + 4).collect();
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Some(SeenRequest { method, target, headers })
}

/// Sends the answer; says whether the connection stays open. An error means that the client left.
async fn answer(
    stream: &mut TcpStream,
    mode: &Mode,
    request: &SeenRequest,
    served: usize,
) -> std::io::Result<bool> {
    const PART: &[u8] = &[b'a'; 10_000];
    let is_head = request.method == "HEAD";
    match mode {
        Mode::CloseSecondRequest if served > 0 => return Ok(false),
        Mode::Well | Mode::CloseSecondRequest => {
            let (status, range, body) = cut(request.header("range"));
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: audio/mpeg\r\ncontent-length: {}\r\n{range}accept-ranges: bytes\r\n\
                 etag: \"v1\"\r\nlast-modified: Mon, 04 May 2026 08:00:00 GMT\r\nx-track-title: D\u{e9}j\u{e0} vu \u{2728}\r\n\
                 x-track-artist: The Fakes\r\nx-track-album: Loopback\r\nx-track-duration: 183\r\n\
                 x-track-artwork: https://art.example/1.png\r\nset-cookie: worker=1\r\nserver: fake\r\n\
                 x-upstream-node: 7\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(if is_head { b"" } else { body }).await?;
        }
        Mode::Headers(lines) => {
            let length = format!("content-length: {}\r\n\r\n", BODY.len());
            stream.write_all(&[b"HTTP/1.1 200 OK\r\n", &lines[..], length.as_bytes()].concat()).await?;
            stream.write_all(if is_head { b"" } else { BODY }).await?;
        }
        Mode::Status(status) => {
            let head = format!("HTTP/1.1 {status:03} Odd\r\ncontent-length: 14\r\n\r\nworker says no");
            stream.write_all(head.as_bytes()).await?;
        }
        Mode::Redirect(to) => {
            let head = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
        }
        Mode::Echo => {
            let target = &request.target;
            let head = format!("HTTP/1.1 500 Oops\r\nlocation: {target}\r\nx-debug: {target}\r\n");
            let body = format!("content-length: {}\r\n\r\n{target}", target.len());
            stream.write_all((head + &body).as_bytes()).await?;
        }
        Mode::NoAnswer => return gone(stream).await,
        Mode::SlowHeaders => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ").await?;
            loop {
                stream.write_all(b"a").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Mode::ResetMidBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
            stream.write_all(PART).await?;
            stream.set_zero_linger()?;
            return Ok(false);
        }
        Mode::ShortBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
            stream.write_all(PART).await?;
            return Ok(false);
        }
        Mode::ShortChunks => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n").await?;
            return Ok(false);
        }
        Mode::BrokenChunks => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n").await?;
            return Ok(false);
        }
        Mode::StallMidBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
            stream.write_all(PART).await?;
            return gone(stream).await;
        }
        Mode::EndlessBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\n").await?;
            loop {
                stream.write_all(PART).await?;
            }
        }
        Mode::CloseAtOnce => return Ok(false),
    }
    Ok(true)
}

/// Waits for the client to leave.
async fn gone(stream: &mut TcpStream) -> std::io::Result<bool> {
    while stream.read(&mut [0; 64]).await? > 0 {}
    Err(std::io::ErrorKind::ConnectionAborted.into())
}

/// Status line, `content-range` line and bytes for a `Range` header of the form `bytes=a-b`.
fn cut(range: Option<&str>) -> (&'static str, String, &'static [u8]) {
    let Some((start, end)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')) else {
        return ("200 OK", String::new(), BODY);
    };
    let (start, end) = (start.parse().unwrap_or(0), end.parse().unwrap_or(BODY.len() - 1));
    let line = format!("content-range: bytes {start}-{end}/{}\r\n", BODY.len());
    ("206 Partial Content", line, BODY.get(start..=end).unwrap_or_default())
}
