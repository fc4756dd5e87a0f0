//! `/api/v1/operator/{domains,badges,health,audit}`: the instance at a glance.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use nameplate_app::{AuditFilter, OperatedProfile};
use nameplate_core::contact::Channel;
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Part, acting, refuse};
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::person::dress;
use crate::studio::session::Operator;

/// The domains of profiles, slots and own ones alike.
#[utoipa::path(get, path = "/api/v1/operator/domains", tag = "operator", security(("session" = [])), params(Part),
    responses(
        (status = 200, description = "`domains`, `page`, `pages`, `total`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn domains(
    State(web): State<Arc<Web>>,
    operator: Operator,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    let Query(Part { search, page }) = part.unwrap_or_default();
    let found = acting(&web, &operator).profiles(&search, page, web.app.links(), web.zones()).await;
    match found {
        Ok(mut found) => {
            found.profiles.iter_mut().for_each(|profile| dress(&web, &mut profile.owner));
            let domain = |profile: &OperatedProfile| {
                json!({
                    "domain": profile.domain, "kind": profile.kind, "profileId": profile.id,
                    "owner": profile.owner, "isVerified": profile.is_verified, "status": profile.status,
                    "checkedAt": profile.checked_at.map(Timestamp::to_rfc3339_millis),
                })
            };
            let domains: Vec<_> = found.profiles.iter().map(domain).collect();
            let (page, pages, total) = (found.page, found.pages, found.total);
            Envelope::data(json!({ "domains": domains, "page": page, "pages": pages, "total": total }))
        }
        Err(fault) => refuse(&fault),
    }
}

/// Every badge that there is, and how many have it.
#[utoipa::path(get, path = "/api/v1/operator/badges", tag = "operator", security(("session" = [])),
    responses(
        (status = 200, description = "`badges`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn badges(State(web): State<Arc<Web>>, operator: Operator) -> Response {
    match acting(&web, &operator).badges().await {
        Ok(badges) => Envelope::data(json!({ "badges": badges })),
        Err(fault) => refuse(&fault),
    }
}

/// How a part of the instance is.
#[derive(Serialize)]
struct Health {
    id: &'static str,
    name: &'static str,
    /// None for what is not set up.
    ok: Option<bool>,
    detail: Option<String>,
    millis: Option<u64>,
}

impl Health {
    fn of(id: &'static str, name: &'static str, ok: bool, detail: &str) -> Self {
        Self { id, name, ok: Some(ok), detail: Some(detail.into()), millis: None }
    }

    fn set_up(id: &'static str, name: &'static str, is_set_up: bool) -> Self {
        let detail = if is_set_up { "set up" } else { "not set up" };
        Self { id, name, ok: is_set_up.then_some(true), detail: Some(detail.into()), millis: None }
    }

    fn checked<E: std::fmt::Display>(
        (id, name): (&'static str, &'static str),
        (found, took): (Result<(), E>, Duration),
        detail: &str,
    ) -> Self {
        let millis = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let (ok, detail) = match found {
            Ok(()) => (true, detail.to_owned()),
            Err(error) => (false, error.to_string()),
        };
        Self { id, name, ok: Some(ok), detail: Some(detail), millis }
    }
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    let done = work.await;
    (done, started.elapsed())
}

/// How every part is: what the readiness probe looks at, and what is set up.
#[utoipa::path(get, path = "/api/v1/operator/health", tag = "operator", security(("session" = [])),
    responses(
        (status = 200, description = "`parts`, `version`, `uptime` in seconds, `counts`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn health(State(web): State<Arc<Web>>, operator: Operator) -> Response {
    let app = &web.app;
    let (store, blobs) = tokio::join!(timed(app.check_store()), timed(app.check_blobs()));
    let live = app.live_metrics();
    let presence = if live.redis_up.is_some() { "over Redis" } else { "in the process" };
    let parts = vec![
        Health::checked(("database", "Database"), store, app.store_backend()),
        Health::checked(("files", "Files"), blobs, "readable"),
        Health::of("presence", "Presence", live.redis_up.unwrap_or(true), presence),
        Health::set_up("discord", "Discord bot", web.features.discord_bot),
        Health::set_up("music", "Music", web.features.music),
        Health::set_up("mail", "Mail", app.contacts.can(Channel::Email)),
        Health::set_up("sms", "Text messages", app.contacts.can(Channel::Sms)),
        Health::of("node", "This node", !web.stopping.is_cancelled(), "serving"),
    ];
    let counts = match acting(&web, &operator).counts().await {
        Ok(counts) => json!({
            "users": counts.users, "profiles": counts.profiles, "uploads": counts.uploads,
            "messages": counts.messages, "streams": live.streams_open, "presences": live.entries,
        }),
        Err(_) => json!({ "streams": live.streams_open, "presences": live.entries }),
    };
    Envelope::data(json!({
        "parts": parts, "version": env!("CARGO_PKG_VERSION"), "uptime": app.uptime().as_secs(), "counts": counts,
    }))
}

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Log {
    /// From 1; 50 entries each.
    page: u32,
    /// Who did it: a user's id, or `operator` for the command line.
    actor: String,
    /// To what: the id of a user, a profile or a post.
    object: String,
    /// As in `suspended`.
    action: String,
}

/// What operators did, newest first.
#[utoipa::path(get, path = "/api/v1/operator/audit", tag = "operator", security(("session" = [])), params(Log),
    responses(
        (status = 200, description = "`entries`, `page`, `pages`, `total`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn audit(
    State(web): State<Arc<Web>>,
    operator: Operator,
    log: Result<Query<Log>, QueryRejection>,
) -> Response {
    let Query(Log { page, actor, object, action }) = log.unwrap_or_default();
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let filter = AuditFilter { actor: given(actor), object: given(object), action: given(action) };
    match acting(&web, &operator).audit(&filter, page).await {
        Ok(mut found) => {
            let actors = found.entries.iter_mut().filter_map(|entry| entry.actor.as_mut());
            actors.for_each(|actor| dress(&web, actor));
            Envelope::data(found)
        }
        Err(fault) => refuse(&fault),
    }
}
