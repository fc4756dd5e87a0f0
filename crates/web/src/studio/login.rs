//! `/login`, `/login/{token}` and `/logout`: in and out of the studio, without scripts and without passwords.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use http::header::{SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use nameplate_app::{LONGEST_SESSION, LoginLink};
use nameplate_core::id::UserId;
use nameplate_core::secret::Token;
use nameplate_page::{LoginContext, LoginStep, render_login};
use serde::Deserialize;

use crate::pages::Ready;
use crate::state::{Web, bytes};
use crate::studio::cookie::{self, Purpose};
use crate::studio::session::{find, is_same_origin, see};
use crate::studio::welcome;

#[derive(Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

/// `GET /login`.
pub(crate) async fn ways(
    State(web): State<Arc<Web>>,
    query: Result<Query<Next>, QueryRejection>,
    request: Request,
) -> Response {
    let next = query.map(|Query(next)| next.next).unwrap_or_default();
    match find(&web, &request.into_parts().0).await {
        Ok(Some(owner)) => {
            let step = LoginStep::SignedIn { name: owner.user().display_name(), csrf: owner.csrf() };
            page(&web, StatusCode::OK, step)
        }
        Ok(None) => {
            let step = LoginStep::Ways { discord: web.app.discord_origin(), next: local(&next) };
            page(&web, StatusCode::OK, step)
        }
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// `GET /login/{token}`: asks before the link is used up, since programs look at links before people do. The first run
/// uses its link up only when all is made.
pub(crate) async fn ask(State(web): State<Arc<Web>>, Path(token): Path<String>) -> Response {
    let Some(token) = Token::parse(&token) else { return bad_link(&web) };
    match web.app.sessions.find_link(&token).await {
        Ok(Some(LoginLink::Of(owner))) => match web.app.accounts.signed_in(&owner).await {
            Ok(Some(caller)) => {
                page(&web, StatusCode::OK, LoginStep::Link { name: caller.user().display_name() })
            }
            Ok(None) => bad_link(&web),
            Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
        },
        Ok(Some(LoginLink::FirstRun)) => welcome::begin(&web, &token),
        Ok(None) => bad_link(&web),
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// `POST /login/{token}`: uses it up.
pub(crate) async fn enter(
    State(web): State<Arc<Web>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    if !is_same_origin(&web, &parts.headers) {
        return foreign(&web);
    }
    let Some(token) = Token::parse(&token) else { return bad_link(&web) };
    match web.app.sessions.take_link(&token).await {
        Ok(Some(owner)) => sign_in(&web, &parts, owner, "/studio").await,
        Ok(None) => bad_link(&web),
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[derive(Deserialize)]
pub(crate) struct Leave {
    #[serde(default)]
    pub(super) csrf: String,
}

/// `POST /logout`.
pub(crate) async fn leave(
    State(web): State<Arc<Web>>,
    parts: Parts,
    form: Result<Form<Leave>, FormRejection>,
) -> Response {
    let owner = match find(&web, &parts).await {
        Ok(owner) => owner,
        Err(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    if let Some(owner) = owner {
        let is_ours = form.is_ok_and(|Form(leave)| owner.is_csrf(leave.csrf.as_bytes()));
        if !is_same_origin(&web, &parts.headers) || !is_ours {
            return foreign(&web);
        }
        if web.app.sessions.end(owner.session(), &owner.session().id).await.is_err() {
            return web.pages.error(StatusCode::SERVICE_UNAVAILABLE);
        }
    }
    let mut response = see(StatusCode::SEE_OTHER, "/login");
    response.headers_mut().insert(SET_COOKIE, cookie::take(&web, Purpose::Session));
    response
}

/// Begins a session, which takes the place of the one before, and leads on.
pub(crate) async fn sign_in(web: &Web, parts: &Parts, owner: UserId, next: &str) -> Response {
    if let Ok(Some(before)) = find(web, parts).await
        && web.app.sessions.end(before.session(), &before.session().id).await.is_err()
    {
        return web.pages.error(StatusCode::SERVICE_UNAVAILABLE);
    }
    match web.app.sessions.begin(owner, &agent(&parts.headers)).await {
        Ok(token) => {
            let mut response = see(StatusCode::SEE_OTHER, next);
            let cookie = cookie::give(web, Purpose::Session, token.expose(), LONGEST_SESSION);
            response.headers_mut().insert(SET_COOKIE, cookie);
            response
        }
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn agent(headers: &HeaderMap) -> String {
    String::from_utf8_lossy(bytes(headers.get(USER_AGENT))).into_owned()
}

/// Where to go then: a path of ours, else the studio. `//host` and `/\\host` are other sites to a browser.
pub(crate) fn local(next: &str) -> &str {
    let is_path = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_path && next.len() <= 512 { next } else { "/studio" }
}

/// A page at the door.
pub(crate) fn page(web: &Web, status: StatusCode, step: LoginStep<'_>) -> Response {
    let context = LoginContext { site_name: web.app.site_name(), home_url: web.app.links().home(), step };
    Ready::from(render_login(&context)).reply(status)
}

pub(crate) fn bad_link(web: &Web) -> Response {
    let step = LoginStep::Refused {
        title: "This link is over",
        message: "It was used already, or its time has passed. Ask for a new one.",
    };
    page(web, StatusCode::NOT_FOUND, step)
}

/// A form of another site.
pub(crate) fn foreign(web: &Web) -> Response {
    let step = LoginStep::Refused {
        title: "That did not come from here",
        message: "The form was not sent from this site, or it is an old one. Go back, load the page again, and try once more.",
    };
    page(web, StatusCode::FORBIDDEN, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T30
    #[test]
    fn only_local_paths_are_gone_to() {
        assert_eq!(local("/studio/pages/p_1?tab=2"), "/studio/pages/p_1?tab=2");
        for bad in
            ["", "studio", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n", "/é"]
        {
            assert_eq!(local(bad), "/studio", "{bad}");
        }
    }
}
