//! `/api/v1/profiles/me`, `eligible-domains` and `templates`: what one has, and what one can begin with.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_core::theme::Template;
use nameplate_page::designs::{about, picture_url};
use serde::{Deserialize, Serialize};

use super::reply::{data, template, whole};
use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::session::Owner;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPage {
    /// `minimal`, `glass`, `terminal`, `magazine`, `tiles` or `neon`.
    #[serde(rename = "templateID")]
    template: String,
    /// Left out: one that is free, like the user's name.
    #[schema(example = "ada")]
    slug: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    slug: Option<String>,
}

#[derive(Serialize)]
struct Designs {
    templates: Vec<Design>,
}

#[derive(Serialize)]
struct Design {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    /// The URL path of a picture.
    preview: &'static str,
}

/// The owner's pages.
#[utoipa::path(get, path = "/api/v1/profiles/me", tag = "pages", security(("session" = [])),
    responses(
        (status = 200, description = "The pages, oldest first; those that can be taken back; how many there may be", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn list(State(web): State<Arc<Web>>, owner: Owner) -> Response {
    data(web.app.pages.list(owner.user()).await)
}

/// Makes a page from a design. It is a draft until it is published.
#[utoipa::path(post, path = "/api/v1/profiles/me", tag = "pages", security(("session" = [])), request_body = NewPage,
    responses(
        (status = 201, description = "The page with its content", body = StudioAnswer),
        (status = 400, description = "`unknown_template`, `slug_reserved`, `slug_invalid`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 409, description = "`slug_taken`, `limit_reached`", body = StudioError)))]
pub(crate) async fn create(State(web): State<Arc<Web>>, owner: Owner, Json(new): Json<NewPage>) -> Response {
    let template = match template(&new.template) {
        Ok(template) => template,
        Err(refusal) => return *refusal,
    };
    let mut response = whole(web.app.pages.create(owner.user(), template, new.slug.as_deref()).await);
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::CREATED;
    }
    response
}

/// The owner's addresses, and whether another one is to be had.
#[utoipa::path(get, path = "/api/v1/profiles/eligible-domains", tag = "pages", security(("session" = [])),
    params(("slug" = Option<String>, Query, description = "A slug to judge")),
    responses(
        (status = 200, description = "Slots and domains, one that is free, and what becomes of the slug", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn eligible(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Query(asked): Query<Asked>,
) -> Response {
    data(web.app.pages.eligible(owner.user(), asked.slug.as_deref()).await)
}

/// The designs.
#[utoipa::path(get, path = "/api/v1/profiles/templates", tag = "pages", security(("session" = [])),
    responses(
        (status = 200, description = "Six of them", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn templates(_: Owner) -> Response {
    let design = |template: Template| {
        let (name, about) = about(template);
        Design { id: template.name(), name, about, preview: picture_url(template) }
    };
    Envelope::data(Designs { templates: Template::ALL.map(design).into() })
}
