//! `GET`/`HEAD /stream/{isrc}`: one file, whole or in part.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_core::range::{Wanted, is_current, wanted};
use nameplate_core::text::{clean_line, cut_bytes};
use tower_http::services::ServeFile;
use url::Url;

use super::{Fault, Worker};
use crate::library::Track;

/// Bytes of an `x-track-*` value: more is not forwarded by the music proxy (M3).
const VALUE_LIMIT: usize = 1024;

pub(super) async fn stream(
    State(worker): State<Arc<Worker>>,
    isrc: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let (mut head, body) = request.into_parts();
    worker.check_key(&head)?;
    let track = worker.find(isrc)?;
    let mut file = ServeFile::new(&track.path);
    if let Some(range) = head.headers.remove(RANGE).filter(|_| head.method == Method::GET) {
        settle_range(&range, &mut head.headers, &mut file).await;
    }
    // The file may have gone since the folder was read.
    let request = Request::from_parts(head, body);
    let mut response = file.try_call(request).await.map_err(|_| Fault::UNKNOWN_TRACK)?.map(Body::new);
    if matches!(response.status(), StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(track.media_type));
        describe(&track, worker.options.base.as_ref(), headers);
    }
    Ok(response)
}

/// Says which bytes are wanted in the one form that the file service reads as RFC 9110 means it: it knows no `If-Range`
/// and refuses other units and a suffix longer than the file.
async fn settle_range(range: &HeaderValue, headers: &mut HeaderMap, file: &mut ServeFile) {
    let mut probe = Request::new(Body::empty());
    *probe.method_mut() = Method::HEAD;
    let Ok(current) = file.try_call(probe).await else { return };
    let text = |name| {
        current.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default()
    };
    if let Some(validator) = headers.get(IF_RANGE)
        && !validator.to_str().is_ok_and(|validator| is_current(validator, text(ETAG), text(LAST_MODIFIED)))
    {
        return;
    }
    let size = text(CONTENT_LENGTH).parse().unwrap_or(0);
    let settled = match range.to_str().map(|range| wanted(range, size)) {
        Ok(Wanted::Part(part)) => format!("bytes={}-{}", part.start, part.end - 1),
        Ok(Wanted::Nothing) => format!("bytes={size}-"),
        Ok(Wanted::Whole) | Err(_) => return,
    };
    if let Ok(settled) = settled.try_into() {
        headers.insert(RANGE, settled);
    }
}

/// The `x-track-*` headers, in UTF-8; a text that the tags do not hold is left out. The duration is in whole seconds,
/// the unit of the players' own `duration`.
fn describe(track: &Track, base: Option<&Url>, headers: &mut HeaderMap) {
    let seconds = (track.duration.as_millis() + 500) / 1000;
    let path = format!("/artwork/{}", track.isrc);
    let artwork = base.and_then(|base| base.join(&path).ok()).map_or(path, Into::into);
    let texts = [
        ("x-track-title", track.title.clone()),
        ("x-track-artist", track.artist.clone()),
        ("x-track-album", track.album.clone()),
        ("x-track-duration", if seconds > 0 { seconds.to_string() } else { String::new() }),
        ("x-track-artwork", if track.has_artwork { artwork } else { String::new() }),
    ];
    for (name, text) in texts {
        let text = clean_line(&text, VALUE_LIMIT);
        let value = HeaderValue::from_bytes(cut_bytes(&text, VALUE_LIMIT).as_bytes());
        if let Some(value) = value.ok().filter(|value| !value.is_empty()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
