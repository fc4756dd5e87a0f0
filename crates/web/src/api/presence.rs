//! `GET /api/v1/profiles/presence/:userID`: the presence snapshot (contract S1).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderValue;
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use nameplate_core::id::UserId;

use crate::reply;
use crate::state::Web;

pub(crate) const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");

/// What is no id is treated like an unknown user: the answer is no oracle (E9).
#[utoipa::path(get, path = "/api/v1/profiles/presence/{userID}", tag = "presence",
    params(("userID" = String, Path, description = "The profile owner's user id")),
    responses((status = 200, description = "The snapshot, or null", body = crate::openapi::PresenceAnswer)))]
pub(crate) async fn snapshot(
    State(web): State<Arc<Web>>,
    user: Result<Path<String>, PathRejection>,
) -> Response {
    snapshot_of(&web, user.ok().and_then(|Path(user)| UserId::parse(&user).ok())).await
}

/// The answer for a user, or for what is none.
pub(crate) async fn snapshot_of(web: &Web, user: Option<UserId>) -> Response {
    let mut response = reply::json_bytes(web.app.presences.snapshot(user).await);
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    response
}
