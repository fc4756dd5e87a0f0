//! Endpoints with a limit: every answer says what is left of it (contract A8).
//!
//! The table of limits is `app`'s; [`guard`] stands before the handler, so that a request over the limit costs nothing
//! but its head. A caller who is not known has no counter, and is told a limit of which nothing was taken.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use nameplate_app::{Action, Verdict};

use crate::account::caller::{authenticate, kind, refusal};
use crate::reply::{self, Account};
use crate::state::Web;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Finds the caller, takes one from the allowance, and lets the request through with the caller in its extensions.
pub(crate) async fn guard(
    State((web, action)): State<(Arc<Web>, Action)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = match authenticate(&web, kind(&parts), &parts.headers).await {
        Ok(caller) => caller,
        Err(response) => return tell(response, web.app.rates.untouched(action)),
    };
    let verdict = web.app.rates.take(action, &caller.id()).await;
    if !verdict.allowed {
        return exceeded(verdict);
    }
    let response = match refusal(&caller, &parts.method) {
        None => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Some(refusal) => refusal,
    };
    tell(response, verdict)
}

/// The answer to a request over the limit.
pub(crate) fn exceeded(verdict: Verdict) -> Response {
    let text = "Rate limit exceeded. Please try again later.";
    let response = Account::error(StatusCode::TOO_MANY_REQUESTS, text);
    tell(reply::retry_after(response, verdict.retry_after_seconds()), verdict)
}

/// Writes the `X-RateLimit-*` headers.
pub(crate) fn tell(mut response: Response, verdict: Verdict) -> Response {
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(verdict.limit));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    headers.insert(RESET, HeaderValue::from(verdict.reset_seconds()));
    response
}
