//! `/login/discord` and its callback: signing in with Discord (T30).

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::Response;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use nameplate_app::{DISCORD_LOGIN, DiscordLoginFault, Return};
use nameplate_page::LoginStep;
use serde::Deserialize;

use crate::state::Web;
use crate::studio::cookie::{self, Purpose};
use crate::studio::login::{Next, foreign, local, page, sign_in};
use crate::studio::session::{is_same_origin, see};

/// `POST /login/discord`: on the way.
pub(crate) async fn leave(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    form: Result<Form<Next>, FormRejection>,
) -> Response {
    if !is_same_origin(&web, &headers) {
        return foreign(&web);
    }
    let next = form.map(|Form(next)| next.next).unwrap_or_default();
    // What a cookie cannot hold is no path of ours anyway.
    let next = if next.contains([';', ',', '"']) { "/studio" } else { local(&next) };
    let Some(away) = web.app.leave_for_discord(next) else {
        return web.pages.error(StatusCode::NOT_FOUND);
    };
    let mut response = see(StatusCode::SEE_OTHER, &away.url);
    let kept = cookie::give(&web, Purpose::Discord, &away.cookie, DISCORD_LOGIN);
    response.headers_mut().insert(SET_COOKIE, kept);
    response
}

#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /login/discord/callback`: back again.
pub(crate) async fn come_back(
    State(web): State<Arc<Web>>,
    parts: Parts,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let cookie = cookie::read_text(&web, &parts.headers, Purpose::Discord);
    let back = match (answer, cookie) {
        (Ok(Query(answer)), Some(cookie)) => {
            let answer = Return {
                code: answer.code,
                state: answer.state,
                issuer: answer.iss,
                is_refused: answer.error.is_some(),
            };
            web.app.back_from_discord(&cookie, answer).await
        }
        _ => Err(DiscordLoginFault::Stale),
    };
    let mut response = match back {
        Ok((owner, next)) => sign_in(&web, &parts, owner, local(&next)).await,
        Err(fault) => refuse(&web, fault),
    };
    response.headers_mut().append(SET_COOKIE, cookie::take(&web, Purpose::Discord));
    response
}

fn refuse(web: &Web, fault: DiscordLoginFault) -> Response {
    let (status, title, message) = match fault {
        DiscordLoginFault::Stale => (
            StatusCode::BAD_REQUEST,
            "That took too long",
            "This browser is not waiting for an answer of Discord's, or has had it. Sign in once more.",
        ),
        DiscordLoginFault::Foreign => (
            StatusCode::BAD_REQUEST,
            "That was not Discord",
            "The answer came from somebody else. Sign in once more, and only on Discord's own page.",
        ),
        DiscordLoginFault::Refused => (
            StatusCode::FORBIDDEN,
            "Discord said no",
            "You cancelled, or Discord did not tell who you are. Nothing was changed.",
        ),
        DiscordLoginFault::Closed => (
            StatusCode::FORBIDDEN,
            "By invitation only",
            "Nobody new is taken in here. Ask whoever runs this instance for an account.",
        ),
        DiscordLoginFault::Unreachable => (
            StatusCode::BAD_GATEWAY,
            "Discord does not answer",
            "Try again in a moment, or sign in with a link.",
        ),
        DiscordLoginFault::Unavailable(_) => return web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    };
    page(web, status, LoginStep::Refused { title, message })
}
