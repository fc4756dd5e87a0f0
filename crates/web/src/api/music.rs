//! `GET`/`HEAD /api/v1/profiles/:profileID/music/:isrc`: the music proxy (contract M1 to M5).

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, IF_RANGE, RANGE};
use http::{HeaderMap, Method, StatusCode};
use nameplate_app::{MusicFault, Tap, TrackRequest, UpstreamBody};
use nameplate_core::id::ProfileId;
use nameplate_core::isrc::Isrc;

use crate::api::presence::ANY_ORIGIN;
use crate::reply::{self, NO_STORE};
use crate::server::{LongAnswer, Source, TakeOver};
use crate::state::{ClientAddress, Web, visitor};

#[utoipa::path(get, path = "/api/v1/profiles/{profileID}/music/{isrc}", tag = "music",
    params(
        ("profileID" = String, Path, description = "The profile's id"),
        ("isrc" = String, Path, description = "The track's ISRC: 12 letters or digits"),
        ("Range" = Option<String>, Header, description = "Passed on to the music worker")),
    responses(
        (status = 200, description = "The track", content_type = "audio/mpeg", body = [u8]),
        (status = 206, description = "A range of it", content_type = "audio/mpeg", body = [u8]),
        (status = 400, description = "No profileID, or no ISRC"),
        (status = 404, description = "No such profile, or its owner has no enabled music key"),
        (status = 416, description = "Not a range of the track"),
        (status = 502, description = "The music worker did not answer")))]
pub(crate) async fn track(
    State(web): State<Arc<Web>>,
    client: ClientAddress,
    method: Method,
    headers: HeaderMap,
    take_over: Option<Extension<TakeOver>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let Ok(Path((profile, isrc))) = path else { return reply::bare(StatusCode::BAD_REQUEST) };
    let Ok(isrc) = Isrc::parse(&isrc) else { return reply::bare(StatusCode::BAD_REQUEST) };
    if profile.trim().is_empty() {
        return reply::bare(StatusCode::BAD_REQUEST);
    }
    let Ok(profile) = ProfileId::parse(&profile) else { return reply::bare(StatusCode::NOT_FOUND) };
    let is_head = method == Method::HEAD;
    let request = TrackRequest {
        method,
        range: headers.get(RANGE).cloned(),
        if_range: headers.get(IF_RANGE).cloned(),
        visitor: visitor(client, &headers),
    };
    match web.app.music.open(&profile, isrc, request).await {
        Ok(answer) => {
            let body = match is_head && !answer.headers.contains_key(CONTENT_LENGTH) {
                // A body without bytes would be told as a length of nought, which the track may not have.
                true => Body::from_stream(stream::empty::<Result<Bytes, Infallible>>()),
                false => body(answer.body, take_over),
            };
            let mut response = Response::new(body);
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
            response
        }
        Err(MusicFault::NotFound) => reply::bare(StatusCode::NOT_FOUND),
        Err(MusicFault::Upstream) => reply::bare(StatusCode::BAD_GATEWAY),
        Err(MusicFault::Unavailable(_)) => {
            reply::retry_after(reply::bare(StatusCode::SERVICE_UNAVAILABLE), 2)
        }
    }
}

/// Goes from socket to socket where both sides allow it.
fn body(body: UpstreamBody, take_over: Option<Extension<TakeOver>>) -> Body {
    let Some(Extension(client)) = take_over else { return Body::new(body) };
    match body.into_tap() {
        Ok(Tap { first, socket, left, idle }) => {
            client.with(LongAnswer::Relay(Source { first, socket, left, idle }))
        }
        Err(body) => Body::new(body),
    }
}

/// A path without a profile's id or without an ISRC (M1).
pub(crate) async fn incomplete() -> Response {
    reply::bare(StatusCode::BAD_REQUEST)
}
