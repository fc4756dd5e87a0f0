//! A body of JSON, with faults in the shape of the account hosts.

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::json::{BadBody, parse, read};
use crate::reply::Account;

/// The most bytes of a body of JSON.
const MAX_BYTES: usize = 64 * 1024;

/// The body of a request as `T`.
pub(crate) struct Json<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            let text = "The body must be JSON, with Content-Type: application/json.";
            return Err(Account::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
        let bytes = read(&parts.headers, body, MAX_BYTES).await;
        bytes.and_then(|bytes| parse(&bytes)).map(Self).map_err(|fault| match fault {
            BadBody::TooLarge => {
                Account::error(StatusCode::PAYLOAD_TOO_LARGE, "The body must be at most 64 KiB of JSON.")
            }
            fault => Account::error(StatusCode::BAD_REQUEST, &fault.to_string()),
        })
    }
}

/// A body without a type is taken for JSON, and so is one of the type that `curl -d` gives to whatever it sends.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    ["application/json", "application/x-www-form-urlencoded"]
        .iter()
        .any(|kind| essence.eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_unless_it_says_otherwise() {
        let typed = |kind: &'static str| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, http::HeaderValue::from_static(kind))]);
            is_json(&headers)
        };
        assert!(
            is_json(&HeaderMap::new())
                && typed("application/json")
                && typed("Application/JSON; charset=utf-8")
        );
        assert!(!typed("text/plain") && !typed("multipart/form-data; boundary=x") && !typed(""));
    }
}
