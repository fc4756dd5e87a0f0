//! A body of JSON, with faults in the shape of the studio's API.

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::json::{BadBody, parse, read};
use crate::reply::Envelope;
use crate::studio::session::{has_body, is_type};

/// The most bytes of a body of JSON; a page is the largest.
const MAX_BYTES: usize = 512 * 1024;

/// The body of a request as `T`.
pub(crate) struct Json<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        if !is_type(&parts.headers, "application/json") {
            let text = "The body must be JSON, with Content-Type: application/json.";
            return Err(Envelope::refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_type", text));
        }
        let bytes = read(&parts.headers, body, MAX_BYTES).await;
        bytes.and_then(|bytes| parse(&bytes)).map(Self).map_err(|fault| refusal(&fault))
    }
}

/// The same where a body may be left out.
pub(crate) struct MaybeJson<T>(pub T);

impl<S: Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if has_body(request.headers()) {
            Json::from_request(request, state).await.map(|Json(body)| Self(body))
        } else {
            Ok(Self(T::default()))
        }
    }
}

pub(super) fn refusal(fault: &BadBody) -> Response {
    let text = fault.to_string();
    match fault {
        BadBody::TooLarge => {
            let text = "The body must be at most 512 KiB of JSON.";
            Envelope::refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text)
        }
        BadBody::BadValue(path, _) => Envelope::refuse_at(StatusCode::BAD_REQUEST, "bad_value", path, &text),
        BadBody::Broken | BadBody::Malformed(_) => {
            Envelope::refuse(StatusCode::BAD_REQUEST, "bad_body", &text)
        }
    }
}
