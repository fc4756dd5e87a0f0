//! `GET /posts/{code}`: one post (contract A2, A5, A9).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Method, StatusCode};
use nameplate_app::{PostFault, PostView};
use nameplate_core::id::PostCode;
use serde::Serialize;

use crate::account::caller::Authenticated;
use crate::openapi::{AccountError, PostAnswer};
use crate::refusal::Refusal;
use crate::reply::Account;
use crate::state::{ClientAddress, Web};

#[derive(Serialize)]
struct Answer {
    post: PostView,
}

#[utoipa::path(get, path = "/posts/{code}", tag = "uploads",
    params(("code" = String, Path, description = "The post's share code")),
    security(("relay-key" = []), ("api-key" = [])),
    responses(
        (status = 200, description = "The post", body = PostAnswer),
        (status = 401, description = "No key, or an unknown one", body = AccountError),
        (status = 403, description = "Moderated, or either of the two blocked the other", body = AccountError),
        (status = 404, description = "No such post, or another's private one", body = AccountError),
        (status = 429, description = "Too often", body = AccountError)))]
pub(crate) async fn post(
    State(web): State<Arc<Web>>,
    Authenticated(caller): Authenticated,
    client: ClientAddress,
    method: Method,
    code: Result<Path<String>, PathRejection>,
) -> Response {
    let Some(code) = code.ok().and_then(|Path(code)| PostCode::parse(&code).ok()) else {
        return post_fault(PostFault::NotFound);
    };
    let viewer = (method == Method::GET).then_some(client.address);
    match web.app.posts.view(&caller, &code, viewer).await {
        Ok(post) => Account::data(&Answer { post }),
        Err(fault) => post_fault(fault),
    }
}

/// The answer to who may not see a post, or do something to it.
pub(crate) fn post_fault(fault: PostFault) -> Response {
    #[derive(Serialize)]
    struct Moderated {
        error: String,
        moderated: bool,
    }
    if fault == PostFault::Moderated {
        let body = Moderated { error: fault.to_string(), moderated: true };
        return Account::fault(StatusCode::FORBIDDEN, &body);
    }
    refusal(fault).account()
}

pub(crate) fn refusal(fault: PostFault) -> Refusal {
    let (status, code) = match fault {
        PostFault::NotFound | PostFault::NoFile => (StatusCode::NOT_FOUND, "not_found"),
        PostFault::NotOwner => (StatusCode::FORBIDDEN, "not_found"),
        PostFault::Blocked | PostFault::BlockedByCaller => (StatusCode::FORBIDDEN, "blocked"),
        PostFault::Moderated => (StatusCode::FORBIDDEN, "moderated"),
        PostFault::Full => (StatusCode::BAD_REQUEST, "album_full"),
        PostFault::Unavailable => {
            return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Service unavailable.");
        }
    };
    Refusal::new(status, code, fault.to_string())
}
