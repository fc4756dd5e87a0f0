//! Which part of a file a `Range` header asks for (RFC 9110, sections 13.1.5 and 14).
//!
//! One reading for all who serve bytes: the file host and the music worker. Multipart answers are not given: a request
//! for several ranges gets the whole file, as the RFC allows.

use std::ops::Range;

/// The answer to a `Range` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// 200: the header is of another unit, malformed, or asks for several ranges, and is ignored.
    Whole,
    /// 206: these bytes, at least one.
    Part(Range<u64>),
    /// 416: none of the bytes asked for exists.
    Nothing,
}

/// Reads the value of a `Range` header for a file of `size` bytes.
pub fn wanted(range: &str, size: u64) -> Wanted {
    let spec = range.split_once('=').filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = spec.and_then(|(_, spec)| spec.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    let part = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
        _ => return Wanted::Whole,
    };
    if part.is_empty() { Wanted::Nothing } else { Wanted::Part(part) }
}

/// Whether an `If-Range` validator is the file's own, so that its `Range` counts. A weak tag never is.
pub fn is_current(if_range: &str, etag: &str, last_modified: &str) -> bool {
    let is_strong = etag.starts_with('"');
    (is_strong && if_range == etag) || if_range == last_modified
}

/// Digits only; what does not fit is beyond the end of any file.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A6, M6
    #[test]
    fn a_single_range_is_cut_to_the_file() {
        for (range, part) in [
            ("bytes=0-", 0..100),
            ("bytes=0-0", 0..1),
            ("bytes=10-19", 10..20),
            ("Bytes=99-", 99..100),
            ("bytes=50-99999999999999999999999", 50..100),
            ("bytes=-1", 99..100),
            ("bytes=-100", 0..100),
            ("bytes=-99999999999999999999999", 0..100),
        ] {
            assert_eq!(wanted(range, 100), Wanted::Part(part), "{range}");
        }
    }

    /// A6, M6
    #[test]
    fn a_range_behind_the_end_finds_nothing() {
        for (range, size) in
            [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)]
        {
            assert_eq!(wanted(range, size), Wanted::Nothing, "{range} of {size}");
        }
    }

    /// A6, M6
    #[test]
    fn what_is_no_single_range_of_bytes_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "bytes=+1-2",
            "bytes=1-+2",
            "bytes=1 - 2",
            "items=0-4",
            "0-4",
            "bytes=--5",
        ] {
            assert_eq!(wanted(range, 100), Wanted::Whole, "{range}");
        }
    }

    /// A6, M6
    #[test]
    fn only_the_files_own_strong_validators_count() {
        let date = "Mon, 04 May 2026 08:00:00 GMT";
        assert!(is_current("\"v1\"", "\"v1\"", date) && is_current(date, "\"v1\"", date));
        assert!(!is_current("\"v2\"", "\"v1\"", date) && !is_current("W/\"v1\"", "W/\"v1\"", date));
        assert!(
            !is_current("W/\"v1\"", "\"v1\"", date)
                && !is_current("Sun, 03 May 2026 08:00:00 GMT", "\"v1\"", date)
        );
    }
}
