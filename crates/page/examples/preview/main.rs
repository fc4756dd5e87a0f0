//! Writes every design with sample people, and the error and home pages, to a folder that any static server can serve:
//!
//! ```text
//! cargo run -p nameplate-page --example preview -- /tmp/preview
//! python3 -m http.server --bind 127.0.0.1 --directory /tmp/preview
//! ```

mod art;
mod people;

use std::error::Error;
use std::fs;
use std::path::Path;

use nameplate_core::content::Content;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::presence::Presence;
use nameplate_core::theme::Template;
use nameplate_core::time::Timestamp;
use nameplate_core::user::{Badges, User};
use nameplate_page::{
    Author, Document, Example, HomeContext, Media, Photo, PostContext, SiteContext, Styles, Track, art_url,
    assets, render_error, render_home, render_post, render_presence, render_site,
};
use people::Person;
use serde_json::json;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let folder = std::env::args().nth(1).ok_or("usage: preview FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    fs::create_dir_all(folder.join("img"))?;
    for path in assets::paths() {
        let asset = assets::get(path).ok_or("a listed asset is there")?;
        fs::write(folder.join(path.trim_start_matches('/')), &asset.bytes)?;
    }
    for (name, picture) in pictures() {
        fs::write(folder.join(format!("img/{name}.svg")), picture)?;
    }
    for person in people::all() {
        let own = Content::from_value(&person.content)?;
        write_page(folder, person.username, &person, &own, true)?;
        for template in Template::ALL {
            let mut content = own.clone();
            content.template = template;
            write_page(folder, &format!("{}-{}", template.name(), person.username), &person, &content, true)?;
        }
        write_page(folder, &format!("{}-free", person.username), &person, &own, false)?;
    }
    write_themes(folder)?;
    for status in [400, 404, 429, 500, 503] {
        let page = render_error(status, "", "Nameplate", "/home.html");
        fs::write(folder.join(format!("{status}.html")), &page.html)?;
    }
    fs::write(folder.join("home.html"), &render_home(&home()).html)?;
    for (name, count) in [("post", 1), ("album", 5)] {
        fs::write(folder.join(format!("{name}.html")), &post(count).html)?;
    }
    Ok(())
}

/// Each design under tokens that its maker did not choose.
fn write_themes(folder: &Path) -> Outcome {
    let themes = [
        (
            "gradient",
            json!({"accent": "#ffe45e", "background": {"gradient": {"colors": ["#ff8a00", "#e52e71", "#6a1fb0"]}}, "font": "nunito"}),
        ),
        (
            "picture",
            json!({"accent": "#16c79a", "background": {"picture": "https://pictures.example/light-b.svg"}, "corner": "sharp"}),
        ),
        (
            "color",
            json!({"accent": "#7c3aed", "background": {"color": "#fde68a"}, "density": "compact", "corner": "round"}),
        ),
        ("grey", json!({"accent": "#808080", "background": {"color": "#808080"}})),
    ];
    for person in
        people::all().into_iter().filter(|person| person.username == "novalune" || person.username == "sam")
    {
        for template in Template::ALL {
            for (name, theme) in &themes {
                let mut content = Content::from_value(&person.content)?;
                content.template = template;
                content.theme = serde_json::from_value(theme.clone())?;
                write_page(
                    folder,
                    &format!("{}-{name}-{}", template.name(), person.username),
                    &person,
                    &content,
                    true,
                )?;
            }
        }
    }
    Ok(())
}

/// The page of an upload with as many pictures.
fn post(count: usize) -> Document {
    let names = ["dusk", "desert", "poster", "print-a"].iter().cycle().take(count);
    let media: Vec<_> = names
        .map(|name| Media {
            url: format!("/img/{name}.svg"),
            mime: "image/png",
            size: 2_487_312,
            dimensions: Some((1600, 1000)),
        })
        .collect();
    render_post(&PostContext {
        site_name: "Nameplate",
        home_url: "/home.html",
        url: "/post.html",
        files_url: "",
        title: (count == 1).then_some("Evening over the harbour"),
        description: Some("Walked up the hill after the rain.\nThe light lasted four minutes."),
        author: Author {
            name: "Ingrid Solberg",
            username: "ingrid",
            avatar: None,
            is_verified: true,
            page_url: Some("/ingrid.html"),
        },
        created: Timestamp::from_millis(1_780_000_000_000),
        views: 128,
        media: &media,
        embed: None,
        is_listed: true,
    })
}

fn home() -> HomeContext<'static> {
    let example = |name: &str, file: &str, about: &str| Example {
        name: name.into(),
        url: format!("/{file}.html"),
        about: about.into(),
        picture: None,
    };
    let examples = vec![
        example("Ingrid Solberg", "ingrid", "Product designer, minimal"),
        example("Nova Lune", "novalune", "Dream pop, glass"),
        example("Tomás Okafor", "kestrel", "Systems programmer, terminal"),
        example("Amélie Fournier", "amelie", "Illustrator, magazine"),
        example("Mika Tanaka", "bento.mika", "Streamer, tiles"),
        example("VEXX", "vexx", "Competitive player, neon"),
    ];
    HomeContext {
        site_name: "Nameplate",
        base_domain: "localhost",
        url: "http://localhost/",
        examples: Vec::leak(examples),
        is_signed_in: false,
    }
}

fn write_page(folder: &Path, file: &str, person: &Person, content: &Content, is_premium: bool) -> Outcome {
    let profile_id = ProfileId::parse("p_preview")?;
    let now = Timestamp::from_millis(people::NOW);
    let mut owner = User::new(
        UserId::parse("123456789012345678")?,
        person.username.into(),
        Timestamp::parse("2025-01-04T09:30:00Z")?,
    );
    owner.nickname = Some(person.nickname.to_owned()).filter(|name| !name.is_empty());
    owner.bio = Some(person.bio.to_owned()).filter(|bio| !bio.is_empty());
    owner.avatar = Some(format!("https://pictures.example/face-{}.svg", person.username))
        .filter(|_| owner.nickname.is_some());
    let [verified, staff, partner, bug, translator, plus] = person.badges;
    let photos: Vec<Photo> = person
        .photos
        .iter()
        .map(|(name, title)| Photo {
            src: format!("/img/{name}.svg"),
            href: format!("/img/{name}.svg"),
            title: Some((*title).to_owned()),
        })
        .collect();
    let page = render_site(&SiteContext {
        site_name: "Nameplate",
        home_url: "/home.html",
        canonical_url: &format!("https://{}.example/", person.username),
        card_url: &format!("https://{}.example/api/v1/profiles/p_preview/og.png?v=1", person.username),
        profile_id: &profile_id,
        owner: &owner,
        badges: Badges { verified, staff, partner, bug_hunter_tier: u8::from(bug), translator, plus },
        is_premium,
        content,
        tracks: &tracks()?,
        photos: &photos,
        images: &|url| Some(local(url)),
        form: nameplate_page::FormContext {
            channels: &nameplate_core::contact::Channel::ALL,
            check: nameplate_page::FormCheck::Work,
        },
        styles: &Styles::default(),
        created: owner.created,
        updated: now,
        is_preview: false,
    });
    let presence = Presence::from_json(person.presence.to_string().as_bytes())?;
    let mut html = String::from_utf8(page.html(&render_presence(Some(&presence), now)).to_vec())?;
    if let Some(url) = presence.activity.and_then(|activity| activity.large_image) {
        html = html.replace(&art_url(&url), &local(&url));
    }
    // A static server sends no policy of its own; the page must hold under the real one.
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
        String::from_utf8_lossy(&page.csp).replace("; frame-ancestors 'none'", "")
    );
    fs::write(folder.join(format!("{file}.html")), html.replacen("<title>", &format!("{policy}<title>"), 1))?;
    Ok(())
}

fn local(url: &str) -> String {
    url.replace("https://pictures.example/", "/img/")
}

fn tracks() -> Outcome<Vec<Track>> {
    let known = [
        ("GBNVL2600001", "Afterglow", "Nova Lune", "sleeve-a"),
        ("GBNVL2600002", "Paper Moons (feat. Ondine)", "Nova Lune", "sleeve-a"),
        ("GBNVL2600003", "Sleep, Satellite", "Nova Lune", "sleeve-a"),
        ("NOABC2400001", "Fjord in Slow Motion", "Halden Trio", "sleeve-d"),
        ("DEKST2500001", "Garbage Collector", "Null Pointer Sisters", "sleeve-c"),
        ("DEKST2500002", "Segfault at Dawn", "Null Pointer Sisters", "sleeve-c"),
        ("FRAML2600001", "Gymnopédie, for kettle", "Salon du Rhône", "print-b"),
        ("FRAML2600002", "Valse des toits", "Salon du Rhône", "print-d"),
        ("JPMKA2600001", "Kotatsu Weather", "lo-fi neko", "pot-a"),
        ("SEVEX2600001", "Overclock", "Ultraviolet Kids", "clip-b"),
        ("SEVEX2600003", "Zero Ping", "Ultraviolet Kids", "clip-b"),
        ("JOLAY2600001", "يا طير", "رحباني", "light-c"),
    ];
    let track = |(isrc, title, artist, art): (&str, &str, &str, &str)| -> Outcome<Track> {
        Ok(Track {
            isrc: Isrc::parse(isrc)?,
            title: Some(title.into()),
            artist: Some(artist.into()),
            artwork: Some(format!("https://pictures.example/{art}.svg")),
        })
    };
    known.into_iter().map(track).collect()
}

fn pictures() -> Vec<(&'static str, String)> {
    let print = ["#f2e6d0", "#d1492e", "#22304a", "#e0a030"];
    let pot = ["#e9e2d6", "#4f7d8c", "#c98a5a", "#2d3a40"];
    vec![
        ("face-ingrid", art::portrait("#d8d4cb", "#2b2e33", "#f0c9ac", "#c99b5e", 1)),
        ("face-novalune", art::portrait("#4a2a6b", "#16112b", "#e2b493", "#ff8ad1", 3)),
        ("face-kestrel", art::portrait("#18342c", "#0d1a17", "#7d4f33", "#17110e", 4)),
        ("face-amelie", art::portrait("#e8b04b", "#26405c", "#f3cdb0", "#7a2f1d", 2)),
        ("face-bento.mika", art::portrait("#ffd9c9", "#ffffff", "#f4d1b3", "#20191f", 1)),
        ("face-vexx", art::portrait("#20124d", "#0a0a1c", "#c68e6a", "#22e6ff", 0)),
        ("face-layla_photo", art::portrait("#c9d8d2", "#0f4f49", "#d9a77f", "#2a1b15", 3)),
        ("dusk", art::landscape(7, ["#2b1a5a", "#ff8f9c"], "#6a3f8c", "#170c34")),
        ("desert", art::landscape(23, ["#f3d9b8", "#e79c62"], "#c9784a", "#5a2a1e")),
        ("poster", art::abstraction(11, print)),
        ("print-a", art::abstraction(12, print)),
        ("print-b", art::abstraction(13, ["#22304a", "#e0a030", "#f2e6d0", "#d1492e"])),
        ("print-c", art::abstraction(14, ["#dfe6dc", "#335c4b", "#d1492e", "#e0a030"])),
        ("print-d", art::abstraction(15, ["#d1492e", "#f2e6d0", "#22304a", "#e0a030"])),
        ("print-e", art::abstraction(16, ["#c8d6e5", "#22304a", "#ffffff", "#d1492e"])),
        ("print-f", art::abstraction(18, ["#e0a030", "#22304a", "#f2e6d0", "#335c4b"])),
        ("pot-a", art::abstraction(31, pot)),
        ("pot-b", art::abstraction(32, ["#c98a5a", "#e9e2d6", "#2d3a40", "#4f7d8c"])),
        ("pot-c", art::abstraction(33, ["#4f7d8c", "#e9e2d6", "#c98a5a", "#2d3a40"])),
        ("pot-d", art::abstraction(34, ["#2d3a40", "#c98a5a", "#e9e2d6", "#4f7d8c"])),
        ("sleeve-a", art::abstraction(41, ["#2b1a5a", "#ff8ad1", "#ffd3a5", "#7b5cff"])),
        ("sleeve-b", art::abstraction(42, ["#10131f", "#ff5d73", "#ffd166", "#3b82f6"])),
        ("sleeve-c", art::abstraction(43, ["#0b3d33", "#f4e9cd", "#e07a5f", "#3d405b"])),
        ("sleeve-d", art::abstraction(44, ["#dfe7ec", "#2f4858", "#86bbd8", "#f6ae2d"])),
        ("mark", art::abstraction(45, ["#1c2b25", "#3dd68c", "#0b0f0e", "#e8e4d8"])),
        ("stream", art::city(51, ["#ffb38a", "#ff6b4a"], "#5b2a4a", "#ffe9a8")),
        ("arena", art::city(52, ["#180a3e", "#ff2d78"], "#0b0720", "#22e6ff")),
        ("clip-a", art::city(53, ["#0a1040", "#22e6ff"], "#070a22", "#ff2d78")),
        ("clip-b", art::city(54, ["#2a0a4e", "#ff7a18"], "#12041f", "#ffe45e")),
        ("clip-c", art::city(55, ["#04212e", "#16c79a"], "#03131a", "#e8ffe8")),
        ("light-a", art::landscape(61, ["#f6e3c5", "#e8a66b"], "#b5623c", "#43201a")),
        ("light-b", art::landscape(62, ["#cfe3ea", "#f2d4b0"], "#6d8a96", "#22343c")),
        ("light-c", art::landscape(63, ["#30375e", "#e9917a"], "#7b4a63", "#1c1530")),
        ("light-d", art::landscape(64, ["#eef2e2", "#bcd0a4"], "#7c9a6b", "#26402c")),
        ("light-e", art::landscape(65, ["#a9d6e5", "#f8f9fa"], "#468faf", "#012a4a")),
        ("light-f", art::landscape(66, ["#fff1e6", "#fad2e1"], "#c9a5c4", "#5b4b6b")),
    ]
}
