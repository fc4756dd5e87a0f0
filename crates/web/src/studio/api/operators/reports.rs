//! `/api/v1/operator/reports`: posts that users reported, and what becomes of them.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use nameplate_app::ReportState;
use nameplate_core::change::Change;
use nameplate_core::id::PostCode;
use serde::Deserialize;
use serde_json::json;

use super::{acting, refuse};
use crate::api;
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::person::dress;
use crate::studio::session::Operator;

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Which {
    /// From 1; 50 posts each.
    page: u32,
    /// `open` (nobody has looked), or `closed` (hidden).
    state: String,
}

/// Reported posts, the one with the newest report first.
#[utoipa::path(get, path = "/api/v1/operator/reports", tag = "operator", security(("session" = [])), params(Which),
    responses(
        (status = 200, description = "`reports`, `page`, `pages`, `total`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "Not an operator", body = StudioError)))]
pub(crate) async fn list(
    State(web): State<Arc<Web>>,
    operator: Operator,
    which: Result<Query<Which>, QueryRejection>,
) -> Response {
    let Query(Which { page, state }) = which.unwrap_or_default();
    let state = if state == "closed" { ReportState::Closed } else { ReportState::Open };
    match acting(&web, &operator).reports(state, page, &web.app.files).await {
        Ok(mut found) => {
            for report in &mut found.reports {
                dress(&web, &mut report.owner);
                report.reports.iter_mut().filter_map(|said| said.by.as_mut()).for_each(|by| dress(&web, by));
            }
            Envelope::data(found)
        }
        Err(fault) => refuse(&fault),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Hide,
    Keep,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verdict {
    action: What,
    note: Option<String>,
}

/// Hides a post, with a note for its owner, or keeps it as it is; its reports are closed either way. A hidden one is shown
/// again.
#[utoipa::path(post, path = "/api/v1/operator/reports/{post}", tag = "operator", security(("session" = [])),
    request_body(content = Object, description = "`action` (`hide` or `keep`), and perhaps `note`"),
    params(("post" = String, Path, description = "The post's code")),
    responses(
        (status = 200, description = "Done", body = StudioAnswer),
        (status = 400, description = "`bad_value`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such post or report, or not an operator", body = StudioError)))]
pub(crate) async fn judge(
    State(web): State<Arc<Web>>,
    operator: Operator,
    Path(post): Path<String>,
    Json(Verdict { action, note }): Json<Verdict>,
) -> Response {
    let Ok(code) = PostCode::parse(&post) else { return api::not_found().await };
    let service = acting(&web, &operator);
    let done = match action {
        What::Hide => service.hide_post(&code, note.as_deref()).await,
        What::Keep => service.keep_post(&code, note.as_deref()).await,
    };
    match done {
        Ok(_) => {
            // Whose post it is matters to every page that shows it.
            web.app.apply(&Change::Everything).await;
            Envelope::data(json!({}))
        }
        Err(fault) => refuse(&fault),
    }
}
