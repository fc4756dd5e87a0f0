//! `GET /p/{code}` and `GET /{code}` on the dashboard's hosts: the page of an upload, and short links (contract A6, A7).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use nameplate_app::FileFault;

use crate::files::file::{code, redirect, refuse};
use crate::pages::Ready;
use crate::state::Web;

pub(crate) async fn page(State(web): State<Arc<Web>>, uri: Uri) -> Response {
    // Once: a code may begin with a p, too.
    let found = match uri.path().strip_prefix("/p").and_then(code) {
        Some(code) => web.app.shares.page(&code).await,
        None => Err(FileFault::NotFound),
    };
    match found {
        Ok(page) => Ready::from(page).reply(StatusCode::OK),
        Err(fault) => refuse(&web, fault),
    }
}

/// Files are on the hosts of files and profiles; here are links alone.
pub(crate) async fn link(State(web): State<Arc<Web>>, uri: Uri) -> Response {
    let found = match code(uri.path()) {
        Some(code) => web.app.shares.find_link(&code, None).await,
        None => Err(FileFault::NotFound),
    };
    match found {
        Ok(target) => redirect(&web, &target),
        Err(fault) => refuse(&web, fault),
    }
}
