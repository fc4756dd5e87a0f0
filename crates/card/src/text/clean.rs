//! Takes out of a text what must not be drawn or could be used to spoil a card: controls, marks that turn the direction
//! around, invisible fillers, towers of accents. What is left is short enough for layout to be quick whatever was sent.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// How much of a text is looked at, in characters, before anything is counted.
const LONGEST_INPUT: usize = 16_384;
/// More marks than this on one letter are scribbling, not writing.
const MOST_MARKS: usize = 4;
/// The longest cluster in use, a family with skin tones, has 14 characters.
const LONGEST_CLUSTER: usize = 24;

/// What becomes of line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// A line break is a space.
    Join,
    /// One line break stays, several become one.
    Keep,
}

/// `text` in NFC without what must not be drawn, white space collapsed, cut after `most` clusters.
pub(crate) fn clean(text: &str, most: usize, breaks: Breaks) -> String {
    let mut marks = 0;
    let kept = text.chars().take(LONGEST_INPUT).filter(|character| {
        marks = if is_combining_mark(*character) { marks + 1 } else { 0 };
        marks <= MOST_MARKS && !is_unshowable(*character)
    });
    let mut cleaned = String::with_capacity(text.len().min(LONGEST_INPUT));
    for cluster in kept.nfc().collect::<String>().graphemes(true).take(most * 4) {
        if cluster.chars().all(char::is_whitespace) {
            push_space(&mut cleaned, breaks == Breaks::Keep && cluster.contains(['\n', '\r']));
        } else if let Some(cluster) = showable(cluster) {
            cleaned.push_str(cluster);
        }
    }
    let end = cleaned.grapheme_indices(true).nth(most).map_or(cleaned.len(), |(end, _)| end);
    cleaned.truncate(end);
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// Adds a space or a line break where neither stands yet; a line break takes the place of a space.
fn push_space(cleaned: &mut String, is_break: bool) {
    if is_break && cleaned.ends_with(' ') {
        cleaned.pop();
    }
    if !cleaned.is_empty() && !cleaned.ends_with([' ', '\n']) {
        cleaned.push(if is_break { '\n' } else { ' ' });
    }
}

/// The cluster, if it is one that a person would write: of sane length, and tag characters only in a flag.
fn showable(cluster: &str) -> Option<&str> {
    let is_flag = cluster.starts_with('\u{1f3f4}') && cluster.ends_with('\u{e007f}');
    let cluster = if is_flag { cluster } else { cluster.trim_end_matches(is_tag) };
    let is_sane = cluster.chars().count() <= LONGEST_CLUSTER && (is_flag || !cluster.contains(is_tag));
    (is_sane && !cluster.is_empty()).then_some(cluster)
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Characters without a shape of their own that change or hide what stands around them.
fn is_unshowable(character: char) -> bool {
    let is_space = matches!(character, '\t' | '\n' | '\r');
    (character.is_control() && !is_space)
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0080}'..='\u{e0fff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        clean(text, 64, Breaks::Join)
    }

    /// O5
    #[test]
    fn controls_and_direction_marks_vanish() {
        assert_eq!(line("a\u{202e}b\u{0}\u{7f}c\u{2066}\u{feff}\u{200b}d\u{3164}"), "abcd");
        assert_eq!(line("x\u{e0041}\u{e0042}y"), "xy");
        assert_eq!(line("\u{e000}\u{f0000}\u{fffd}"), "");
    }

    /// O5
    #[test]
    fn white_space_collapses() {
        assert_eq!(line("  a \t\u{3000} b\r\n\n\nc  "), "a b c");
        assert_eq!(clean("a  \n \n\n b c\n", 64, Breaks::Keep), "a\nb c");
        assert_eq!(clean(&"\n".repeat(300), 64, Breaks::Keep), "");
    }

    /// O5
    #[test]
    fn a_letter_wears_four_marks_at_most() {
        let tower = format!("a{}b", "\u{300}\u{316}".repeat(2_500));
        let kept = line(&tower);
        assert_eq!(kept.nfd().filter(|c| is_combining_mark(*c)).count(), MOST_MARKS);
        assert!(kept.ends_with('b'));
    }

    /// O5
    #[test]
    fn clusters_are_counted_not_bytes() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(clean(&family.repeat(5), 2, Breaks::Join), family.repeat(2));
        assert_eq!(line("e\u{301}"), "é");
        assert_eq!(clean("नमस्ते", 2, Breaks::Join), "नम");
    }

    /// O5
    #[test]
    fn a_flag_of_a_region_keeps_its_tags() {
        let england = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        assert_eq!(line(england), england);
    }

    /// O5
    #[test]
    fn an_endless_cluster_is_dropped() {
        let chain = format!("a{}b", "👩\u{200d}".repeat(500));
        assert!(line(&chain).chars().count() < 60);
        assert!(line(&"x".repeat(1_000_000)).len() == 64);
    }
}
