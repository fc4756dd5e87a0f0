//! `/api/v1/profiles/{profile}/versions`: what was published.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use nameplate_app::{PageFault, VersionView};
use serde::Serialize;
use serde_json::Value;

use super::reply::{IfMatch, Profile, data, fault, whole};
use crate::openapi::{StudioAnswer, StudioError};
use crate::state::Web;
use crate::studio::session::Owner;

#[derive(Serialize)]
struct Versions {
    versions: Vec<VersionView>,
}

#[derive(Serialize)]
struct Version {
    content: Value,
}

/// The newest fifty versions.
#[utoipa::path(get, path = "/api/v1/profiles/{profile}/versions", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "Newest first", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError)))]
pub(crate) async fn list(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    data(web.app.pages.versions(owner.user(), &id).await.map(|versions| Versions { versions }))
}

/// The content of one of them.
#[utoipa::path(get, path = "/api/v1/profiles/{profile}/versions/{number}", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id"), ("number" = u64, Path, description = "The version's number")),
    responses(
        (status = 200, description = "Its content", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError)))]
pub(crate) async fn get(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    Path((_, number)): Path<(String, String)>,
) -> Response {
    let Ok(number) = number.parse() else { return fault(PageFault::NotFound) };
    data(web.app.pages.version(owner.user(), &id, number).await.map(|content| Version { content }))
}

/// Makes it the draft.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/versions/{number}/restore", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id"), ("number" = u64, Path, description = "The version's number")),
    responses(
        (status = 200, description = "The page with its content", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 412, description = "`revision_stale`", body = StudioError)))]
pub(crate) async fn restore(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    IfMatch(expected): IfMatch,
    Path((_, number)): Path<(String, String)>,
) -> Response {
    let Ok(number) = number.parse() else { return fault(PageFault::NotFound) };
    whole(web.app.pages.restore_version(owner.user(), &id, &expected, number).await)
}
