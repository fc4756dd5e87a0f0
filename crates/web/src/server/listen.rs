//! The accept loop and the drain.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tower::{BoxError, Service};

use super::Server;
use super::body::RequestBody;
use super::caps::{Caps, Place};
use super::connection::Connector;
use super::streams::Streams;

/// The first and the longest wait after a failed accept: with no descriptor left it would fail again at once.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// How long connections that the system has already taken are still let in after a stop.
const LAST_LOOK: Duration = Duration::from_millis(20);

/// For what cannot be cut: a handler that blocks its thread.
const CUT: Duration = Duration::from_secs(1);

/// Where connections come from. A test's own source fails on command.
pub(super) trait Source: Send {
    fn accept(&mut self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Source for TcpListener {
    fn accept(&mut self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send {
        TcpListener::accept(self)
    }
}

pub(super) async fn run<L, S, B>(server: Server, mut source: L, service: S, stop: CancellationToken)
where
    L: Source,
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let running = TaskTracker::new();
    let streams = Arc::new(Streams::new(server.limits.write_stall));
    let mut door = Door {
        caps: Caps::new(server.limits.connections, server.metrics.connections.clone()),
        connector: Connector::new(
            server.limits.clone(),
            server.metrics.clone(),
            running.clone(),
            streams.clone(),
        ),
        running,
        streams,
        connections: JoinSet::new(),
        drain: stop.child_token(),
        server: Arc::new(server),
        service,
    };
    let mut back_off = BACK_OFF.0;
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = door.connections.join_next() => continue,
            accepted = source.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                back_off = BACK_OFF.0;
                door.admit(stream, peer);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                door.server.metrics.accept_failures.inc();
                tracing::warn!(%error, ?back_off, "a connection cannot be accepted");
                let _ = tokio::time::timeout(back_off, stop.cancelled()).await;
                back_off = (back_off * 2).min(BACK_OFF.1);
            }
        }
    }
    // What waits to be accepted has been told by the system that it is connected.
    let mut last_look = pin!(tokio::time::sleep(LAST_LOOK));
    loop {
        tokio::select! {
            () = &mut last_look => break,
            Ok((stream, peer)) = source.accept() => door.admit(stream, peer),
            else => break,
        }
    }
    drop(source);
    door.finish().await;
}

/// Whether an accept failed because the client was gone again.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

struct Door<S> {
    server: Arc<Server>,
    caps: Arc<Caps>,
    connector: Connector,
    service: S,
    connections: JoinSet<()>,
    /// What runs beside the tasks of connections: requests of HTTP/2, and streams that left theirs.
    running: TaskTracker,
    streams: Arc<Streams>,
    drain: CancellationToken,
}

/// What a connection holds as long as it is open, wherever it is served.
pub(super) struct Seat {
    _place: Place,
    _running: TaskTrackerToken,
}

impl<S, B> Door<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    fn admit(&mut self, stream: TcpStream, peer: SocketAddr) {
        let (limits, metrics) = (&self.server.limits, &self.server.metrics);
        let is_favoured = peer.ip().to_canonical().is_loopback() || self.server.proxies.contains(peer.ip());
        let limit = if is_favoured { limits.per_proxy } else { limits.per_address };
        let Some(place) = self.caps.take(peer.ip(), limit) else {
            metrics.refused.inc();
            // A reset, not an answer: it costs nothing, and an event stream that is refused with a status is never
            // tried again by its browser (E8).
            let _ = stream.set_zero_linger();
            return;
        };
        let _ = stream.set_nodelay(true);
        let seat = Seat { _place: place, _running: self.running.token() };
        let (service, drain) = (self.service.clone(), self.drain.child_token());
        self.connections.spawn(self.connector.clone().serve(stream, peer, service, drain, seat));
    }

    /// Waits for the connections, then cuts those that are left.
    async fn finish(mut self) {
        self.running.close();
        let done = async {
            while self.connections.join_next().await.is_some() {}
            self.running.wait().await;
        };
        if tokio::time::timeout(self.server.drain, done).await.is_err() {
            tracing::warn!(connections = self.running.len(), "the drain is over; what still runs is cut");
            let cut = async {
                self.streams.cut();
                self.connections.shutdown().await;
                self.running.wait().await;
            };
            let _ = tokio::time::timeout(CUT, cut).await;
        }
    }
}
