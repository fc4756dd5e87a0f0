//! Rules for text that people wrote: cut at a boundary, cleaned of what cannot be shown.

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
