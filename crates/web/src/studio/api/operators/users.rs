//! `/api/v1/operator/users` and `/api/v1/operator/profiles`.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{BadgeEdit, LoginFault, NewUser, OperatorFault, PlanEdit};
use nameplate_core::change::Change;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::plan::Plan;
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Part, acting, refuse};
use crate::api;
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::person::dress;
use crate::studio::session::{Operator, unavailable};

/// Users, the newest first.
#[utoipa::path(get, path = "/api/v1/operator/users", tag = "operator", security(("session" = [])), params(Part),
    responses(
        (status = 200, description = "`users`, `page`, `pages`, `total`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn list(
    State(web): State<Arc<Web>>,
    operator: Operator,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    let Query(Part { search, page }) = part.unwrap_or_default();
    match acting(&web, &operator).users(&search, page).await {
        Ok(mut users) => {
            users.users.iter_mut().for_each(|user| dress(&web, &mut user.person));
            Envelope::data(users)
        }
        Err(fault) => refuse(&fault),
    }
}

/// One user, with the pages and what the plan allows.
#[utoipa::path(get, path = "/api/v1/operator/users/{id}", tag = "operator", security(("session" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses(
        (status = 200, description = "The user", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "No such user, or not an operator", body = StudioError)))]
pub(crate) async fn show(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = UserId::parse(&id) else { return api::not_found().await };
    shown(&web, &operator, &id).await
}

async fn shown(web: &Web, operator: &Operator, id: &UserId) -> Response {
    let mut user = match acting(web, operator).user(id).await {
        Ok(user) => user,
        Err(fault) => return refuse(&fault),
    };
    dress(web, &mut user.person);
    let Ok(Some(caller)) = web.app.accounts.signed_in(id).await else { return unavailable() };
    let limits = web.app.accounts.limits(&caller);
    let Ok(pages) = acting(web, operator).pages_of(id, web.app.links()).await else { return unavailable() };
    let usage = json!({
        "used": limits.usage.used, "limit": limits.usage.limit,
        "windowStart": limits.usage.window_start.map(Timestamp::to_rfc3339_millis),
        "windowEnd": limits.usage.window_end.map(Timestamp::to_rfc3339_millis),
    });
    Envelope::data(Shown { user, usage, sites: pages })
}

/// A user with what the lists leave out.
#[derive(Serialize)]
struct Shown<U, P> {
    #[serde(flatten)]
    user: U,
    usage: serde_json::Value,
    sites: P,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAccount {
    username: String,
    nickname: Option<String>,
    id: Option<UserId>,
    plan: Option<Plan>,
    #[serde(default)]
    is_operator: bool,
}

/// Makes a new user.
#[utoipa::path(post, path = "/api/v1/operator/users", tag = "operator", security(("session" = [])),
    request_body(content = Object, description = "`username`, and perhaps `nickname`, `id` (the Discord id), `plan`, `isOperator`"),
    responses(
        (status = 201, description = "The user", body = StudioAnswer),
        (status = 400, description = "`bad_value`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError),
        (status = 409, description = "`taken`: the id", body = StudioError)))]
pub(crate) async fn create(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Json(new): Json<NewAccount>,
) -> Response {
    let service = acting(&web, &operator);
    let NewAccount { username, nickname, id, plan, is_operator } = new;
    let made = async {
        let (id, _) = service.create_user(NewUser { id, username, nickname }).await?;
        if let Some(plan) = plan.filter(|plan| *plan != Plan::Free) {
            service.set_plan(&id, PlanEdit { plan, expires_at: None }).await?;
        }
        if is_operator {
            service.set_operator(&id, true).await?;
        }
        Ok::<_, OperatorFault>(id)
    };
    match made.await {
        Ok(id) => {
            web.app.apply(&Change::User(id)).await;
            let mut response = shown(&web, &operator, &id).await;
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::CREATED;
            }
            response
        }
        Err(fault) => refuse(&fault),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UserChange {
    suspended: Option<bool>,
    reason: Option<String>,
    plan: Option<PlanEdit>,
    badges: Option<BadgeEdit>,
    is_operator: Option<bool>,
}

/// Suspends a user with a reason, gives plans and badges, or the instance itself.
#[utoipa::path(patch, path = "/api/v1/operator/users/{id}", tag = "operator", security(("session" = [])),
    request_body(content = Object, description = "Any of `suspended`, `reason`, `plan {plan, expiresAt}`, `badges`, `isOperator`"),
    params(("id" = String, Path, description = "The user's id")),
    responses(
        (status = 200, description = "The user as it is now", body = StudioAnswer),
        (status = 400, description = "`bad_value`, or `yourself`: nobody locks themselves out", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such user, or not an operator", body = StudioError)))]
pub(crate) async fn change(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Path(id): Path<String>,
    Json(change): Json<UserChange>,
) -> Response {
    let Ok(id) = UserId::parse(&id) else { return api::not_found().await };
    let locks_out = change.suspended == Some(true) || change.is_operator == Some(false);
    if id == operator.0.id() && locks_out {
        let text = "Nobody locks themselves out: another operator can do that.";
        return Envelope::refuse(StatusCode::BAD_REQUEST, "yourself", text);
    }
    let service = acting(&web, &operator);
    let changed = async {
        if let Some(badges) = change.badges {
            service.set_badges(&id, badges).await?;
        }
        if let Some(plan) = change.plan {
            service.set_plan(&id, plan).await?;
        }
        if let Some(is_operator) = change.is_operator {
            service.set_operator(&id, is_operator).await?;
        }
        if let Some(is_suspended) = change.suspended {
            service.suspend_user(&id, is_suspended, change.reason.as_deref()).await?;
        }
        Ok::<_, OperatorFault>(())
    };
    let changed = changed.await;
    web.app.apply(&Change::User(id)).await;
    match changed {
        Ok(()) => shown(&web, &operator, &id).await,
        Err(fault) => refuse(&fault),
    }
}

/// Makes a link that signs a user in, once and within an hour.
#[utoipa::path(post, path = "/api/v1/operator/users/{id}/login-link", tag = "operator", security(("session" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses(
        (status = 200, description = "`url`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such user, or not an operator", body = StudioError)))]
pub(crate) async fn login_link(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = UserId::parse(&id) else { return api::not_found().await };
    let token = match web.app.sessions.new_link(id).await {
        Ok(token) => token,
        Err(LoginFault::NoUser) => return refuse(&OperatorFault::NotFound(format!("user {id}"))),
        Err(LoginFault::Unavailable(_)) => return unavailable(),
    };
    match acting(&web, &operator).note_login_link(&id).await {
        Ok(_) => Envelope::data(json!({ "url": web.app.links().login(&token) })),
        Err(fault) => refuse(&fault),
    }
}

/// Profiles, in the order of their domains.
#[utoipa::path(get, path = "/api/v1/operator/profiles", tag = "operator", security(("session" = [])), params(Part),
    responses(
        (status = 200, description = "`profiles`, `page`, `pages`, `total`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn profiles(
    State(web): State<Arc<Web>>,
    operator: Operator,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    let Query(Part { search, page }) = part.unwrap_or_default();
    let found = acting(&web, &operator).profiles(&search, page, web.app.links(), web.zones()).await;
    match found {
        Ok(mut found) => {
            found.profiles.iter_mut().for_each(|profile| dress(&web, &mut profile.owner));
            Envelope::data(found)
        }
        Err(fault) => refuse(&fault),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProfileChange {
    suspended: Option<bool>,
    reason: Option<String>,
    is_public: Option<bool>,
}

/// Suspends a profile with a reason, or publishes or hides it.
#[utoipa::path(patch, path = "/api/v1/operator/profiles/{id}", tag = "operator", security(("session" = [])),
    request_body(content = Object, description = "Any of `suspended`, `reason`, `isPublic`"),
    params(("id" = String, Path, description = "The profile's id")),
    responses(
        (status = 200, description = "Done", body = StudioAnswer),
        (status = 400, description = "`bad_value`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such profile, or not an operator", body = StudioError)))]
pub(crate) async fn change_profile(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Path(id): Path<String>,
    Json(change): Json<ProfileChange>,
) -> Response {
    let Ok(id) = ProfileId::parse(&id) else { return api::not_found().await };
    let service = acting(&web, &operator);
    let changed = async {
        if let Some(is_public) = change.is_public {
            service.publish_profile(&id, is_public).await?;
        }
        if let Some(is_suspended) = change.suspended {
            service.suspend_profile(&id, is_suspended, change.reason.as_deref()).await?;
        }
        service.profile(&id, web.app.links(), web.zones()).await
    };
    match changed.await {
        Ok(mut profile) => {
            let hosts = profile.host.clone().into_iter().collect();
            web.app.apply(&Change::Profile(id, hosts)).await;
            dress(&web, &mut profile.owner);
            Envelope::data(profile)
        }
        Err(fault) => refuse(&fault),
    }
}
