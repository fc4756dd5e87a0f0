//! What is where on a card.

use nameplate_card::{AvatarShape, Background, Badge, CardContent, Renderer, Rgb};

use crate::{Seen, plain};

fn see(content: &CardContent) -> Seen {
    Seen::new(&Renderer::new().render(content).unwrap())
}

fn on_black() -> CardContent {
    CardContent { background: Background::Solid(Rgb::hex(0x000000)), accent: Rgb::hex(0x00ff00), ..plain() }
}

/// O5
#[test]
fn a_right_to_left_name_mirrors_the_card() {
    let is_accent = |seen: &Seen, x| seen.at(x, 290) == [0, 255, 0];
    let latin = see(&on_black());
    let hebrew = see(&CardContent { name: "נועה לוי".into(), ..on_black() });
    assert!(is_accent(&latin, 86) && !is_accent(&latin, 1200 - 87));
    assert!(is_accent(&hebrew, 1200 - 87) && !is_accent(&hebrew, 86));
    let nameless = see(&CardContent { name: String::new(), handle: String::new(), bio: None, ..on_black() });
    let columns = (400..1100)
        .filter(|x| (100..500).any(|y| hebrew.at(*x, y) == [255; 3]) && nameless.at(*x, 0)[1] < 99);
    assert!(columns.max().unwrap() > 790, "the text stands beside the portrait");
}

/// O4
#[test]
fn each_badge_looks_different_and_counts_once() {
    let cards = Badge::ALL.map(|badge| see(&CardContent { badges: vec![badge], ..on_black() }));
    for (index, one) in cards.iter().enumerate() {
        for other in cards.iter().skip(index + 1) {
            assert!(one.differences(other, 380..1150, 100..450) > 100);
        }
    }
    let twice = see(&CardContent { badges: vec![Badge::Staff, Badge::Staff], ..on_black() });
    let once = see(&CardContent { badges: vec![Badge::Staff], ..on_black() });
    assert!(twice.pixels == once.pixels);
}

#[test]
fn nothing_that_matters_leaves_the_middle_two_to_one_area() {
    let full = CardContent {
        name: "Wg".repeat(60),
        bio: Some("Ägjpq ".repeat(120)),
        badges: Badge::ALL.to_vec(),
        footer: "a-very-long-address-of-a-site.".repeat(5),
        ..on_black()
    };
    let empty = CardContent {
        name: String::new(),
        handle: String::new(),
        bio: None,
        footer: String::new(),
        ..on_black()
    };
    let (full, empty) = (see(&full), see(&empty));
    assert!(full.differences(&empty, 0..1200, 15..615) > 10_000);
    assert_eq!(full.differences(&empty, 0..1200, 0..15), 0);
    assert_eq!(full.differences(&empty, 0..1200, 615..630), 0);
    assert_eq!(full.differences(&empty, 0..60, 0..630) + full.differences(&empty, 1140..1200, 0..630), 0);
}

#[test]
fn every_shape_of_portrait_is_drawn() {
    // Within a square portrait, outside of the rounded and the round one.
    let corner = |shape| see(&CardContent { avatar_shape: shape, ..on_black() }).at(102, 184);
    assert_eq!(corner(AvatarShape::Circle), [0, 0, 0]);
    assert_eq!(corner(AvatarShape::Rounded), [0, 0, 0]);
    assert_eq!(corner(AvatarShape::Square), [0, 255, 0]);
    // The ring of the rounded one, which the round one does not reach.
    let rim = |shape| see(&CardContent { avatar_shape: shape, ..on_black() }).at(86, 240);
    assert_eq!(rim(AvatarShape::Circle), [0, 0, 0]);
    assert_eq!(rim(AvatarShape::Rounded), [0, 255, 0]);
}
