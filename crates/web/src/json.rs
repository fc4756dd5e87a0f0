//! JSON in the body of a request, read strictly: an unknown field or a value of another type is named, not ignored.

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use nameplate_core::object;
use serde::de::DeserializeOwned;

/// Why the body of a request is not what it should be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum BadBody {
    #[error("the body is too large")]
    TooLarge,
    #[error("The body did not arrive.")]
    Broken,
    #[error("The body: {0}.")]
    Malformed(String),
    /// At a place in the body.
    #[error("{0}: {1}.")]
    BadValue(String, String),
}

/// All of a body of at most `most` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, BadBody> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return Err(BadBody::TooLarge);
    }
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BadBody::TooLarge),
        Err(_) => Err(BadBody::Broken),
    }
}

/// Says where the fault is.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BadBody> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = object::read(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let fault = error.into_inner();
        if fault.is_data() && path != "." {
            BadBody::BadValue(path, fault.to_string())
        } else {
            BadBody::Malformed(fault.to_string())
        }
    })?;
    json.end().map_err(|fault| BadBody::Malformed(fault.to_string()))?;
    Ok(value)
}

/// The same for a part of a body that was read already.
pub(crate) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, BadBody> {
    object::read(value).map_err(|error| match error.path().to_string() {
        path if path == "." => BadBody::Malformed(error.inner().to_string()),
        path => BadBody::BadValue(path, error.inner().to_string()),
    })
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
        let fault = |body: &str| parse::<Theme>(body.as_bytes()).unwrap_err().to_string();
        assert!(fault(r#"{"theme":5}"#).starts_with("theme: invalid type: integer `5`"));
        assert!(fault(r#"{"them":"red"}"#).contains("unknown field `them`"));
        assert!(fault("{}").contains("missing field `theme`"));
        assert!(fault(r#"{"theme":"red","theme":"red"}"#).contains("duplicate field"));
        for bad in ["", "{", "null", "[]", r#"{"theme":"red"}x"#, "\u{feff}{}", "theme=red"] {
            assert!(fault(bad).starts_with("The body: "), "{bad}: {}", fault(bad));
        }
    }
}
