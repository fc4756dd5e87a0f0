//! `GET /usage-history`: what the caller uploaded, day by day (contract A1).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::account::caller::Authenticated;
use crate::account::unavailable;
use crate::openapi::{AccountError, UsageHistory};
use crate::reply::Account;
use crate::state::Web;

#[utoipa::path(get, path = "/usage-history", tag = "accounts", security(("relay-key" = [])),
    responses(
        (status = 200, description = "The last 365 days, oldest first", body = UsageHistory),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn history(State(web): State<Arc<Web>>, Authenticated(caller): Authenticated) -> Response {
    match web.app.accounts.history(&caller).await {
        Ok(history) => Account::data(&history),
        Err(_) => unavailable(),
    }
}
