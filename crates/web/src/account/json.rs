//! JSON in the body of a request, read strictly: an unknown field or a value of another type is named, not ignored.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

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
        let bytes = read(&parts.headers, body).await?;
        parse(&bytes).map(Self).map_err(|text| Account::error(StatusCode::BAD_REQUEST, &text))
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

async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Response> {
    let too_large =
        || Account::error(StatusCode::PAYLOAD_TOO_LARGE, "The body must be at most 64 KiB of JSON.");
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(too_large());
    }
    match Limited::new(body, MAX_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Account::error(StatusCode::BAD_REQUEST, "The body did not arrive.")),
    }
}

/// Says where the fault is.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let fault = error.into_inner();
        if fault.is_data() && path != "." {
            format!("{path}: {fault}.")
        } else {
            format!("The body: {fault}.")
        }
    })?;
    json.end().map_err(|fault| format!("The body: {fault}."))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Theme {
        theme: String,
    }

    #[test]
    fn a_fault_in_the_body_is_named() {
        assert_eq!(parse(br#" {"theme":"red"} "#), Ok(Theme { theme: "red".into() }));
        let fault = |body: &str| parse::<Theme>(body.as_bytes()).unwrap_err();
        assert!(fault(r#"{"theme":5}"#).starts_with("theme: invalid type: integer `5`"));
        assert!(fault(r#"{"them":"red"}"#).contains("unknown field `them`"));
        assert!(fault("{}").contains("missing field `theme`"));
        assert!(fault(r#"{"theme":"red","theme":"red"}"#).contains("duplicate field"));
        for bad in ["", "{", "null", "[]", r#"{"theme":"red"}x"#, "\u{feff}{}", "theme=red"] {
            assert!(fault(bad).starts_with("The body: "), "{bad}: {}", fault(bad));
        }
    }

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
