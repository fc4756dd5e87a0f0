//! `PATCH /profile`: the fields that a user writes (contract A1).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use nameplate_app::EditFault;
use nameplate_core::edit::ProfileEdit;
use serde::Serialize;

use crate::account::caller::Authenticated;
use crate::account::json::Json;
use crate::account::unavailable;
use crate::openapi::{AccountError, ProfileAnswer, ProfileChange};
use crate::reply::Account;
use crate::state::Web;

#[derive(Serialize)]
struct Answer<'a> {
    message: &'static str,
    #[serde(flatten)]
    sent: &'a ProfileEdit,
}

#[utoipa::path(patch, path = "/profile", tag = "accounts", request_body = ProfileChange, security(("relay-key" = [])),
    responses(
        (status = 200, description = "It is changed; what was sent comes back", body = ProfileAnswer),
        (status = 400, description = "A value that a field cannot have", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "A custom embed is for premium accounts", body = AccountError),
        (status = 413, description = "The body is too large", body = AccountError),
        (status = 415, description = "The body is no JSON", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    Json(edit): Json<ProfileEdit>,
) -> Response {
    let refused = |text: &str| Account::error(StatusCode::BAD_REQUEST, text);
    match web.app.accounts.edit(&caller, &edit).await {
        Ok(()) => Account::data(&Answer { message: "Profile updated successfully!", sent: &edit }),
        Err(EditFault::Bad(fault)) => refused(&fault.to_string()),
        Err(EditFault::ForeignPicture(field)) => refused(&format!(
            "The {field} must be the URL of one that you uploaded, under {field}s/{}/.",
            caller.id()
        )),
        Err(EditFault::UsernameTaken) => refused("Username is already taken."),
        Err(EditFault::NotPremium) => {
            Account::error(StatusCode::FORBIDDEN, "Custom embeds are available to PLUS users only.")
        }
        Err(EditFault::Unavailable(_)) => unavailable(),
    }
}
