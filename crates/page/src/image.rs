//! Pictures from elsewhere reach a visitor through this instance's own route only (contract P10).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What JavaScript's `encodeURIComponent` escapes: the page's script makes the same URLs.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The URL of the image route for a remote picture, relative to any host of this instance.
pub fn art_url(url: &str) -> String {
    format!("/api/v1/art?url={}", utf8_percent_encode(url, COMPONENT))
}
