//! `/api/v1/profiles/{profile}/pictures`: a picture for a page, kept as an unlisted upload of its owner's.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::Uploaded;
use nameplate_core::change::Change;
use nameplate_core::id::PostCode;
use nameplate_core::post::Privacy;
use serde::Serialize;

use super::reply::{Profile, fault};
use crate::account::upload::{Settings, content_length, refusal, take_in};
use crate::openapi::{PictureForm, StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::session::{Owner, unavailable};

#[derive(Serialize)]
struct Added<'a> {
    url: &'a str,
}

/// Takes a picture in for image blocks and backgrounds.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/pictures", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The picture's address, for the document", body = StudioAnswer),
        (status = 400, description = "`bad_form`, `refused`, `not_a_picture`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 413, description = "`too_large`: larger than the plan allows", body = StudioError)))]
pub(crate) async fn add(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    request: Request,
) -> Response {
    if let Err(missing) = web.app.pages.get(owner.user(), &id).await {
        return fault(missing);
    }
    let upload = web.app.uploads.begin(owner.caller(), content_length(request.headers()));
    let work = take_in(upload, Settings::new(Privacy::Unlisted), request);
    match web.app.uploads.run(work).await {
        Some(Ok(uploaded)) => added(&web, &owner, &uploaded).await,
        Some(Err(bad)) => refusal(&bad).studio(),
        None => unavailable(),
    }
}

async fn added(web: &Web, owner: &Owner, uploaded: &Uploaded) -> Response {
    web.app.apply(&Change::Posts(owner.id())).await;
    for code in uploaded.codes().into_iter().filter_map(|code| PostCode::parse(code).ok()) {
        let Ok(post) = web.app.posts.own(owner.caller(), &code).await else { return unavailable() };
        if let Some(url) = post.picture_url() {
            return Envelope::data(Added { url });
        }
        // A video is nothing that a page can hold as a picture.
        if web.app.posts.delete(owner.caller(), &code).await.is_err() {
            return unavailable();
        }
    }
    Envelope::refuse(StatusCode::BAD_REQUEST, "not_a_picture", "Send a png, jpg, webp or gif.")
}
