//! What an owner may want to know before a page is published: gentle, never in the way, and judged by the document and
//! a few facts alone. No other site is asked.

use serde::Serialize;
use url::{Host, Url};

use super::{Block, Content, ImageUrl, Link};
use crate::contact::Channel;
use crate::size::formatted;
use crate::theme::{Background, Palette, ResolvedTheme, Scheme, contrast};

/// What a picture may weigh before it is called heavy, in bytes.
const HEAVY: u64 = 500_000;
/// WCAG AA for text.
const READABLE: f64 = 4.5;
/// From this share of a veil on, the owner sees little of the background.
const THICK: u8 = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    Contrast,
    Alt,
    Title,
    Link,
    Picture,
    Empty,
    Music,
    Presence,
    Contact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warn,
}

/// One thing to know, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub id: NoteKind,
    pub severity: Severity,
    /// The JSON path in the document.
    pub path: String,
    pub block: Option<usize>,
    pub text: String,
}

/// What the document does not say.
pub struct Facts<'a> {
    pub is_premium: bool,
    pub shares_presence: bool,
    pub has_music: bool,
    /// The ways of the page's forms that the owner has open.
    pub channels: &'a [Channel],
    /// The size of a picture, where it is an upload of the instance.
    pub size_of: &'a dyn Fn(&str) -> Option<u64>,
    /// Whether the page may show a picture (P10).
    pub can_show: &'a dyn Fn(&str) -> bool,
}

/// Everything worth a note, in the order of the page.
pub fn notes(content: &Content, facts: &Facts<'_>) -> Vec<Note> {
    let mut notes = Notes { found: Vec::new(), block: None };
    notes.theme(content, facts);
    if !content
        .blocks
        .iter()
        .any(|block| !matches!(block, Block::Header(_) | Block::Divider | Block::Presence))
    {
        notes.info(
            NoteKind::Empty,
            "blocks",
            "There is little on this page yet: add a link, a text or a picture.",
        );
    }
    for (at, block) in content.blocks.iter().enumerate() {
        notes.block = Some(at);
        notes.of_block(&format!("blocks[{at}]"), block, content, facts);
    }
    notes.found
}

struct Notes {
    found: Vec<Note>,
    block: Option<usize>,
}

impl Notes {
    fn info(&mut self, id: NoteKind, path: &str, text: impl Into<String>) {
        self.add(id, Severity::Info, path, text.into());
    }

    fn warn(&mut self, id: NoteKind, path: &str, text: impl Into<String>) {
        self.add(id, Severity::Warn, path, text.into());
    }

    fn add(&mut self, id: NoteKind, severity: Severity, path: &str, text: String) {
        self.found.push(Note { id, severity, path: path.to_owned(), block: self.block, text });
    }

    fn theme(&mut self, content: &Content, facts: &Facts<'_>) {
        let theme = ResolvedTheme::new(content.template, &content.theme);
        let shown: &[&Palette] = match theme.scheme {
            Scheme::Auto => &[&theme.light, &theme.dark],
            Scheme::Light => &[&theme.light],
            Scheme::Dark => &[&theme.dark],
        };
        let worst = shown.iter().map(|palette| (contrast(palette.accent, palette.base), palette));
        let worst = worst.min_by(|(one, _), (other, _)| one.total_cmp(other));
        if content.theme.accent.is_some()
            && let Some((found, palette)) = worst.filter(|(found, _)| *found < READABLE)
        {
            let kept = contrast(palette.accent_ink, palette.base);
            let text = format!(
                "Your accent colour {} is hard to read on this background (contrast {found:.1}); text in it is drawn as {} instead ({kept:.1}).",
                palette.accent, palette.accent_ink
            );
            self.info(NoteKind::Contrast, "theme.accent", text);
        }
        let veil = shown.iter().filter_map(|palette| palette.scrim).map(|scrim| scrim.percent).max();
        match (&content.theme.background, veil) {
            (Some(Background::Picture(url)), _) => self.picture("theme.background.picture", url, facts),
            (Some(_), Some(percent)) if percent >= THICK => self.info(
                NoteKind::Contrast,
                "theme.background",
                format!("The background is veiled by {percent} % so that text on it stays readable."),
            ),
            _ => {}
        }
    }

    fn of_block(&mut self, path: &str, block: &Block, content: &Content, facts: &Facts<'_>) {
        match block {
            Block::Links(links) => {
                for (at, link) in links.links.iter().enumerate() {
                    self.link(&format!("{path}.links[{at}]"), link, content);
                }
            }
            Block::Image(image) => {
                if is_no_description(&image.alt, &image.url) {
                    let text = "Say in a few words what this picture shows, for those who do not see it.";
                    self.warn(NoteKind::Alt, &format!("{path}.alt"), text);
                }
                self.picture(&format!("{path}.url"), &image.url, facts);
            }
            Block::Contact(contact) => {
                let is_open = contact
                    .form
                    .is_some_and(|form| form.channels().any(|channel| facts.channels.contains(&channel)));
                if contact.form.is_some() && !is_open {
                    let path = format!("{path}.form");
                    self.warn(
                        NoteKind::Contact,
                        &path,
                        "The form is not shown until you open a way for its messages in your account.",
                    );
                }
            }
            Block::Music(_) if !facts.has_music => {
                self.warn(
                    NoteKind::Music,
                    path,
                    "Music will not play: your account has no music key that is switched on.",
                );
            }
            Block::Presence if !facts.is_premium => {
                self.info(NoteKind::Presence, path, "What you are doing is shown on premium accounts only.");
            }
            Block::Presence if !facts.shares_presence => {
                self.info(
                    NoteKind::Presence,
                    path,
                    "You do not share your presence, so you will look offline.",
                );
            }
            _ => {}
        }
    }

    fn link(&mut self, path: &str, link: &Link, content: &Content) {
        let href = link.url.href();
        if is_no_title(&link.label, href) {
            self.info(
                NoteKind::Title,
                &format!("{path}.label"),
                "A label that says where this link leads is easier to choose.",
            );
        }
        let path = format!("{path}.url");
        if is_placeholder(href) {
            self.warn(
                NoteKind::Link,
                &path,
                "This looks like a made-up address: visitors will find nothing there.",
            );
        } else if link.url.scheme() == "http" {
            self.info(
                NoteKind::Link,
                &path,
                "This link is not encrypted. Most sites answer at https:// as well.",
            );
        } else if is_front_page(link) {
            self.info(
                NoteKind::Link,
                &path,
                "This leads to the site's front page, not to your profile there.",
            );
        }
        let all = content.blocks.iter().filter_map(|block| match block {
            Block::Links(links) => Some(&links.links),
            _ => None,
        });
        let earlier = all.flat_map(|links| links.iter()).take_while(|other| !std::ptr::eq(*other, link));
        if earlier.into_iter().any(|other| other.url.href() == href) {
            self.info(NoteKind::Link, &path, "The same link stands on this page already.");
        }
    }

    fn picture(&mut self, path: &str, url: &ImageUrl, facts: &Facts<'_>) {
        if !(facts.can_show)(url) {
            let text = "Pages show no pictures of this site. Upload the picture instead.";
            self.warn(NoteKind::Picture, path, text);
        } else if let Some(size) = (facts.size_of)(url).filter(|size| *size > HEAVY) {
            let text = format!(
                "This picture is {}, which is slow on a phone. One below 500 KB looks the same.",
                formatted(size)
            );
            self.info(NoteKind::Picture, path, text);
        }
    }
}

/// A word that says nothing, or the file's own name.
fn is_no_description(alt: &str, url: &str) -> bool {
    let alt = alt.trim().to_lowercase();
    let file = url.rsplit('/').next().unwrap_or_default().to_lowercase();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let ends = [".png", ".jpg", ".jpeg", ".webp", ".gif"];
    ["image", "picture", "photo", "img", "untitled", "alt", "."].contains(&alt.as_str())
        || alt == stem
        || ends.iter().any(|end| alt.ends_with(end))
}

fn is_no_title(label: &str, href: &str) -> bool {
    let label = label.trim().to_lowercase();
    let is_word = ["link", "click here", "here", "click", "website", "url"].contains(&label.as_str());
    is_word || label.starts_with("http://") || label.starts_with("https://") || label == href.to_lowercase()
}

/// Whether a URL leads where nothing can be: reserved names, private places, addresses that were never filled in.
fn is_placeholder(href: &str) -> bool {
    let Ok(url) = Url::parse(href) else { return false };
    let is_reserved = match url.host() {
        Some(Host::Domain(host)) => {
            let host = host.trim_end_matches('.');
            let reserved = ["example", "test", "invalid", "localhost", "local", "internal"];
            let last = host.rsplit('.').next().unwrap_or_default();
            let is_example = ["example.com", "example.org", "example.net"].iter().any(|name| {
                host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            });
            is_example || reserved.contains(&last) || !host.contains('.')
        }
        Some(Host::Ipv4(address)) => {
            address.is_loopback() || address.is_private() || address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => false,
    };
    let path = url.path().to_lowercase();
    let words = ["yourname", "your-name", "your_name", "yourusername", "your-username", "username"];
    is_reserved || path.split('/').any(|part| words.contains(&part.trim_start_matches('@')))
}

/// The home of a site on which people have pages.
fn is_front_page(link: &Link) -> bool {
    let Ok(url) = Url::parse(link.url.href()) else { return false };
    let site = link.url.site();
    // Some give each person a host of their own, as in `ada.itch.io`.
    let host = link.url.host().unwrap_or_default().trim_start_matches("www.");
    site.is_some_and(|site| site.is_identity)
        && host.matches('.').count() == 1
        && url.path() == "/"
        && url.query().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(page: Value, is_rich: bool) -> Vec<(NoteKind, Severity, String, Option<usize>)> {
        let content = Content::from_value(&page).unwrap();
        let facts = Facts {
            is_premium: is_rich,
            shares_presence: is_rich,
            has_music: is_rich,
            channels: if is_rich { &[Channel::Email] } else { &[] },
            size_of: &|url| url.contains("heavy").then_some(2_000_000),
            can_show: &|url| !url.contains("elsewhere"),
        };
        notes(&content, &facts)
            .into_iter()
            .map(|note| (note.id, note.severity, note.path, note.block))
            .collect()
    }

    fn of_blocks(blocks: Value) -> Vec<(NoteKind, Severity, String, Option<usize>)> {
        found(json!({"schema": 1, "template": "minimal", "blocks": blocks}), false)
    }

    #[test]
    fn a_good_page_has_no_notes() {
        let page = json!({"schema": 1, "template": "neon", "theme": {"accent": "#22e6ff", "scheme": "dark"}, "blocks": [
            {"kind": "header"}, {"kind": "presence"}, {"kind": "music", "tracks": ["USRC17607839"]},
            {"kind": "links", "links": [{"label": "Code", "url": "https://github.com/ada"}, {"label": "Games", "url": "https://ada.itch.io/"}]},
            {"kind": "image", "url": "/AbCd1234.png", "alt": "A cat on a wall"}, {"kind": "contact", "form": {"email": true}}]});
        assert_eq!(found(page, true), []);
    }

    #[test]
    fn each_fault_is_noted_where_it_stands() {
        use NoteKind::{Alt, Empty, Link, Music, Picture, Presence, Title};
        use Severity::{Info, Warn};
        let link =
            |label: &str, url: &str| json!([{"kind": "links", "links": [{"label": label, "url": url}]}]);
        let url = || "blocks[0].links[0].url".to_owned();
        assert_eq!(of_blocks(json!([{"kind": "header"}])), [(Empty, Info, "blocks".into(), None)]);
        for address in [
            "https://example.com/x",
            "https://a.test/",
            "http://localhost/",
            "https://10.0.0.1/",
            "https://x.com/username",
        ] {
            assert_eq!(of_blocks(link("Code", address)), [(Link, Warn, url(), Some(0))], "{address}");
        }
        for address in ["http://ada.dev/", "https://github.com/", "https://www.twitch.tv"] {
            assert_eq!(of_blocks(link("Code", address)), [(Link, Info, url(), Some(0))], "{address}");
        }
        let label = "blocks[0].links[0].label".to_owned();
        assert_eq!(of_blocks(link("click here", "https://ada.dev/")), [(Title, Info, label, Some(0))]);
        let twice = json!([{"kind": "links", "links": [{"label": "A", "url": "https://ada.dev/"}]},
                           {"kind": "links", "links": [{"label": "B", "url": "https://ada.dev"}]}]);
        assert_eq!(of_blocks(twice), [(Link, Info, "blocks[1].links[0].url".into(), Some(1))]);
        let image = |url: &str, alt: &str| json!([{"kind": "image", "url": url, "alt": alt}]);
        for (file, alt) in [("/IMG_1.png", "img_1"), ("/a.png", "Photo"), ("/a.png", "cat.JPG")] {
            assert_eq!(of_blocks(image(file, alt)), [(Alt, Warn, "blocks[0].alt".into(), Some(0))], "{alt}");
        }
        let picture = || "blocks[0].url".to_owned();
        assert_eq!(of_blocks(image("/heavy.png", "A cat")), [(Picture, Info, picture(), Some(0))]);
        assert_eq!(
            of_blocks(image("https://elsewhere.dev/a.png", "A cat")),
            [(Picture, Warn, picture(), Some(0))]
        );
        let live = json!([{"kind": "text", "paragraphs": ["x"]}, {"kind": "presence"}, {"kind": "music", "tracks": ["USRC17607839"]}]);
        let expected =
            [(Presence, Info, "blocks[1]".into(), Some(1)), (Music, Warn, "blocks[2]".into(), Some(2))];
        assert_eq!(of_blocks(live), expected);
    }

    #[test]
    fn colours_that_had_to_be_corrected_are_noted() {
        let page = |theme: Value| json!({"schema": 1, "template": "minimal", "theme": theme, "blocks": [{"kind": "text", "paragraphs": ["x"]}]});
        let accent = (NoteKind::Contrast, Severity::Info, "theme.accent".to_owned(), None);
        assert_eq!(found(page(json!({"accent": "#ffff00", "scheme": "light"})), true), [accent]);
        assert_eq!(found(page(json!({"accent": "#00308f", "scheme": "light"})), true), []);
        let loud = json!({"background": {"gradient": {"colors": ["#000000", "#ffffff"]}}});
        let veil = (NoteKind::Contrast, Severity::Info, "theme.background".to_owned(), None);
        assert_eq!(found(page(loud), true), [veil]);
    }
}
