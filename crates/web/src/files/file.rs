//! `GET /{user}/{file}`, `/avatars/…`, `/banners/…` and `/{shortid}`: files as they were uploaded, and short links.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::header::{LOCATION, USER_AGENT, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use nameplate_app::{FileFault, OpenFile, Short};
use nameplate_core::audience::wants_preview;
use nameplate_core::id::{PostCode, UserId};

use crate::files::send::send;
use crate::pages::Ready;
use crate::state::{SiteHost, Web, bytes};
use crate::{reply, site};

/// By the path of the file host.
pub(crate) async fn stored(
    State(web): State<Arc<Web>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found =
        web.app.files.find_by_path(uri.path().trim_start_matches('/'), uri.query().unwrap_or_default()).await;
    answer(&web, found, &method, &headers).await
}

/// By the short id, on the file host: anybody's.
pub(crate) async fn short(State(web): State<Arc<Web>>, request: Parts) -> Response {
    by_code(&web, &request, None).await
}

/// By the short id, on a profile's host: the profile's owner's (R6).
pub(crate) async fn beside_page(
    State(web): State<Arc<Web>>,
    Extension(host): Extension<SiteHost>,
    request: Parts,
) -> Response {
    let Some(name) = host.host() else { return site::nothing(&web, &host) };
    let owner = match web.app.sites.find_by_host(name).await {
        Ok(Some(site)) => site.owner().id,
        Ok(None) => return site::nothing(&web, &host),
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    by_code(&web, &request, Some(owner)).await
}

/// The file, for a browser; a page about it, for what makes previews of links unless it asks for the file; or the way
/// to where a short link leads.
async fn by_code(web: &Web, request: &Parts, owner: Option<UserId>) -> Response {
    let found = match code(request.uri.path()) {
        Some(code) => web.app.shares.find(&code, owner).await,
        None => Err(FileFault::NotFound),
    };
    let (post, file) = match found {
        Ok(Short::File(found)) => *found,
        Ok(Short::Link(target)) => return redirect(web, &target),
        Err(fault) => return refuse(web, fault),
    };
    let is_raw = request.uri.query().unwrap_or_default().split('&').any(|pair| pair == "embed=raw");
    let agent = String::from_utf8_lossy(bytes(request.headers.get(USER_AGENT)));
    let mut response = if wants_preview(&agent) && !is_raw {
        match web.app.shares.render(&post).await {
            Ok(page) => Ready::from(page).reply(StatusCode::OK),
            Err(fault) => refuse(web, fault),
        }
    } else {
        answer(web, Ok(file), &request.method, &request.headers).await
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("user-agent"));
    response
}

/// To where a short link leads.
pub(crate) fn redirect(web: &Web, target: &str) -> Response {
    let Ok(target) = HeaderValue::from_str(target) else { return web.pages.error(StatusCode::NOT_FOUND) };
    let mut response = reply::bare(StatusCode::FOUND);
    response.headers_mut().insert(LOCATION, target);
    response
}

/// `/AbCd1234`, with or without an extension.
pub(crate) fn code(path: &str) -> Option<PostCode> {
    PostCode::of_path(path.strip_prefix('/')?)
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
    sent.unwrap_or_else(|fault| refuse(web, fault))
}

pub(crate) fn refuse(web: &Web, fault: FileFault) -> Response {
    web.pages.error(match fault {
        FileFault::NotFound => StatusCode::NOT_FOUND,
        FileFault::BadLink => StatusCode::FORBIDDEN,
        FileFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
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
