//! Which headers of the worker's answer reach a visitor: an allow-list, each value as its bytes (M3).

use http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body::Body;

const FORWARDED: [HeaderName; 11] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    ACCEPT_RANGES,
    LAST_MODIFIED,
    ETAG,
    HeaderName::from_static("x-track-title"),
    HeaderName::from_static("x-track-artist"),
    HeaderName::from_static("x-track-duration"),
    HeaderName::from_static("x-track-album"),
    HeaderName::from_static("x-track-artwork"),
];

/// Bytes of one value; a longer one is dropped alone.
const VALUE_LIMIT: usize = 1024;

/// The headers that may pass, the first of each name.
pub(super) fn forwarded(
    answer: &HeaderMap,
    status: StatusCode,
    method: &Method,
    body: &impl Body,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(FORWARDED.len());
    for name in FORWARDED {
        if let Some(value) = answer.get(&name).filter(|value| is_clean(value)) {
            headers.insert(name, value.clone());
        }
    }
    // The same length twice in one line is valid from a worker (RFC 9110, 8.6), and passed on once.
    if let Some(length) = headers.remove(CONTENT_LENGTH) {
        let first =
            length.to_str().ok().and_then(|length| length.split(',').next()?.trim().parse::<u64>().ok());
        first.map(|length| headers.insert(CONTENT_LENGTH, length.into()));
    }
    // A length that the body does not keep would break the visitor's connection in a way that looks like ours.
    let has_body =
        method != Method::HEAD && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
    if has_body && body.size_hint().exact().is_none() {
        headers.remove(CONTENT_LENGTH);
    }
    headers
}

fn is_clean(value: &HeaderValue) -> bool {
    let is_text = |byte: &u8| *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7f);
    value.len() <= VALUE_LIMIT && value.as_bytes().iter().all(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{Empty, StreamBody};

    fn answer(lines: &[(&'static str, &[u8])]) -> HeaderMap {
        let value = |bytes: &[u8]| HeaderValue::from_bytes(bytes).unwrap();
        lines.iter().map(|(name, bytes)| (HeaderName::from_static(name), value(bytes))).collect()
    }

    /// M3, T24
    #[test]
    fn only_the_named_headers_pass_and_a_long_one_is_dropped_alone() {
        let long = [b'x'; VALUE_LIMIT + 1];
        let answer = answer(&[
            ("content-type", b"audio/mpeg"),
            ("x-track-title", "Überlauf ✨".as_bytes()),
            ("x-track-artist", b"Beyonc\xe9"),
            ("x-track-album", &long),
            ("x-track-artwork", &long[..VALUE_LIMIT]),
            ("set-cookie", b"a=b"),
            ("location", b"http://elsewhere/"),
            ("server", b"worker"),
            ("x-track-secret", b"no"),
        ]);
        let passed = forwarded(&answer, StatusCode::OK, &Method::GET, &Empty::<&[u8]>::new());
        assert_eq!(passed.len(), 4, "{passed:?}");
        assert_eq!(passed["x-track-title"].as_bytes(), "Überlauf ✨".as_bytes());
        assert_eq!(passed["x-track-artist"].as_bytes(), b"Beyonc\xe9");
        assert_eq!(passed["x-track-artwork"].len(), VALUE_LIMIT);
    }

    /// M3
    #[test]
    fn a_length_passes_for_a_body_that_keeps_it_and_for_head() {
        type Chunk = Result<http_body::Frame<&'static [u8]>, std::io::Error>;
        let answer = answer(&[("content-length", b"7")]);
        let unknown = StreamBody::new(futures_util::stream::empty::<Chunk>());
        let passed = |method| forwarded(&answer, StatusCode::OK, &method, &unknown).len();
        assert_eq!((passed(Method::GET), passed(Method::HEAD)), (0, 1));
    }

    /// M3
    #[test]
    fn a_length_that_is_said_twice_passes_once() {
        let length = |written: &'static [u8]| {
            let answer = answer(&[("content-length", written)]);
            let passed = forwarded(&answer, StatusCode::OK, &Method::HEAD, &Empty::<&[u8]>::new());
            passed.get(CONTENT_LENGTH).map(|length| length.to_str().unwrap().to_owned())
        };
        assert_eq!(length(b"2, 2").as_deref(), Some("2"));
        assert_eq!(length(b"17").as_deref(), Some("17"));
        assert_eq!(length(b"many"), None);
    }
}
