//! `POST /api/v1/profiles/:profileID/contact/{email,discord,sms}`: a visitor writes to the owner of a page.
//!
//! Limits come first, then the anti-spam check, then the rest (`facts-hep` 5). A form that a browser sends without our
//! script is answered with a page.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use nameplate_app::{Fields, LetterFault, Proof, Writer};
use nameplate_core::contact::Channel;
use nameplate_core::id::ProfileId;
use nameplate_page::render_notice;
use serde::Deserialize;

use crate::json;
use crate::pages::Ready;
use crate::reply::{self, Envelope};
use crate::state::{ClientAddress, Web, bytes};

const MAX_BYTES: usize = 32 * 1024;

/// What a form sends. Fields that are not known are left alone.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContactMessage<'a> {
    #[schema(max_length = 80)]
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[schema(max_length = 120)]
    #[serde(borrow)]
    reply_to: Option<Cow<'a, str>>,
    /// At most 2000 characters, 160 for `sms`.
    #[schema(max_length = 2000)]
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    /// What Turnstile gave out, where the site uses it.
    #[serde(borrow, alias = "cf-turnstile-response")]
    turnstile_token: Option<Cow<'a, str>>,
    /// The solved challenge in base64, where the site asks for work.
    #[serde(borrow)]
    altcha: Option<Cow<'a, str>>,
    /// People do not see this field.
    #[serde(borrow)]
    #[schema(ignore)]
    website: Option<Cow<'a, str>>,
}

/// Sends the owner of a page a message.
#[utoipa::path(post, path = "/api/v1/profiles/{profileID}/contact/{channel}", tag = "contact",
    request_body = inline(ContactMessage<'_>),
    params(
        ("profileID" = String, Path, description = "The profile's id"),
        ("channel" = String, Path, description = "`email`, `discord` or `sms`")),
    responses(
        (status = 200, description = "Taken", body = crate::openapi::StudioAnswer),
        (status = 400, description = "`Anti-spam check failed`, the form is not active, or a field is at fault", body = crate::openapi::StudioError),
        (status = 404, description = "No such profile", body = crate::openapi::StudioError),
        (status = 429, description = "`Slow down. Try again in Ns.`", body = crate::openapi::StudioError),
        (status = 503, description = "The inbox is full, or the check cannot be made", body = crate::openapi::StudioError)))]
pub(crate) async fn send(
    State(web): State<Arc<Web>>,
    client: ClientAddress,
    headers: HeaderMap,
    path: Result<Path<(String, String)>, PathRejection>,
    body: Body,
) -> Response {
    let place = path.ok().and_then(|Path((profile, channel))| {
        Some((ProfileId::parse(&profile).ok()?, Channel::parse(&channel)?))
    });
    let Some((profile, channel)) = place else { return Envelope::error(StatusCode::NOT_FOUND, "Not found") };
    let Ok(body) = json::read(&headers, body, MAX_BYTES).await else {
        return Envelope::error(StatusCode::PAYLOAD_TOO_LARGE, "The message must be at most 32 KiB.");
    };
    let is_plain = is_form(&headers, &body);
    let writer = Writer { profile: &profile, address: client.address, is_plain };
    let taken = match web.app.contacts.admit(writer).await {
        Ok(()) => take(&web, &profile, channel, &body, is_plain).await,
        Err(fault) => Err(fault),
    };
    if is_plain { page(taken) } else { answer(taken) }
}

/// What `curl -d` sends says that it is a form, and is JSON all the same.
fn is_form(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = bytes(headers.get(CONTENT_TYPE)).split(|byte| *byte == b';').next().unwrap_or_default();
    let is_form = kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded");
    is_form && !body.trim_ascii_start().starts_with(b"{")
}

async fn take(
    web: &Web,
    profile: &ProfileId,
    channel: Channel,
    body: &Bytes,
    is_plain: bool,
) -> Result<(), LetterFault> {
    let form = if is_plain { from_form(body) } else { serde_json::from_slice(body).unwrap_or_default() };
    let ContactMessage { name, reply_to, message, turnstile_token, altcha, website } = form;
    let proof = Proof { altcha: altcha.as_deref(), turnstile: turnstile_token.as_deref(), is_plain };
    if website.is_some_and(|text| !text.is_empty()) {
        // Who fills in what nobody sees is told that all is well.
        return Ok(());
    }
    let message = message.as_deref().unwrap_or_default();
    let fields = Fields { name: name.as_deref(), reply_to: reply_to.as_deref(), message };
    web.app.contacts.send(profile, channel, proof, fields).await
}

fn from_form(body: &[u8]) -> ContactMessage<'_> {
    let mut message = ContactMessage::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        match &*name {
            "name" => message.name = Some(value),
            "replyTo" => message.reply_to = Some(value),
            "message" => message.message = Some(value),
            "turnstileToken" | "cf-turnstile-response" => message.turnstile_token = Some(value),
            "website" => message.website = Some(value),
            _ => {}
        }
    }
    message
}

fn status(fault: &LetterFault) -> (StatusCode, Option<u64>) {
    match fault {
        LetterFault::Slow(seconds) => (StatusCode::TOO_MANY_REQUESTS, Some(*seconds)),
        LetterFault::NotFound => (StatusCode::NOT_FOUND, None),
        LetterFault::BotCheck | LetterFault::NotActive | LetterFault::Letter(_) => {
            (StatusCode::BAD_REQUEST, None)
        }
        LetterFault::CheckAway | LetterFault::Full => (StatusCode::SERVICE_UNAVAILABLE, Some(60)),
        LetterFault::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, Some(2)),
    }
}

fn answer(taken: Result<(), LetterFault>) -> Response {
    let Err(fault) = taken else { return Envelope::data(serde_json::json!({ "message": "Message sent." })) };
    let (status, wait) = status(&fault);
    let text = fault.to_string();
    let response = match &fault {
        LetterFault::Letter(bad) => Envelope::refuse_at(status, "bad_value", bad.field, &text),
        _ => Envelope::error(status, &text),
    };
    match wait {
        Some(seconds) => reply::retry_after(response, seconds),
        None => response,
    }
}

fn page(taken: Result<(), LetterFault>) -> Response {
    let Err(fault) = taken else { return Ready::from(render_notice(None)).reply(StatusCode::OK) };
    let (status, wait) = status(&fault);
    let response = Ready::from(render_notice(Some(&fault.to_string()))).reply(status);
    match wait {
        Some(seconds) => reply::retry_after(response, seconds),
        None => response,
    }
}

/// A challenge for a form whose site asks for work: ALTCHA's, with PBKDF2.
#[utoipa::path(get, path = "/api/v1/profiles/{profileID}/contact/challenge", tag = "contact",
    params(("profileID" = String, Path, description = "The profile's id")),
    responses(
        (status = 200, description = "`parameters` and their `signature`", body = crate::openapi::StudioAnswer),
        (status = 404, description = "This site asks for no work", body = crate::openapi::StudioError)))]
pub(crate) async fn challenge(State(web): State<Arc<Web>>) -> Response {
    match web.app.contacts.challenge() {
        Some(challenge) => Envelope::data(challenge),
        None => Envelope::error(StatusCode::NOT_FOUND, "Not found"),
    }
}
