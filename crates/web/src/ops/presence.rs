//! `PUT` and `DELETE /presence/{userID}` on the internal listener: any source of presence may feed it (contract W8).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_app::PresenceFault;
use nameplate_core::id::UserId;
use nameplate_core::presence::Presence;

use crate::reply::{self, Envelope};
use crate::state::Web;

/// The largest body that is read; a snapshot of the longest texts has less than half of it.
const MAX_BODY: usize = 16 * 1024;

fn user_id(user: Result<Path<String>, PathRejection>) -> Result<UserId, Box<Response>> {
    let fault = || {
        Box::new(Envelope::error(StatusCode::BAD_REQUEST, "userID must be a decimal id of 15 to 20 digits"))
    };
    let Path(user) = user.map_err(|_| fault())?;
    UserId::parse(&user).map_err(|_| fault())
}

/// The body is a PresenceSnapshot without `updatedAt`. 204 when it was written.
pub(crate) async fn put(
    State(web): State<Arc<Web>>,
    user: Result<Path<String>, PathRejection>,
    body: Body,
) -> Response {
    let user = match user_id(user) {
        Ok(user) => user,
        Err(response) => return *response,
    };
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        return Envelope::error(StatusCode::PAYLOAD_TOO_LARGE, "The body must have at most 16 KiB");
    };
    let presence = match Presence::from_json(&body) {
        Ok(presence) => presence,
        Err(fault) => return Envelope::error(StatusCode::BAD_REQUEST, &fault.to_string()),
    };
    match web.app.presences.put(user, presence).await {
        Ok(()) => reply::bare(StatusCode::NO_CONTENT),
        Err(fault @ PresenceFault::NotShared) => Envelope::error(StatusCode::NOT_FOUND, &fault.to_string()),
        Err(PresenceFault::Unavailable(fault)) => {
            reply::retry_after(Envelope::error(StatusCode::SERVICE_UNAVAILABLE, &fault.to_string()), 2)
        }
    }
}

/// Forgets the presence. 204, whether or not there was one.
pub(crate) async fn delete(
    State(web): State<Arc<Web>>,
    user: Result<Path<String>, PathRejection>,
) -> Response {
    match user_id(user) {
        Ok(user) => {
            web.app.presences.remove(user).await;
            reply::bare(StatusCode::NO_CONTENT)
        }
        Err(response) => *response,
    }
}
