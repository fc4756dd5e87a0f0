//! `GET /` on a profile's host: the page (contract P1 to P9).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::header::REFERER;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_app::Site;

use crate::reply;
use crate::site::nothing;
use crate::state::{ClientAddress, SiteHost, Web, bytes, visitor};

pub(crate) async fn page(
    State(web): State<Arc<Web>>,
    Extension(host): Extension<SiteHost>,
    client: ClientAddress,
    method: Method,
    headers: HeaderMap,
) -> Response {
    page_of(&web, &host, client, &method, &headers).await
}

/// The page of a host.
pub(crate) async fn page_of(
    web: &Web,
    host: &SiteHost,
    client: ClientAddress,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let Some(name) = host.host() else { return nothing(web, host) };
    let site = match web.app.sites.find_by_host(name).await {
        Ok(Some(site)) => site,
        Ok(None) => return nothing(web, host),
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    let response = render(web, &site).await;
    if *method == Method::GET {
        web.app.views.record(&site, visitor(client, headers), bytes(headers.get(REFERER)));
    }
    response
}

/// The ready page, with the present presence in its place.
async fn render(web: &Web, site: &Site) -> Response {
    let page = web.app.sites.page(site);
    let current = match page.has_presence {
        true => web.app.presences.current(site.owner().id).await,
        false => None,
    };
    let html = web.app.sites.html(site, page, current);
    match HeaderValue::from_maybe_shared(page.csp.clone()) {
        Ok(policy) => reply::page(StatusCode::OK, html, policy),
        Err(_) => web.pages.error(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
