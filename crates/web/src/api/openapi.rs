//! `GET /api/v1/openapi.json`: what this system answers, in OpenAPI's words.

use std::sync::LazyLock;

use axum::response::Response;
use bytes::Bytes;

use crate::{openapi, reply};

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi::document().into());

pub(crate) async fn document() -> Response {
    reply::json_bytes(DOCUMENT.clone())
}
