//! `GET /avatars/{user}/{file}` and `/banners/{user}/{file}`: pictures that belong to an account, always public.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, CACHE_CONTROL};
use http::{HeaderMap, StatusCode, Uri};
use nameplate_app::ArtFault;

use crate::api::presence::ANY_ORIGIN;
use crate::reply;
use crate::state::Web;

pub(crate) async fn picture(State(web): State<Arc<Web>>, uri: Uri, headers: HeaderMap) -> Response {
    let art = match web.app.art.own(uri.path().trim_start_matches('/')).await {
        Ok(art) => art,
        Err(ArtFault::NotFound) => return web.pages.error(StatusCode::NOT_FOUND),
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    let validators =
        [(ETAG, art.etag.clone()), (CACHE_CONTROL, reply::IMMUTABLE), (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN)];
    if reply::is_known(headers.get_all(IF_NONE_MATCH), &art.etag) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(CONTENT_TYPE, art.mime), (CONTENT_SECURITY_POLICY, reply::SANDBOX)], art.bytes).into_response()
}
