//! `GET /uploads`, `PATCH /editUpload` and `DELETE /deleteUpload`: one's own uploads (contract A2).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use nameplate_app::{EditedPost, PostChange, UploadView};
use nameplate_core::change::Change;
use nameplate_core::id::PostCode;
use nameplate_core::post::FileName;
use nameplate_core::secret::KeyKind;
use serde::Serialize;

use crate::account::caller::Authenticated;
use crate::account::posts::post_fault;
use crate::account::upload::{header, plain, privacy, text};
use crate::account::users::parameter;
use crate::form::Form;
use crate::openapi::{AccountError, EditAnswer, MessageAnswer, UploadsAnswer};
use crate::reply::Account;
use crate::state::Web;

/// How many the public API lists unless it is told; the relay lists all.
const LISTED: u32 = 30;
/// The most that a client may ask for.
const MAX_LIMIT: u32 = 1000;

#[derive(Serialize)]
struct Uploads {
    uploads: Vec<UploadView>,
}

#[derive(Serialize)]
struct Edited {
    message: &'static str,
    post: EditedPost,
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[utoipa::path(get, path = "/uploads", tag = "uploads",
    params(("limit" = Option<u16>, Query, minimum = 1, maximum = 1000,
        description = "How many; the relay gives all by default, the public API 30")),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "The caller's files, newest first", body = UploadsAnswer),
        (status = 400, description = "A bad limit", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn list(
    State(web): State<Arc<Web>>,
    Extension(kind): Extension<KeyKind>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Response {
    let by_default = (kind == KeyKind::Api).then_some(LISTED);
    let limit = match parameter(query.as_deref().unwrap_or_default(), ["limit", "limit"]) {
        None => by_default,
        Some(value) => match value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)) {
            Some(limit) if value.bytes().all(|byte| byte.is_ascii_digit()) => Some(limit),
            _ => {
                let message = "limit must be a whole number from 1 to 1000.";
                return Account::error(StatusCode::BAD_REQUEST, message);
            }
        },
    };
    match web.app.posts.list(&caller, limit).await {
        Ok(uploads) => Account::data(&Uploads { uploads }),
        Err(fault) => post_fault(fault),
    }
}

#[utoipa::path(patch, path = "/editUpload", tag = "uploads",
    params(
        ("code" = String, Header, description = "The post"),
        ("title" = Option<String>, Header, description = "Cut to 30 characters; empty, it is taken away"),
        ("description" = Option<String>, Header, description = "Cut to 200 characters; empty, it is taken away"),
        ("post-privacy" = Option<String>, Header, description = "`public`, `unlisted` or `private`")),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "It is changed", body = EditAnswer),
        (status = 400, description = "No code, nothing to change, or a bad value", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "Another's post, a moderated one, or a suspended account", body = AccountError),
        (status = 404, description = "No such post", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    request: Request,
) -> Response {
    let bad = |message: &str| Account::error(StatusCode::BAD_REQUEST, message);
    let edit = match Edit::read(request).await {
        Ok(edit) => edit,
        Err(message) => return bad(message),
    };
    let Some(code) = edit.code.and_then(|code| PostCode::parse(&code).ok()) else {
        return bad("Missing or invalid post code.");
    };
    if edit.change.is_empty() {
        return bad("At least one of title, description or post-privacy must be provided.");
    }
    match web.app.posts.edit(&caller, &code, edit.change).await {
        Ok(post) => {
            web.app.apply(&Change::Posts(caller.id())).await;
            Account::data(&Edited { message: "Upload updated successfully.", post })
        }
        Err(fault) => post_fault(fault),
    }
}

/// A change in headers, in a form, or in both; the form wins.
#[derive(Default)]
struct Edit {
    code: Option<String>,
    change: PostChange,
}

impl Edit {
    async fn read(request: Request) -> Result<Self, &'static str> {
        let mut edit = Self::default();
        for (name, value) in request.headers() {
            edit.set(&plain(name.as_str()), text(value))?;
        }
        if is_form(request.headers()) {
            const BROKEN: &str = "The request broke off, or is no multipart form.";
            let mut form = Form::open(request).await.map_err(|_| BROKEN)?;
            while let Some(part) = form.next().await.map_err(|_| BROKEN)? {
                let name = plain(part.name());
                edit.set(&name, part.text().await.map_err(|_| BROKEN)?)?;
            }
        }
        Ok(edit)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str> {
        match name {
            "code" | "postcode" => self.code = Some(value.trim().to_owned()),
            "title" | "posttitle" => self.change.title = Some(value),
            "description" | "postdescription" => self.change.description = Some(value),
            "privacy" | "postprivacy" => self.change.privacy = Some(privacy(&value)?),
            _ => {}
        }
        Ok(())
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with(b"multipart/form-data"))
}

#[utoipa::path(delete, path = "/deleteUpload", tag = "uploads",
    params(("file" = String, Header, description = "The file's name: 32 hex digits, a dot and an extension")),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "The file is gone, and its post with the last of them", body = MessageAnswer),
        (status = 400, description = "No file's name", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The account is suspended", body = AccountError),
        (status = 404, description = "No such file of the caller's", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn delete(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    headers: HeaderMap,
) -> Response {
    let name = header(&headers, &["file", "filename"]);
    let Some(name) = name.and_then(|name| FileName::parse(name.trim()).ok()) else {
        return Account::error(StatusCode::BAD_REQUEST, "Missing or invalid file name.");
    };
    match web.app.posts.delete_file(&caller, &name).await {
        Ok(()) => {
            web.app.apply(&Change::Posts(caller.id())).await;
            Account::data(&Message { message: "File deleted successfully." })
        }
        Err(fault) => post_fault(fault),
    }
}
