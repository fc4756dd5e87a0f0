//! `GET /metrics` on the internal listener, in OpenMetrics' text format.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::reply;
use crate::state::Web;

pub(crate) async fn metrics(State(web): State<Arc<Web>>) -> Response {
    let mut text = String::new();
    if let Err(error) = prometheus_client::encoding::text::encode(&mut text, &web.registry) {
        tracing::error!(%error, "metrics could not be written");
        return reply::bare(StatusCode::INTERNAL_SERVER_ERROR);
    }
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
