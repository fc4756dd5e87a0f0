//! What the studio's API bounds for each user: work that costs more than its request.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use nameplate_app::Action;

use crate::reply::{self, Envelope};
use crate::state::Web;
use crate::studio::session::Owner;

/// Takes one from the owner's allowance.
pub(crate) async fn guard(
    State((web, action)): State<(Arc<Web>, Action)>,
    owner: Owner,
    request: Request,
    next: Next,
) -> Response {
    let verdict = web.app.rates.take(action, &owner.id()).await;
    if verdict.allowed {
        return next.run(request).await;
    }
    let seconds = verdict.retry_after_seconds();
    let text = format!("Slow down. Try again in {seconds}s.");
    reply::retry_after(Envelope::refuse(StatusCode::TOO_MANY_REQUESTS, "too_often", &text), seconds)
}
