//! `GET /` on the dashboard's hosts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::state::Web;

pub(crate) async fn home(State(web): State<Arc<Web>>) -> Response {
    web.pages.home.reply(StatusCode::OK)
}
