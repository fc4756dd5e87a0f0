//! `/api/v1/account/keys`: the two keys of the account API.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_core::secret::{AccountKey, KeyKind};
use serde::Serialize;

use crate::openapi::{StudioAnswer, StudioError};
use crate::reply::Envelope;
use crate::state::Web;
use crate::studio::session::{Owner, unavailable};

/// The two keys of the account API. It holds keys and has no `Debug`.
#[derive(Serialize)]
struct Keys<'a> {
    relay: Key<'a>,
    api: Key<'a>,
}

#[derive(Serialize)]
struct Key<'a> {
    key: Option<&'a str>,
}

impl<'a> From<Option<&'a AccountKey>> for Key<'a> {
    fn from(key: Option<&'a AccountKey>) -> Self {
        Self { key: key.map(AccountKey::expose) }
    }
}

/// The user's keys, in clear.
#[utoipa::path(get, path = "/api/v1/account/keys", tag = "account", security(("session" = [])),
    responses(
        (status = 200, description = "Both keys, or null for one that there is not", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError)))]
pub(crate) async fn show(owner: Owner) -> Response {
    let key = |kind| owner.caller().key(kind).into();
    Envelope::data(Keys { relay: key(KeyKind::Relay), api: key(KeyKind::Api) })
}

/// Makes a new key; the old one opens nothing from now on.
#[utoipa::path(post, path = "/api/v1/account/keys/{kind}", tag = "account", security(("session" = [])),
    params(("kind" = String, Path, description = "`relay` or `api`")),
    responses(
        (status = 200, description = "The new key", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such kind of key", body = StudioError)))]
pub(crate) async fn rotate(State(web): State<Arc<Web>>, owner: Owner, Path(kind): Path<String>) -> Response {
    let Some(kind) = key_kind(&kind) else { return no_key() };
    match web.app.accounts.rotate_key(owner.caller(), kind).await {
        Ok(key) => Envelope::data(Key::from(Some(&key))),
        Err(_) => unavailable(),
    }
}

/// Takes a key away.
#[utoipa::path(delete, path = "/api/v1/account/keys/{kind}", tag = "account", security(("session" = [])),
    params(("kind" = String, Path, description = "`relay` or `api`")),
    responses(
        (status = 200, description = "There is no such key any more", body = StudioAnswer),
        (status = 401, description = "`signed_out`", body = StudioError),
        (status = 403, description = "`bad_origin`, `bad_token`, `suspended`", body = StudioError),
        (status = 404, description = "No such kind of key", body = StudioError)))]
pub(crate) async fn delete(State(web): State<Arc<Web>>, owner: Owner, Path(kind): Path<String>) -> Response {
    let Some(kind) = key_kind(&kind) else { return no_key() };
    match web.app.accounts.delete_key(owner.caller(), kind).await {
        Ok(()) => Envelope::data(()),
        Err(_) => unavailable(),
    }
}

fn key_kind(word: &str) -> Option<KeyKind> {
    match word {
        "relay" => Some(KeyKind::Relay),
        "api" => Some(KeyKind::Api),
        _ => None,
    }
}

fn no_key() -> Response {
    Envelope::refuse(StatusCode::NOT_FOUND, "not_found", "There is no such key.")
}
