//! `POST /upload` and `POST /appendUpload`: files in, posts out (contract A2 to A4).
//!
//! The form is read once, from the socket into the storage. What a post is to be may stand in headers or in parts of
//! the form, in any of the spellings that clients use; a part wins.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::{Broken, Caller, PostForm, Refused, Upload, UploadFault, Uploaded};
use nameplate_core::change::Change;
use nameplate_core::id::PostCode;
use nameplate_core::post::Privacy;

use crate::account::caller::Authenticated;
use crate::account::posts::{self, post_fault};
use crate::form::{BadForm, Form, Part};
use crate::openapi::{AccountError, UploadAnswer, UploadForm};
use crate::refusal::Refusal;
use crate::reply::Account;
use crate::state::Web;

/// What is read of a file that was rejected, to come to the next one. If more is to come, the request ends there.
pub(crate) const MAX_SKIPPED: u64 = 16 << 20;

#[utoipa::path(post, path = "/upload", tag = "uploads",
    params(
        ("post-privacy" = Option<String>, Header, description = "`public`, `unlisted` or `private` (the default)"),
        ("post-title" = Option<String>, Header, description = "Cut to 30 characters"),
        ("post-description" = Option<String>, Header, description = "Cut to 200 characters"),
        ("post-type" = Option<String>, Header, description = "`album` (the default) or `individual`, for several files")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "At least one file was taken", body = UploadAnswer),
        (status = 400, description = "No file, a bad value, or no file was taken", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The account is suspended", body = AccountError),
        (status = 413, description = "The file is larger than the plan allows", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn upload(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    request: Request,
) -> Response {
    let settings = match Settings::read(request.headers(), Privacy::Private) {
        Ok(settings) => settings,
        Err(message) => return Account::error(StatusCode::BAD_REQUEST, message),
    };
    let upload = web.app.uploads.begin(&caller, content_length(request.headers()));
    receive(&web, &caller, upload, settings, request).await
}

#[utoipa::path(post, path = "/appendUpload", tag = "uploads",
    params(("post-code" = String, Header, description = "The post that gets the files")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "At least one file was added", body = UploadAnswer),
        (status = 400, description = "No post code, no file, a full album, or no file was taken", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "Another's post, a moderated one, or a suspended account", body = AccountError),
        (status = 404, description = "No such post", body = AccountError),
        (status = 413, description = "The file is larger than the plan allows", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn append(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    request: Request,
) -> Response {
    let Some(code) =
        header(request.headers(), &["postcode", "code"]).and_then(|code| PostCode::parse(&code).ok())
    else {
        return Account::error(StatusCode::BAD_REQUEST, "Missing or invalid post code.");
    };
    match web.app.uploads.begin_append(&caller, &code, content_length(request.headers())).await {
        Ok(upload) => receive(&web, &caller, upload, Settings::new(Privacy::Private), request).await,
        Err(fault) => post_fault(fault),
    }
}

/// Reads the form and answers, in a task that the end of the connection does not cut in half.
async fn receive(
    web: &Arc<Web>,
    caller: &Caller,
    upload: Upload,
    settings: Settings,
    request: Request,
) -> Response {
    let work = take_in(upload, settings, request);
    let Some(done) = web.app.uploads.run(work).await else {
        return Account::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.");
    };
    match done {
        Ok(uploaded) => {
            web.app.apply(&Change::Posts(caller.id())).await;
            Account::data(&uploaded)
        }
        Err(fault) => answer(fault),
    }
}

/// Why a form came to nothing.
pub(crate) enum Fault {
    /// A bad value in it.
    Setting(&'static str),
    /// A file that was rejected long before the end of the form.
    Rejected,
    Upload(UploadFault),
}

impl<F: Into<UploadFault>> From<F> for Fault {
    fn from(fault: F) -> Self {
        Self::Upload(fault.into())
    }
}

/// Takes in what a form brings.
pub(crate) async fn take_in(
    mut upload: Upload,
    mut settings: Settings,
    request: Request,
) -> Result<Uploaded, Fault> {
    let end = match Form::open(request).await {
        Ok(mut form) => read(&mut form, &mut upload, &mut settings).await,
        Err(BadForm) => Err(Fault::Setting("The request must be a multipart form.")),
    };
    match end {
        Ok(()) => Ok(upload.finish(settings.into_form()).await?),
        Err(Fault::Rejected) => Err(upload.give_up().await.into()),
        Err(fault) => {
            upload.abort().await;
            Err(fault)
        }
    }
}

async fn read(form: &mut Form, upload: &mut Upload, settings: &mut Settings) -> Result<(), Fault> {
    while let Some(mut part) = form.next().await? {
        if let Some(name) = file_name(&part) {
            if !upload.take(&name, part.bytes()).await? && !part.drain(MAX_SKIPPED).await? {
                return Err(Fault::Rejected);
            }
            continue;
        }
        let name = plain(part.name());
        settings.set(&name, &part.text().await?).map_err(Fault::Setting)?;
    }
    Ok(())
}

/// The name of the file in a part. A form's file field that was left empty is no file.
pub(crate) fn file_name(part: &Part<'_>) -> Option<String> {
    match part.file_name() {
        Some("") => None,
        Some(name) => Some(name.to_owned()),
        None => (part.name() == "file").then(String::new),
    }
}

/// What a request says of the post to be.
pub(crate) struct Settings {
    form: PostForm,
}

impl Settings {
    /// A post of that privacy unless something else is said.
    pub(crate) fn new(privacy: Privacy) -> Self {
        Self { form: PostForm { privacy, ..PostForm::default() } }
    }

    /// What the headers say.
    ///
    /// # Errors
    /// What to answer.
    pub(crate) fn read(headers: &HeaderMap, privacy: Privacy) -> Result<Self, &'static str> {
        let mut settings = Self::new(privacy);
        for (name, value) in headers {
            settings.set(&plain(name.as_str()), &text(value))?;
        }
        Ok(settings)
    }

    pub(crate) fn into_form(self) -> PostForm {
        self.form
    }

    /// Takes a value by its name without hyphens; other names mean nothing here.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match name {
            "postprivacy" | "privacy" => self.form.privacy = privacy(value)?,
            "posttitle" | "title" => self.form.title = value.to_owned(),
            "postdescription" | "description" => self.form.description = value.to_owned(),
            "posttype" | "type" => {
                self.form.is_individual = match value.trim().to_ascii_lowercase().as_str() {
                    "" | "album" => false,
                    "individual" => true,
                    _ => return Err("Invalid post-type. Must be album or individual."),
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// # Errors
/// What to answer.
pub(super) fn privacy(value: &str) -> Result<Privacy, &'static str> {
    Privacy::parse(&value.trim().to_ascii_lowercase())
        .ok_or("Invalid post-privacy. Must be public, unlisted or private.")
}

/// A name in lower case, without what tells its spellings apart: `post-privacy`, `post_privacy`, `postPrivacy`.
pub(crate) fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_'))
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// The value of the first header that goes by one of these plain names.
pub(super) fn header(headers: &HeaderMap, names: &[&str]) -> Option<String> {
    let mut found = headers.iter().filter(|(name, _)| names.contains(&plain(name.as_str()).as_str()));
    found.next().map(|(_, value)| text(value))
}

/// A header's text: UTF-8, or Latin-1 where it is none.
pub(super) fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}

pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(crate) fn answer(fault: Fault) -> Response {
    match fault {
        Fault::Upload(UploadFault::Refused(refused)) => Account::fault(status_of(&refused), &refused),
        Fault::Upload(UploadFault::Post(fault)) => post_fault(fault),
        fault => refusal(&fault).account(),
    }
}

fn status_of(refused: &Refused) -> StatusCode {
    if refused.is_too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
}

pub(crate) fn refusal(fault: &Fault) -> Refusal {
    let bad = |text: String| Refusal::new(StatusCode::BAD_REQUEST, "bad_form", text);
    match fault {
        Fault::Setting(message) => bad((*message).into()),
        Fault::Rejected => Refusal::new(StatusCode::BAD_REQUEST, "refused", "All files failed to upload."),
        Fault::Upload(UploadFault::Refused(refused)) => {
            let code = if refused.is_too_large { "too_large" } else { "refused" };
            Refusal::new(status_of(refused), code, refused.error().to_owned())
        }
        Fault::Upload(UploadFault::Post(fault)) => posts::refusal(*fault),
        Fault::Upload(UploadFault::Full) => {
            let text = "There is no space left on this server.";
            Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "no_space", text)
        }
        Fault::Upload(UploadFault::Unavailable) => {
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Service unavailable.")
        }
        Fault::Upload(UploadFault::Broken(Broken)) => {
            bad("The request broke off, or is no multipart form.".into())
        }
        Fault::Upload(fault @ (UploadFault::NoFile | UploadFault::TooManyFiles)) => bad(fault.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A2
    #[test]
    fn every_spelling_of_a_setting_is_understood() {
        for name in ["post-privacy", "postprivacy", "post_privacy", "postPrivacy", "Post-Privacy", "privacy"]
        {
            let mut settings = Settings::new(Privacy::Private);
            settings.set(&plain(name), "Public").unwrap();
            assert_eq!(settings.form.privacy, Privacy::Public, "{name}");
        }
        let mut settings = Settings::new(Privacy::Private);
        assert_eq!(settings.form.privacy, Privacy::Private);
        settings.set("type", "individual").unwrap();
        settings.set("title", "Hello").unwrap();
        assert!(settings.form.is_individual && settings.form.title == "Hello");
        assert!(settings.set("postprivacy", "secret").is_err() && settings.set("posttype", "pile").is_err());
        assert_eq!(text(&HeaderValue::from_bytes("é".as_bytes()).unwrap()), "é");
        assert_eq!(text(&HeaderValue::from_bytes(b"\xe9").unwrap()), "é");
    }
}
