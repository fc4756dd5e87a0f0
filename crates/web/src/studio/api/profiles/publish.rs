//! `/api/v1/profiles/{profile}/publish` and `/unpublish`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::reply::{IfMatch, MustMatch, Profile, page};
use crate::openapi::{StudioAnswer, StudioError};
use crate::state::Web;
use crate::studio::session::Owner;

/// Shows the draft to everybody, now.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/publish", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id"),
        ("If-Match" = String, Header, description = "The revision that is meant, as in `\"7\"`")),
    responses(
        (status = 200, description = "The page without its content", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 412, description = "`revision_stale`", body = StudioError),
        (status = 428, description = "`revision_missing`", body = StudioError)))]
pub(crate) async fn publish(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    MustMatch(expected): MustMatch,
) -> Response {
    page(web.app.pages.publish(owner.user(), &id, &expected).await)
}

/// Hides the page.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/unpublish", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page without its content", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 412, description = "`revision_stale`", body = StudioError)))]
pub(crate) async fn unpublish(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    IfMatch(expected): IfMatch,
) -> Response {
    page(web.app.pages.unpublish(owner.user(), &id, &expected).await)
}
