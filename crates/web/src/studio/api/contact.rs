//! `/api/v1/account/contact` and `/api/v1/inbox`: where messages go, and what came.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{Action, ConfirmationFault, ContactFault, InboxQuery, TestFault};
use nameplate_core::contact::{Channel, ContactEdit};
use nameplate_core::id::ProfileId;
use serde::Deserialize;
use serde_json::json;

use crate::api;
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::{self, Envelope};
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::session::{Owner, unavailable};

/// On which ways messages are taken, and where they are brought.
#[utoipa::path(get, path = "/api/v1/account/contact", tag = "contact", security(("session" = [])),
    responses(
        (status = 200, description = "`email`, `discord` (whether there is a webhook) and `sms`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn settings(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.contacts.settings(&owner.id()).await {
        Ok(settings) => Envelope::data(settings),
        Err(_) => unavailable(),
    }
}

/// Changes that. What is left out stays; `null` takes a target away. Mail without an address is for the inbox alone, and so
/// is mail to an address that is not `confirmed`: a new one is sent a link at once, or `undelivered` says why not.
#[utoipa::path(put, path = "/api/v1/account/contact", tag = "contact", security(("session" = [])),
    request_body(content = Object, description = "`email {enabled, address}`, `discord {enabled, webhook}`, `sms {enabled, number}`"),
    responses(
        (status = 200, description = "The settings as they are now", body = StudioAnswer),
        (status = 400, description = "`bad_value`, with the field's path", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 429, description = "`too_many`: a new address cannot be asked yet", body = StudioError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Json(edit): Json<ContactEdit>,
) -> Response {
    match web.app.contacts.edit(&owner.id(), edit).await {
        Ok(settings) => Envelope::data(settings),
        Err(ContactFault::Bad(bad)) => {
            Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", bad.field, bad.text)
        }
        Err(ContactFault::Slow(seconds)) => slow_down(seconds),
        Err(ContactFault::Unavailable(_)) => unavailable(),
    }
}

/// Sends the link by which the owner confirms their mail address once more.
#[utoipa::path(post, path = "/api/v1/account/contact/email/confirmation", tag = "contact", security(("session" = [])),
    responses(
        (status = 200, description = "It was taken at the other end; it is good for a day", body = StudioAnswer),
        (status = 400, description = "`not_set_up`: the instance sends no mail", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 409, description = "`nothing_to_confirm`", body = StudioError),
        (status = 429, description = "`too_many`: five in an hour, those for new addresses among them", body = StudioError),
        (status = 502, description = "`undelivered`, with the reason", body = StudioError)))]
pub(crate) async fn ask_again(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    let Err(fault) = web.app.contacts.ask_again(&owner.id()).await else {
        return Envelope::data(json!({ "sent": true }));
    };
    let (status, code) = match &fault {
        ConfirmationFault::Slow(seconds) => return slow_down(*seconds),
        ConfirmationFault::Unavailable(_) => return unavailable(),
        ConfirmationFault::NotSetUp => (StatusCode::BAD_REQUEST, "not_set_up"),
        ConfirmationFault::Nothing => (StatusCode::CONFLICT, "nothing_to_confirm"),
        ConfirmationFault::Undelivered(_) => (StatusCode::BAD_GATEWAY, "undelivered"),
    };
    Envelope::refuse(status, code, &fault.to_string())
}

fn slow_down(seconds: u64) -> Response {
    let text = format!("Slow down. Try again in {seconds}s.");
    reply::retry_after(Envelope::refuse(StatusCode::TOO_MANY_REQUESTS, "too_many", &text), seconds)
}

/// Sends a test message on a channel, and says at once whether it arrived.
#[utoipa::path(post, path = "/api/v1/account/contact/test/{channel}", tag = "contact", security(("session" = [])),
    params(("channel" = String, Path, description = "`email`, `discord` or `sms`")),
    responses(
        (status = 200, description = "It was taken at the other end", body = StudioAnswer),
        (status = 400, description = "`not_set_up`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such channel", body = StudioError),
        (status = 409, description = "`not_confirmed`: the mail address", body = StudioError),
        (status = 429, description = "`too_many`", body = StudioError),
        (status = 502, description = "`undelivered`, with the reason", body = StudioError)))]
pub(crate) async fn test(State(web): State<Arc<Web>>, owner: Owner, Path(channel): Path<String>) -> Response {
    let Some(channel) = Channel::parse(&channel) else { return api::not_found().await };
    let verdict = web.app.rates.take(Action::ContactTest, &owner.id()).await;
    if !verdict.allowed {
        return slow_down(verdict.retry_after_seconds());
    }
    match web.app.contacts.test(&owner.id(), channel).await {
        Ok(()) => Envelope::data(json!({ "sent": true })),
        Err(fault @ TestFault::NotSetUp) => {
            Envelope::refuse(StatusCode::BAD_REQUEST, "not_set_up", &fault.to_string())
        }
        Err(fault @ TestFault::NotConfirmed) => {
            Envelope::refuse(StatusCode::CONFLICT, "not_confirmed", &fault.to_string())
        }
        Err(TestFault::Undelivered(reason)) => {
            Envelope::refuse(StatusCode::BAD_GATEWAY, "undelivered", &reason.to_string())
        }
        Err(TestFault::Unavailable(_)) => unavailable(),
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxPart {
    /// From 1; 25 messages each.
    page: Option<u32>,
    /// Messages of one page only.
    profile: Option<String>,
    /// `email`, `discord` or `sms`.
    channel: Option<String>,
    /// `true` for what was not read.
    unread: Option<bool>,
}

/// What visitors wrote, newest first.
#[utoipa::path(get, path = "/api/v1/inbox", tag = "contact", security(("session" = [])), params(InboxPart),
    responses(
        (status = 200, description = "`messages`, `page`, `pages`, `total`, `unread`", body = StudioAnswer),
        (status = 400, description = "`bad_query`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn inbox(
    State(web): State<Arc<Web>>,
    owner: Owner,
    part: Result<Query<InboxPart>, QueryRejection>,
) -> Response {
    let bad = |path, text| Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_query", path, text);
    let Ok(Query(part)) = part else {
        return bad("page", "`page` must be a number, and `unread` true or false.");
    };
    let wanted = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let profile = match wanted(&part.profile).map(|id| ProfileId::parse(&id)).transpose() {
        Ok(profile) => profile,
        Err(_) => return bad("profile", "`profile` must be a profile's id."),
    };
    let channel = match wanted(&part.channel).map(|word| Channel::parse(&word).ok_or(())).transpose() {
        Ok(channel) => channel,
        Err(()) => return bad("channel", "`channel` must be email, discord or sms."),
    };
    let is_unread = part.unread.unwrap_or(false);
    let query = InboxQuery { page: part.page.unwrap_or(1), profile, channel, is_unread };
    match web.app.contacts.inbox(&owner.id(), query).await {
        Ok(inbox) => Envelope::data(inbox),
        Err(_) => unavailable(),
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MessageChange {
    is_read: bool,
}

/// Marks a message as read, or as not.
#[utoipa::path(patch, path = "/api/v1/inbox/{id}", tag = "contact", security(("session" = [])),
    request_body = MessageChange, params(("id" = String, Path, description = "The message's id")),
    responses(
        (status = 200, description = "How many are unread now", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such message", body = StudioError)))]
pub(crate) async fn mark(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Path(id): Path<String>,
    Json(change): Json<MessageChange>,
) -> Response {
    let marked = web.app.contacts.mark(&owner.id(), &id, change.is_read).await;
    after(&web, &owner, marked.ok()).await
}

/// Deletes a message.
#[utoipa::path(delete, path = "/api/v1/inbox/{id}", tag = "contact", security(("session" = [])),
    params(("id" = String, Path, description = "The message's id")),
    responses(
        (status = 200, description = "How many are unread now", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such message", body = StudioError)))]
pub(crate) async fn delete(State(web): State<Arc<Web>>, owner: Owner, Path(id): Path<String>) -> Response {
    let deleted = web.app.contacts.delete(&owner.id(), &id).await;
    after(&web, &owner, deleted.ok()).await
}

/// The answer to a change of a message: whether there is one, and what is unread after it.
async fn after(web: &Web, owner: &Owner, found: Option<bool>) -> Response {
    match found {
        Some(true) => match web.app.contacts.unread(&owner.id()).await {
            Ok(unread) => Envelope::data(json!({ "unread": unread })),
            Err(_) => unavailable(),
        },
        Some(false) => api::not_found().await,
        None => unavailable(),
    }
}
