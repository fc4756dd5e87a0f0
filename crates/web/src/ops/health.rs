//! `/healthz` and `/readyz`: whether the process lives, and whether it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::reply::{self, Envelope};
use crate::state::Web;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "`ok`", body = String)))]
pub(crate) async fn alive() -> Response {
    reply::plain(StatusCode::OK, "ok")
}

/// Whether requests should come here: the database answers, and no stop was asked for. Says no more than that.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "`ok`", body = String), (status = 503, description = "`not ready`", body = String)))]
pub(crate) async fn ready(State(web): State<Arc<Web>>) -> Response {
    if web.stopping.is_cancelled() || web.app.check_store().await.is_err() {
        return reply::retry_after(reply::plain(StatusCode::SERVICE_UNAVAILABLE, "not ready"), 2);
    }
    reply::plain(StatusCode::OK, "ok")
}

/// The same for the operator, part by part and with reasons.
pub(crate) async fn ready_in_full(State(web): State<Arc<Web>>) -> Response {
    let (store, blobs) = tokio::join!(web.app.check_store(), web.app.check_blobs());
    let is_ready = store.is_ok() && !web.stopping.is_cancelled();
    let live = web.app.live_metrics();
    let mut response = Envelope::data(json!({
        "ready": is_ready,
        "stopping": web.stopping.is_cancelled(),
        "database": { "backend": web.app.store_backend(), "ok": store.is_ok(), "error": store.err().map(|error| error.to_string()) },
        // Without it pages are served all the same.
        "blobs": { "ok": blobs.is_ok(), "error": blobs.err().map(|error| error.to_string()) },
        "presence": { "backend": if live.redis_up.is_some() { "redis" } else { "memory" }, "ok": live.redis_up.unwrap_or(true) },
    }));
    if !is_ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response = reply::retry_after(response, 2);
    }
    response
}
