//! Which language and direction a page has, judged by the letters of its owner's texts.
//!
//! Only scripts that stand for one language are told apart; a browser and a screen reader then pick fitting letters
//! and voices. Each text also carries `dir=auto`, so that a line in another direction comes out right as well.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    pub(crate) lang: &'static str,
    pub(crate) dir: &'static str,
}

const ENGLISH: Language = Language { lang: "en", dir: "ltr" };

const SCRIPTS: [(&str, &str, &[std::ops::RangeInclusive<char>]); 7] = [
    (
        "ar",
        "rtl",
        &['\u{600}'..='\u{6ff}', '\u{750}'..='\u{77f}', '\u{fb50}'..='\u{fdff}', '\u{fe70}'..='\u{fefc}'],
    ),
    ("he", "rtl", &['\u{590}'..='\u{5ff}']),
    ("el", "ltr", &['\u{370}'..='\u{3ff}']),
    ("hi", "ltr", &['\u{900}'..='\u{97f}']),
    ("th", "ltr", &['\u{e00}'..='\u{e7f}']),
    ("ja", "ltr", &['\u{3040}'..='\u{30ff}']),
    ("ko", "ltr", &['\u{ac00}'..='\u{d7a3}']),
];

/// The language in whose script more than a third of the letters are; otherwise English.
pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Language {
    let mut letters = 0_usize;
    let mut counts = [0_usize; SCRIPTS.len()];
    for letter in texts.flat_map(str::chars).filter(|letter| letter.is_alphabetic()) {
        letters += 1;
        let script =
            SCRIPTS.iter().position(|(_, _, ranges)| ranges.iter().any(|range| range.contains(&letter)));
        if let Some(count) = script.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let most =
        SCRIPTS.iter().zip(counts).max_by_key(|(_, count)| *count).filter(|(_, count)| count * 3 > letters);
    most.map_or(ENGLISH, |((lang, dir, _), _)| Language { lang, dir })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_the_direction_of_its_texts() {
        let of = |text: &'static str| super::of(std::iter::once(text));
        assert_eq!(of(""), ENGLISH);
        assert_eq!(of("Zoë Łukasz"), ENGLISH);
        assert_eq!(of("مصورة من عمّان · Amman"), Language { lang: "ar", dir: "rtl" });
        assert_eq!(of("צלם"), Language { lang: "he", dir: "rtl" });
        assert_eq!(of("写真をとる人"), Language { lang: "ja", dir: "ltr" });
        assert_eq!(of("She said שלום to all of us"), ENGLISH);
    }
}
