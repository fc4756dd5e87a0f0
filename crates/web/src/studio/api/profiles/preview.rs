//! `/api/v1/profiles/{profile}/preview`, `/card`, `/notes`, and `/api/v1/links/resolve`: what a draft would look like, and
//! what to know about it. Nothing is kept and nobody's view is counted.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use nameplate_app::CardFault;
use nameplate_core::content::Note;
use nameplate_core::theme::Scheme;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{Profile, data, fault};
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::{self, Envelope};
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::session::Owner;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft {
    /// A content document.
    #[schema(value_type = Object)]
    content: Value,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Previewed {
    /// A content document.
    #[schema(value_type = Object)]
    content: Value,
    /// What the visitor's system says: `light` or `dark`.
    #[schema(value_type = Option<String>)]
    scheme: Option<Scheme>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    url: String,
}

#[derive(Serialize)]
struct Notes {
    notes: Vec<Note>,
}

/// The page of a draft, by the real renderer. Each block says in `data-block` which one of the document it is.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/preview", tag = "pages", security(("session" = [])), request_body = Previewed,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page", content_type = "text/html", body = String),
        (status = 400, description = "`bad_content`, with the path", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 429, description = "`too_often`", body = StudioError)))]
pub(crate) async fn page(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    Json(draft): Json<Previewed>,
) -> Response {
    let preview = match web.app.pages.preview(owner.user(), &id, &draft.content, draft.scheme).await {
        Ok(preview) => preview,
        Err(bad) => return fault(bad),
    };
    let Ok(policy) = HeaderValue::from_maybe_shared(preview.csp) else {
        return reply::bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = reply::page(StatusCode::OK, preview.html, policy);
    response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

/// The share card of a draft.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/card", tag = "pages", security(("session" = [])), request_body = Draft,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "A PNG of 1200x630", content_type = "image/png", body = [u8]),
        (status = 400, description = "`bad_content`, with the path", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 429, description = "`too_often`", body = StudioError),
        (status = 503, description = "`busy`: too many cards wait to be drawn", body = StudioError)))]
pub(crate) async fn card(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    Json(draft): Json<Draft>,
) -> Response {
    let (profile, content) = match web.app.pages.drafted(owner.user(), &id, &draft.content).await {
        Ok(drafted) => drafted,
        Err(bad) => return fault(bad),
    };
    match web.app.cards.draft(&profile, owner.user(), &content).await {
        Ok(png) => ([(CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response(),
        Err(CardFault::Failed) => Envelope::refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "render_failed",
            "The card could not be drawn.",
        ),
        Err(_) => {
            let text = "Too many cards wait to be drawn. Try again in a moment.";
            reply::retry_after(Envelope::refuse(StatusCode::SERVICE_UNAVAILABLE, "busy", text), 1)
        }
    }
}

/// What the owner may want to know before publishing.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/notes", tag = "pages", security(("session" = [])), request_body = Draft,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "In the order of the page", body = StudioAnswer),
        (status = 400, description = "`bad_content`, with the path", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 429, description = "`too_often`", body = StudioError)))]
pub(crate) async fn notes(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    Json(draft): Json<Draft>,
) -> Response {
    data(web.app.pages.notes(owner.user(), &id, &draft.content).await.map(|notes| Notes { notes }))
}

/// The block that a pasted address stands for. No other site is asked.
#[utoipa::path(get, path = "/api/v1/links/resolve", tag = "pages", security(("session" = [])),
    params(("url" = String, Query, description = "What was pasted")),
    responses(
        (status = 200, description = "The kind of block, the block, a label and an icon", body = StudioAnswer),
        (status = 400, description = "Nothing that a page can hold", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn resolve(State(web): State<Arc<Web>>, _: Owner, Query(asked): Query<Asked>) -> Response {
    data(web.app.pages.suggest(&asked.url))
}
