//! `/api/v1/account/uploads`: the user's uploads, in the studio's shape. What is done is what the account API does.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{Failure, OwnPost, PostChange, PostFault, PostFilter, Uploaded};
use nameplate_core::change::Change;
use nameplate_core::edit::sent;
use nameplate_core::id::PostCode;
use nameplate_core::post::{FileName, Privacy};
use serde::{Deserialize, Serialize};

use crate::account::posts::refusal as post_refusal;
use crate::account::upload::{Settings, content_length, refusal as upload_refusal, take_in};
use crate::openapi::{StudioAnswer, StudioError, UploadChange, UploadForm};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::session::{Owner, unavailable};

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    page: Option<u32>,
    #[serde(default)]
    search: String,
    #[serde(default)]
    privacy: String,
}

/// The user's uploads.
#[utoipa::path(get, path = "/api/v1/account/uploads", tag = "account", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, minimum = 1, description = "Twenty-four to a page"),
        ("search" = Option<String>, Query, description = "A part of the title, the description or the code"),
        ("privacy" = Option<String>, Query, description = "`public`, `unlisted` or `private`")),
    responses(
        (status = 200, description = "Newest first", body = StudioAnswer),
        (status = 400, description = "`bad_value`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn list(
    State(web): State<Arc<Web>>,
    owner: Owner,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let bad = |path, text| Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", path, text);
    let Ok(Query(asked)) = asked else { return bad("page", "The page must be a whole number.") };
    let privacy = Privacy::parse(&asked.privacy);
    if privacy.is_none() && !asked.privacy.is_empty() {
        return bad("privacy", "The privacy must be public, unlisted or private.");
    }
    let only = PostFilter { privacy, text: asked.search };
    match web.app.posts.page(owner.caller(), &only, asked.page.unwrap_or(1)).await {
        Ok(posts) => Envelope::data(posts),
        Err(fault) => refused(fault),
    }
}

#[derive(Serialize)]
struct Brought<'a> {
    uploads: Vec<OwnPost>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failed: &'a [Failure],
}

/// Takes files in: several are one album, unless the field `type` says `individual`.
#[utoipa::path(post, path = "/api/v1/account/uploads", tag = "account", security(("session" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The new uploads, and the files that were not taken", body = StudioAnswer),
        (status = 400, description = "`bad_form`, `refused`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 413, description = "`too_large`: larger than the plan allows", body = StudioError)))]
pub(crate) async fn upload(State(web): State<Arc<Web>>, owner: Owner, request: Request) -> Response {
    let upload = web.app.uploads.begin(owner.caller(), content_length(request.headers()));
    let work = take_in(upload, Settings::new(Privacy::Private), request);
    match web.app.uploads.run(work).await {
        Some(Ok(uploaded)) => brought(&web, &owner, &uploaded).await,
        Some(Err(fault)) => upload_refusal(&fault).studio(),
        None => unavailable(),
    }
}

async fn brought(web: &Web, owner: &Owner, uploaded: &Uploaded) -> Response {
    web.app.apply(&Change::Posts(owner.id())).await;
    let mut uploads = Vec::new();
    for code in uploaded.codes().into_iter().filter_map(|code| PostCode::parse(code).ok()) {
        match web.app.posts.own(owner.caller(), &code).await {
            Ok(post) => uploads.push(post),
            Err(fault) => return refused(fault),
        }
    }
    Envelope::data(Brought { uploads, failed: uploaded.failed() })
}

/// Adds files to an upload.
#[utoipa::path(post, path = "/api/v1/account/uploads/{code}/files", tag = "account", security(("session" = [])),
    params(("code" = String, Path, description = "The upload")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The upload as it is now", body = StudioAnswer),
        (status = 400, description = "`bad_form`, `refused`, `album_full`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`, `moderated`", body = StudioError),
        (status = 404, description = "No such upload of the user's", body = StudioError),
        (status = 413, description = "`too_large`", body = StudioError)))]
pub(crate) async fn append(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    let Ok(code) = PostCode::parse(&code) else { return refused(PostFault::NotFound) };
    let length = content_length(request.headers());
    let upload = match web.app.uploads.begin_append(owner.caller(), &code, length).await {
        Ok(upload) => upload,
        Err(fault) => return refused(fault),
    };
    match web.app.uploads.run(take_in(upload, Settings::new(Privacy::Private), request)).await {
        Some(Ok(_)) => changed(&web, &owner, &code).await,
        Some(Err(fault)) => upload_refusal(&fault).studio(),
        None => unavailable(),
    }
}

/// The upload as it is now.
async fn changed(web: &Web, owner: &Owner, code: &PostCode) -> Response {
    web.app.apply(&Change::Posts(owner.id())).await;
    match web.app.posts.own(owner.caller(), code).await {
        Ok(post) => Envelope::data(post),
        Err(fault) => refused(fault),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Edit {
    #[serde(deserialize_with = "sent")]
    title: Option<Option<String>>,
    #[serde(deserialize_with = "sent")]
    description: Option<Option<String>>,
    #[serde(deserialize_with = "sent")]
    privacy: Option<Privacy>,
}

/// Changes an upload; null empties a text.
#[utoipa::path(patch, path = "/api/v1/account/uploads/{code}", tag = "account", security(("session" = [])),
    params(("code" = String, Path, description = "The upload")), request_body = UploadChange,
    responses(
        (status = 200, description = "The upload as it is now", body = StudioAnswer),
        (status = 400, description = "`bad_value`, `nothing_to_change`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`, `moderated`", body = StudioError),
        (status = 404, description = "No such upload of the user's", body = StudioError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(code): Path<String>,
    Json(edit): Json<Edit>,
) -> Response {
    let Ok(code) = PostCode::parse(&code) else { return refused(PostFault::NotFound) };
    let text = |text: Option<Option<String>>| text.map(Option::unwrap_or_default);
    let change =
        PostChange { privacy: edit.privacy, title: text(edit.title), description: text(edit.description) };
    if change.is_empty() {
        let text = "Send at least one field to change.";
        return Envelope::refuse(StatusCode::BAD_REQUEST, "nothing_to_change", text);
    }
    match web.app.posts.edit(owner.caller(), &code, change).await {
        Ok(_) => changed(&web, &owner, &code).await,
        Err(fault) => refused(fault),
    }
}

/// Deletes an upload with its files.
#[utoipa::path(delete, path = "/api/v1/account/uploads/{code}", tag = "account", security(("session" = [])),
    params(("code" = String, Path, description = "The upload")),
    responses(
        (status = 200, description = "It is gone", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such upload of the user's", body = StudioError)))]
pub(crate) async fn delete(State(web): State<Arc<Web>>, owner: Owner, Path(code): Path<String>) -> Response {
    let Ok(code) = PostCode::parse(&code) else { return refused(PostFault::NotFound) };
    match web.app.posts.delete(owner.caller(), &code).await {
        Ok(()) => gone(&web, &owner).await,
        Err(fault) => refused(fault),
    }
}

/// Deletes one file of an upload, and the upload with the last of them.
#[utoipa::path(delete, path = "/api/v1/account/uploads/{code}/files/{name}", tag = "account", security(("session" = [])),
    params(
        ("code" = String, Path, description = "The upload"),
        ("name" = String, Path, description = "The file's name: 32 hex digits, a dot and an extension")),
    responses(
        (status = 200, description = "It is gone", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such file of the user's", body = StudioError)))]
pub(crate) async fn delete_file(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path((code, name)): Path<(String, String)>,
) -> Response {
    let (Ok(code), Ok(name)) = (PostCode::parse(&code), FileName::parse(&name)) else {
        return refused(PostFault::NoFile);
    };
    match web.app.posts.delete_file_of(owner.caller(), &code, &name).await {
        Ok(()) => gone(&web, &owner).await,
        Err(fault) => refused(fault),
    }
}

async fn gone(web: &Web, owner: &Owner) -> Response {
    web.app.apply(&Change::Posts(owner.id())).await;
    Envelope::data(())
}

/// Another's upload is as if it were not there.
fn refused(fault: PostFault) -> Response {
    let fault = if fault == PostFault::NotOwner { PostFault::NotFound } else { fault };
    post_refusal(fault).studio()
}
