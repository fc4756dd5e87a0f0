//! `GET /api/v1/profiles/presence/:userID/stream`: presence as Server-Sent Events (contract E1 to E9).

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Method, StatusCode, Version};
use nameplate_core::id::UserId;

use crate::api::presence::ANY_ORIGIN;
use crate::reply::{Envelope, NO_STORE};
use crate::server::{LongAnswer, TakeOver};
use crate::state::{ClientAddress, Web};

const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[utoipa::path(get, path = "/api/v1/profiles/presence/{userID}/stream", tag = "presence",
    params(("userID" = String, Path, description = "The profile owner's user id")),
    responses(
        (status = 200, description = "`event: presence` with a PresenceSnapshot, at once and at every change",
            content_type = "text/event-stream", body = String),
        (status = 400, description = "No userID", body = crate::openapi::EnvelopeError)))]
pub(crate) async fn events(
    State(web): State<Arc<Web>>,
    client: ClientAddress,
    method: Method,
    version: Version,
    take_over: Option<Extension<TakeOver>>,
    user: Result<Path<String>, PathRejection>,
) -> Response {
    let user = match &user {
        Ok(Path(user)) if user.trim().is_empty() => return incomplete().await,
        Ok(Path(user)) => UserId::parse(user).ok(),
        Err(_) => None,
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let cap_by = (!client.is_trusted).then_some(client.address);
        let events = web.app.presences.stream(user, cap_by).await;
        match take_over {
            Some(Extension(socket)) => socket.with(LongAnswer::Blocks(Box::new(events))),
            None => Body::new(events),
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    if version == Version::HTTP_11 {
        headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    }
    response
}

/// The path without a userID (E2).
pub(crate) async fn incomplete() -> Response {
    Envelope::error(StatusCode::BAD_REQUEST, "userID required")
}
