//! Our own fonts, icons and script, on every host that shows pages; and what browsers and crawlers ask for unasked.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use nameplate_page::assets;

use crate::reply;
use crate::state::Web;

pub(crate) async fn asset(State(web): State<Arc<Web>>, uri: Uri, headers: HeaderMap) -> Response {
    match assets::get(uri.path()) {
        Some(asset) => send(asset, &headers),
        None => web.pages.error(StatusCode::NOT_FOUND),
    }
}

pub(crate) async fn favicon(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    match assets::get("/favicon.ico") {
        Some(asset) => send(asset, &headers),
        None => web.pages.error(StatusCode::NOT_FOUND),
    }
}

fn send(asset: assets::Asset, headers: &HeaderMap) -> Response {
    let caching = match asset.immutable {
        true => reply::IMMUTABLE,
        false => HeaderValue::from_static("public, max-age=86400"),
    };
    let Ok(etag) = HeaderValue::try_from(asset.etag.as_str()) else {
        return reply::bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let is_known = reply::is_known(headers.get_all(IF_NONE_MATCH), &etag);
    let validators =
        [(ETAG, etag), (CACHE_CONTROL, caching), (VARY, HeaderValue::from_static("accept-encoding"))];
    if is_known {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    // The studio's preview has no origin of its own, and its fonts are asked for across origins.
    let kind = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    match reply::accepts(headers, "gzip").then(|| asset.gzip()).flatten() {
        Some(gzip) => {
            (validators, kind, [(CONTENT_ENCODING, HeaderValue::from_static("gzip"))], gzip).into_response()
        }
        None => (validators, kind, asset.bytes).into_response(),
    }
}

/// Crawlers are welcome on pages and have no business in the API.
pub(crate) async fn robots() -> Response {
    let headers =
        [(CONTENT_TYPE, reply::TEXT), (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"))];
    (headers, "User-agent: *\nAllow: /api/v1/profiles/*/og.png\nDisallow: /api/\n").into_response()
}
