//! Uploads of ShareX and programs like it: `POST /upload`, `DELETE /upload/{ID}` and `GET /sharex.sxcu` on the
//! dashboard's hosts, with a key of the account in `Authorization` (contract A7).

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::{Action, AuthFault, Caller, LinkFault, PostFault, ShareXConfig, Upload, Uploaded};
use nameplate_core::change::Change;
use nameplate_core::id::PostCode;
use nameplate_core::post::Privacy;
use nameplate_core::secret::{AccountKey, KeyKind};
use serde::Serialize;

use crate::account::caller::refusal;
use crate::account::limited::{exceeded, tell};
use crate::account::posts::post_fault;
use crate::account::unavailable;
use crate::account::upload::{self, Fault, Settings};
use crate::form::Form;
use crate::reply::Account;
use crate::state::Web;

/// The largest body that holds nothing but a link.
const MAX_LINK: usize = 16 << 10;

/// The answer to an upload.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(rename = "ID")]
    id: &'a str,
    url: &'a str,
}

/// The account whose key is in `Authorization`, raw or behind `Bearer` or `Token`: either of its two keys.
pub(crate) struct KeyHolder {
    caller: Caller,
    key: AccountKey,
}

impl FromRequestParts<Arc<Web>> for KeyHolder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let unauthorized = |text: &str| Account::error(StatusCode::UNAUTHORIZED, text);
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let value = values.next().map(|value| value.as_bytes().trim_ascii()).unwrap_or_default();
        if value.is_empty() {
            return Err(unauthorized("Unauthorized. No authorization header found."));
        }
        let invalid = || unauthorized("Unauthorized. Invalid authorization.");
        let text = std::str::from_utf8(value).ok().filter(|_| values.next().is_none()).ok_or_else(invalid)?;
        let bare = match text.split_once(' ') {
            Some((scheme, key)) if ["bearer", "token"].contains(&&*scheme.to_ascii_lowercase()) => key.trim(),
            _ => text,
        };
        let key = AccountKey::parse(bare).map_err(|_| invalid())?;
        for kind in [KeyKind::Api, KeyKind::Relay] {
            match web.app.accounts.caller(kind, &key).await {
                Ok(caller) => {
                    let refusal = refusal(&caller, &parts.method);
                    return refusal.map_or(Ok(Self { caller, key }), Err);
                }
                Err(AuthFault::UnknownKey) => {}
                Err(AuthFault::Unavailable(_)) => return Err(unavailable()),
            }
        }
        Err(invalid())
    }
}

/// A file, the first one of a form whatever its field is called; or `link`, an address to shorten.
pub(crate) async fn upload(
    State(web): State<Arc<Web>>,
    holder: Result<KeyHolder, Response>,
    request: Request,
) -> Response {
    let caller = match holder {
        Ok(holder) => holder.caller,
        Err(refusal) => return tell(refusal, web.app.rates.untouched(Action::Share)),
    };
    let verdict = web.app.rates.take(Action::Share, &caller.id()).await;
    if !verdict.allowed {
        return exceeded(verdict);
    }
    let response = match kind_of(request.headers()) {
        Kind::Form => receive(&web, &caller, request).await,
        Kind::Text => match link_in(request).await {
            Some(link) => shorten(&web, &caller, &link).await,
            None => Account::error(StatusCode::BAD_REQUEST, "Body is missing link property"),
        },
        Kind::Other => {
            let text = "Not allowed to upload files with the supplied Content-Type";
            Account::error(StatusCode::BAD_REQUEST, text)
        }
    };
    tell(response, verdict)
}

enum Kind {
    Form,
    Text,
    Other,
}

fn kind_of(headers: &HeaderMap) -> Kind {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default().to_ascii_lowercase();
    match kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii() {
        b"multipart/form-data" => Kind::Form,
        b"application/x-www-form-urlencoded" => Kind::Text,
        _ => Kind::Other,
    }
}

async fn link_in(request: Request) -> Option<String> {
    let body = to_bytes(request.into_body(), MAX_LINK).await.ok()?;
    let mut values = url::form_urlencoded::parse(&body).filter(|(name, _)| name == "link");
    values.next().map(|(_, value)| value.into_owned())
}

async fn receive(web: &Arc<Web>, caller: &Caller, request: Request) -> Response {
    let settings = match Settings::read(request.headers(), Privacy::Unlisted) {
        Ok(settings) => settings,
        Err(message) => return Account::error(StatusCode::BAD_REQUEST, message),
    };
    let upload = web.app.uploads.begin(caller, upload::content_length(request.headers()));
    let Some(done) = web.app.uploads.run(take_in(upload, settings, request)).await else {
        return Account::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.");
    };
    match done {
        Ok(Brought::File(uploaded)) => {
            web.app.apply(&Change::Posts(caller.id())).await;
            let (id, url) = uploaded.share().unwrap_or_default();
            Account::data(&Answer { id, url })
        }
        Ok(Brought::Link(link)) => shorten(web, caller, &link).await,
        Err(fault) => upload::answer(fault),
    }
}

/// What a form brought.
enum Brought {
    File(Uploaded),
    Link(String),
}

async fn take_in(mut upload: Upload, mut settings: Settings, request: Request) -> Result<Brought, Fault> {
    match read(&mut upload, &mut settings, request).await {
        Ok(Some(link)) => {
            upload.abort().await;
            Ok(Brought::Link(link))
        }
        Ok(None) => Ok(Brought::File(upload.finish(settings.into_form()).await?)),
        Err(Fault::Rejected) => Err(upload.give_up().await.into()),
        Err(fault) => {
            upload.abort().await;
            Err(fault)
        }
    }
}

/// Takes the first file in, and answers the link if there was one and no file.
async fn read(
    upload: &mut Upload,
    settings: &mut Settings,
    request: Request,
) -> Result<Option<String>, Fault> {
    let mut form = Form::open(request).await.map_err(|_| Fault::Setting("Body is missing link property"))?;
    let (mut link, mut has_file) = (None, false);
    while let Some(mut part) = form.next().await? {
        match upload::file_name(&part) {
            Some(_) if has_file => {
                if !part.drain(upload::MAX_SKIPPED).await? {
                    break;
                }
            }
            Some(name) => {
                if !upload.take(&name, part.bytes()).await? {
                    return Err(Fault::Rejected);
                }
                has_file = true;
            }
            None => {
                let (name, text) = (upload::plain(part.name()), part.text().await?);
                match name.as_str() {
                    "link" if !text.trim().is_empty() => link = Some(text),
                    _ => settings.set(&name, &text).map_err(Fault::Setting)?,
                }
            }
        }
    }
    match link {
        None if !has_file => Err(Fault::Setting("Body is missing link property")),
        link => Ok(link.filter(|_| !has_file)),
    }
}

async fn shorten(web: &Web, caller: &Caller, link: &str) -> Response {
    match web.app.shares.shorten(caller, link).await {
        Ok(code) => Account::data(&Answer { id: code.as_str(), url: &web.app.links().short(&code) }),
        Err(fault @ LinkFault::BadTarget) => Account::error(StatusCode::BAD_REQUEST, &fault.to_string()),
        Err(LinkFault::Unavailable(_)) => unavailable(),
    }
}

/// Deletes a file's post, or a short link.
pub(crate) async fn delete(
    State(web): State<Arc<Web>>,
    KeyHolder { caller, .. }: KeyHolder,
    Path(id): Path<String>,
) -> Response {
    #[derive(Serialize)]
    struct Deleted {
        message: &'static str,
    }
    let stem = id.split_once('.').map_or(&*id, |(stem, _)| stem);
    let Ok(code) = PostCode::parse(stem) else { return post_fault(PostFault::NotFound) };
    match web.app.posts.delete(&caller, &code).await {
        Ok(()) => web.app.apply(&Change::Posts(caller.id())).await,
        Err(PostFault::NotFound) => match web.app.shares.delete_link(&caller, &code).await {
            Ok(true) => {}
            Ok(false) => return post_fault(PostFault::NotFound),
            Err(_) => return unavailable(),
        },
        Err(fault) => return post_fault(fault),
    }
    Account::data(&Deleted { message: "File deleted successfully." })
}

/// The file that sets ShareX up, with the key that came with the request.
pub(crate) async fn config(State(web): State<Arc<Web>>, holder: KeyHolder) -> Response {
    let KeyHolder { caller, key } = holder;
    let name = &caller.user().username;
    let config = ShareXConfig::new(web.app.site_name(), web.app.links().home(), name, &key);
    let download = HeaderValue::from_static("attachment; filename=\"nameplate.sxcu\"");
    ([(CONTENT_DISPOSITION, download)], Account::data(&config)).into_response()
}
