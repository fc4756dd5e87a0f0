//! Sites that are known by their host: which icon a link to them shows, and whether people have a profile there.
//!
//! The names of icons are those of the sprite in the `page` crate, which tests that it holds each of [`ICONS`].

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A site that links lead to.
#[derive(Debug, PartialEq, Eq)]
pub struct Site {
    pub icon: Icon,
    /// As the site writes itself.
    pub name: &'static str,
    /// Whether a page there stands for a person, so that a link to it says `rel=me`.
    pub is_identity: bool,
    hosts: &'static [&'static str],
}

impl Site {
    /// The site at a host or at a subdomain of it, such as `ada.itch.io`.
    pub fn of_host(host: &str) -> Option<&'static Self> {
        // The longest match wins: `music.youtube.com` is not `youtube.com`.
        let parents = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
        std::iter::once(host).chain(parents).find_map(|known| BY_HOST.get(known).copied())
    }
}

static BY_HOST: LazyLock<HashMap<&str, &Site>> = LazyLock::new(|| {
    SITES.iter().flat_map(|site| site.hosts.iter().map(move |host| (*host, site))).collect()
});

/// The name of a drawing in the page's sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Icon(&'static str);

impl Icon {
    pub fn parse(name: &str) -> Result<Self, String> {
        let known = ICONS.iter().find(|known| **known == name).map(|known| Self(known));
        known
            .or_else(|| SITES.iter().map(|site| site.icon).find(|icon| icon.0 == name))
            .ok_or_else(|| format!("no icon is called {name:?}"))
    }

    pub fn for_scheme(scheme: &str) -> Self {
        Self(match scheme {
            "mailto" => "mail",
            "tel" => "phone",
            "sms" => "message",
            "matrix" => "matrix",
            "xmpp" => "xmpp",
            "geo" => "map-pin",
            _ => "globe",
        })
    }

    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// Every name that a document may use.
    pub fn all() -> impl Iterator<Item = &'static str> {
        SITES.iter().map(|site| site.icon.0).chain(ICONS.iter().copied())
    }
}

impl<'de> Deserialize<'de> for Icon {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parsed(deserializer, Self::parse)
    }
}

/// Icons that belong to no site.
pub const ICONS: &[&str] = &[
    "book",
    "bookmark",
    "briefcase",
    "calendar",
    "camera",
    "code",
    "coffee",
    "download",
    "file",
    "gamepad",
    "gift",
    "globe",
    "headphones",
    "heart",
    "home",
    "image",
    "link",
    "mail",
    "map-pin",
    "message",
    "mic",
    "monitor",
    "music",
    "palette",
    "pen",
    "phone",
    "radio",
    "rss",
    "shopping-bag",
    "sparkles",
    "star",
    "ticket",
    "trophy",
    "tv",
    "users",
    "video",
    "xmpp",
];

macro_rules! sites {
    ($($icon:literal $name:literal $identity:literal [$($host:literal),*];)*) => {
        static SITES: &[Site] = &[
            $(Site { icon: Icon($icon), name: $name, is_identity: $identity, hosts: &[$($host),*] }),*
        ];
    };
}

sites! {
    // icon         name             identity hosts
    "anilist"       "AniList"        true  ["anilist.co"];
    "applemusic"    "Apple Music"    false ["music.apple.com"];
    "artstation"    "ArtStation"     true  ["artstation.com"];
    "bandcamp"      "Bandcamp"       true  ["bandcamp.com"];
    "behance"       "Behance"        true  ["behance.net"];
    "bluesky"       "Bluesky"        true  ["bsky.app", "bsky.social"];
    "buymeacoffee"  "Buy Me a Coffee" true ["buymeacoffee.com"];
    "chess"         "Chess.com"      true  ["chess.com"];
    "codeberg"      "Codeberg"       true  ["codeberg.org"];
    "deezer"        "Deezer"         false ["deezer.com"];
    "devto"         "DEV"            true  ["dev.to"];
    "deviantart"    "DeviantArt"     true  ["deviantart.com"];
    "discord"       "Discord"        false ["discord.com", "discord.gg"];
    "dribbble"      "Dribbble"       true  ["dribbble.com"];
    "epicgames"     "Epic Games"     false ["epicgames.com"];
    "etsy"          "Etsy"           false ["etsy.com"];
    "facebook"      "Facebook"       true  ["facebook.com"];
    "figma"         "Figma"          true  ["figma.com"];
    "flickr"        "Flickr"         true  ["flickr.com"];
    "github"        "GitHub"         true  ["github.com", "github.io"];
    "gitlab"        "GitLab"         true  ["gitlab.com"];
    "goodreads"     "Goodreads"      true  ["goodreads.com"];
    "huggingface"   "Hugging Face"   true  ["huggingface.co"];
    "instagram"     "Instagram"      true  ["instagram.com"];
    "itchio"        "itch.io"        true  ["itch.io"];
    "keybase"       "Keybase"        true  ["keybase.io"];
    "kick"          "Kick"           true  ["kick.com"];
    "kofi"          "Ko-fi"          true  ["ko-fi.com"];
    "lastfm"        "Last.fm"        true  ["last.fm"];
    "leagueoflegends" "League of Legends" false ["leagueoflegends.com"];
    "leetcode"      "LeetCode"       true  ["leetcode.com"];
    "letterboxd"    "Letterboxd"     true  ["letterboxd.com", "boxd.it"];
    "liberapay"     "Liberapay"      true  ["liberapay.com"];
    "lichess"       "Lichess"        true  ["lichess.org"];
    "mastodon"      "Mastodon"       true  ["mastodon.social", "mastodon.online", "mstdn.social", "mas.to", "fosstodon.org", "hachyderm.io", "chaos.social", "mastodon.art", "infosec.exchange", "mastodon.gamedev.place"];
    "matrix"        "Matrix"         true  ["matrix.to"];
    "medium"        "Medium"         true  ["medium.com"];
    "mixcloud"      "Mixcloud"       true  ["mixcloud.com"];
    "modrinth"      "Modrinth"       true  ["modrinth.com"];
    "myanimelist"   "MyAnimeList"    true  ["myanimelist.net"];
    "newgrounds"    "Newgrounds"     true  ["newgrounds.com"];
    "npm"           "npm"            true  ["npmjs.com"];
    "orcid"         "ORCID"          true  ["orcid.org"];
    "osu"           "osu!"           true  ["osu.ppy.sh"];
    "patreon"       "Patreon"        true  ["patreon.com"];
    "paypal"        "PayPal"         false ["paypal.com", "paypal.me"];
    "pinterest"     "Pinterest"      true  ["pinterest.com"];
    "pixelfed"      "Pixelfed"       true  ["pixelfed.social", "pixelfed.de"];
    "pixiv"         "pixiv"          true  ["pixiv.net"];
    "playstation"   "PlayStation"    true  ["playstation.com"];
    "reddit"        "Reddit"         true  ["reddit.com"];
    "roblox"        "Roblox"         true  ["roblox.com"];
    "rust"          "crates.io"      true  ["crates.io"];
    "signal"        "Signal"         false ["signal.me", "signal.group"];
    "snapchat"      "Snapchat"       true  ["snapchat.com"];
    "soundcloud"    "SoundCloud"     true  ["soundcloud.com"];
    "spotify"       "Spotify"        true  ["spotify.com"];
    "stackoverflow" "Stack Overflow" true  ["stackoverflow.com"];
    "steam"         "Steam"          true  ["steamcommunity.com", "steampowered.com"];
    "strava"        "Strava"         true  ["strava.com"];
    "substack"      "Substack"       true  ["substack.com"];
    "telegram"      "Telegram"       true  ["t.me", "telegram.me"];
    "threads"       "Threads"        true  ["threads.net", "threads.com"];
    "tidal"         "TIDAL"          false ["tidal.com"];
    "tiktok"        "TikTok"         true  ["tiktok.com"];
    "trakt"         "Trakt"          true  ["trakt.tv"];
    "tumblr"        "Tumblr"         true  ["tumblr.com"];
    "twitch"        "Twitch"         true  ["twitch.tv"];
    "unsplash"      "Unsplash"       true  ["unsplash.com"];
    "valorant"      "VALORANT"       false ["playvalorant.com"];
    "vimeo"         "Vimeo"          true  ["vimeo.com"];
    "whatsapp"      "WhatsApp"       false ["wa.me", "whatsapp.com"];
    "wikipedia"     "Wikipedia"      false ["wikipedia.org"];
    "x"             "X"              true  ["x.com", "twitter.com"];
    "youtube"       "YouTube"        true  ["youtube.com", "youtu.be"];
    "youtubemusic"  "YouTube Music"  false ["music.youtube.com"];
}
