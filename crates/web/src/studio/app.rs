//! `/studio`: the app in which owners make their pages, built from `/studio` of the repository and compiled in.
//!
//! Every path without a file behind it answers the one document, whose script finds the view. It holds nothing that is
//! anybody's; the frame of the preview is a second document, without an origin of its own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use rust_embed::RustEmbed;

use crate::reply;
use crate::state::Web;

#[derive(RustEmbed)]
#[folder = "studio/"]
struct Built;

pub(crate) async fn index(State(web): State<Arc<Web>>) -> Response {
    let files = web.app.links().files();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: {files}; \
         media-src 'self' {files}; connect-src 'self'; font-src 'self'; frame-src 'self'; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    document(&web, "index.html", &policy)
}

/// The frame of the preview: styles of the page inside are its own, scripts are ours alone, and nothing leaves it.
pub(crate) async fn frame(State(web): State<Arc<Web>>) -> Response {
    let files = web.app.links().files();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: {files}; \
         font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
    );
    let mut response = document(&web, "frame.html", &policy);
    response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

/// A file whose name holds the hash of its content.
pub(crate) async fn asset(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((_, extension)) = name.rsplit_once('.') else { return web.pages.error(StatusCode::NOT_FOUND) };
    let mime = match extension {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return web.pages.error(StatusCode::NOT_FOUND),
    };
    let codings = [("br", ".br"), ("gzip", ".gz"), ("", "")];
    let taken =
        codings.into_iter().filter(|(coding, _)| coding.is_empty() || reply::accepts(&headers, coding));
    let found =
        taken.filter_map(|(coding, suffix)| Some((coding, bytes(&format!("assets/{name}{suffix}"))?)));
    let Some((coding, body)) = { found }.next() else { return web.pages.error(StatusCode::NOT_FOUND) };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(mime)),
        (CACHE_CONTROL, reply::IMMUTABLE),
        (VARY, HeaderValue::from_static("accept-encoding")),
        // Scripts of the preview's frame, which has no origin, are asked for across origins.
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    let mut response = (headers, body).into_response();
    if !coding.is_empty() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn document(web: &Web, name: &str, policy: &str) -> Response {
    match (bytes(name), HeaderValue::try_from(policy)) {
        (Some(html), Ok(policy)) => reply::page(StatusCode::OK, html, policy),
        _ => web.pages.error(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn bytes(name: &str) -> Option<Bytes> {
    Built::get(name).map(|file| file.data.into_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_app_is_whole() {
        let index = String::from_utf8(bytes("index.html").unwrap().to_vec()).unwrap();
        assert!(bytes("frame.html").is_some() && !index.contains("<style") && !index.contains("style="));
        let named: Vec<&str> =
            index.split('"').filter_map(|part| part.strip_prefix("/studio/assets/")).collect();
        assert!(named.len() >= 2, "{index}");
        for name in named {
            for suffix in ["", ".br", ".gz"] {
                assert!(bytes(&format!("assets/{name}{suffix}")).is_some(), "{name}{suffix}");
            }
        }
    }

    /// The preload in the document names a font of the pages by its hash.
    #[test]
    fn fonts_are_those_of_the_pages() {
        let index = String::from_utf8(bytes("index.html").unwrap().to_vec()).unwrap();
        for path in index.split('"').filter(|part| part.starts_with("/assets/")) {
            assert!(nameplate_page::assets::get(path).is_some(), "{path}");
        }
    }
}
