//! `GET /` on the dashboard's hosts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use crate::state::Web;
use crate::studio::session::find;

/// To whoever cannot be known now, the page is a stranger's.
pub(crate) async fn home(State(web): State<Arc<Web>>, parts: Parts) -> Response {
    let is_signed_in = matches!(find(&web, &parts).await, Ok(Some(_)));
    let page = if is_signed_in { &web.pages.home_of_owner } else { &web.pages.home };
    page.reply(StatusCode::OK)
}
