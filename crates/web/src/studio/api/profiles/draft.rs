//! `/api/v1/profiles/{profile}`: a page and its draft.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use nameplate_app::{PageEdit, PageFault};
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::reply::{IfMatch, MustMatch, Profile, data, fault, page, template, whole};
use crate::openapi::{StudioAnswer, StudioError};
use crate::state::Web;
use crate::studio::json::Json;
use crate::studio::session::Owner;

/// What of a page is to be changed. `null` takes a moment away.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PageChange {
    /// The draft: a content document. It is not shown before it is published.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
    slug: Option<String>,
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = DateTime)]
    publish_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
}

/// Tells `null` from a field that was left out.
fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewDesign {
    #[serde(rename = "templateID")]
    template: String,
    /// `false` begins the page anew.
    #[serde(default = "yes")]
    #[schema(default = true)]
    preserve_content: bool,
}

const fn yes() -> bool {
    true
}

/// A page with its draft and what is published.
#[utoipa::path(get, path = "/api/v1/profiles/{profile}", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page; its revision is the `ETag`", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 404, description = "`not_found`: no such page of the user's", body = StudioError)))]
pub(crate) async fn get(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    whole(web.app.pages.get(owner.user(), &id).await)
}

/// Saves the draft, moves the page to another slug, or sets when it goes live and when it ends.
#[utoipa::path(patch, path = "/api/v1/profiles/{profile}", tag = "pages", security(("session" = [])), request_body = PageChange,
    params(("profile" = String, Path, description = "The page's id"),
        ("If-Match" = String, Header, description = "The revision that the change is meant for, as in `\"7\"`")),
    responses(
        (status = 200, description = "The page without its content, at its new revision", body = StudioAnswer),
        (status = 400, description = "`bad_content`, `bad_moment`, `slug_reserved`, `slug_invalid`, with the path", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 409, description = "`slug_taken`, `already_live`", body = StudioError),
        (status = 412, description = "`revision_stale`, with `data`: the revision, draft and time that are there", body = StudioError),
        (status = 413, description = "`too_large`", body = StudioError),
        (status = 428, description = "`revision_missing`", body = StudioError),
        (status = 429, description = "`too_often`", body = StudioError)))]
pub(crate) async fn edit(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    MustMatch(expected): MustMatch,
    Json(change): Json<PageChange>,
) -> Response {
    let PageChange { content, slug, publish_at, expires_at } = change;
    let moments = (moment("publishAt", publish_at), moment("expiresAt", expires_at));
    let edit = match moments {
        (Ok(publish_at), Ok(expires_at)) => PageEdit { content, slug, publish_at, expires_at },
        (Err(bad), _) | (_, Err(bad)) => return fault(bad),
    };
    page(web.app.pages.edit(owner.user(), &id, &expected, edit).await)
}

fn moment(field: &'static str, sent: Option<Option<String>>) -> Result<Option<Option<Timestamp>>, PageFault> {
    let parse = |text: String| {
        let bad = PageFault::Moment(field, "A moment is written as in 2026-01-04T09:30:00Z.");
        Timestamp::parse(&text).map_err(|_| bad)
    };
    sent.map(|text| text.map(parse).transpose()).transpose()
}

/// Gives the draft another design; blocks and colours stay.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/template", tag = "pages", security(("session" = [])), request_body = NewDesign,
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page with its content", body = StudioAnswer),
        (status = 400, description = "`unknown_template`", body = StudioError),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 412, description = "`revision_stale`", body = StudioError)))]
pub(crate) async fn dress(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    IfMatch(expected): IfMatch,
    Json(design): Json<NewDesign>,
) -> Response {
    let template = match template(&design.template) {
        Ok(template) => template,
        Err(refusal) => return *refusal,
    };
    let keeps = design.preserve_content;
    whole(web.app.pages.apply_template(owner.user(), &id, &expected, template, keeps).await)
}

/// Throws the draft away: it is what is published again.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/discard", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page with its content", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError),
        (status = 409, description = "`never_published`", body = StudioError),
        (status = 412, description = "`revision_stale`", body = StudioError)))]
pub(crate) async fn discard(
    State(web): State<Arc<Web>>,
    owner: Owner,
    Profile(id): Profile,
    IfMatch(expected): IfMatch,
) -> Response {
    whole(web.app.pages.discard(owner.user(), &id, &expected).await)
}

/// Deletes the page. It can be taken back for 30 days.
#[utoipa::path(delete, path = "/api/v1/profiles/{profile}", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "Until when it can be taken back", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`", body = StudioError)))]
pub(crate) async fn delete(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    data(web.app.pages.delete(owner.user(), &id).await)
}

/// Takes a deletion back.
#[utoipa::path(post, path = "/api/v1/profiles/{profile}/restore", tag = "pages", security(("session" = [])),
    params(("profile" = String, Path, description = "The page's id")),
    responses(
        (status = 200, description = "The page with its content, as it was", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "`not_found`: no such page was deleted in the last 30 days", body = StudioError),
        (status = 409, description = "`limit_reached`", body = StudioError)))]
pub(crate) async fn restore(State(web): State<Arc<Web>>, owner: Owner, Profile(id): Profile) -> Response {
    whole(web.app.pages.restore(owner.user(), &id).await)
}
