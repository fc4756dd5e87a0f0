//! Texts that were written to break cards: each must give an ordinary card (O5).

use nameplate_card::{CardContent, Renderer};
use proptest::prelude::*;

use crate::{Seen, plain};

/// O1; a wall of emoji is larger than a card that somebody would make.
const LIMIT: usize = 600 << 10;

fn with(name: &str, bio: &str) -> CardContent {
    CardContent {
        name: name.into(),
        handle: name.into(),
        bio: Some(bio.into()),
        footer: name.into(),
        ..plain()
    }
}

/// O5
#[test]
fn hostile_texts_give_ordinary_cards() {
    let renderer = Renderer::new();
    let marks = "\u{301}\u{323}\u{334}".repeat(1_700);
    let texts = [
        String::new(),
        "\n".repeat(300),
        "x\n".repeat(300),
        format!("Z{marks}a{marks}"),
        marks.clone(),
        "a".repeat(4_000),
        "W".repeat(1_000_000),
        "👩\u{200d}".repeat(2_000),
        "👨‍👩‍👧‍👦".repeat(500),
        "🇦".repeat(999),
        "\u{fdfd}".repeat(400),
        "漢".repeat(5_000),
        "\u{202e}\u{2066}\u{200f}".repeat(700),
        "\u{0}\u{1}\u{7f}\u{80}\u{feff}\u{fffe}".repeat(100),
        "\u{e000}\u{f0000}\u{10fffd}".repeat(100),
        "\u{12000}\u{17000}\u{18800}".repeat(500),
        "\u{e0041}".repeat(500),
        "\u{1f3f4}\u{e0067}\u{e0062}".repeat(300),
        "محمد Ada שלום ".repeat(100),
        "ก็็็็็็็็็็็็็็็็็็็็".repeat(50),
        "क्ष्म्य्र्व्".repeat(300),
        "ᄀᄀᄀᄀ각각".repeat(300),
        "\u{200b}\u{3164}\u{2800}\u{ad}".repeat(200),
        "<script>&amp;\"'%00".repeat(100),
    ];
    for text in &texts {
        let card = renderer.render(&with(text, text)).unwrap();
        assert!(card.len() <= LIMIT, "{} bytes", card.len());
        Seen::new(&card);
    }
}

/// O5
#[test]
fn what_cannot_be_seen_changes_nothing() {
    let renderer = Renderer::new();
    let clean = renderer.render(&with("Ada", "One two")).unwrap();
    let dirty = renderer
        .render(&with("\u{202e}A\u{0}d\u{200b}a\u{feff}", " One\u{1b} \t\u{2066} two\u{e0041}\n\n"))
        .unwrap();
    assert!(clean == dirty);
}

/// O5
#[test]
fn a_name_that_cannot_be_drawn_gives_way_to_the_handle() {
    let renderer = Renderer::new();
    let card = |name: &str, handle: &str| {
        let content = CardContent { name: name.into(), handle: handle.into(), ..plain() };
        renderer.render(&content).unwrap()
    };
    assert!(card("\u{17000}\u{e000}", "@ada") == card("@ada", ""));
    assert!(card("", "") != card("@ada", ""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// O5
    #[test]
    fn any_text_gives_a_card(name in any::<String>(), bio in any::<String>(), handle in "\\PC{0,80}") {
        let content = CardContent { name, handle, bio: Some(bio), ..plain() };
        let card = Renderer::new().render(&content).unwrap();
        prop_assert!(card.len() <= LIMIT);
        Seen::new(&card);
    }
}
