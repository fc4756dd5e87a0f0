//! Gives every cluster of a cleaned text a face that can draw it, so that no box for a missing glyph ever appears:
//! what no face has is folded to plain letters, then stripped of its marks, then left out (O5).

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{UnicodeEmoji, emoji::EmojiStatus};
use unicode_segmentation::UnicodeSegmentation;

use crate::fonts::FaceId;

const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// A text whose every cluster can be drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dressed {
    pub(crate) text: String,
    /// Which face draws which bytes; touching ranges in order.
    pub(crate) runs: Vec<(Range<usize>, FaceId)>,
    /// The byte after each cluster.
    pub(crate) ends: Vec<usize>,
}

impl Dressed {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether all of it is drawn in colour.
    pub(crate) fn is_emoji(&self) -> bool {
        self.runs.iter().all(|(_, face)| *face == FaceId::EMOJI)
    }

    fn push(&mut self, cluster: &str, face: FaceId) {
        let start = self.text.len();
        self.text.push_str(cluster);
        let end = self.text.len();
        self.ends.push(end);
        match self.runs.last_mut() {
            Some((range, last)) if *last == face => range.end = end,
            _ => self.runs.push((start..end, face)),
        }
    }
}

/// Chooses a face for each cluster of a cleaned text.
pub(crate) fn dress(text: &str) -> Dressed {
    let mut dressed = Dressed::default();
    for cluster in text.graphemes(true) {
        if cluster.chars().all(char::is_whitespace) {
            let is_doubled = dressed.text.ends_with(char::is_whitespace) && cluster != "\n";
            if !is_doubled && !dressed.text.is_empty() {
                dressed.push(cluster, FaceId::INTER);
            }
        } else {
            dress_cluster(cluster, &mut dressed);
        }
    }
    dressed
}

fn dress_cluster(cluster: &str, dressed: &mut Dressed) {
    if let Some(face) = face_for(cluster) {
        return dressed.push(cluster, face);
    }
    for part in cluster.nfkc().collect::<String>().graphemes(true) {
        let bare: String = part.chars().filter(|c| !is_combining_mark(*c) && !is_joiner(*c)).collect();
        if let Some(face) = face_for(part) {
            dressed.push(part, face);
        } else if let Some(face) = face_for(&bare) {
            dressed.push(&bare, face);
        }
    }
}

/// The first face with every visible character of the cluster.
fn face_for(cluster: &str) -> Option<FaceId> {
    let visible = || cluster.chars().filter(|character| !is_joiner(*character));
    visible().next()?;
    let emoji = || FaceId::EMOJI.covers(visible()).then_some(FaceId::EMOJI);
    let text = || FaceId::for_text().find(|face| face.covers(visible()));
    if wants_emoji(cluster) { emoji().or_else(text) } else { text().or_else(emoji) }
}

/// Joiners and style selectors steer the shaping and need no glyph.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | TEXT_STYLE | EMOJI_STYLE)
        || matches!(character, '\u{e0020}'..='\u{e007f}')
}

/// Whether the cluster is to be drawn in colour (UTS 51).
fn wants_emoji(cluster: &str) -> bool {
    if cluster.is_ascii() || cluster.contains(TEXT_STYLE) {
        return false;
    }
    let is_forced = |character: char| matches!(character, EMOJI_STYLE | KEYCAP | '\u{1f3fb}'..='\u{1f3ff}');
    let is_born = |character: char| {
        matches!(
            character.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndEmojiComponent
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
        )
    };
    let first = cluster.chars().next();
    first.is_some_and(|character| {
        character.is_emoji_char() && (is_born(character) || cluster.contains(is_forced))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(text: &str) -> Vec<(String, &'static str)> {
        let dressed = dress(text);
        dressed
            .runs
            .iter()
            .map(|(range, face)| (dressed.text[range.clone()].to_owned(), face.family()))
            .collect()
    }

    /// O5
    #[test]
    fn emoji_are_emoji_only_when_they_ask_for_it() {
        assert_eq!(families("❤️"), [("❤️".to_owned(), "Noto Emoji")]);
        assert_ne!(families("❤\u{fe0e}")[0].1, "Noto Emoji");
        assert_eq!(families("1 #"), [("1 #".to_owned(), "Inter")]);
        assert_eq!(families("1️⃣")[0].1, "Noto Emoji");
        assert_eq!(families("🇯🇵👩🏽‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿")[0].1, "Noto Emoji");
        assert_eq!(families("™©")[0].1, "Inter");
    }

    /// O5
    #[test]
    fn every_script_finds_its_face() {
        let samples = [
            ("Ada Ж Ω", "Inter"),
            ("山田花子", "Noto CJK"),
            ("김민준", "Noto CJK"),
            ("محمد", "Noto Arabic"),
            ("שלום", "Noto Hebrew"),
            ("नमस्ते", "Noto Devanagari"),
            ("สวัสดี", "Noto Thai"),
            ("ಠ", "Noto Kannada"),
            ("𓆩", "Noto EgyptianHieroglyphs"),
            ("𝕯", "Noto Math"),
        ];
        for (text, family) in samples {
            let found = families(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0], (text.to_owned(), family));
        }
    }

    /// O5
    #[test]
    fn what_no_face_has_is_folded_or_left_out() {
        assert_eq!(dress("a\u{12000}\u{17000} \u{18800} b").text, "a b");
        assert_eq!(dress("\u{17000}\u{17001}").text, "");
        assert!(dress("\u{17000}").is_empty());
    }
}
