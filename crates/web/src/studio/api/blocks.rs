//! `/api/v1/account/blocks`: whom the user blocked.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{BlockFault, BlockedUser, PersonView};
use nameplate_core::id::UserId;
use nameplate_core::time::{Timestamp, millis};
use serde::Serialize;

use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::person::person;
use crate::studio::session::{Owner, unavailable};

#[derive(Serialize)]
struct Blocks {
    blocks: Vec<Blocked>,
}

#[derive(Serialize)]
struct Blocked {
    #[serde(flatten)]
    person: PersonView,
    #[serde(with = "millis")]
    created: Timestamp,
}

/// Who is blocked.
#[utoipa::path(get, path = "/api/v1/account/blocks", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "Newest first", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn list(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    match web.app.accounts.blocked_users(owner.caller()).await {
        Ok(blocked) => {
            let view = |it: &BlockedUser| Blocked { person: person(&web, &it.user), created: it.created };
            Envelope::data(Blocks { blocks: blocked.iter().map(view).collect() })
        }
        Err(_) => unavailable(),
    }
}

/// Blocks somebody.
#[utoipa::path(put, path = "/api/v1/account/blocks/{userID}", tag = "account", security(("session" = [])),
    params(("userID" = String, Path, description = "Whom")),
    responses(
        (status = 200, description = "That user is blocked", body = StudioAnswer),
        (status = 400, description = "`oneself`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such user", body = StudioError)))]
pub(crate) async fn add(State(web): State<Arc<Web>>, owner: Owner, Path(user): Path<String>) -> Response {
    let Ok(user) = UserId::parse(&user) else { return refusal(BlockFault::NotFound) };
    match web.app.accounts.block(owner.caller(), &user).await {
        Ok(_) => Envelope::data(()),
        Err(fault) => refusal(fault),
    }
}

/// Takes a block back.
#[utoipa::path(delete, path = "/api/v1/account/blocks/{userID}", tag = "account", security(("session" = [])),
    params(("userID" = String, Path, description = "Whom")),
    responses(
        (status = 200, description = "That user is not blocked", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such user", body = StudioError)))]
pub(crate) async fn remove(State(web): State<Arc<Web>>, owner: Owner, Path(user): Path<String>) -> Response {
    let Ok(user) = UserId::parse(&user) else { return refusal(BlockFault::NotFound) };
    match web.app.accounts.unblock(owner.caller(), &user).await {
        Ok(_) => Envelope::data(()),
        Err(fault) => refusal(fault),
    }
}

fn refusal(fault: BlockFault) -> Response {
    match fault {
        BlockFault::Oneself => {
            Envelope::refuse(StatusCode::BAD_REQUEST, "oneself", "You cannot block yourself.")
        }
        BlockFault::NotFound => {
            Envelope::refuse(StatusCode::NOT_FOUND, "not_found", "There is no such user.")
        }
        BlockFault::Unavailable(_) => unavailable(),
    }
}
