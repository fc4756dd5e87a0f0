//! `POST /block`, `POST /unblock`, `GET /blocks` (contract A1, A9).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use nameplate_app::{BlockFault, BlockView};
use nameplate_core::id::UserId;
use serde::{Deserialize, Serialize};

use crate::account::caller::Authenticated;
use crate::account::json::Json;
use crate::account::{unavailable, user_not_found};
use crate::openapi::{AccountError, Blocks};
use crate::reply::Account;
use crate::state::Web;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BlockTarget {
    /// A decimal user id.
    #[schema(example = "987654321098765432", pattern = "^[0-9]+$")]
    target_id: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct BlockAnswer {
    blocked: bool,
    /// There when nothing changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

#[derive(Serialize)]
struct BlockList {
    blocks: Vec<BlockView>,
}

#[utoipa::path(post, path = "/block", tag = "accounts", request_body = BlockTarget, security(("relay-key" = [])),
    responses(
        (status = 200, description = "That user is blocked", body = BlockAnswer),
        (status = 400, description = "No user id, or one's own", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The caller is suspended", body = AccountError),
        (status = 404, description = "No such user", body = AccountError),
        (status = 413, description = "The body is too large", body = AccountError),
        (status = 415, description = "The body is no JSON", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn block(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    Json(body): Json<BlockTarget>,
) -> Response {
    let target = match target(&body) {
        Ok(target) => target,
        Err(response) => return *response,
    };
    match web.app.accounts.block(&caller, &target).await {
        Ok(is_new) => {
            let message = (!is_new).then_some("User is already blocked.");
            Account::data(&BlockAnswer { blocked: true, message })
        }
        Err(fault) => refusal(fault, "You cannot block yourself."),
    }
}

#[utoipa::path(post, path = "/unblock", tag = "accounts", request_body = BlockTarget, security(("relay-key" = [])),
    responses(
        (status = 200, description = "That user is not blocked", body = BlockAnswer),
        (status = 400, description = "No user id, or one's own", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "The caller is suspended", body = AccountError),
        (status = 404, description = "No such user", body = AccountError),
        (status = 413, description = "The body is too large", body = AccountError),
        (status = 415, description = "The body is no JSON", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn unblock(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    Json(body): Json<BlockTarget>,
) -> Response {
    let target = match target(&body) {
        Ok(target) => target,
        Err(response) => return *response,
    };
    match web.app.accounts.unblock(&caller, &target).await {
        Ok(was_there) => {
            let message = (!was_there).then_some("User is not blocked.");
            Account::data(&BlockAnswer { blocked: false, message })
        }
        Err(fault) => refusal(fault, "You cannot unblock yourself."),
    }
}

#[utoipa::path(get, path = "/blocks", tag = "accounts", security(("relay-key" = [])),
    responses(
        (status = 200, description = "The caller's blocks, newest first", body = Blocks),
        (status = 401, description = "No key, or an unknown one", body = AccountError)))]
pub(crate) async fn list(State(web): State<Arc<Web>>, Authenticated(caller): Authenticated) -> Response {
    match web.app.accounts.blocks(&caller).await {
        Ok(blocks) => Account::data(&BlockList { blocks }),
        Err(_) => unavailable(),
    }
}

/// A decimal id that no user can have is nobody's.
fn target(body: &BlockTarget) -> Result<UserId, Box<Response>> {
    let id = &body.target_id;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = "Missing or invalid targetId: it must be a decimal user id.";
        return Err(Box::new(Account::error(StatusCode::BAD_REQUEST, text)));
    }
    UserId::parse(id).map_err(|_| Box::new(user_not_found()))
}

fn refusal(fault: BlockFault, oneself: &str) -> Response {
    match fault {
        BlockFault::Oneself => Account::error(StatusCode::BAD_REQUEST, oneself),
        BlockFault::NotFound => user_not_found(),
        BlockFault::Unavailable(_) => unavailable(),
    }
}
