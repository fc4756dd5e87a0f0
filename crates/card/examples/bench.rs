//! Prints how long cards take: `cargo run --release -p nameplate-card --example bench [PICTURE]`. Nothing is asserted:
//! times belong to a machine, and a shared one at that.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use nameplate_card::{Avatar, AvatarShape, Background, Badge, CardContent, Layer, Renderer, Rgb};

const WARM_UPS: usize = 8;
const RUNS: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let picture = std::env::args_os().nth(1).map(std::fs::read).transpose()?;
    let start = Instant::now();
    let renderer = Renderer::new();
    let made = start.elapsed();
    renderer.render(&latin())?;
    let first = start.elapsed();
    eprintln!("new {made:?}, to the first card {first:?}");
    if let Some(bytes) = &picture {
        let start = Instant::now();
        Avatar::prepare(bytes)?;
        let avatar = start.elapsed();
        Layer::prepare(bytes)?;
        eprintln!("prepare: avatar {avatar:?}, layer {:?}", start.elapsed() - avatar);
    }
    for (title, content) in cards(picture.as_deref())? {
        report(title, &renderer, &content)?;
    }
    memory(&renderer)
}

/// Draws thousands of different cards and prints what the process holds on the way: it must not grow.
fn memory(renderer: &Renderer) -> Result<(), Box<dyn std::error::Error>> {
    for number in 0..4_000u32 {
        if number % 1_000 == 0 {
            eprintln!("after {number:>4} different cards {} MB resident", resident()? / 1_000_000);
        }
        let letters = |first: u32, count: u32| {
            (0..24).filter_map(move |at| char::from_u32(first + (number * 31 + at * 7) % count))
        };
        let name = letters(0x4e00, 6_000).take(6).chain(letters(0x1f600, 60).take(2)).collect();
        let bio = Some(letters(0xac00, 11_000).chain(letters(0x410, 60)).chain(letters(0x620, 40)).collect());
        black_box(renderer.render(&CardContent { name, bio, ..latin() })?);
    }
    eprintln!("at the end {} MB resident", resident()? / 1_000_000);
    Ok(())
}

/// Resident memory of this process in bytes, as Linux tells it.
fn resident() -> Result<u64, Box<dyn std::error::Error>> {
    let pages: u64 =
        std::fs::read_to_string("/proc/self/statm")?.split(' ').nth(1).ok_or("no figure")?.parse()?;
    Ok(pages * 4096)
}

fn report(title: &str, renderer: &Renderer, content: &CardContent) -> Result<(), Box<dyn std::error::Error>> {
    let mut times = Vec::new();
    let mut size = 0;
    for run in 0..WARM_UPS + RUNS {
        let start = Instant::now();
        size = black_box(renderer.render(black_box(content))?).len();
        if run >= WARM_UPS {
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() - 1) * share / 100).copied().unwrap_or(Duration::ZERO);
    eprintln!(
        "{title:<16} median {:>10.3?}  min {:>10.3?}  p95 {:>10.3?}  {:>4} kB",
        at(50),
        at(0),
        at(95),
        size / 1000
    );
    Ok(())
}

fn latin() -> CardContent {
    CardContent {
        name: "Ada Lovelace".into(),
        handle: "@ada".into(),
        bio: Some("Analyst, metaphysician and founder of scientific computing. Notes on engines, poetry and numbers.".into()),
        badges: vec![Badge::Verified, Badge::Staff, Badge::Partner, Badge::Plus],
        avatar: None,
        avatar_shape: AvatarShape::Circle,
        background: Background::Gradient {
            from: Rgb::hex(0x1b1340),
            via: Some(Rgb::hex(0x4a1f78)),
            to: Rgb::hex(0xa32e7a),
            angle: 135,
        },
        accent: Rgb::hex(0xff7ac6),
        footer: "ada.example.org".into(),
    }
}

type Cards = Vec<(&'static str, CardContent)>;

fn cards(picture: Option<&[u8]>) -> Result<Cards, Box<dyn std::error::Error>> {
    let avatar = picture.map(Avatar::prepare).transpose()?.map(Arc::new);
    let base = || CardContent { avatar: avatar.clone(), ..latin() };
    let text = |name: &str, bio: String| CardContent { name: name.into(), bio: Some(bio), ..base() };
    let mut cards = vec![
        ("latin", base()),
        (
            "mixed",
            text(
                "Ada 山田 محمد 👩🏽‍🚀",
                "東京 and العربية with 👨‍👩‍👧‍👦 🇯🇵 ❤️ emoji, नमस्ते and สวัสดี. A second sentence.".into(),
            ),
        ),
        ("solid", CardContent { background: Background::Solid(Rgb::hex(0x14161f)), ..base() }),
        ("long word", text(&"a".repeat(4_000), "b".repeat(4_000))),
        ("many emoji", text(&"🦀".repeat(1_000), "🎉🚀❤️".repeat(700))),
        (
            "marks",
            text(
                &format!("Z{}", "\u{301}\u{323}".repeat(2_500)),
                format!("a{}", "\u{302}\u{330}".repeat(2_500)).repeat(3),
            ),
        ),
        ("han", text(&"漢".repeat(500), "漢字仮名交じり文の長い文章".repeat(40))),
        ("three ways", text("محمد Ada שלום عبد", "العربية English עברית ".repeat(40))),
        ("U+FDFD", text(&"\u{fdfd}".repeat(60), "\u{fdfd}".repeat(400))),
        ("uncovered", text(&"\u{12000}\u{17000}".repeat(500), "\u{12000}\u{17000}x".repeat(2_000))),
        ("300 newlines", text("Ada", "x\n".repeat(300))),
    ];
    if let Some(bytes) = picture {
        let layer = Arc::new(Layer::prepare(bytes)?);
        cards.push(("picture", CardContent { background: Background::Picture(layer), ..base() }));
    }
    Ok(cards)
}
