//! The routes of the studio: its pages, and its part of `/api/v1`, a function for each area.
//!
//! Whether somebody must be signed in is not said by each of them: [`studio_api`] puts the guard before all.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, patch, post, put};
use nameplate_app::Action;

use crate::state::Web;
use crate::studio::api::profiles::{domain, draft, history, list, picture, preview, publish};
use crate::studio::api::{
    account, blocks, contact, keys, numbers, operators, own, session as sessions, uploads,
};
use crate::studio::{app, confirm, discord, limited, login, session, welcome};

/// The most bytes of a form of ours without files.
const MAX_FORM: usize = 16 * 1024;

/// The pages, at the dashboard's own address.
pub(crate) fn studio_pages(web: &Arc<Web>) -> Router<Arc<Web>> {
    let doors = Router::new()
        .route("/login", get(login::ways))
        .route("/login/discord", post(discord::leave))
        .route("/login/discord/callback", get(discord::come_back))
        .route("/login/{token}", get(login::ask).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/welcome", get(welcome::ask).post(welcome::make))
        .layer(DefaultBodyLimit::max(MAX_FORM));
    Router::new()
        .route("/studio", get(app::index))
        .route("/studio/", get(app::index))
        .route("/studio/{*path}", get(app::index))
        .route("/confirm/{token}", get(confirm::ask).post(confirm::confirm))
        .route_layer(from_fn_with_state(web.clone(), session::or_login))
        .route("/studio/frame.html", get(app::frame))
        .route("/studio/assets/{file}", get(app::asset))
        .merge(doors)
        .route_layer(from_fn_with_state(web.clone(), session::at_home))
}

/// The API, on every host: the guard looks at a cookie at the dashboard's own address alone.
pub(crate) fn studio_api(web: &Arc<Web>) -> Router<Arc<Web>> {
    let areas = Router::new().merge(account_routes()).merge(profile_routes(web));
    let areas = areas.merge(number_routes()).merge(contact_routes()).merge(operator_routes());
    areas
        .route_layer(from_fn(session::active))
        .merge(session_routes())
        .route_layer(from_fn_with_state(web.clone(), session::guard))
}

/// For those who are suspended, too.
fn session_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/api/v1/session", get(sessions::open).delete(sessions::close))
        .route("/api/v1/sessions", get(sessions::list).delete(sessions::end_others))
        .route("/api/v1/sessions/{id}", delete(sessions::end))
}

fn account_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/api/v1/account", get(account::show).patch(account::edit).delete(account::delete))
        .route("/api/v1/account/export", get(account::export))
        .route("/api/v1/account/keys", get(keys::show))
        .route("/api/v1/account/keys/{kind}", post(keys::rotate).delete(keys::delete))
        .route("/api/v1/account/blocks", get(blocks::list))
        .route("/api/v1/account/blocks/{user}", put(blocks::add).delete(blocks::remove))
        .route("/api/v1/account/usage", get(own::usage))
        .route("/api/v1/account/sharex.sxcu", get(own::sharex))
        .route("/api/v1/account/presence", get(own::presence))
        .route("/api/v1/account/{picture}", post(own::set_picture).delete(own::delete_picture))
        .route("/api/v1/account/uploads", get(uploads::list).post(uploads::upload))
        .route("/api/v1/account/uploads/{code}", patch(uploads::edit).delete(uploads::delete))
        .route("/api/v1/account/uploads/{code}/files", post(uploads::append))
        .route("/api/v1/account/uploads/{code}/files/{name}", delete(uploads::delete_file))
}

fn number_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/api/v1/profiles/{profile}/numbers", get(numbers::numbers))
        .route("/api/v1/profiles/{profile}/numbers.csv", get(numbers::csv))
}

fn contact_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/api/v1/account/contact", get(contact::settings).put(contact::edit))
        .route("/api/v1/account/contact/test/{channel}", post(contact::test))
        .route("/api/v1/account/contact/email/confirmation", post(contact::ask_again))
        .route("/api/v1/inbox", get(contact::inbox))
        .route("/api/v1/inbox/{id}", patch(contact::mark).delete(contact::delete))
}

/// Pages, their drafts and their history.
fn profile_routes(web: &Arc<Web>) -> Router<Arc<Web>> {
    let limited = |action| from_fn_with_state((web.clone(), action), limited::guard);
    let page = |path: &str| format!("/api/v1/profiles/{{profile}}{path}");
    let previews = Router::new()
        .route(&page("/preview"), post(preview::page))
        .route(&page("/notes"), post(preview::notes))
        .route_layer(limited(Action::Preview));
    Router::new()
        .route("/api/v1/profiles/me", get(list::list).post(list::create))
        .route("/api/v1/profiles/eligible-domains", get(list::eligible))
        .route("/api/v1/profiles/templates", get(list::templates))
        .route("/api/v1/links/resolve", get(preview::resolve))
        .route(&page(""), get(draft::get).patch(draft::edit).delete(draft::delete))
        .route(&page("/restore"), post(draft::restore))
        .route(&page("/template"), post(draft::dress))
        .route(&page("/discard"), post(draft::discard))
        .route(&page("/publish"), post(publish::publish))
        .route(&page("/unpublish"), post(publish::unpublish))
        .route(&page("/versions"), get(history::list))
        .route(&page("/versions/{number}"), get(history::get))
        .route(&page("/versions/{number}/restore"), post(history::restore))
        .route(&page("/pictures"), post(picture::add))
        .route(&page("/card"), post(preview::card).route_layer(limited(Action::DraftCard)))
        .route(&page("/domain"), get(domain::get).put(domain::claim).delete(domain::leave))
        .route(&page("/domain/check"), post(domain::check).route_layer(limited(Action::CheckDomain)))
        .merge(previews)
}

fn operator_routes() -> Router<Arc<Web>> {
    use operators::{reports, site, users};
    Router::new()
        .route("/api/v1/operator/users", get(users::list).post(users::create))
        .route("/api/v1/operator/users/{id}", get(users::show).patch(users::change))
        .route("/api/v1/operator/users/{id}/login-link", post(users::login_link))
        .route("/api/v1/operator/profiles", get(users::profiles))
        .route("/api/v1/operator/profiles/{id}", patch(users::change_profile))
        .route("/api/v1/operator/domains", get(site::domains))
        .route("/api/v1/operator/reports", get(reports::list))
        .route("/api/v1/operator/reports/{post}", post(reports::judge))
        .route("/api/v1/operator/badges", get(site::badges))
        .route("/api/v1/operator/health", get(site::health))
        .route("/api/v1/operator/audit", get(site::audit))
}
