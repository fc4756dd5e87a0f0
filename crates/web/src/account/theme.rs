//! `PATCH /theme`: the colour theme of the caller (contract A1).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use nameplate_app::ThemeFault;
use serde::{Deserialize, Serialize};

use crate::account::caller::Authenticated;
use crate::account::json::Json;
use crate::account::unavailable;
use crate::openapi::AccountError;
use crate::reply::Account;
use crate::state::Web;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThemeChange {
    /// One of the 31 keys.
    #[schema(example = "emerald")]
    theme: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ThemeAnswer {
    #[schema(example = "Theme updated successfully!")]
    message: &'static str,
    #[schema(example = "emerald")]
    theme: String,
}

#[utoipa::path(patch, path = "/theme", tag = "accounts", request_body = ThemeChange, security(("relay-key" = [])),
    responses(
        (status = 200, description = "It is set", body = ThemeAnswer),
        (status = 400, description = "No such theme", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "Themes are for premium accounts", body = AccountError),
        (status = 413, description = "The body is too large", body = AccountError),
        (status = 415, description = "The body is no JSON", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn set(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    Json(ThemeChange { theme }): Json<ThemeChange>,
) -> Response {
    match web.app.accounts.set_theme(&caller, Some(&theme)).await {
        Ok(()) => Account::data(&ThemeAnswer { message: "Theme updated successfully!", theme }),
        Err(ThemeFault::Unknown) => Account::error(StatusCode::BAD_REQUEST, "Invalid theme."),
        Err(ThemeFault::NotPremium) => {
            Account::error(StatusCode::FORBIDDEN, "Themes are available to PLUS users only.")
        }
        Err(ThemeFault::Unavailable(_)) => unavailable(),
    }
}
