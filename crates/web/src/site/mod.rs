//! Profile hosts: the page at `/`, and what stands beside it (contract R5 to R7).

pub(crate) mod assets;
pub(crate) mod page;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};

use crate::reply;
use crate::state::{SiteHost, Web};

/// Nothing here: a page under the base domain, the way home from a foreign host (R7). Path and query are not passed on.
pub(crate) fn nothing(web: &Web, host: &SiteHost) -> Response {
    match host {
        SiteHost::Slot(_) => web.pages.error(StatusCode::NOT_FOUND),
        SiteHost::Foreign(_) => {
            let mut response = reply::bare(StatusCode::FOUND);
            if let Ok(home) = HeaderValue::from_str(web.app.links().home()) {
                response.headers_mut().insert(LOCATION, home);
            }
            response
        }
    }
}

pub(crate) async fn not_found(State(web): State<Arc<Web>>, Extension(host): Extension<SiteHost>) -> Response {
    // A profile's own host says so itself; any other foreign host leads home.
    let has_site = match host.host() {
        Some(name) => matches!(web.app.sites.find_by_host(name).await, Ok(Some(_))),
        None => false,
    };
    if has_site { web.pages.error(StatusCode::NOT_FOUND) } else { nothing(&web, &host) }
}

pub(crate) async fn method_not_allowed(State(web): State<Arc<Web>>) -> Response {
    web.pages.error(StatusCode::METHOD_NOT_ALLOWED)
}
