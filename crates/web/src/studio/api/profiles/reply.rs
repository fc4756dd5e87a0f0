//! What the answers for pages have in common: the revision, as `ETag` and `If-Match`, and the faults.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use nameplate_app::{Expected, PageFault, PageView, PageWithContent, SlugFault, Stale};
use nameplate_core::id::ProfileId;
use nameplate_core::theme::Template;
use serde::Serialize;

use crate::reply::{self, Envelope};
use crate::studio::session::unavailable;

/// The `{profile}` of a path.
pub(crate) struct Profile(pub ProfileId);

impl<S: Sync> FromRequestParts<S> for Profile {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        // By hand: the other parameters of a path are its handler's.
        let segment = parts.uri.path().strip_prefix("/api/v1/profiles/").unwrap_or_default();
        let id = segment.split('/').next().unwrap_or_default();
        ProfileId::parse(id).map(Self).map_err(|_| fault(PageFault::NotFound))
    }
}

/// Which revision a change is meant for; any, where the client does not say.
pub(crate) struct IfMatch(pub Expected);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(expected(&parts.headers).unwrap_or(Expected::Any)))
    }
}

/// The same where the client has to say.
pub(crate) struct MustMatch(pub Expected);

impl<S: Sync> FromRequestParts<S> for MustMatch {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        expected(&parts.headers).map(Self).ok_or_else(|| {
            let text = "Say in If-Match which revision of the page this change is meant for.";
            Envelope::refuse(StatusCode::PRECONDITION_REQUIRED, "revision_missing", text)
        })
    }
}

/// Tags that are none of ours match nothing (RFC 9110, 13.1.1).
fn expected(headers: &HeaderMap) -> Option<Expected> {
    let lines = headers.get_all(IF_MATCH).iter();
    let tags: Vec<&str> =
        lines.flat_map(|line| line.to_str().unwrap_or_default().split(',')).map(str::trim).collect();
    let revision = |tag: &&str| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    match tags.as_slice() {
        [] => None,
        tags if tags.contains(&"*") => Some(Expected::Any),
        tags => Some(Expected::OneOf(tags.iter().filter_map(revision).collect())),
    }
}

/// A design by its name.
pub(crate) fn template(name: &str) -> Result<Template, Box<Response>> {
    Template::ALL.into_iter().find(|template| template.name() == name).ok_or_else(|| {
        let text = "There is no such design.";
        Box::new(Envelope::refuse_at(StatusCode::BAD_REQUEST, "unknown_template", "templateID", text))
    })
}

pub(crate) fn data<T: Serialize>(answer: Result<T, PageFault>) -> Response {
    answer.map_or_else(fault, Envelope::data)
}

/// A page with its revision.
pub(crate) fn page(answer: Result<PageView, PageFault>) -> Response {
    answer.map_or_else(fault, |page| tagged(Envelope::data(&page), page.revision))
}

/// The same with its content.
pub(crate) fn whole(answer: Result<PageWithContent, PageFault>) -> Response {
    answer.map_or_else(fault, |whole| tagged(Envelope::data(&whole), whole.page.revision))
}

fn tagged(mut response: Response, revision: u64) -> Response {
    if let Ok(tag) = HeaderValue::try_from(format!("\"{revision}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

pub(crate) fn fault(fault: PageFault) -> Response {
    let status = match &fault {
        PageFault::NotFound => StatusCode::NOT_FOUND,
        PageFault::Stale(stale) => return self::stale(stale, &fault),
        PageFault::Slug(SlugFault::Taken)
        | PageFault::Full(_)
        | PageFault::AlreadyLive
        | PageFault::NeverPublished
        | PageFault::DomainTaken => StatusCode::CONFLICT,
        PageFault::Content(_)
        | PageFault::Slug(_)
        | PageFault::Moment(..)
        | PageFault::Nothing
        | PageFault::Domain(_)
        | PageFault::Link(_) => StatusCode::BAD_REQUEST,
        PageFault::Unavailable => return unavailable(),
    };
    let (code, text) = (fault.code(), fault.to_string());
    match fault.path() {
        Some(path) => Envelope::refuse_at(status, code, &path, &text),
        None => Envelope::refuse(status, code, &text),
    }
}

/// With what is there instead, for the owner to choose.
fn stale(stale: &Stale, fault: &PageFault) -> Response {
    #[derive(Serialize)]
    struct Failure<'a> {
        ok: bool,
        error: String,
        code: &'static str,
        data: &'a Stale,
    }
    let body = Failure { ok: false, error: fault.to_string(), code: fault.code(), data: stale };
    tagged(reply::json(StatusCode::PRECONDITION_FAILED, &body), stale.revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_from_any_list_of_strong_tags() {
        let of = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(IF_MATCH, HeaderValue::from_static(line));
            }
            expected(&headers)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["*"]), Some(Expected::Any));
        assert_eq!(of(&["\"3\""]), Some(Expected::OneOf(vec![3])));
        assert_eq!(of(&["\"3\", \"4\"", "\"5\""]), Some(Expected::OneOf(vec![3, 4, 5])));
        for stranger in ["3", "W/\"3\"", "\"x\"", "", "\""] {
            assert_eq!(of(&[stranger]), Some(Expected::OneOf(vec![])), "{stranger}");
        }
    }
}
