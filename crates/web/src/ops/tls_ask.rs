//! `GET /tls-ask?domain=` on the internal listener: may a certificate be asked for? Any 2xx allows it (contract W8).

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use nameplate_core::host::Host;
use serde::Deserialize;

use crate::reply;
use crate::state::Web;

#[derive(Deserialize)]
pub(crate) struct Question {
    domain: String,
}

pub(crate) async fn tls_ask(
    State(web): State<Arc<Web>>,
    question: Result<Query<Question>, QueryRejection>,
) -> Response {
    let host = question.ok().and_then(|Query(question)| Host::parse(&question.domain).ok());
    let is_allowed = match host {
        Some(host) => web.app.domains.may_have_certificate(&host).await,
        None => false,
    };
    reply::bare(if is_allowed { StatusCode::OK } else { StatusCode::NOT_FOUND })
}
