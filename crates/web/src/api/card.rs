//! `GET /api/v1/profiles/:profileID/og.png`: the share card (contract O1 to O3).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::CardFault;
use nameplate_core::id::ProfileId;

use crate::api::presence::ANY_ORIGIN;
use crate::reply;
use crate::state::Web;

#[utoipa::path(get, path = "/api/v1/profiles/{profileID}/og.png", tag = "cards",
    params(("profileID" = String, Path, description = "The profile's id")),
    responses(
        (status = 200, description = "A PNG of 1200x630", content_type = "image/png", body = [u8]),
        (status = 304, description = "The card that `If-None-Match` names"),
        (status = 404, description = "`Not found`", content_type = "text/plain", body = String),
        (status = 500, description = "`Render failed`", content_type = "text/plain", body = String),
        (status = 503, description = "Too many renders wait", content_type = "text/plain", body = String)))]
pub(crate) async fn png(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    profile: Result<Path<String>, PathRejection>,
) -> Response {
    let id = profile.ok().and_then(|Path(profile)| ProfileId::parse(&profile).ok());
    let Some(id) = id else { return reply::plain(StatusCode::NOT_FOUND, "Not found") };
    let card = match web.app.cards.card(&id).await {
        Ok(card) => card,
        Err(CardFault::NotFound) => return reply::plain(StatusCode::NOT_FOUND, "Not found"),
        Err(CardFault::Failed) => return reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "Render failed"),
        Err(CardFault::Busy | CardFault::Unavailable) => {
            return reply::retry_after(reply::plain(StatusCode::SERVICE_UNAVAILABLE, "Busy"), 1);
        }
    };
    let validators = [
        (ETAG, card.etag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
    ];
    if reply::is_known(headers.get_all(IF_NONE_MATCH), &card.etag) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(CONTENT_TYPE, HeaderValue::from_static("image/png"))], card.png).into_response()
}
