//! `relay.B` and `api.B`: the account API. Every error is `{"error":"…"}` (contract U1).

pub(crate) mod block;
pub(crate) mod caller;
pub(crate) mod history;
pub(crate) mod json;
pub(crate) mod limited;
pub(crate) mod picture;
pub(crate) mod posts;
pub(crate) mod profile;
pub(crate) mod region;
pub(crate) mod report;
pub(crate) mod theme;
pub(crate) mod upload;
pub(crate) mod uploads;
pub(crate) mod users;

use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderValue, StatusCode};
use nameplate_core::secret::KeyKind;

use crate::reply::{self, Account, NO_STORE};

/// What every answer of these hosts carries (U12): a shared cache must not know one caller's answer for another's.
pub(crate) async fn seal(State(kind): State<KeyKind>, response: Response) -> Response {
    sealed(kind, response)
}

pub(crate) fn sealed(kind: KeyKind, mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response.headers_mut().insert(VARY, HeaderValue::from_static(kind.header()));
    response
}

pub(crate) async fn not_found() -> Response {
    Account::error(StatusCode::NOT_FOUND, "Not found.")
}

pub(crate) async fn method_not_allowed() -> Response {
    Account::error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.")
}

pub(crate) fn user_not_found() -> Response {
    Account::error(StatusCode::NOT_FOUND, "User not found.")
}

/// The database is away and nothing fresh is kept.
pub(crate) fn unavailable() -> Response {
    reply::retry_after(Account::error(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable."), 2)
}
