//! The cards that are drawn: their texts and pictures, and the instance whose profiles show them.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use crate::nameplate::Instance;
use crate::peers::Peer;
use crate::server::SERVER_CORE;
use crate::world;

pub(crate) const AVATAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/media/demo/avatar-3.png");
pub(crate) const PICTURE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/media/demo/background-0.jpg");
pub(crate) const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/card/fonts");

/// Name and bio of a card; `{}` in the name is the card's number.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub what: &'static str,
    name: &'static str,
    bio: &'static str,
    /// How often the bio is repeated.
    times: usize,
}

/// The text of ordinary cards.
pub(crate) const NORMAL: usize = 0;
/// Cards of each hostile text.
const HOSTILE_CARDS: usize = 300;

pub(crate) const TEXTS: [Text; 7] = [
    Text {
        what: "ordinary",
        name: "Ada {}",
        bio: "Notes on engines, poetry & numbers, and more. A second sentence that goes on over the line, so that there \
              are two of them at least.",
        times: 1,
    },
    Text { what: "one long word", name: "Ada {}", bio: "abcdefghij", times: 200 },
    Text {
        what: "emoji", name: "🎉 {} 👩🏽‍🚀", bio: "🎉🚀❤️👨‍👩‍👧‍👦", times: 70
    },
    Text {
        what: "stacked marks", name: "Z̴͓ {}", bio: "Z̴̡̛͓̣̀́̂̃̄̅̆̇̈̉̊̋̌à̴̡̛͓̣́̂̃̄̅̆̇̈̉̊̋̌", times: 40
    },
    Text {
        what: "Han", name: "漢字 {}", bio: "漢字仮名交じり文の長い文章東京大阪京都", times: 40
    },
    Text {
        what: "both directions", name: "محمد {} שלום", bio: "العربية English עברית ", times: 40
    },
    Text { what: "U+FDFD", name: "﷽ {}", bio: "﷽", times: 300 },
];

impl Text {
    pub(crate) fn json(self) -> Value {
        json!({ "name": self.name, "bio": self.bio.repeat(self.times) })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A gradient, and an avatar that all cards share.
    Plain,
    /// A picture behind the same.
    Picture,
    /// A gradient, and an avatar that no card drew before.
    Uncached,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Plain, Self::Picture, Self::Uncached];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Picture => "picture",
            Self::Uncached => "uncached",
        }
    }

    /// Where our card with a number is.
    pub(crate) fn path(self, number: usize) -> String {
        format!("/api/v1/profiles/{}-{number}/og.png", self.name())
    }

    /// Where our card with a hostile text is.
    pub(crate) fn hostile_path(text: usize, number: usize) -> String {
        format!("/api/v1/profiles/text{text}-{}/og.png", number % HOSTILE_CARDS)
    }
}

/// An instance full of profiles with cards.
pub(crate) struct Theatre {
    instance: Instance,
    cards: usize,
}

impl Theatre {
    /// So many profiles of each kind, and some for each hostile text.
    pub(crate) fn build(binary: &Path, folder: &Path, cards: usize) -> anyhow::Result<Self> {
        let instance = Instance::fresh(binary, folder)?;
        let shared = picture_key("avatars", 0);
        let banner = picture_key("banners", 0).replace(".png", ".jpg");
        instance.store_picture(&shared, Path::new(AVATAR))?;
        instance.store_picture(&banner, Path::new(PICTURE))?;
        let (mut users, mut profiles) = (Vec::new(), Vec::new());
        let mut add = |slug: String, text: Text, number: usize, avatar: String, background: Value| {
            let id = world::user_id(users.len());
            let name = text.name.replace("{}", &number.to_string());
            let bio = text.bio.repeat(text.times);
            users.push(json!({
                "id": id, "username": format!("user{number}"), "nickname": name, "bio": bio,
                "avatar": format!("http://i.localhost:8080/{avatar}"), "verified": true, "staff": true,
                "subscription": { "plan": "plus", "status": "active", "started_at": "2026-01-04T09:30:00Z",
                    "expires_at": null, "cancel_at_period_end": false, "gifted": false },
            }));
            profiles.push(json!({
                "id": slug, "owner": id, "domain": format!("{slug}.localhost"), "isPublic": true,
                "content": { "schema": 1, "template": "minimal", "theme": { "background": background },
                    "blocks": [{ "kind": "header" }] },
            }));
        };
        let gradient = json!({ "gradient": { "colors": ["#1b1340", "#4a1f78", "#a32e7a"], "angle": 135 } });
        let picture = json!({ "picture": format!("http://i.localhost:8080/{banner}") });
        let [normal, ..] = TEXTS;
        for number in 0..cards {
            for kind in Kind::ALL {
                let background = if kind == Kind::Picture { &picture } else { &gradient };
                let avatar =
                    if kind == Kind::Uncached { picture_key("avatars", number + 1) } else { shared.clone() };
                add(format!("{}-{number}", kind.name()), normal, number, avatar, background.clone());
            }
            instance.store_picture(&picture_key("avatars", number + 1), Path::new(AVATAR))?;
        }
        for (at, text) in TEXTS.into_iter().enumerate().filter(|(at, _)| *at != NORMAL) {
            for number in 0..HOSTILE_CARDS {
                add(format!("text{at}-{number}"), text, number, shared.clone(), gradient.clone());
            }
        }
        instance.import(&json!({ "nameplate": 1, "users": users, "profiles": profiles })).context("cards")?;
        Ok(Self { instance, cards })
    }

    /// Starts a server of it.
    pub(crate) fn open(&self) -> anyhow::Result<Peer> {
        let node = self.instance.start(SERVER_CORE)?;
        Ok(Peer { server: node.server, address: node.listen })
    }

    pub(crate) const fn cards(&self) -> usize {
        self.cards
    }
}

/// The path of a picture on the file host.
fn picture_key(folder: &str, number: usize) -> String {
    format!("{folder}/{}/{number:032x}.png", world::user_id(number))
}
