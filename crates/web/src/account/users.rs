//! `GET /users/{id}`: one's own account, or another user's public face (contract U1 to U12).

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use nameplate_app::{Caller, FaceFault, MAX_POSTS};
use nameplate_core::id::UserId;
use nameplate_core::secret::KeyKind;

use crate::account::caller::{Authenticated, authenticate};
use crate::account::{unavailable, user_not_found};
use crate::reply::{self, Account};
use crate::state::Web;

#[utoipa::path(get, path = "/users/{id}", tag = "accounts",
    params(
        ("id" = String, Path, description = "`@me`, or a decimal id"),
        ("includePosts" = Option<bool>, Query, description = "Whether to list public uploads; also `include_posts`"),
        ("postsLimit" = Option<u8>, Query, minimum = 1, maximum = 50, description = "How many; also `posts_limit`")),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "The user", body = crate::openapi::UserAnswer),
        (status = 400, description = "A bad id or parameter", body = crate::openapi::AccountError),
        (status = 401, description = "No key, or an unknown one", body = crate::openapi::AccountError),
        (status = 403, description = "That user blocked the caller", body = crate::openapi::AccountError),
        (status = 404, description = "No such user", body = crate::openapi::AccountError)))]
pub(crate) async fn user(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    match id.ok().and_then(|Path(id)| Target::parse(&id)) {
        Some(target) => user_of(&web, &caller, target, query.as_deref()).await,
        None => Account::error(StatusCode::BAD_REQUEST, "The id must be @me or a decimal user id."),
    }
}

/// The same for a request that did not go through the router.
pub(crate) async fn user_by_key(web: &Web, kind: KeyKind, request: &Parts, target: Target) -> Response {
    match authenticate(web, kind, &request.headers).await {
        Ok(caller) => user_of(web, &caller, target, request.uri.query()).await,
        Err(response) => response,
    }
}

async fn user_of(web: &Web, caller: &Caller, target: Target, query: Option<&str>) -> Response {
    let target = match target {
        Target::User(id) if id == caller.id() => Target::Me,
        target => target,
    };
    let posts = match posts(query.unwrap_or_default(), !matches!(target, Target::Me)) {
        Ok(posts) => posts,
        Err(message) => return Account::error(StatusCode::BAD_REQUEST, message),
    };
    let accounts = &web.app.accounts;
    match target {
        Target::Me => match accounts.me(caller, posts).await {
            Ok(answer) => reply::json_bytes(answer),
            Err(_) => unavailable(),
        },
        Target::Nobody => user_not_found(),
        Target::User(id) => match accounts.other(caller, &id, posts).await {
            Ok(answer) => reply::json_bytes(answer),
            Err(FaceFault::NotFound) => user_not_found(),
            Err(FaceFault::Blocked) => {
                Account::error(StatusCode::FORBIDDEN, "You have been blocked by this user.")
            }
            Err(FaceFault::Unavailable(_)) => unavailable(),
        },
    }
}

/// Whom a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Me,
    User(UserId),
    /// A decimal id that no user can have.
    Nobody,
}

impl Target {
    /// Reads the path's segment, percent-decoded (U2).
    pub(crate) fn parse(segment: &str) -> Option<Self> {
        if segment == "@me" {
            return Some(Self::Me);
        }
        let is_decimal = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        is_decimal.then(|| UserId::parse(segment).map_or(Self::Nobody, Self::User))
    }
}

/// How many public uploads the query asks for, if any; `by_default` is what no `includePosts` means (U6).
fn posts(query: &str, by_default: bool) -> Result<Option<usize>, &'static str> {
    let include = match parameter(query, ["includePosts", "include_posts"]) {
        None => by_default,
        Some(value) if value.eq_ignore_ascii_case("true") => true,
        Some(value) if value.eq_ignore_ascii_case("false") => false,
        Some(_) => return Err("includePosts must be true or false."),
    };
    let limit = match parameter(query, ["postsLimit", "posts_limit"]) {
        None => MAX_POSTS,
        Some(value) => value
            .parse()
            .ok()
            .filter(|limit| {
                (1..=MAX_POSTS).contains(limit) && value.bytes().all(|byte| byte.is_ascii_digit())
            })
            .ok_or("postsLimit must be a whole number from 1 to 50.")?,
    };
    Ok(include.then_some(limit))
}

/// The value of a parameter by either of its names. Given twice, it is no value that anything accepts.
pub(super) fn parameter<'a>(query: &'a str, names: [&str; 2]) -> Option<Cow<'a, str>> {
    let mut values = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| names.contains(&name.as_ref()))
        .map(|(_, value)| value);
    let first = values.next()?;
    Some(if values.next().is_some() { Cow::Borrowed("given twice") } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U6
    #[test]
    fn posts_are_chosen_by_either_spelling_and_bad_values_are_named() {
        assert_eq!(posts("", true), Ok(Some(50)));
        assert_eq!(posts("", false), Ok(None));
        assert_eq!(posts("includePosts=true&postsLimit=10", false), Ok(Some(10)));
        assert_eq!(posts("include_posts=false&posts_limit=5", true), Ok(None));
        for bad in [
            "postsLimit=0",
            "postsLimit=51",
            "postsLimit=abc",
            "posts_limit=+5",
            "postsLimit=",
            "postsLimit=5&posts_limit=5",
        ] {
            assert!(posts(bad, true).unwrap_err().contains("postsLimit"), "{bad}");
        }
        for bad in ["includePosts=maybe", "include_posts=", "includePosts=1"] {
            assert!(posts(bad, true).unwrap_err().contains("includePosts"), "{bad}");
        }
    }

    /// U2
    #[test]
    fn a_segment_is_me_or_a_decimal_id() {
        assert_eq!(Target::parse("@me"), Some(Target::Me));
        assert_eq!(Target::parse("1"), Some(Target::Nobody));
        assert!(matches!(Target::parse("123456789012345678"), Some(Target::User(_))));
        for bad in ["", "me", "@ME", "12a", "-1", "１２"] {
            assert_eq!(Target::parse(bad), None, "{bad}");
        }
    }
}
