//! `POST /report`: a post that operators should look at (contract A2).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use nameplate_app::ReportFault;
use nameplate_core::id::PostCode;
use serde::{Deserialize, Serialize};

use crate::account::caller::Authenticated;
use crate::account::json::Json;
use crate::account::unavailable;
use crate::openapi::AccountError;
use crate::reply::Account;
use crate::state::Web;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportBody {
    /// The post's share code.
    #[serde(default)]
    #[schema(value_type = String, required, example = "AbCd1234", pattern = "^[A-Za-z0-9]{4,16}$")]
    code: serde_json::Value,
    #[schema(max_length = 200)]
    reason: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ReportAnswer {
    #[schema(example = true)]
    success: bool,
}

#[utoipa::path(post, path = "/report", tag = "accounts", request_body = ReportBody,
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "Operators will look at it", body = ReportAnswer),
        (status = 400, description = "No code, or too long a reason", body = AccountError),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "One's own post, a moderated one, or one of somebody who is blocked or blocks", body = AccountError),
        (status = 404, description = "No such post, or a private one", body = AccountError),
        (status = 413, description = "The body is too large", body = AccountError),
        (status = 415, description = "The body is no JSON", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn report(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    Json(ReportBody { code, reason }): Json<ReportBody>,
) -> Response {
    let Some(code) = code.as_str().and_then(|code| PostCode::parse(code).ok()) else {
        return Account::error(StatusCode::BAD_REQUEST, "Missing or invalid post code.");
    };
    let (status, text) = match web.app.reports.report(&caller, &code, reason.as_deref()).await {
        Ok(()) => return Account::data(&ReportAnswer { success: true }),
        Err(ReportFault::LongReason) => (StatusCode::BAD_REQUEST, "Reason cannot exceed 200 characters."),
        Err(ReportFault::NotFound) => (StatusCode::NOT_FOUND, "Post not found."),
        Err(ReportFault::Moderated) => (StatusCode::FORBIDDEN, "This post has already been moderated."),
        Err(ReportFault::Own) => (StatusCode::FORBIDDEN, "You cannot report your own post."),
        Err(ReportFault::Blocked) => (StatusCode::FORBIDDEN, "You cannot report this post."),
        Err(ReportFault::Unavailable(_)) => return unavailable(),
    };
    Account::error(status, text)
}
