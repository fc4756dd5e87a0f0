//! `/api/v1/profiles/{profile}/domain`: a domain of the owner's own.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::reply::{Profile, data};
use crate::openapi::{StudioAnswer, StudioError};
use crate::state::Web;
use crate::studio::json::{Json, MaybeJson};
use crate::studio::session::Owner;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[schema(example = "ada.example")]
    domain: String,
}

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leaving {
    /// Where the page goes; left out, a slot that is free.
    slug: Option<String>,
}

/// Where the page is, and what became of its claim when the DNS was last asked.
#[utoipa::path(get, path = "/api/v1/profiles/{profile}/domain", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The domain and the claim", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError)))]
pub(crate) async fn get(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    data(web.app.pages.domain(owner.user(), &id).await)
}

/// Claims a domain. The page stays where it is until the domain is proved.
#[utoipa::path(put, path = "/api/v1/profiles/{profile}/domain", tag = "pages", security(("session" = [])), request_body = Wanted,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The record to publish", body = StudioAnswer),
        (status = 400, description = "`domain_invalid`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError)))]
pub(crate) async fn claim(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    Json(wanted): Json<Wanted>,
) -> Response {
    data(web.app.pages.claim_domain(owner.user(), &id, &wanted.domain).await)
}

/// Asks the DNS now, and moves the page if the domain is proved.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/domain/check", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "What was found", body = StudioAnswer),
        (status = 400, description = "`domain_invalid`: nothing was claimed", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 429, description = "`too_often`", body = StudioError)))]
pub(crate) async fn check(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    data(web.app.pages.check_domain(owner.user(), &id).await)
}

/// Gives the claim up, and goes back to a slot.
#[utoipa::path(delete, path = "/api/v1/profiles/{profile}/domain", tag = "pages", security(("session" = [])), request_body = Leaving,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "Where the page is now", body = StudioAnswer),
        (status = 400, description = "`slug_reserved`, `slug_invalid`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 409, description = "`slug_taken`", body = StudioError)))]
pub(crate) async fn leave(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    MaybeJson(leaving): MaybeJson<Leaving>,
) -> Response {
    data(web.app.pages.leave_domain(owner.user(), &id, leaving.slug.as_deref()).await)
}
