//! The dashboard's hosts (contract R4).

pub(crate) mod api;
pub(crate) mod app;
pub(crate) mod confirm;
pub(crate) mod cookie;
pub(crate) mod discord;
pub(crate) mod home;
pub(crate) mod json;
pub(crate) mod limited;
pub(crate) mod login;
pub(crate) mod person;
pub(crate) mod routes;
pub(crate) mod session;
pub(crate) mod share;
pub(crate) mod sharex;
pub(crate) mod welcome;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::state::Web;

pub(crate) async fn not_found(State(web): State<Arc<Web>>) -> Response {
    web.pages.error(StatusCode::NOT_FOUND)
}
