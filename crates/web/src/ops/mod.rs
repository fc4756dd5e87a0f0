//! The operator's side: probes on every host, and the internal listener (contract W8).

pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod presence;
pub(crate) mod tls_ask;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use crate::reply::Envelope;
use crate::state::{Web, bytes};

/// Asks for the bearer token, if one is set. The probes need none.
pub(crate) async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let Some(token) = &web.internal_token else { return next.run(request).await };
    let given = match bytes(request.headers().get(AUTHORIZATION)).split_at_checked(7) {
        Some((scheme, given)) if scheme.eq_ignore_ascii_case(b"Bearer ") => given,
        _ => b"",
    };
    let is_probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    if is_probe || bool::from(given.ct_eq(token.expose_secret().as_bytes())) {
        return next.run(request).await;
    }
    let mut response = Envelope::error(StatusCode::UNAUTHORIZED, "A bearer token is required");
    response.headers_mut().insert(WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
    response
}
