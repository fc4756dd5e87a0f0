//! `GET /{user}/{file}`, `/avatars/…`, `/banners/…` and `/{shortid}`: files as they were uploaded.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, Uri};
use nameplate_app::{FileFault, OpenFile};
use nameplate_core::id::PostCode;

use crate::files::send::send;
use crate::site;
use crate::state::{SiteHost, Web};

/// By the path of the file host.
pub(crate) async fn stored(
    State(web): State<Arc<Web>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = web.app.files.find_by_path(uri.path().trim_start_matches('/'), uri.query().unwrap_or_default()).await;
    answer(&web, found, &method, &headers).await
}

/// By the short id, on the file host: anybody's.
pub(crate) async fn short(
    State(web): State<Arc<Web>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = match code(uri.path()) {
        Some(code) => web.app.files.find_by_code(&code, None).await,
        None => Err(FileFault::NotFound),
    };
    answer(&web, found, &method, &headers).await
}

/// By the short id, on a profile's host: the profile's owner's (R6).
pub(crate) async fn beside_page(
    State(web): State<Arc<Web>>,
    Extension(host): Extension<SiteHost>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(name) = host.host() else { return site::nothing(&web, &host) };
    let owner = match web.app.sites.find_by_host(name).await {
        Ok(Some(site)) => site.owner().id,
        Ok(None) => return site::nothing(&web, &host),
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    let found = match code(uri.path()) {
        Some(code) => web.app.files.find_by_code(&code, Some(owner)).await,
        None => Err(FileFault::NotFound),
    };
    answer(&web, found, &method, &headers).await
}

/// `/AbCd1234`, with or without an extension.
fn code(path: &str) -> Option<PostCode> {
    let name = path.strip_prefix('/')?;
    PostCode::parse(name.split_once('.').map_or(name, |(stem, _)| stem)).ok()
}

async fn answer(
    web: &Web,
    found: Result<OpenFile, FileFault>,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let sent = match found {
        Ok(file) => send(&web.app.files, &file, method, headers).await,
        Err(fault) => Err(fault),
    };
    sent.unwrap_or_else(|fault| match fault {
        FileFault::NotFound => web.pages.error(StatusCode::NOT_FOUND),
        FileFault::BadLink => web.pages.error(StatusCode::FORBIDDEN),
        FileFault::Unavailable => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R6
    #[test]
    fn a_short_id_may_have_an_extension() {
        assert_eq!(code("/AbCd1234").unwrap().as_str(), "AbCd1234");
        assert_eq!(code("/AbCd1234.png").unwrap().as_str(), "AbCd1234");
        assert!(code("/").is_none() && code("/a/b").is_none() && code("/../etc").is_none());
    }
}
