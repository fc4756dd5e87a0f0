//! The response families: each surface answers in its own shape, and the shape is a type.
//!
//! | family | success | error | surface |
//! |---|---|---|---|
//! | [`Envelope`] | `{"ok":true,"data":…}` | `{"ok":false,"error":"…"}`, in the studio also `code`, `path` | `/api/v1` |
//! | [`Account`] | bare JSON | `{"error":"…"}` | `relay.B`, `api.B` |
//! | [`page`] | HTML | HTML | profile hosts, the studio |
//! | [`plain`] | bytes | `text/plain` | cards |
//! | [`bare`] | bytes | empty body | music |

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// For what one visitor may have.
pub(crate) const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
/// For what never changes under its name.
pub(crate) const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The policy of files: whatever a browser takes them for, nothing in them runs.
pub(crate) const SANDBOX: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'none'; sandbox; frame-ancestors 'none'",
);

/// The envelope of `/api/v1`.
pub(crate) struct Envelope;

impl Envelope {
    pub(crate) fn data(data: impl Serialize) -> Response {
        #[derive(Serialize)]
        struct Success<T> {
            ok: bool,
            data: T,
        }
        json(StatusCode::OK, &Success { ok: true, data })
    }

    pub(crate) fn error(status: StatusCode, error: &str) -> Response {
        #[derive(Serialize)]
        struct Failure<'a> {
            ok: bool,
            error: &'a str,
        }
        json(status, &Failure { ok: false, error })
    }

    /// A fault of the studio's API, with a word by which programs tell it from others.
    pub(crate) fn refuse(status: StatusCode, code: &str, error: &str) -> Response {
        json(status, &Refused { ok: false, error, code, path: None })
    }

    /// The same with the place in the body at which the fault is.
    pub(crate) fn refuse_at(status: StatusCode, code: &str, path: &str, error: &str) -> Response {
        json(status, &Refused { ok: false, error, code, path: Some(path) })
    }
}

#[derive(Serialize)]
struct Refused<'a> {
    ok: bool,
    error: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

/// The shape of the account hosts.
pub(crate) struct Account;

impl Account {
    pub(crate) fn data(data: &impl Serialize) -> Response {
        json(StatusCode::OK, data)
    }

    /// A fault that says more than its text.
    pub(crate) fn fault(status: StatusCode, fault: &impl Serialize) -> Response {
        json(status, fault)
    }

    pub(crate) fn error(status: StatusCode, error: &str) -> Response {
        #[derive(Serialize)]
        struct Failure<'a> {
            error: &'a str,
        }
        json(status, &Failure { error })
    }
}

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => {
            let mut response = json_bytes(body.into());
            *response.status_mut() = status;
            response
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            bare(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// A 200 with JSON that is ready to send.
pub(crate) fn json_bytes(body: Bytes) -> Response {
    ([(CONTENT_TYPE, JSON), (CACHE_CONTROL, NO_STORE)], body).into_response()
}

/// A page of ours.
pub(crate) fn page(status: StatusCode, body: impl Into<Body>, policy: HeaderValue) -> Response {
    let headers =
        [(CONTENT_TYPE, HTML), (CACHE_CONTROL, NO_STORE), (http::header::CONTENT_SECURITY_POLICY, policy)];
    (status, headers, body.into()).into_response()
}

/// A short text.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, TEXT), (CACHE_CONTROL, NO_STORE)], text).into_response()
}

/// A status and nothing else.
pub(crate) fn bare(status: StatusCode) -> Response {
    (status, [(CACHE_CONTROL, NO_STORE)]).into_response()
}

/// Says when to come again, on a 503 or 429.
pub(crate) fn retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Whether `If-None-Match` names `etag`: weak comparison, `*` or a list over any number of lines (RFC 9110, 13.1.2).
pub(crate) fn is_known<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>, etag: &HeaderValue) -> bool {
    let bare = |tag: &'a [u8]| tag.trim_ascii().strip_prefix(b"W/").unwrap_or(tag.trim_ascii());
    let names = |line: &'a HeaderValue| line.as_bytes().split(|byte| *byte == b',');
    lines.into_iter().flat_map(names).map(bare).any(|tag| tag == b"*" || tag == etag.as_bytes())
}

/// Whether `Accept-Encoding` names a coding without refusing it.
pub(crate) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding))
            && !parts.any(|weight| weight.trim_start_matches("q=").parse() == Ok(0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_sent_only_to_those_who_take_it() {
        let accepts = |value: &'static str, coding| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            accepts(&headers, coding)
        };
        assert!(accepts("gzip", "gzip") && accepts("br, GZIP;q=0.5", "gzip") && accepts("br, gzip", "br"));
        assert!(!accepts("br", "gzip") && !accepts("gzip;q=0", "gzip") && !accepts("identity", "br"));
    }

    /// O1
    #[test]
    fn an_etag_is_found_in_any_list() {
        let etag = HeaderValue::from_static("\"abc\"");
        let known = |lines: &[&'static str]| {
            let lines: Vec<_> = lines.iter().map(|line| HeaderValue::from_static(line)).collect();
            is_known(&lines, &etag)
        };
        assert!(
            known(&["\"abc\""])
                && known(&["W/\"abc\""])
                && known(&["*"])
                && known(&["\"x\"", "\"y\", \"abc\""])
        );
        assert!(!known(&[]) && !known(&["abc"]) && !known(&["\"abcd\""]));
    }
}
