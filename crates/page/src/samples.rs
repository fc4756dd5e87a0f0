//! Sample people: who they are, what their page holds and what they are doing. For the demo and the preview; their
//! pictures are said to be on `pictures.example`, which whoever shows them replaces.

use serde_json::{Value, json};

/// Somebody with a page.
pub struct Sample {
    pub username: &'static str,
    pub nickname: &'static str,
    pub bio: &'static str,
    /// Verified, staff, partner, bug hunter, translator, plus.
    pub badges: [bool; 6],
    pub content: Value,
    pub presence: Value,
    /// The file and the title of each picture in the gallery.
    pub photos: &'static [(&'static str, &'static str)],
}

/// The picture of somebody or something, which the preview keeps in its own folder.
fn pic(name: &str) -> String {
    format!("https://pictures.example/{name}.svg")
}

const START: i64 = 1_780_000_000_000;
/// The moment at which the preview is drawn.
pub const NOW: i64 = START + 92_000;

/// All of them: six designs, one page from right to left, and a newcomer without premium.
pub fn people() -> Vec<Sample> {
    vec![
        minimalist(),
        musician(),
        developer(),
        illustrator(),
        streamer(),
        gamer(),
        photographer(),
        newcomer(),
    ]
}

fn minimalist() -> Sample {
    Sample {
        username: "ingrid",
        nickname: "Ingrid Solberg",
        bio: "Product designer in Bergen. I make small tools that stay out of the way, and write about the work of leaving things out.",
        badges: [true, false, false, false, false, true],
        content: json!({"schema": 1, "template": "minimal", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "presence"},
            {"kind": "links", "links": [
                {"label": "Writing", "url": "https://ingridsolberg.example/writing", "note": "Essays on tools, attention and restraint", "icon": "pen"},
                {"label": "Selected work", "url": "https://ingridsolberg.example/work", "note": "2016 – today", "icon": "briefcase"},
                {"label": "Figma Community", "url": "https://www.figma.com/@ingrid"},
                {"label": "Reading list", "url": "https://www.goodreads.com/ingrid"}
            ]},
            {"kind": "text", "title": "Now", "paragraphs": [
                "Designing the reading mode of a small browser. Learning to bake rye bread that does not double as a doorstop.",
                "Open for two short projects from September."
            ]},
            {"kind": "music", "title": "On repeat", "tracks": ["NOABC2400001"]},
            {"kind": "divider"},
            {"kind": "contact", "title": "Say hello", "ways": [{"way": "email", "value": "hei@ingridsolberg.example"}, {"way": "matrix", "value": "@ingrid:matrix.example"}]},
            {"kind": "links", "style": "icons", "links": [
                {"label": "Mastodon", "url": "https://mastodon.social/@ingrid"}, {"label": "Bluesky", "url": "https://bsky.app/profile/ingrid"},
                {"label": "Dribbble", "url": "https://dribbble.com/ingrid"}, {"label": "Letterboxd", "url": "https://letterboxd.com/ingrid"}
            ]}
        ]}),
        presence: json!({"status": "online", "activity": {"name": "Figma", "type": 0, "details": "Reading mode", "state": "Typography study 14", "startedAt": START - 2_600_000}}),
        photos: &[],
    }
}

fn musician() -> Sample {
    Sample {
        username: "novalune",
        nickname: "Nova Lune",
        bio: "Dream pop from a flat with thin walls.\nNew EP “Afterglow” is out now.",
        badges: [true, false, true, false, false, true],
        content: json!({"schema": 1, "template": "glass", "theme": {"accent": "#ff7ac6", "background": {"picture": pic("dusk")}}, "blocks": [
            {"kind": "header"},
            {"kind": "links", "style": "icons", "links": [
                {"label": "Spotify", "url": "https://open.spotify.com/artist/novalune"}, {"label": "Bandcamp", "url": "https://novalune.bandcamp.com"},
                {"label": "SoundCloud", "url": "https://soundcloud.com/novalune"}, {"label": "YouTube", "url": "https://youtube.com/@novalune"},
                {"label": "TikTok", "url": "https://tiktok.com/@novalune"}, {"label": "Instagram", "url": "https://instagram.com/novalune"}
            ]},
            {"kind": "music", "title": "Afterglow EP", "tracks": ["GBNVL2600001", "GBNVL2600002", "GBNVL2600003"]},
            {"kind": "presence"},
            {"kind": "links", "title": "Out now", "links": [
                {"label": "Afterglow on vinyl", "url": "https://novalune.bandcamp.com/album/afterglow", "note": "Second pressing, lilac"},
                {"label": "Tour dates", "url": "https://novalune.example/live", "note": "Bristol, Ghent, Berlin, Malmö", "icon": "ticket"},
                {"label": "Sheet music and stems", "url": "https://patreon.com/novalune"},
                {"label": "Ask me anything", "url": "https://discord.gg/novalune", "note": "The listening room"}
            ]},
            {"kind": "contact", "ways": [{"way": "email", "value": "booking@novalune.example"}, {"way": "discord", "value": "novalune"}]}
        ]}),
        presence: json!({"status": "dnd", "activity": {"name": "Spotify", "type": 2, "details": "Cherry-coloured Funk", "state": "Cocteau Twins", "startedAt": START, "endsAt": START + 193_000, "largeImage": pic("sleeve-b"), "largeText": "Heaven or Las Vegas"}}),
        photos: &[],
    }
}

fn developer() -> Sample {
    Sample {
        username: "kestrel",
        nickname: "Tomás Okafor",
        bio: "Systems programmer. Rust, storage engines, the occasional kernel panic.\nMaintainer of three crates you have never heard of.",
        badges: [true, true, false, true, false, true],
        content: json!({"schema": 1, "template": "terminal", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "presence"},
            {"kind": "links", "title": "projects", "links": [
                {"label": "slab-kv", "url": "https://github.com/kestrel/slab-kv", "note": "an embedded store that fits in a cache line"},
                {"label": "pagewalk", "url": "https://crates.io/crates/pagewalk", "note": "look at page tables without tears"},
                {"label": "notes", "url": "https://kestrel.example/notes", "icon": "rss", "note": "what I broke this week"},
                {"label": "talks", "url": "https://youtube.com/@kestrel"},
                {"label": "codeberg", "url": "https://codeberg.org/kestrel"}
            ]},
            {"kind": "text", "title": "about", "paragraphs": [
                "I like software that starts fast, fails loudly and fits in one head. Before this I kept trains on time; the trains were late anyway.",
                "PGP: ask me in person. Editor: the one that is open."
            ]},
            {"kind": "music", "title": "compile.wav", "tracks": ["DEKST2500001", "DEKST2500002"]},
            {"kind": "contact", "title": "reach me", "ways": [{"way": "email", "value": "tomas@kestrel.example"}, {"way": "matrix", "value": "@kestrel:fosstodon.example"}, {"way": "xmpp", "value": "kestrel@xmpp.example"}]}
        ]}),
        presence: json!({"status": "online", "activity": {"name": "Visual Studio Code", "type": 0, "details": "Editing wal.rs", "state": "Workspace: slab-kv", "startedAt": START - 8_212_000, "largeImage": pic("mark"), "largeText": "Rust"}}),
        photos: &[],
    }
}

fn illustrator() -> Sample {
    Sample {
        username: "amelie",
        nickname: "Amélie Fournier",
        bio: "Draws cities as if they were gardens. Picture books, posters and the odd wine label, from a studio above a bakery in Lyon.",
        badges: [true, false, false, false, true, true],
        content: json!({"schema": 1, "template": "magazine", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "text", "title": "The long way home", "paragraphs": [
                "Every book begins with a walk. I take no pictures; what I still remember at the kitchen table is what the page needs, and the rest was only weather.",
                "My newest, “The Clockmaker’s Balcony”, took two winters, four hundred sheets of paper and one very patient editor. It is about a man who repairs time for his neighbours and never has any himself.",
                "Originals are shown each spring. Prints are made in small runs on cotton paper, by people who complain about the humidity with real expertise."
            ]},
            {"kind": "links", "title": "Contents", "links": [
                {"label": "The Clockmaker’s Balcony", "url": "https://amelie.example/books/clockmaker", "note": "Picture book, 48 pages", "icon": "book"},
                {"label": "Print shop", "url": "https://etsy.com/shop/amelie", "note": "Spring edition"},
                {"label": "Portfolio", "url": "https://behance.net/amelie"},
                {"label": "Process films", "url": "https://vimeo.com/amelie"},
                {"label": "Letters from the studio", "url": "https://amelie.substack.com", "note": "Monthly, more or less"}
            ]},
            {"kind": "presence"},
            {"kind": "image", "url": pic("poster"), "alt": "A poster of overlapping discs in coral, ink and ochre", "caption": "“Marché”, screen print in four colours, 2026"},
            {"kind": "gallery", "title": "From the drawer", "limit": 6},
            {"kind": "music", "title": "Drawing to", "tracks": ["FRAML2600001", "FRAML2600002"]},
            {"kind": "contact", "title": "Correspondence", "ways": [{"way": "email", "value": "bonjour@amelie.example"}, {"way": "phone", "value": "+33 4 72 00 00 00"}]}
        ]}),
        presence: json!({"status": "idle", "activity": {"name": "Custom Status", "type": 4, "state": "At the printer’s until four 🖨️"}}),
        photos: &[
            ("print-a", "Marché"),
            ("print-b", "Quai"),
            ("print-c", "Balcon"),
            ("print-d", "Toits"),
            ("print-e", "Hiver"),
            ("print-f", "Traboule"),
        ],
    }
}

fn streamer() -> Sample {
    Sample {
        username: "bento.mika",
        nickname: "Mika Tanaka",
        bio: "Variety streamer, amateur potter, professional cat furniture. Live Tue, Thu and Sun from 19:00.",
        badges: [true, false, true, false, false, true],
        content: json!({"schema": 1, "template": "tiles", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "presence"},
            {"kind": "links", "style": "icons", "links": [
                {"label": "Bluesky", "url": "https://bsky.app/profile/mika"}, {"label": "Threads", "url": "https://threads.net/@mika"},
                {"label": "Steam", "url": "https://steamcommunity.com/id/mika"}, {"label": "Spotify", "url": "https://open.spotify.com/user/mika"}
            ]},
            {"kind": "links", "links": [
                {"label": "Twitch", "url": "https://twitch.tv/mika", "note": "Live three times a week"},
                {"label": "YouTube", "url": "https://youtube.com/@mika", "note": "Best of, no filler"},
                {"label": "Discord", "url": "https://discord.gg/mika", "note": "4,200 nice people"},
                {"label": "Ko-fi", "url": "https://ko-fi.com/mika", "note": "Clay is expensive"},
                {"label": "TikTok", "url": "https://tiktok.com/@mika"},
                {"label": "Instagram", "url": "https://instagram.com/mika"},
                {"label": "Mug shop", "url": "https://mika.example/mugs", "icon": "coffee", "note": "Next drop: Friday"},
                {"label": "Setup", "url": "https://mika.example/setup", "icon": "monitor"}
            ]},
            {"kind": "music", "title": "Stream intro", "tracks": ["JPMKA2600001"]},
            {"kind": "text", "title": "House rules", "paragraphs": ["Be kind, hydrate, and no spoilers for games older than I can prove I have finished."]},
            {"kind": "gallery", "title": "Kiln results", "limit": 4},
            {"kind": "contact", "title": "Business", "ways": [{"way": "email", "value": "mika@agency.example"}, {"way": "discord", "value": "bento.mika"}]}
        ]}),
        presence: json!({"status": "online", "activity": {"name": "Twitch", "type": 1, "details": "Stardew Valley, year 9, no chests", "state": "Cosy Sunday", "startedAt": START - 4_930_000, "largeImage": pic("stream"), "largeText": "Live"}}),
        photos: &[("pot-a", "Blue bowl"), ("pot-b", "Tall cup"), ("pot-c", "Plate"), ("pot-d", "Cat dish")],
    }
}

fn gamer() -> Sample {
    Sample {
        username: "vexx",
        nickname: "VEXX",
        bio: "IGL for Northern Lights. Radiant three acts in a row. I clutch, I cook, I blame the ping.",
        badges: [true, false, true, true, false, true],
        content: json!({"schema": 1, "template": "neon", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "presence"},
            {"kind": "links", "title": "Channels", "links": [
                {"label": "Twitch", "url": "https://twitch.tv/vexx", "note": "Scrims and ranked, weeknights"},
                {"label": "YouTube", "url": "https://youtube.com/@vexx", "note": "VOD reviews"},
                {"label": "Steam", "url": "https://steamcommunity.com/id/vexx"},
                {"label": "TikTok", "url": "https://tiktok.com/@vexx"},
                {"label": "Merch", "url": "https://northernlights.example/shop", "icon": "shopping-bag"},
                {"label": "Discord", "url": "https://discord.gg/vexx"}
            ]},
            {"kind": "text", "title": "Loadout", "paragraphs": ["DPI 800 · 0.31 · 240 Hz\nLow-profile reds, 60 %\nCoffee, black"]},
            {"kind": "music", "title": "Warm-up", "tracks": ["SEVEX2600001", "SEVEX2600002", "SEVEX2600003"]},
            {"kind": "gallery", "title": "Clips", "limit": 3},
            {"kind": "links", "style": "icons", "links": [
                {"label": "X", "url": "https://x.com/vexx"}, {"label": "Instagram", "url": "https://instagram.com/vexx"}, {"label": "Kick", "url": "https://kick.com/vexx"}, {"label": "Valorant", "url": "https://playvalorant.com"}
            ]},
            {"kind": "contact", "title": "Sponsors", "ways": [{"way": "email", "value": "vexx@northernlights.example"}]}
        ]}),
        presence: json!({"status": "online", "activity": {"name": "VALORANT", "type": 0, "details": "Competitive: Ascent", "state": "11 – 9, in a party of 5", "startedAt": START - 1_913_000, "largeImage": pic("arena"), "largeText": "Ascent"}}),
        photos: &[("clip-a", "Ace on Ascent"), ("clip-b", "One against four"), ("clip-c", "Finals")],
    }
}

fn photographer() -> Sample {
    Sample {
        username: "layla_photo",
        nickname: "ليلى الحداد",
        bio: "مصوّرة من عمّان. أصوّر الضوء حين يتعب، والبيوت حين تصحو.\nمتاحة للأعراس الصغيرة والكتب الكبيرة.",
        badges: [true, false, false, false, true, true],
        content: json!({"schema": 1, "template": "magazine", "theme": {"accent": "#0f766e", "background": {"picture": pic("desert")}}, "blocks": [
            {"kind": "header"},
            {"kind": "gallery", "title": "أعمال مختارة", "limit": 6},
            {"kind": "links", "title": "روابط", "links": [
                {"label": "معرض «ظلّ الظهيرة»", "url": "https://layla.example/noon", "note": "دارة الفنون، حتى نهاية الشهر", "icon": "ticket"},
                {"label": "إنستغرام", "url": "https://instagram.com/layla"},
                {"label": "Prints & licensing", "url": "https://layla.example/prints", "icon": "image"},
                {"label": "يوتيوب", "url": "https://youtube.com/@layla"}
            ]},
            {"kind": "presence"},
            {"kind": "text", "title": "عن العمل", "paragraphs": ["بدأت بكاميرا جدّي، وما زالت على الرفّ تراقبني. أعمل بالفيلم حين يسمح الوقت، وبالصبر حين لا يسمح."]},
            {"kind": "music", "title": "أسمع الآن", "tracks": ["JOLAY2600001"]},
            {"kind": "contact", "title": "تواصل", "ways": [{"way": "email", "value": "salam@layla.example"}]}
        ]}),
        presence: json!({"status": "online", "activity": {"name": "Spotify", "type": 2, "details": "نسم علينا الهوى", "state": "فيروز", "startedAt": START - 20_000, "endsAt": START + 250_000, "largeImage": pic("sleeve-c"), "largeText": "أندلسيات"}}),
        photos: &[
            ("light-a", "وادي رم"),
            ("light-b", "درج"),
            ("light-c", "فجر"),
            ("light-d", "سقف"),
            ("light-e", "بحر"),
            ("light-f", "ملح"),
        ],
    }
}

fn newcomer() -> Sample {
    Sample {
        username: "sam",
        nickname: "",
        bio: "",
        badges: [false; 6],
        content: json!({"schema": 1, "template": "glass", "theme": {}, "blocks": [
            {"kind": "header"},
            {"kind": "links", "links": [{"label": "GitHub", "url": "https://github.com/sam"}, {"label": "Steam", "url": "https://steamcommunity.com/id/sam"}, {"label": "YouTube", "url": "https://youtube.com/@sam"}]}
        ]}),
        presence: json!({"status": "offline"}),
        photos: &[],
    }
}
