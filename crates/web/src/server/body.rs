//! A request's body that a client cannot drip.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::activity::Activity;
use super::pace::Pace;

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum RequestBodyError {
    #[error("the request's body came too slowly")]
    TooSlow,
    #[error("the request's body broke off")]
    Broken(#[source] hyper::Error),
}

/// The body of a request, as it comes.
#[derive(Debug)]
pub struct RequestBody {
    inner: Incoming,
    pace: Pace,
    activity: Arc<Activity>,
    is_over: bool,
}

impl RequestBody {
    pub(super) fn new(inner: Incoming, activity: Arc<Activity>) -> Self {
        let limits = activity.limits();
        let pace = Pace::new(limits.body_idle, limits.header, limits.min_rate);
        let is_over = inner.is_end_stream();
        Self { inner, pace, activity, is_over }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = RequestBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            ready!(this.pace.poll_too_slow(cx));
            return Poll::Ready(Some(Err(RequestBodyError::TooSlow)));
        };
        if let Some(Ok(frame)) = &frame {
            this.pace.moved(frame.data_ref().map_or(0, Bytes::len));
        }
        this.is_over = frame.is_none() || this.inner.is_end_stream();
        Poll::Ready(frame.map(|frame| frame.map_err(RequestBodyError::Broken)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if !self.is_over {
            self.activity.leave_unread();
        }
    }
}
