//! `relay.B` and `api.B`: the account API. Every error is `{"error":"…"}` (contract U1).

pub(crate) mod region;
pub(crate) mod users;

use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::{AuthFault, Caller};
use nameplate_core::secret::{AccountKey, KeyKind};

use crate::reply::{self, Account, NO_STORE};
use crate::state::Web;

/// What every answer of these hosts carries (U12): a shared cache must not know one caller's answer for another's.
pub(crate) async fn seal(State(kind): State<KeyKind>, mut response: Response) -> Response {
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

/// The account that calls, by the key in its header (U1).
///
/// # Errors
/// The answer to send instead.
pub(crate) async fn caller(web: &Web, kind: KeyKind, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
    let header = kind.header();
    let mut keys = headers.get_all(header).iter();
    let key = keys.next().map(|key| key.as_bytes().trim_ascii()).filter(|key| !key.is_empty());
    let unauthorized = |text: String| Box::new(Account::error(StatusCode::UNAUTHORIZED, &text));
    let Some(key) = key else {
        return Err(unauthorized(format!("Unauthorized. No {header} header found.")));
    };
    let unknown = || unauthorized(format!("Unauthorized. Invalid {header}."));
    if keys.next().is_some() {
        return Err(unknown());
    }
    let key =
        std::str::from_utf8(key).ok().and_then(|key| AccountKey::parse(key).ok()).ok_or_else(unknown)?;
    web.app.accounts.caller(kind, &key).await.map_err(|fault| match fault {
        AuthFault::UnknownKey => unknown(),
        AuthFault::Unavailable(_) => Box::new(unavailable()),
    })
}

/// The database is away and nothing fresh is kept.
pub(crate) fn unavailable() -> Response {
    reply::retry_after(Account::error(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable."), 2)
}
