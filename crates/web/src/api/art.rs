//! `GET /api/v1/art?url=`: pictures of other sites, through us (contract P10).

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::ArtFault;
use serde::Deserialize;

use crate::reply::{self, Envelope};
use crate::state::Web;

#[derive(Deserialize)]
pub(crate) struct ArtQuery {
    url: String,
}

#[utoipa::path(get, path = "/api/v1/art", tag = "pages",
    params(("url" = String, Query, description = "An https URL on one of the allowed hosts")),
    responses(
        (status = 200, description = "The picture, re-encoded", content_type = "image/png", body = [u8]),
        (status = 400, description = "No url", body = crate::openapi::EnvelopeError),
        (status = 404, description = "Not an allowed picture", body = crate::openapi::EnvelopeError),
        (status = 502, description = "The other site did not answer", body = crate::openapi::EnvelopeError),
        (status = 503, description = "Too many pictures wait", body = crate::openapi::EnvelopeError)))]
pub(crate) async fn image(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    query: Result<Query<ArtQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(ArtQuery { url })) = query else {
        return Envelope::error(StatusCode::BAD_REQUEST, "url required");
    };
    let art = match web.app.art.image(&url).await {
        Ok(art) => art,
        Err(ArtFault::NotFound) => return Envelope::error(StatusCode::NOT_FOUND, "Not found"),
        Err(ArtFault::Unreachable) => {
            return Envelope::error(StatusCode::BAD_GATEWAY, "The picture's site did not answer");
        }
        Err(ArtFault::Busy) => {
            return reply::retry_after(Envelope::error(StatusCode::SERVICE_UNAVAILABLE, "Busy"), 1);
        }
    };
    let validators =
        [(ETAG, art.etag.clone()), (CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"))];
    if reply::is_known(headers.get_all(IF_NONE_MATCH), &art.etag) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(CONTENT_TYPE, art.mime), (CONTENT_SECURITY_POLICY, reply::SANDBOX)], art.bytes)
        .into_response()
}
