//! One file as an HTTP answer: validators, ranges, and headers under which no browser runs anything in it.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED,
    RANGE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_app::{FileFault, Files, OpenFile};
use nameplate_core::range::{Wanted, is_current, wanted};

use crate::api::presence::ANY_ORIGIN;
use crate::reply;

pub(super) async fn send(
    files: &Files,
    file: &OpenFile,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, FileFault> {
    let modified_at =
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(file.info.modified.as_seconds().max(0) as u64);
    let modified = httpdate::fmt_http_date(modified_at);
    let (Ok(etag), Ok(last_modified)) =
        (HeaderValue::try_from(&file.info.etag), HeaderValue::try_from(modified.as_str()))
    else {
        return Err(FileFault::Unavailable);
    };
    let is_known = if headers.contains_key(IF_NONE_MATCH) {
        reply::is_known(headers.get_all(IF_NONE_MATCH), &etag)
    } else {
        let since = headers.get(IF_MODIFIED_SINCE).and_then(|since| since.to_str().ok());
        let since = since.and_then(|since| httpdate::parse_http_date(since).ok());
        since.is_some_and(|since| modified_at <= since)
    };
    let common = [
        (ETAG, etag),
        (LAST_MODIFIED, last_modified),
        (CACHE_CONTROL, if file.is_private { reply::PRIVATE } else { reply::IMMUTABLE }),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
        (CONTENT_SECURITY_POLICY, reply::SANDBOX),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let size = file.info.size;
    // A range means something to GET alone (RFC 9110, 14.2).
    let wanted = match *method {
        Method::GET => range(headers, &file.info.etag, &modified, size),
        _ => Wanted::Whole,
    };
    let (status, part) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let range = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, common, range).into_response());
        }
    };
    let length = part.end - part.start;
    let content_range = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
    let body = match *method {
        Method::HEAD => Body::empty(),
        _ => Body::from_stream(
            files.read(file, (status == StatusCode::PARTIAL_CONTENT).then_some(part)).await?.chunks,
        ),
    };
    let kind =
        [(CONTENT_TYPE, HeaderValue::from_static(file.mime)), (CONTENT_LENGTH, HeaderValue::from(length))];
    let mut response = (status, common, kind, body).into_response();
    if let (StatusCode::PARTIAL_CONTENT, Ok(range)) = (status, HeaderValue::try_from(content_range)) {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    Ok(response)
}

/// What of the file is wanted; a range counts only while `If-Range` names the present file.
fn range(headers: &HeaderMap, etag: &str, modified: &str, size: u64) -> Wanted {
    let Some(range) = headers.get(RANGE).and_then(|range| range.to_str().ok()) else { return Wanted::Whole };
    match headers.get(IF_RANGE).map(HeaderValue::to_str) {
        None => wanted(range, size),
        Some(Ok(validator)) if is_current(validator, etag, modified) => wanted(range, size),
        Some(_) => Wanted::Whole,
    }
}
