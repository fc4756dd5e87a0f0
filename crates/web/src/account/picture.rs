//! `POST /profile/avatar` and `POST /profile/banner`: a picture in a form (contract A1, A4).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{Broken, Caller, PictureError, PictureFault, PictureKind};
use serde::Serialize;

use crate::account::caller::Authenticated;
use crate::account::unavailable;
use crate::form::Form;
use crate::openapi::{AccountError, PictureForm};
use crate::reply::{self, Account};
use crate::state::Web;

/// The most bytes of a part that is no picture.
const MAX_OTHER: u64 = 64 * 1024;

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PictureAnswer {
    #[schema(
        example = "https://i.example.org/avatars/123456789012345678/a1b2c3d4e5f6789012345678abcdef01.png"
    )]
    url: String,
    /// `avatar` or `banner`.
    #[serde(rename = "type")]
    kind: &'static str,
}

#[utoipa::path(post, path = "/profile/avatar", tag = "accounts", security(("relay-key" = [])),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It is the caller's avatar: its middle square", body = PictureAnswer),
        (status = 400, description = "No picture, or one that cannot be read", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The caller is suspended", body = AccountError),
        (status = 413, description = "More than 30 MB", body = AccountError),
        (status = 429, description = "Too often", body = AccountError),
        (status = 503, description = "Too many pictures at once", body = AccountError)))]
pub(crate) async fn avatar(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    request: Request,
) -> Response {
    set(&web, &caller, PictureKind::Avatar, request).await
}

#[utoipa::path(post, path = "/profile/banner", tag = "accounts", security(("relay-key" = [])),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It is the caller's banner, in its own ratio", body = PictureAnswer),
        (status = 400, description = "No picture, or one that cannot be read", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The caller is suspended", body = AccountError),
        (status = 413, description = "More than 30 MB", body = AccountError),
        (status = 429, description = "Too often", body = AccountError),
        (status = 503, description = "Too many pictures at once", body = AccountError)))]
pub(crate) async fn banner(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    request: Request,
) -> Response {
    set(&web, &caller, PictureKind::Banner, request).await
}

async fn set(web: &Web, caller: &Caller, kind: PictureKind, request: Request) -> Response {
    let no_file = || Account::error(StatusCode::BAD_REQUEST, "Send a picture as the form's field `file`.");
    let Ok(mut form) = Form::open(request).await else { return no_file() };
    loop {
        let mut part = match form.next().await {
            Ok(Some(part)) => part,
            Ok(None) => return no_file(),
            Err(Broken) => return broken(),
        };
        if part.name() == "file" {
            return match web.app.accounts.set_picture(caller, kind, part.bytes()).await {
                Ok(url) => Account::data(&PictureAnswer { url, kind: kind.as_str() }),
                Err(fault) => refusal(&fault),
            };
        }
        match part.drain(MAX_OTHER).await {
            Ok(true) => {}
            Ok(false) => return too_large(),
            Err(Broken) => return broken(),
        }
    }
}

fn refusal(fault: &PictureFault<Broken>) -> Response {
    let refused = |text: &str| Account::error(StatusCode::BAD_REQUEST, text);
    match fault {
        PictureFault::Source(Broken) => broken(),
        PictureFault::TooLarge => too_large(),
        PictureFault::Bad(PictureError::NotAPicture) => {
            refused("Unsupported file type. Only .png, .jpg, .webp, .gif files are supported.")
        }
        PictureFault::Bad(error) => refused(&format!("The picture cannot be used: {error}.")),
        PictureFault::Busy => {
            let text = "Too many pictures are being worked on. Please try again later.";
            reply::retry_after(Account::error(StatusCode::SERVICE_UNAVAILABLE, text), 2)
        }
        PictureFault::Unavailable(_) => unavailable(),
    }
}

fn broken() -> Response {
    Account::error(StatusCode::BAD_REQUEST, "The form is broken off or malformed.")
}

fn too_large() -> Response {
    Account::error(StatusCode::PAYLOAD_TOO_LARGE, "The picture must be at most 30 MB.")
}
