//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use http_body::Body;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{BoxError, Service};

use super::activity::{Activity, Due};
use super::body::RequestBody;
use super::io::WatchedIo;
use super::listen::Seat;
use super::relay::relay;
use super::service::Handler;
use super::streams::Streams;
use super::takeover::LongAnswer;
use super::{Limits, Metrics};

/// What all connections of a listener have in common.
#[derive(Clone)]
pub(super) struct Connector {
    builder: auto::Builder<Tracked>,
    limits: Arc<Limits>,
    metrics: Metrics,
    streams: Arc<Streams>,
}

/// Runs the streams of an HTTP/2 connection where the drain can see them.
#[derive(Clone)]
struct Tracked(TaskTracker);

impl<F> hyper::rt::Executor<F> for Tracked
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, stream: F) {
        self.0.spawn(stream);
    }
}

impl Connector {
    pub(super) fn new(
        limits: Arc<Limits>,
        metrics: Metrics,
        running: TaskTracker,
        streams: Arc<Streams>,
    ) -> Self {
        let mut builder = auto::Builder::new(Tracked(running));
        builder.http1().max_buf_size(limits.header_bytes);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(100)
            .max_pending_accept_reset_streams(20)
            .max_local_error_reset_streams(100)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .initial_stream_window_size(256 << 10)
            .initial_connection_window_size(1 << 20)
            .max_send_buf_size(64 << 10)
            .keep_alive_interval(limits.idle.mul_f64(0.6))
            .keep_alive_timeout(limits.idle.mul_f64(0.4));
        Self { builder, limits, metrics, streams }
    }

    /// Serves the connection until either side ends it, until the client is too slow, or until the drain has come to
    /// it; a long answer takes the socket and the seat with it.
    pub(super) async fn serve<S, B>(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        service: S,
        drain: CancellationToken,
        seat: Seat,
    ) where
        S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let (mut stream, mut activity) = (stream, Activity::new(self.limits.clone()));
        loop {
            self.converse(stream, peer, service.clone(), drain.clone(), &activity).await;
            let relayed = match activity.handover().take() {
                None => return,
                Some((LongAnswer::Blocks(body), socket)) => {
                    return match socket.into_std() {
                        Ok(socket) => self.streams.board(socket, body, seat),
                        Err(error) => tracing::warn!(%error, "a socket cannot be taken over"),
                    };
                }
                Some((LongAnswer::Relay(source), socket)) => relay(socket, source, &self.limits).await,
            };
            stream = match relayed {
                Ok(socket) if activity.is_alone() => socket,
                Ok(mut socket) => {
                    let _ = socket.shutdown().await;
                    return;
                }
                Err(error) => {
                    tracing::debug!(%error, "a relayed answer ended early");
                    return;
                }
            };
            activity = Activity::again(self.limits.clone());
        }
    }

    /// What is said with hyper, up to the end or to a hand-over.
    async fn converse<S, B>(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        service: S,
        drain: CancellationToken,
        activity: &Arc<Activity>,
    ) where
        S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let io = TokioIo::new(WatchedIo::new(stream, activity.clone()));
        let panics = self.metrics.panics.clone();
        let handler = Handler { service, peer, activity: activity.clone(), panics };
        let mut connection = pin!(self.builder.serve_connection(io, handler));
        let mut watch = Watch::new(activity.clone());
        let mut drained = pin!(drain.cancelled());
        let mut is_draining = false;
        loop {
            let event = tokio::select! {
                biased;
                event = poll_fn(|cx| watch.poll(connection.as_mut(), cx)) => event,
                () = &mut drained, if !is_draining => {
                    is_draining = true;
                    // HTTP/2 tells the client itself which requests are still answered; on HTTP/1 the next answer does.
                    if activity.start_drain() {
                        connection.as_mut().graceful_shutdown();
                    }
                    continue;
                }
            };
            match event {
                Event::Over(result) => {
                    if let Err(error) = result {
                        tracing::debug!(error, "a connection ended early");
                    }
                    return;
                }
                Event::TooSlow => {
                    self.metrics.timeouts.inc();
                    return;
                }
                Event::HandOver => return,
                Event::WindDown => connection.as_mut().graceful_shutdown(),
            }
        }
    }
}

enum Event {
    /// The connection ended by itself.
    Over(Result<(), BoxError>),
    TooSlow,
    /// The socket goes on without hyper.
    HandOver,
    /// Nobody needs the connection any more.
    WindDown,
}

/// Watches the time of a connection while driving it.
struct Watch {
    activity: Arc<Activity>,
    alarm: Pin<Box<Sleep>>,
    /// When the connection is closed if it does not end by itself, once it was told to.
    end: Option<Instant>,
}

impl Watch {
    fn new(activity: Arc<Activity>) -> Self {
        let alarm = Box::pin(sleep_until(activity.due().at()));
        Self { activity, alarm, end: None }
    }

    fn poll<C>(&mut self, connection: Pin<&mut C>, cx: &mut Context<'_>) -> Poll<Event>
    where
        C: Future<Output = Result<(), BoxError>>,
    {
        if let Poll::Ready(result) = connection.poll(cx) {
            return Poll::Ready(Event::Over(result));
        }
        if self.activity.handover().is_due() {
            return Poll::Ready(Event::HandOver);
        }
        loop {
            let due = self.end.map_or_else(|| self.activity.due(), Due::Close);
            // What comes later than the alarm is looked at when it rings: a busy connection sets it seldom.
            if due.at() < self.alarm.deadline() {
                self.alarm.as_mut().reset(due.at());
            }
            ready!(self.alarm.as_mut().poll(cx));
            if due.at() > Instant::now() {
                self.alarm.as_mut().reset(due.at());
                continue;
            }
            if matches!(due, Due::WindDown(_)) {
                self.end = Some(Instant::now() + self.activity.limits().write_stall);
                return Poll::Ready(Event::WindDown);
            }
            return Poll::Ready(Event::TooSlow);
        }
    }
}
