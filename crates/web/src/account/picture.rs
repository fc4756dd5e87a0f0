//! `POST /profile/avatar` and `POST /profile/banner`: a picture in a form (contract A1, A4).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{Broken, Caller, PictureError, PictureFault, PictureKind};
use serde::Serialize;

use crate::account::caller::Authenticated;
use crate::form::Form;
use crate::openapi::{AccountError, PictureForm};
use crate::refusal::Refusal;
use crate::reply::Account;
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
    match take(web, caller, kind, request).await {
        Ok(url) => Account::data(&PictureAnswer { url, kind: kind.as_str() }),
        Err(refusal) => refusal.account(),
    }
}

/// Makes the picture in a form the caller's, and answers its URL.
pub(crate) async fn take(
    web: &Web,
    caller: &Caller,
    kind: PictureKind,
    request: Request,
) -> Result<String, Refusal> {
    let bad = |text| Refusal::new(StatusCode::BAD_REQUEST, "bad_form", text);
    let no_file = || bad("Send a picture as the form's field `file`.");
    let mut form = Form::open(request).await.map_err(|_| no_file())?;
    loop {
        let mut part = match form.next().await {
            Ok(Some(part)) => part,
            Ok(None) => return Err(no_file()),
            Err(Broken) => return Err(bad(BROKEN)),
        };
        if part.name() == "file" {
            let taken = web.app.accounts.set_picture(caller, kind, part.bytes()).await;
            return taken.map_err(|fault| refusal(&fault));
        }
        match part.drain(MAX_OTHER).await {
            Ok(true) => {}
            Ok(false) => return Err(no_file()),
            Err(Broken) => return Err(bad(BROKEN)),
        }
    }
}

const BROKEN: &str = "The form is broken off or malformed.";

fn refusal(fault: &PictureFault<Broken>) -> Refusal {
    let bad = |code, text: String| Refusal::new(StatusCode::BAD_REQUEST, code, text);
    let busy = |text| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text);
    match fault {
        PictureFault::Source(Broken) => bad("bad_form", BROKEN.into()),
        PictureFault::TooLarge => {
            let text = "The picture must be at most 30 MB.";
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text)
        }
        PictureFault::Bad(PictureError::NotAPicture) => {
            let text = "Unsupported file type. Only .png, .jpg, .webp, .gif files are supported.";
            bad("bad_picture", text.into())
        }
        PictureFault::Bad(error) => bad("bad_picture", format!("The picture cannot be used: {error}.")),
        PictureFault::Busy => busy("Too many pictures are being worked on. Please try again later."),
        PictureFault::Unavailable(_) => busy("Service unavailable."),
    }
}
