//! Smaller parts of `/api/v1/account`: pictures, usage, the file for ShareX, and why one is not shown.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use nameplate_app::{PictureKind, ShareXConfig};
use nameplate_core::edit::ProfileEdit;
use nameplate_core::secret::KeyKind;
use serde::Serialize;

use crate::account::picture::take;
use crate::openapi::{PictureForm, StudioAnswer, StudioError};
use crate::reply::{Account as Bare, Envelope};
use crate::state::Web;
use crate::studio::session::{Owner, unavailable};

#[derive(Serialize)]
struct Picture {
    url: String,
}

/// Sets the avatar or the banner.
#[utoipa::path(post, path = "/api/v1/account/{picture}", tag = "account", security(("session" = [])),
    params(("picture" = String, Path, description = "`avatar` or `banner`")),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Its URL", body = StudioAnswer),
        (status = 400, description = "`bad_form`, `bad_picture`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 413, description = "`too_large`: more than 30 MB", body = StudioError)))]
pub(crate) async fn set_picture(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(picture): Path<String>,
    request: Request,
) -> Response {
    let Some(kind) = kind(&picture) else { return no_picture() };
    match take(&web, owner.caller(), kind, request).await {
        Ok(url) => Envelope::data(Picture { url }),
        Err(refusal) => refusal.studio(),
    }
}

/// Takes the avatar or the banner away.
#[utoipa::path(delete, path = "/api/v1/account/{picture}", tag = "account", security(("session" = [])),
    params(("picture" = String, Path, description = "`avatar` or `banner`")),
    responses(
        (status = 200, description = "There is none any more", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError)))]
pub(crate) async fn delete_picture(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(picture): Path<String>,
) -> Response {
    let edit = match kind(&picture) {
        Some(PictureKind::Avatar) => ProfileEdit { avatar: Some(None), ..ProfileEdit::default() },
        Some(PictureKind::Banner) => ProfileEdit { banner: Some(None), ..ProfileEdit::default() },
        None => return no_picture(),
    };
    match web.app.accounts.edit(owner.caller(), &edit).await {
        Ok(()) => Envelope::data(()),
        Err(_) => unavailable(),
    }
}

fn kind(word: &str) -> Option<PictureKind> {
    [PictureKind::Avatar, PictureKind::Banner].into_iter().find(|kind| kind.as_str() == word)
}

fn no_picture() -> Response {
    Envelope::refuse(StatusCode::NOT_FOUND, "not_found", "There is no such picture.")
}

/// What the plan allows this week, and what was uploaded day by day.
#[utoipa::path(get, path = "/api/v1/account/usage", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "The window and the last 365 days; days without uploads are left out", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn usage(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.accounts.usage(owner.caller()).await {
        Ok(usage) => Envelope::data(usage),
        Err(_) => unavailable(),
    }
}

/// The file that sets ShareX up; it holds the API key.
#[utoipa::path(get, path = "/api/v1/account/sharex.sxcu", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "The file", content_type = "application/json"),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 409, description = "`no_key`: there is no API key yet", body = StudioError)))]
pub(crate) async fn sharex(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    let Some(key) = owner.caller().key(KeyKind::Api) else {
        return Envelope::refuse(StatusCode::CONFLICT, "no_key", "Make an API key first.");
    };
    let config = ShareXConfig::new(web.app.site_name(), web.app.links().home(), &owner.user().username, key);
    let download = HeaderValue::from_static("attachment; filename=\"nameplate.sxcu\"");
    ([(CONTENT_DISPOSITION, download)], Bare::data(&config)).into_response()
}

/// What is known of the user's presence, and what keeps it from being shown.
#[utoipa::path(get, path = "/api/v1/account/presence", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "The snapshot, and a list of checks", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn presence(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    let bot = (web.bot)(owner.id()).await;
    match web.app.presences.checks(owner.user(), bot, web.app.now()).await {
        Ok(checks) => Envelope::data(checks),
        Err(_) => unavailable(),
    }
}
