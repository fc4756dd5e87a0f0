//! `GET /artwork/{isrc}`: the picture inside a file.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use super::{Fault, Worker};

pub(super) async fn artwork(
    State(worker): State<Arc<Worker>>,
    isrc: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    const NONE: Fault = Fault::new(StatusCode::NOT_FOUND, "This track has no picture.");
    let track = worker.find(isrc)?;
    if !track.has_artwork {
        return Err(NONE);
    }
    let _turn = worker.artwork_reads.acquire().await;
    let artwork = tokio::task::spawn_blocking(move || track.artwork()).await.ok().flatten().ok_or(NONE)?;
    let headers = [
        (CONTENT_TYPE, artwork.media_type),
        (CACHE_CONTROL, "public, max-age=86400"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, artwork.bytes).into_response())
}
