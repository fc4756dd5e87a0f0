//! Rules for text that people wrote: cut at a boundary, cleaned of what cannot be shown, and read as what it means.

use std::fmt::{self, Display};

use serde::de::{Deserializer, Error, Visitor};

/// The longest start of `text` that is at most `max` bytes and ends at a character boundary (P3).
pub fn cut_bytes(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}

/// The first `max` characters of `text`.
pub fn cut_chars(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Whether a character must never be shown: controls, and the marks that override the direction of text around them.
pub fn is_unshowable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0001}')
}

/// `text` without what [`is_unshowable`], cut to `max` characters.
pub fn clean_line(text: &str, max: usize) -> String {
    text.chars().filter(|character| !is_unshowable(*character)).take(max).collect()
}

/// For `Deserialize` of what is written as text: parses it where it stands, without a copy.
pub(crate) fn parsed<'de, D, T, E>(deserializer: D, parse: fn(&str) -> Result<T, E>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: Display,
{
    deserializer.deserialize_str(Parsed(parse))
}

struct Parsed<T, E>(fn(&str) -> Result<T, E>);

impl<T, E: Display> Visitor<'_> for Parsed<T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.0)(text).map_err(F::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P3
    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut_bytes("aé", 2), "a");
        assert_eq!(cut_bytes("aé", 3), "aé");
        assert_eq!(cut_bytes("short", 512), "short");
        assert_eq!(cut_chars("añb", 2), "añ");
    }

    #[test]
    fn direction_overrides_and_controls_are_dropped() {
        assert_eq!(clean_line("a\u{202e}b\u{0}c\nd", 10), "abcd");
    }
}
