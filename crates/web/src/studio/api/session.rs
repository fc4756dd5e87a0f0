//! `/api/v1/session` and `/api/v1/sessions`: who is signed in, here and elsewhere.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use http::header::SET_COOKIE;
use nameplate_app::SessionView;
use nameplate_core::contact::Channel;
use nameplate_core::id::UserId;
use nameplate_core::plan::Plan;
use serde::Serialize;

use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::{Features, Web};
use crate::studio::cookie::{self, Purpose};
use crate::studio::session::{Owner, unavailable};

/// What the studio needs to know when it opens.
#[derive(Serialize)]
struct Opening<'a> {
    user: Who<'a>,
    csrf: &'a str,
    plan: PlanView,
    site: Site<'a>,
    features: Can,
    /// Messages in the inbox that were not read.
    unread: u64,
}

/// What this instance can do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Can {
    #[serde(flatten)]
    features: Features,
    email: bool,
    sms: bool,
    bot_check: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Who<'a> {
    id: UserId,
    username: &'a str,
    display_name: &'a str,
    avatar_url: Option<String>,
    is_operator: bool,
    is_suspended: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanView {
    plan: Plan,
    is_premium: bool,
    limits: Limits,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    storage_bytes: u64,
    max_file_bytes: Option<u64>,
    profiles: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Site<'a> {
    name: &'a str,
    base_domain: &'a str,
    home_url: &'a str,
    files_url: &'a str,
}

#[derive(Serialize)]
struct Sessions {
    sessions: Vec<SessionView>,
}

/// Who is signed in, and what this instance can do.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "The user, the token for changes, the plan, the site and its features", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn open(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    let (app, user) = (&web.app, owner.user());
    let limits = app.accounts.limits(owner.caller());
    Envelope::data(Opening {
        user: Who {
            id: user.id,
            username: &user.username,
            display_name: user.display_name(),
            avatar_url: user.avatar.as_deref().and_then(|avatar| app.art.local_url(avatar)),
            is_operator: user.is_operator,
            is_suspended: user.is_suspended,
        },
        csrf: owner.csrf(),
        plan: PlanView {
            plan: limits.plan,
            is_premium: limits.plan.is_premium(),
            limits: Limits {
                storage_bytes: limits.usage.quota,
                max_file_bytes: limits.max_file_size,
                profiles: app.pages.limit(user),
            },
        },
        site: Site {
            name: app.site_name(),
            base_domain: app.zones().base().as_str(),
            home_url: app.links().home(),
            files_url: app.links().files(),
        },
        features: Can {
            features: web.features,
            email: app.contacts.can(Channel::Email),
            sms: app.contacts.can(Channel::Sms),
            bot_check: app.contacts.bot_check().as_str(),
        },
        unread: app.contacts.unread(&user.id).await.unwrap_or_default(),
    })
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "This browser is signed out", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`", body = StudioError)))]
pub(crate) async fn close(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    let session = owner.session();
    if web.app.sessions.end(session, &session.id).await.is_err() {
        return unavailable();
    }
    let mut response = Envelope::data(());
    response.headers_mut().insert(SET_COOKIE, cookie::take(&web, Purpose::Session));
    response
}

/// The browsers in which the user is signed in.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "The one that was used last comes first", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn list(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.sessions.list(owner.session()).await {
        Ok(sessions) => Envelope::data(Sessions { sessions }),
        Err(_) => unavailable(),
    }
}

/// Signs one of them out.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session", security(("session" = [])),
    params(("id" = String, Path, description = "The session's id, which opens nothing")),
    responses(
        (status = 200, description = "It is ended", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`", body = StudioError),
        (status = 404, description = "No such session of the user's", body = StudioError)))]
pub(crate) async fn end(State(web): State<Arc<Web>>, owner: Owner, Path(id): Path<String>) -> Response {
    match web.app.sessions.end(owner.session(), &id).await {
        Ok(true) => Envelope::data(()),
        Ok(false) => Envelope::refuse(StatusCode::NOT_FOUND, "not_found", "There is no such session."),
        Err(_) => unavailable(),
    }
}

/// Signs all others out.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "Only this browser is signed in", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`", body = StudioError)))]
pub(crate) async fn end_others(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.sessions.end_others(owner.session()).await {
        Ok(()) => Envelope::data(()),
        Err(_) => unavailable(),
    }
}
