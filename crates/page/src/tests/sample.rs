//! A page with everything on it, whose every text can be replaced.

use nameplate_core::content::Content;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::presence::Presence;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use crate::{Photo, SiteContext, SitePage, Styles, Track, art_url, render_presence, render_site};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

/// All that is somebody's own text.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) owner: User,
    pub(crate) content: Value,
    pub(crate) is_premium: bool,
    pub(crate) site_name: String,
    tracks: Vec<Track>,
    photos: Vec<Photo>,
    pub(crate) presence: Value,
    pub(crate) is_preview: bool,
}

impl Site {
    /// With `text` in every field that takes one.
    pub(crate) fn saying(text: &str) -> Self {
        let mut owner = User::new(UserId::parse("123456789012345678").unwrap(), text.into(), NOW);
        owner.nickname = Some(text.into());
        owner.bio = Some(text.into());
        owner.avatar = Some(format!("https://cdn.discordapp.com/{text}.png"));
        owner.socials = json!({"github": "https://github.com/ada", "evil": text}).as_object().cloned();
        owner.is_verified = true;
        owner.bug_hunter_tier = Some(2);
        let track = Track {
            isrc: Isrc::parse("USRC17607839").unwrap(),
            title: Some(text.into()),
            artist: Some(text.into()),
            artwork: Some(text.into()),
        };
        Self {
            owner,
            content: everything(text),
            is_premium: true,
            site_name: text.into(),
            tracks: vec![track],
            photos: vec![Photo {
                src: format!("/{text}.png"),
                href: format!("/{text}"),
                title: Some(text.into()),
            }],
            is_preview: false,
            presence: json!({"status": "online", "activity": {"name": text, "type": 2, "details": text, "state": text, "largeText": text,
                "startedAt": NOW.as_millis() - 61_000, "endsAt": NOW.as_millis() + 120_000, "largeImage": "https://i.scdn.co/a"}}),
        }
    }

    pub(crate) fn usual() -> Self {
        Self::saying("Zoë")
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.content[field] = value;
        self
    }

    pub(crate) fn page(&self) -> SitePage {
        let profile_id = ProfileId::parse("p_ada").unwrap();
        let content = Content::from_value(&self.content).unwrap();
        render_site(&SiteContext {
            site_name: &self.site_name,
            home_url: "https://nameplate.example/",
            canonical_url: "https://ada.example/",
            card_url: "https://ada.example/api/v1/profiles/p_ada/og.png?v=1&x=2",
            profile_id: &profile_id,
            owner: &self.owner,
            badges: self.owner.badges(NOW),
            is_premium: self.is_premium,
            content: &content,
            tracks: &self.tracks,
            photos: &self.photos,
            images: &|url| Some(art_url(url)),
            form: crate::FormContext {
                channels: &nameplate_core::contact::Channel::ALL,
                check: crate::FormCheck::Work,
            },
            styles: &Styles::default(),
            created: NOW,
            updated: NOW,
            is_preview: self.is_preview,
        })
    }

    /// The page as a visitor gets it.
    pub(crate) fn html(&self) -> String {
        let page = self.page();
        let presence = Presence::from_json(self.presence.to_string().as_bytes()).unwrap();
        String::from_utf8(page.html(&render_presence(Some(&presence), NOW)).to_vec()).unwrap()
    }
}

fn everything(text: &str) -> Value {
    json!({"schema": 1, "template": "minimal", "theme": {"background": {"picture": "https://cdn.discordapp.com/bg.png"}}, "blocks": [
        {"kind": "header"},
        {"kind": "text", "title": text, "paragraphs": [text, text]},
        {"kind": "presence"},
        {"kind": "links", "title": text, "links": [
            {"label": text, "note": text, "url": "https://github.com/ada"}, {"label": text, "url": "https://e.org/?a=\"><b>&c='", "me": true}
        ]},
        {"kind": "links", "style": "icons", "links": [{"label": text, "url": "https://mastodon.social/@ada"}]},
        {"kind": "image", "url": "https://cdn.discordapp.com/a.png", "alt": text, "caption": text},
        {"kind": "gallery", "title": text},
        {"kind": "music", "title": text, "tracks": ["USRC17607839", "USRC17607840"]},
        {"kind": "contact", "title": text, "ways": [{"way": "email", "value": "ada@example.org"}, {"way": "discord", "value": "a\"><i>da"}]},
        {"kind": "divider"}
    ]})
}

pub(crate) fn parse(html: &str) -> Html {
    let document = Html::parse_document(html);
    assert!(html.is_empty() || html.starts_with("<!doctype html>") || html.starts_with("<div"));
    document
}

pub(crate) fn all<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

/// The one element that matches.
pub(crate) fn one<'a>(document: &'a Html, selector: &str) -> ElementRef<'a> {
    let found = all(document, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

pub(crate) fn gzip(bytes: &[u8]) -> usize {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}
