//! Long answers leave the HTTP library once their head is sent.
//!
//! An event stream or a track keeps its connection for minutes, and hyper would keep 11 KB for each of them, and copy
//! every byte. So on plain HTTP/1.1 a handler may take the socket over: it gives a [`LongAnswer`] to the [`TakeOver`] of
//! its request and answers with the body it gets for it. hyper sends the head as ever and asks that body, which never
//! says anything; as soon as the head has left the socket, [`super::connection`] drops hyper's part and goes on with the
//! answer. HTTP/2, HTTP/1.0, `HEAD` and requests with a body have no `TakeOver`: there the same body is sent by hyper.
//!
//! The end of a stream is the end of its connection, which HTTP/1.1 allows at any time. After a relayed body the
//! connection goes on with hyper, unless the client has sent more behind its request before there was an answer: that is
//! lost with hyper's buffer, so the answer says that it is the last one.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::net::TcpStream;

use super::activity::Activity;
use super::relay::Source;

/// What goes on with a socket after the head.
pub enum LongAnswer {
    /// Blocks that come over time, such as events; sent as chunks by the threads of [`super::streams`].
    Blocks(Box<dyn Body<Data = Bytes, Error = Infallible> + Send + Unpin>),
    /// The body that the head has announced, from another server's socket.
    Relay(Source),
}

/// A request's right to its socket; an extension of the requests that have it.
#[derive(Clone, Debug)]
pub struct TakeOver(pub(super) Arc<Activity>);

impl TakeOver {
    /// Takes the socket for an answer. What is returned must become the body of the response.
    pub fn with(&self, answer: LongAnswer) -> axum::body::Body {
        self.0.handover().give(answer);
        axum::body::Body::new(Handed(self.0.clone()))
    }
}

/// The body that hyper sees: never a byte, and never the end.
struct Handed(Arc<Activity>);

impl Body for Handed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.handover().advance(GIVEN, HEAD_WRITTEN);
        Poll::Pending
    }
}

const NONE: u8 = 0;
/// A handler gave an answer.
const GIVEN: u8 = 1;
/// hyper asked the body, so the head is in its buffer.
const HEAD_WRITTEN: u8 = 2;
/// hyper's buffer is empty, so the head is on its way.
const HEAD_SENT: u8 = 3;

/// Where a connection's hand-over stands.
#[derive(Default)]
pub(super) struct Handover {
    stage: AtomicU8,
    given: Mutex<Given>,
}

#[derive(Default)]
struct Given {
    answer: Option<LongAnswer>,
    socket: Option<TcpStream>,
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handover").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl Handover {
    fn advance(&self, from: u8, to: u8) {
        let _ = self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
    }

    fn give(&self, answer: LongAnswer) {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).answer = Some(answer);
        self.advance(NONE, GIVEN);
    }

    /// Whether a handler took the socket for its answer.
    pub(super) fn is_given(&self) -> bool {
        self.stage.load(Ordering::Acquire) != NONE
    }

    /// hyper has nothing left to send.
    pub(super) fn flushed(&self) {
        if self.stage.load(Ordering::Acquire) == HEAD_WRITTEN {
            self.advance(HEAD_WRITTEN, HEAD_SENT);
        }
    }

    /// Whether hyper's part is over.
    pub(super) fn is_due(&self) -> bool {
        self.stage.load(Ordering::Acquire) == HEAD_SENT
    }

    /// hyper has let go of the socket.
    pub(super) fn leave(&self, socket: TcpStream) {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).socket = Some(socket);
    }

    /// What goes on, once hyper's part was dropped.
    pub(super) fn take(&self) -> Option<(LongAnswer, TcpStream)> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.answer.take().zip(given.socket.take())
    }
}
