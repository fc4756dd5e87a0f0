//! Around each request: its peer, its watch, and a guard that turns a panic into an answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::CONNECTION;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use prometheus_client::metrics::counter::Counter;
use tower::{Service, ServiceExt};

use super::PeerAddr;
use super::activity::{Activity, Running};
use super::body::RequestBody;
use super::takeover::TakeOver;

/// The service of one connection.
pub(super) struct Handler<S> {
    pub service: S,
    pub peer: SocketAddr,
    pub activity: Arc<Activity>,
    pub panics: Counter,
}

impl<S, B> hyper::service::Service<Request<Incoming>> for Handler<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
{
    type Response = Response<AnswerBody<B>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let is_h2 = request.version() == Version::HTTP_2;
        let running = self.activity.begin(is_h2);
        let may_take_over = request.version() == Version::HTTP_11
            && request.method() == Method::GET
            && request.body().is_end_stream();
        let mut request = request.map(|body| RequestBody::new(body, self.activity.clone()));
        request.extensions_mut().insert(PeerAddr(self.peer));
        if may_take_over {
            if asks_to_close(&request) {
                self.activity.be_last();
            }
            request.extensions_mut().insert(TakeOver(self.activity.clone()));
        }
        let answer = AssertUnwindSafe(self.service.clone().oneshot(request)).catch_unwind();
        let (activity, panics) = (self.activity.clone(), self.panics.clone());
        async move {
            let mut answer = match answer.await {
                Ok(Ok(answer)) => answer.map(Some),
                Ok(Err(never)) => match never {},
                Err(_) => {
                    panics.inc();
                    let mut bare = Response::new(None);
                    *bare.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    bare
                }
            };
            if !is_h2 && activity.is_draining() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            if activity.handover().is_given() && !activity.is_alone() {
                // What came behind the request is lost with hyper. An answer may say something else, as streams do.
                answer.headers_mut().entry(CONNECTION).or_insert(HeaderValue::from_static("close"));
            }
            Ok(answer.map(|inner| AnswerBody { inner, running }))
        }
        .boxed()
    }
}

/// `Connection: close`, among whatever else it says (RFC 9112, 9.6).
fn asks_to_close<B>(request: &Request<B>) -> bool {
    let lines = request.headers().get_all(CONNECTION).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|option| option.trim().eq_ignore_ascii_case("close"))
}

/// The body of an answer, which keeps its request running; none after a panic.
pub(super) struct AnswerBody<B> {
    inner: Option<B>,
    running: Running,
}

impl<B: Body + Unpin> Body for AnswerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        this.running.asked();
        let frame = ready!(Pin::new(inner).poll_frame(cx));
        if frame.is_some() {
            this.running.gave();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}
