//! The file: size, determinism, concurrency.

use std::sync::Arc;

use nameplate_card::{Avatar, Background, Badge, CardContent, Layer, Renderer, Rgb};

use crate::{Seen, noise, pictures::png, plain};

const SMALL: usize = 300 << 10;
const LARGE: usize = 500 << 10;

/// O1
#[test]
fn every_gradient_stays_below_three_hundred_kilobytes() {
    let renderer = Renderer::new();
    let avatar = Some(Arc::new(Avatar::prepare(&png(300, 300, &noise(300 * 300 * 3))).unwrap()));
    for angle in (0..360).step_by(45).chain([13, 200, 359, u16::MAX]) {
        for (from, to) in [(0x000000, 0xffffff), (0xfff7ed, 0xe0e7ff), (0xff0080, 0x00ff80)] {
            let background =
                Background::Gradient { from: Rgb::hex(from), via: None, to: Rgb::hex(to), angle };
            let card =
                renderer.render(&CardContent { background, avatar: avatar.clone(), ..plain() }).unwrap();
            assert!(card.len() <= SMALL, "{from:x} to {to:x} at {angle}: {} bytes", card.len());
            Seen::new(&card);
        }
    }
}

/// O1
#[test]
fn a_picture_background_stays_below_five_hundred_kilobytes() {
    let renderer = Renderer::new();
    let avatar = Some(Arc::new(Avatar::prepare(&png(300, 300, &noise(300 * 300 * 3))).unwrap()));
    for (width, height) in [(1200, 630), (640, 360), (90, 1600), (7, 3)] {
        let layer = Layer::prepare(&png(width, height, &noise((width * height * 3) as usize))).unwrap();
        let background = Background::Picture(Arc::new(layer));
        let card = renderer.render(&CardContent { background, avatar: avatar.clone(), ..plain() }).unwrap();
        assert!(card.len() <= LARGE, "{width} x {height}: {} bytes", card.len());
        Seen::new(&card);
    }
}

/// O4
#[test]
fn the_same_content_gives_the_same_bytes_whatever_was_drawn_before() {
    let content = CardContent {
        badges: Badge::ALL.to_vec(), name: "Ada 山田 👩🏽‍🚀 محمد".into(), ..plain()
    };
    let fresh = Renderer::new().render(&content).unwrap();
    let used = Renderer::new();
    for name in ["김민준", "𝕯𝖆𝖗𝖐", "Ada", ""] {
        used.render(&CardContent {
            name: name.into(),
            background: Background::Solid(Rgb::hex(0)),
            ..plain()
        })
        .unwrap();
    }
    assert!(used.render(&content).unwrap() == fresh);
    assert!(used.render(&content).unwrap() == fresh);
}

/// O4
#[test]
fn threads_that_share_a_renderer_draw_the_same_bytes() {
    let renderer = Renderer::new();
    let names = ["Ada", "山田花子", "محمد", "🦊 Fox"];
    let draw = |name: &str| renderer.render(&CardContent { name: name.into(), ..plain() }).unwrap();
    let alone: Vec<_> = names
        .iter()
        .map(|name| Renderer::new().render(&CardContent { name: (*name).into(), ..plain() }).unwrap())
        .collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| names.map(draw))).collect();
        for worker in workers {
            assert!(worker.join().unwrap().to_vec() == alone);
        }
    });
}

/// O4
#[test]
fn equal_fingerprints_mean_equal_bytes_also_for_pictures() {
    let bytes = png(64, 64, &noise(64 * 64 * 3));
    let build = || CardContent {
        avatar: Some(Arc::new(Avatar::prepare(&bytes).unwrap())),
        background: Background::Picture(Arc::new(Layer::prepare(&bytes).unwrap())),
        ..plain()
    };
    let renderer = Renderer::new();
    assert_eq!(build().fingerprint(), build().fingerprint());
    assert!(renderer.render(&build()).unwrap() == renderer.render(&build()).unwrap());
    assert_ne!(build().fingerprint(), plain().fingerprint());
}
