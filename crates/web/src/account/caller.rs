//! Who calls: the account whose key is in the host's header (contract U1).
//!
//! A suspended account may still read what is its own, and may change nothing.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use nameplate_app::{AuthFault, Caller};
use nameplate_core::secret::{AccountKey, KeyKind};

use crate::account::unavailable;
use crate::reply::Account;
use crate::state::Web;

/// The caller of a handler. [`super::limited::guard`] has found it already where the endpoint has a limit.
pub(crate) struct Authenticated(pub Caller);

impl FromRequestParts<Arc<Web>> for Authenticated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        if let Some(caller) = parts.extensions.get::<Caller>() {
            return Ok(Self(caller.clone()));
        }
        let caller = authenticate(web, kind(parts), &parts.headers).await?;
        match refusal(&caller, &parts.method) {
            Some(refusal) => Err(refusal),
            None => Ok(Self(caller)),
        }
    }
}

/// Each of the two hosts names its kind; a route elsewhere that asks for a caller would find none.
pub(super) fn kind(parts: &Parts) -> KeyKind {
    parts.extensions.get::<KeyKind>().copied().unwrap_or(KeyKind::Relay)
}

/// The account whose key came with a request to `relay.B` or `api.B`.
///
/// # Errors
/// The answer to send instead.
pub(super) async fn authenticate(web: &Web, kind: KeyKind, headers: &HeaderMap) -> Result<Caller, Response> {
    let header = kind.header();
    let unauthorized = |text: String| Account::error(StatusCode::UNAUTHORIZED, &text);
    let Some(key) = key(headers, header) else {
        return Err(unauthorized(format!("Unauthorized. No {header} header found.")));
    };
    let unknown = || unauthorized(format!("Unauthorized. Invalid {header}."));
    web.app.accounts.caller(kind, &key.ok_or_else(unknown)?).await.map_err(|fault| match fault {
        AuthFault::UnknownKey => unknown(),
        AuthFault::Unavailable(_) => unavailable(),
    })
}

/// The key in a header: none, if the header is missing or empty; and within, none if it is no key or stands twice.
fn key(headers: &HeaderMap, name: &str) -> Option<Option<AccountKey>> {
    let mut keys = headers.get_all(name).iter();
    let key = keys.next().map(|key| key.as_bytes().trim_ascii()).filter(|key| !key.is_empty())?;
    let key = std::str::from_utf8(key).ok().filter(|_| keys.next().is_none());
    Some(key.and_then(|key| AccountKey::parse(key).ok()))
}

/// The answer to a suspended caller who would change something.
pub(crate) fn refusal(caller: &Caller, method: &Method) -> Option<Response> {
    let text = "This user has been suspended indefinitely for violating our Terms of Service.";
    let is_refused = caller.user().is_suspended && !method.is_safe();
    is_refused.then(|| Account::error(StatusCode::FORBIDDEN, text))
}
