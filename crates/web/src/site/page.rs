//! `GET /` on a profile's host: the page (contract P1 to P9).

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::header::{REFERER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_app::{Site, Visitor};
use nameplate_page::render_presence;

use crate::reply::{self, Pieces};
use crate::site::nothing;
use crate::state::{ClientAddress, SiteHost, Web, bytes};

pub(crate) async fn page(
    State(web): State<Arc<Web>>,
    Extension(host): Extension<SiteHost>,
    client: ClientAddress,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(name) = host.host() else { return nothing(&web, &host) };
    let site = match web.app.sites.find_by_host(name).await {
        Ok(Some(site)) => site,
        Ok(None) => return nothing(&web, &host),
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    let response = render(&web, &site).await;
    if method == Method::GET {
        let visitor =
            Visitor { address: client.address, user_agent: bytes(headers.get(USER_AGENT)).to_vec() };
        web.app.views.record(&site.profile().id, visitor, bytes(headers.get(REFERER)));
    }
    response
}

/// The ready parts of the page, with the present presence in its hole.
async fn render(web: &Web, site: &Site) -> Response {
    let page = web.app.sites.page(site);
    let presence = if page.has_presence {
        let current = web.app.presences.current(site.owner().id).await;
        render_presence(current.as_ref().map(|snapshot| &snapshot.presence), web.app.now())
    } else {
        String::new()
    };
    let pieces = Pieces::new([page.before.clone(), Bytes::from(presence), page.after.clone()]);
    match HeaderValue::from_str(&page.csp) {
        Ok(policy) => reply::page(StatusCode::OK, Body::new(pieces), policy),
        Err(_) => web.pages.error(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
