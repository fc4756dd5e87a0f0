//! `POST /api/v1/profiles/:profileID/click`: a visitor followed a link of the page. Sent by the page's script.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use nameplate_app::Visit;
use nameplate_core::id::ProfileId;
use serde::Deserialize;

use crate::json;
use crate::reply::{self, Envelope};
use crate::state::{ClientAddress, Web, visitor};

/// A link's URL has at most 2048 bytes; JSON may write one of them as six.
const MAX_BYTES: usize = 16 * 1024;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Click {
    /// As it stands in the page.
    #[schema(example = "https://github.com/playerone", max_length = 2048)]
    url: String,
}

/// Counts a click on a link of the page; of one that the page does not hold, nothing. The type of the body does not
/// matter: `sendBeacon` names one of its own.
#[utoipa::path(post, path = "/api/v1/profiles/{profileID}/click", tag = "numbers", request_body = Click,
    params(("profileID" = String, Path, description = "The profile's id")),
    responses(
        (status = 204, description = "Taken"),
        (status = 400, description = "Not a click", body = crate::openapi::EnvelopeError),
        (status = 404, description = "No such profile", body = crate::openapi::EnvelopeError),
        (status = 429, description = "Too many clicks from one address", body = crate::openapi::EnvelopeError)))]
pub(crate) async fn click(
    State(web): State<Arc<Web>>,
    client: ClientAddress,
    headers: HeaderMap,
    profile: Result<Path<String>, PathRejection>,
    body: Body,
) -> Response {
    let id = profile.ok().and_then(|Path(profile)| ProfileId::parse(&profile).ok());
    let Some(id) = id else { return Envelope::error(StatusCode::NOT_FOUND, "Not found") };
    let verdict = web.app.rates.take_from(Visit::Click, client.address).await;
    if !verdict.allowed {
        let response = Envelope::error(StatusCode::TOO_MANY_REQUESTS, "Too many clicks.");
        return reply::retry_after(response, verdict.retry_after_seconds());
    }
    let read = json::read(&headers, body, MAX_BYTES).await;
    let Ok(Click { url }) = read.and_then(|body| json::parse(&body)) else {
        return Envelope::error(StatusCode::BAD_REQUEST, "The body must be {\"url\":\"...\"}.");
    };
    match web.app.sites.find(&id).await {
        Ok(Some(site)) => {
            web.app.views.record_click(&site, &url, visitor(client, &headers));
            reply::bare(StatusCode::NO_CONTENT)
        }
        Ok(None) => Envelope::error(StatusCode::NOT_FOUND, "Not found"),
        Err(_) => {
            reply::retry_after(Envelope::error(StatusCode::SERVICE_UNAVAILABLE, "The database is away."), 2)
        }
    }
}
