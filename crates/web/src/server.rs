//! From a listening socket to requests: the accept loop, and a bound on everything that a client may make us wait for.
//!
//! It exists because `axum::serve` knows no timeouts and no caps: a few thousand silent sockets would end the service.
//! HTTP/1.1 and HTTP/2 with prior knowledge share one port. What a request means, which host it is for and who its
//! visitor is behind a proxy is left to the service; it finds the socket's other end as [`PeerAddr`] in the request.

mod activity;
mod body;
mod caps;
mod connection;
mod io;
mod listen;
mod pace;
mod relay;
mod service;
mod streams;
mod takeover;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;
use tower::{BoxError, Service};

use crate::client::TrustedProxies;

pub use body::{RequestBody, RequestBodyError};
pub use relay::Source;
pub use takeover::{LongAnswer, TakeOver};

/// The socket's other end: an extension of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// How long a client may take, and how much of the server it may hold.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From the connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its headers.
    pub header: Duration,
    /// From the end of an answer to the next request.
    pub idle: Duration,
    /// The same once a stop was asked for: a request that is on its way is still answered, with the word that it was
    /// the last one.
    pub drain_idle: Duration,
    /// Between two pieces of a request's body.
    pub body_idle: Duration,
    /// For the client to take any byte of an answer.
    pub write_stall: Duration,
    /// Bytes a second that a body, either way, must reach on average while we wait for the client.
    pub min_rate: u64,
    /// Bytes of the request line and the headers.
    pub header_bytes: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one IPv4 address or IPv6 /64.
    pub per_address: usize,
    /// The same for loopback and for the trusted proxies, behind which are many.
    pub per_proxy: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(5),
            header: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            drain_idle: Duration::from_millis(250),
            body_idle: Duration::from_secs(30),
            write_stall: Duration::from_secs(30),
            min_rate: 500,
            header_bytes: 16 << 10,
            connections: 10_000,
            per_address: 64,
            per_proxy: 10_000,
        }
    }
}

impl Limits {
    /// For a process that may open `files` descriptors: some are left for the database, the caches and the blobs.
    pub fn for_files(files: u64) -> Self {
        let connections = usize::try_from(files.saturating_sub(256)).unwrap_or(usize::MAX).max(64);
        Self { connections, per_proxy: connections, ..Self::default() }
    }
}

/// What the accept loop counts.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    pub connections: Gauge,
    pub refused: Counter,
    pub accept_failures: Counter,
    pub timeouts: Counter,
    pub panics: Counter,
}

impl Metrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("connections", "Open connections", self.connections.clone());
        let counters = [
            ("connections_refused", "Connections over a cap, closed at once", &self.refused),
            ("accept_failures", "Connections that could not be accepted", &self.accept_failures),
            ("connection_timeouts", "Connections closed because the client took too long", &self.timeouts),
            ("service_panics", "Requests that ended in a panic", &self.panics),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
    }
}

/// Listens on an address; a port of 0 takes a free one. Must be called within a Tokio runtime.
///
/// # Errors
/// When the address is taken or is none of this machine's.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for the connections of the process before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// One listener's settings.
#[derive(Clone, Debug)]
pub struct Server {
    limits: Arc<Limits>,
    proxies: TrustedProxies,
    drain: Duration,
    metrics: Metrics,
}

impl Server {
    /// `drain` is how long running requests get to finish once a stop is asked for.
    pub fn new(limits: Limits, proxies: TrustedProxies, drain: Duration) -> Self {
        Self { limits: Arc::new(limits), proxies, drain, metrics: Metrics::default() }
    }

    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Serves until `stop` is cancelled, and then until nothing runs any more or `drain` is over (W9). Dropping the
    /// future cuts every connection at once.
    pub async fn serve<S, B>(self, listener: TcpListener, service: S, stop: CancellationToken)
    where
        S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        listen::run(self, listener, service, stop).await;
    }
}
