//! `/welcome`: the first run. Whoever came by its link fills in one form, and is in the editor of a page.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use nameplate_app::{FirstRun, LoginLink, SetUp, SetUpFault};
use nameplate_core::secret::Token;
use nameplate_core::theme::Template;
use nameplate_page::{WelcomeContext, WelcomeForm, render_welcome};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::pages::Ready;
use crate::state::Web;
use crate::studio::cookie::{self, Purpose};
use crate::studio::login::{bad_link, foreign, sign_in};
use crate::studio::session::{is_same_origin, see};

/// How long the browser keeps what the link brought; the link's own time is what counts.
const LIFE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// From the link to the form: its token goes into a cookie, so that it stands in no address any more.
pub(crate) fn begin(web: &Web, token: &Token) -> Response {
    let mut response = see(StatusCode::SEE_OTHER, "/welcome");
    response.headers_mut().insert(SET_COOKIE, cookie::give(web, Purpose::Welcome, token.expose(), LIFE));
    response
}

/// `GET /welcome`.
pub(crate) async fn ask(State(web): State<Arc<Web>>, parts: Parts) -> Response {
    let Some(token) = cookie::read(&web, &parts.headers, Purpose::Welcome) else { return bad_link(&web) };
    match web.app.sessions.find_link(&token).await {
        Ok(Some(LoginLink::FirstRun)) => page(&web, &token, WelcomeForm::default(), None),
        Ok(_) => bad_link(&web),
        Err(_) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    discord: String,
    template: Template,
    #[serde(default)]
    publish: String,
}

/// `POST /welcome`.
pub(crate) async fn make(
    State(web): State<Arc<Web>>,
    parts: Parts,
    form: Result<Form<Answer>, FormRejection>,
) -> Response {
    let Some(token) = cookie::read(&web, &parts.headers, Purpose::Welcome) else { return bad_link(&web) };
    let (Ok(Form(answer)), true) = (form, is_same_origin(&web, &parts.headers)) else { return foreign(&web) };
    let csrf = web.app.sessions.csrf(&token);
    if !bool::from(csrf.as_bytes().ct_eq(answer.csrf.as_bytes())) {
        return foreign(&web);
    }
    let wish = FirstRun {
        name: answer.name,
        slug: answer.slug.trim().to_ascii_lowercase(),
        discord: answer.discord.trim().to_owned(),
        template: answer.template,
        is_published: !answer.publish.is_empty(),
    };
    match web.app.set_up(&token, &wish).await {
        Ok(made) => enter(&web, &parts, made).await,
        Err(SetUpFault::Over) => bad_link(&web),
        Err(SetUpFault::Unavailable(_)) => web.pages.error(StatusCode::SERVICE_UNAVAILABLE),
        Err(fault) => {
            let form = WelcomeForm {
                name: &wish.name,
                slug: &wish.slug,
                discord: &wish.discord,
                template: wish.template,
                is_published: wish.is_published,
            };
            page(&web, &token, form, Some(&fault))
        }
    }
}

async fn enter(web: &Web, parts: &Parts, made: SetUp) -> Response {
    let place = made.page.map_or("/studio".into(), |page| format!("/studio/pages/{page}"));
    let mut response = sign_in(web, parts, made.owner, &place).await;
    let spent: HeaderValue = cookie::take(web, Purpose::Welcome);
    response.headers_mut().append(SET_COOKIE, spent);
    response
}

fn page(web: &Web, token: &Token, form: WelcomeForm<'_>, fault: Option<&SetUpFault>) -> Response {
    let (mut name_fault, mut slug_fault, mut discord_fault) = (None, None, None);
    match fault {
        Some(SetUpFault::Name(text)) => name_fault = Some(*text),
        Some(SetUpFault::Slug(text)) => slug_fault = Some(text.as_str()),
        Some(SetUpFault::Discord(text)) => discord_fault = Some(*text),
        _ => {}
    }
    let document = render_welcome(&WelcomeContext {
        site_name: web.app.site_name(),
        home_url: web.app.links().home(),
        base_domain: web.app.zones().base().as_str(),
        csrf: &web.app.sessions.csrf(token),
        has_discord: web.features.discord_bot || web.features.discord_login,
        form,
        name_fault,
        slug_fault,
        discord_fault,
    });
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ready::from(document).reply(status)
}
