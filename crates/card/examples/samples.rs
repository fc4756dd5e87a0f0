//! Draws a set of cards to look at: `cargo run -p nameplate-card --example samples -- FOLDER [PICTURE]`.

use std::{path::PathBuf, sync::Arc};

use nameplate_card::{Avatar, AvatarShape, Background, Badge, CardContent, Layer, Renderer, Rgb};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: samples FOLDER [PICTURE]")?);
    let picture = arguments.next().map(std::fs::read).transpose()?;
    std::fs::create_dir_all(&folder)?;
    let renderer = Renderer::new();
    for (title, content) in samples(picture.as_deref())? {
        let png = renderer.render(&content)?;
        eprintln!("{title:<12} {:>4} kB", png.len() / 1000);
        std::fs::write(folder.join(format!("{title}.png")), png)?;
    }
    Ok(())
}

fn card(name: &str, handle: &str, bio: &str, background: Background, accent: u32) -> CardContent {
    CardContent {
        name: name.into(),
        handle: handle.into(),
        bio: (!bio.is_empty()).then(|| bio.into()),
        badges: Vec::new(),
        avatar: None,
        avatar_shape: AvatarShape::Circle,
        background,
        accent: Rgb::hex(accent),
        footer: format!("{}.example.org", handle.trim_start_matches('@')),
    }
}

fn gradient(from: u32, to: u32) -> Background {
    Background::Gradient { from: Rgb::hex(from), via: None, to: Rgb::hex(to), angle: 135 }
}

fn three(from: u32, via: u32, to: u32, angle: u16) -> Background {
    Background::Gradient { from: Rgb::hex(from), via: Some(Rgb::hex(via)), to: Rgb::hex(to), angle }
}

fn samples(picture: Option<&[u8]>) -> Result<Vec<(&'static str, CardContent)>, Box<dyn std::error::Error>> {
    let avatar = picture.map(Avatar::prepare).transpose()?.map(Arc::new);
    let layer = picture.map(Layer::prepare).transpose()?.map(Arc::new);
    let banner = layer.map_or(gradient(0x10202a, 0x304858), Background::Picture);
    let long = "I build small, quiet tools for people who write, and repair old synthesizers at night. Ask me about \
        letterpress, tide tables, or the best way to fold a map so that it never tears again, however often it rains.";
    Ok(vec![
        (
            "latin",
            CardContent {
                avatar: avatar.clone(),
                badges: vec![Badge::Verified, Badge::Staff, Badge::Plus],
                ..card(
                    "Ada Lovelace",
                    "@ada",
                    "Analyst, metaphysician and founder of scientific computing. Notes on engines, poetry and numbers.",
                    three(0x1b1340, 0x4a1f78, 0xa32e7a, 135),
                    0xff7ac6,
                )
            },
        ),
        (
            "japanese",
            card(
                "山田 花子",
                "@hanako",
                "東京でイラストを描いています。猫と珈琲と古い映画が好きです。お仕事のご依頼はDMまで。",
                gradient(0x0d2b3e, 0x145e63),
                0x4fd1c5,
            ),
        ),
        (
            "korean",
            card(
                "김민준",
                "@minjun",
                "서울에서 음악을 만들고 있습니다. 새 앨범이 곧 나옵니다!",
                gradient(0x23122e, 0x5b2a5f),
                0xf9a8d4,
            ),
        ),
        (
            "chinese",
            card(
                "王小明 直角",
                "@xiaoming",
                "前端工程师,喜欢骑行、摄影和写作。骨头汤真好喝。",
                gradient(0x2a0f12, 0x7a1f2b),
                0xffb86b,
            ),
        ),
        (
            "arabic",
            CardContent {
                badges: vec![Badge::Verified, Badge::Translator],
                ..card(
                    "محمد الفاتح",
                    "@mohamed",
                    "مصمم ومطور من القاهرة، أحب الخط العربي والقهوة والمدن القديمة 🌙",
                    gradient(0x0b2e2a, 0x15655a),
                    0x6ee7b7,
                )
            },
        ),
        (
            "hebrew",
            card(
                "נועה לוי",
                "@noa",
                "צלמת וכותבת מתל אביב. 3 ספרים, כלב אחד.",
                gradient(0x101c3c, 0x27408b),
                0x93c5fd,
            ),
        ),
        (
            "mixed",
            CardContent {
                badges: vec![Badge::Partner],
                avatar: avatar.clone(),
                ..card(
                    "Léa 玲奈 · ليا",
                    "@lea",
                    "Français, 日本語, العربية – and a bit of ไทย. Ελληνικά too 🇫🇷🇯🇵",
                    gradient(0x1f2937, 0x4b5563),
                    0xfbbf24,
                )
            },
        ),
        (
            "devanagari",
            card(
                "अनन्या शर्मा",
                "@ananya",
                "कवि, यात्री और चाय की शौकीन। दिल्ली में रहती हूँ और हर सुबह लिखती हूँ।",
                gradient(0x3b1206, 0x9a3412),
                0xfed7aa,
            ),
        ),
        (
            "thai",
            card(
                "สมชาย ใจดี",
                "@somchai",
                "นักพัฒนาซอฟต์แวร์จากเชียงใหม่ ชอบปีนเขาและดื่มกาแฟ",
                gradient(0x052e16, 0x166534),
                0xbbf7d0,
            ),
        ),
        (
            "emoji",
            CardContent {
                badges: vec![Badge::BugHunter2, Badge::Translator, Badge::Enterprise],
                ..card(
                    "Rocket Kid 👩🏽‍🚀",
                    "@rocket",
                    "🏳️‍🌈 ❤️ 👨‍👩‍👧‍👦 🇧🇷 1️⃣2️⃣3️⃣ 👍🏿 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☕️ ✨ and text ☕︎ ❤︎",
                    three(0x0f172a, 0x1e3a8a, 0x0ea5e9, 135),
                    0x38bdf8,
                )
            },
        ),
        (
            "long-name",
            CardContent {
                badges: Badge::ALL.to_vec(),
                avatar: avatar.clone(),
                ..card(
                    "Bartholomew Maximilian Featherstonehaugh-Cholmondeley of Upper Slaughter",
                    "@a_rather_long_handle_that_goes_on",
                    long,
                    gradient(0x18181b, 0x3f3f46),
                    0xa3e635,
                )
            },
        ),
        ("long-bio", card("Jo", "@jo", &long.repeat(3), gradient(0x312e81, 0x6d28d9), 0xc4b5fd)),
        (
            "no-bio",
            CardContent {
                badges: vec![Badge::Verified],
                avatar: avatar.clone(),
                ..card("Mara Quinn", "@mara", "", gradient(0x111827, 0x0f766e), 0x2dd4bf)
            },
        ),
        (
            "light",
            CardContent {
                badges: vec![Badge::Verified, Badge::Partner, Badge::Plus],
                avatar: avatar.clone(),
                avatar_shape: AvatarShape::Rounded,
                ..card(
                    "Clara Sommer",
                    "@clara",
                    "Illustration & type. Currently drawing a garden, one plant a day, until the year is over.",
                    three(0xfff7ed, 0xfde7e9, 0xe0e7ff, 135),
                    0xe11d48,
                )
            },
        ),
        (
            "paper",
            card(
                "Otto Blau",
                "@otto",
                "Solid ground, square portrait.",
                Background::Solid(Rgb::hex(0xf5f3ee)),
                0x2563eb,
            ),
        ),
        (
            "picture",
            CardContent {
                badges: vec![Badge::Verified, Badge::Staff],
                avatar,
                ..card(
                    "Nadia Petrova",
                    "@nadia",
                    "Фотограф и путешественница. Север, туман и долгие дороги.",
                    banner,
                    0xf97316,
                )
            },
        ),
        (
            "fancy",
            card(
                "𝕯𝖆𝖗𝖐 𝓐𝓷𝓰𝓮𝓵 ꧁༺ツ༻꧂",
                "@dark",
                "𓆩♡𓆪 ˚₊‧ 𝘴𝘭𝘦𝘦𝘱𝘺 ‧₊˚ ᗩᗷᑕ ⛧ ☾ ⚔ ʕ•ᴥ•ʔ (づ｡◕‿‿◕｡)づ ▓▒░ Ⓐⓑⓒ",
                gradient(0x09090b, 0x27272a),
                0xef4444,
            ),
        ),
        (
            "bright",
            card(
                "Sunny Side",
                "@sunny",
                "Yellow to coral with a dark ink, chosen by contrast.",
                gradient(0xfde047, 0xfb7185),
                0xbe123c,
            ),
        ),
        (
            "square",
            CardContent {
                avatar_shape: AvatarShape::Square,
                ..card("🦊", "@fox", "Only an emoji for a name.", gradient(0x5865f2, 0x8b5cf6), 0xfacc15)
            },
        ),
    ])
}
