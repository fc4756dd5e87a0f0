//! The body of the worker's answer, passed on piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::UpstreamLimits;
use super::exchange::Exchange;

/// Why a body ended before its end. The visitor's connection must then be cut, never ended cleanly.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamBodyError {
    #[error("the music worker's connection broke in mid-body")]
    Broken(#[source] hyper::Error),
    #[error("the music worker fell silent in mid-body")]
    Idle,
    #[error("the music worker sent more than a track may hold")]
    TooLong,
}

/// Holds no more than the piece in hand: the next one is read when it is asked for.
pub struct UpstreamBody {
    inner: Exchange,
    left: u64,
    idle: Duration,
    /// Runs while a piece is awaited, so that a listener who pauses is not counted against the worker.
    waiting: Option<Pin<Box<Sleep>>>,
    /// A fault that is told with the next piece.
    fault: Option<UpstreamBodyError>,
}

/// A body as the bytes that are there and a socket that brings the rest.
#[derive(Debug)]
pub struct Tap {
    pub first: Bytes,
    pub socket: TcpStream,
    /// Bytes that are still to come from the socket.
    pub left: u64,
    /// How long the socket may stay silent.
    pub idle: Duration,
}

impl std::fmt::Debug for UpstreamBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpstreamBody").field("left", &self.left).finish_non_exhaustive()
    }
}

impl UpstreamBody {
    /// The body without a library around it; as it was, when it comes encrypted, in chunks or too long.
    pub fn into_tap(self) -> Result<Tap, Self> {
        let Self { inner, left: limit, idle, waiting, fault } = self;
        let length = inner.size_hint().exact().unwrap_or(u64::MAX);
        if length > limit || fault.is_some() {
            return Err(Self { inner, left: limit, idle, waiting, fault });
        }
        match inner.into_socket() {
            Ok((socket, mut first)) => {
                first.truncate(usize::try_from(length).unwrap_or(usize::MAX));
                let left = length - first.len() as u64;
                Ok(Tap { first, socket, left, idle })
            }
            Err(inner) => Err(Self { inner, left: limit, idle, waiting, fault }),
        }
    }

    pub(super) fn new(inner: Exchange, limits: &UpstreamLimits) -> Self {
        Self { inner, left: limits.body_bytes, idle: limits.body_idle, waiting: None, fault: None }
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let idle = self.idle;
        let waiting =
            self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + idle)));
        waiting.as_mut().poll(cx)
    }

    fn count(&mut self, piece: Bytes) -> Result<Frame<Bytes>, UpstreamBodyError> {
        self.left = self.left.checked_sub(piece.len() as u64).ok_or(UpstreamBodyError::TooLong)?;
        Ok(Frame::data(piece))
    }
}

impl Body for UpstreamBody {
    type Data = Bytes;
    type Error = UpstreamBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UpstreamBodyError>>> {
        let this = &mut *self;
        if let Some(fault) = this.fault.take() {
            return Poll::Ready(Some(Err(fault)));
        }
        loop {
            let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
                ready!(this.poll_idle(cx));
                return Poll::Ready(Some(Err(UpstreamBodyError::Idle)));
            };
            this.waiting = None;
            return Poll::Ready(match frame {
                // Trailers are headers that are not on the list.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => Some(this.count(piece)),
                    Err(_) => continue,
                },
                // Whoever passes the answer on would drop the head with the body if it had not left yet.
                Some(Err(error)) => {
                    this.fault = Some(UpstreamBodyError::Broken(error));
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                None => None,
            });
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
