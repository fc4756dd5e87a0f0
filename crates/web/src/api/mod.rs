//! `/api/v1`, on every host. Errors have the envelope's shape, but for cards (plain text) and music (no body).

pub(crate) mod art;
pub(crate) mod card;
pub(crate) mod click;
pub(crate) mod contact;
pub(crate) mod music;
pub(crate) mod openapi;
pub(crate) mod presence;
pub(crate) mod stream;

use axum::response::Response;
use http::StatusCode;

use crate::reply::Envelope;

pub(crate) async fn not_found() -> Response {
    Envelope::error(StatusCode::NOT_FOUND, "Not found")
}

pub(crate) async fn method_not_allowed() -> Response {
    Envelope::error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
}
