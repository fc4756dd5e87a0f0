//! What a user may change of the own account, and what each field may hold (contract A1).
//!
//! A field that was not sent stays as it is; `null` clears it. What needs more than the value to be judged (a premium
//! plan, a name that is free, a picture that is there) is the caller's concern.

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use crate::secret::Email;
use crate::text::is_unshowable;
use crate::user::{CustomEmbed, Socials, User};

/// The sites that a user can link to, and the domains of each.
pub const PLATFORMS: [(&str, &[&str]); 8] = [
    ("roblox", &["roblox.com"]),
    ("github", &["github.com"]),
    ("spotify", &["spotify.com", "spotify.link"]),
    ("youtube", &["youtube.com", "youtu.be"]),
    ("tiktok", &["tiktok.com"]),
    ("X", &["x.com", "twitter.com"]),
    ("bluesky", &["bsky.app", "bsky.social"]),
    ("discord", &["discord.com", "discord.gg", "discordapp.com"]),
];

/// The longest URL of a picture or a link, in bytes.
const MAX_URL: usize = 512;

/// The body of `PATCH /profile`. It may hold an e-mail address, and has no `Debug`.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProfileEdit {
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub bio: Option<Option<String>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub nickname: Option<Option<String>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub email: Option<Option<String>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub socials: Option<Option<Socials>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Option<String>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub banner: Option<Option<String>>,
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub custom_embed: Option<Option<CustomEmbed>>,
}

/// For serde's `deserialize_with`: tells `null` from a field that was left out.
pub fn sent<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What is wrong with a field, as the client is told.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{text}")]
pub struct BadEdit {
    /// As it stands in the body; none for the body as such.
    pub field: Option<&'static str>,
    text: String,
}

impl ProfileEdit {
    /// Judges every value by itself.
    pub fn check(&self) -> Result<(), BadEdit> {
        if self.is_empty() {
            return Err(BadEdit { field: None, text: "Send at least one field to change.".into() });
        }
        check_text("bio", "Bio", &self.bio, 200, true)?;
        check_text("nickname", "Nickname", &self.nickname, 15, false)?;
        if self.username.as_ref().is_some_and(|name| !is_username(name)) {
            return Err(bad("username", "Username must be 4 to 15 letters, numbers or underscores."));
        }
        if self.email.iter().flatten().any(|email| Email::parse(email).is_err()) {
            return Err(bad("email", "Email must be a valid address of at most 50 characters."));
        }
        for (name, link) in self.socials.iter().flatten().flatten() {
            check_social(name, link)?;
        }
        self.custom_embed.iter().flatten().try_for_each(check_embed)
    }

    fn is_empty(&self) -> bool {
        self.bio.is_none()
            && self.nickname.is_none()
            && self.username.is_none()
            && self.email.is_none()
            && self.socials.is_none()
            && self.avatar.is_none()
            && self.banner.is_none()
            && self.custom_embed.is_none()
    }

    /// Writes what was sent into the user; the e-mail address is not part of one.
    pub fn apply(&self, user: &mut User) {
        fn set<T: Clone>(field: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        set(&mut user.bio, &self.bio);
        set(&mut user.nickname, &self.nickname);
        set(&mut user.username, &self.username);
        set(&mut user.socials, &self.socials);
        set(&mut user.avatar, &self.avatar);
        set(&mut user.banner, &self.banner);
        set(&mut user.custom_embed, &self.custom_embed);
    }
}

fn bad(field: &'static str, text: impl Into<String>) -> BadEdit {
    BadEdit { field: Some(field), text: text.into() }
}

fn check_text(
    field: &'static str,
    name: &str,
    text: &Option<Option<String>>,
    max: usize,
    has_lines: bool,
) -> Result<(), BadEdit> {
    let Some(Some(text)) = text else { return Ok(()) };
    if text.chars().count() > max {
        return Err(bad(field, format!("{name} cannot exceed {max} characters.")));
    }
    if text.chars().any(|letter| is_unshowable(letter) && !(has_lines && letter == '\n')) {
        return Err(bad(field, format!("{name} holds a character that cannot be shown.")));
    }
    Ok(())
}

fn is_username(name: &str) -> bool {
    (4..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn check_social(name: &str, link: &serde_json::Value) -> Result<(), BadEdit> {
    let Some((_, domains)) = PLATFORMS.iter().find(|(platform, _)| *platform == name) else {
        let names: Vec<&str> = PLATFORMS.iter().map(|(platform, _)| *platform).collect();
        return Err(bad("socials", format!("Socials may have: {}.", names.join(", "))));
    };
    let is_there = link.as_str().is_some_and(|link| is_link_to(link, domains));
    if is_there {
        Ok(())
    } else {
        Err(bad("socials", format!("The {name} link must be a URL on {}.", domains.join(" or "))))
    }
}

/// Whether a link leads to one of the domains, or a host below, and nowhere else: no white space that a parser would
/// drop, no name or password in front of the host.
fn is_link_to(link: &str, domains: &[&str]) -> bool {
    let is_plain = link.len() <= MAX_URL && link.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let Some(url) = Url::parse(link).ok().filter(|_| is_plain) else { return false };
    let host = url.host_str().unwrap_or_default();
    let is_below =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && domains.iter().any(is_below)
}

fn check_embed(embed: &CustomEmbed) -> Result<(), BadEdit> {
    let texts = [
        ("Embed title", &embed.title, 60),
        ("Embed description", &embed.description, 200),
        ("Embed small text", &embed.small_text, 50),
    ];
    texts
        .into_iter()
        .try_for_each(|(name, text, max)| check_text("customEmbed", name, &Some(text.clone()), max, true))?;
    match &embed.theme_color {
        Some(color) if !is_color(color) => {
            Err(bad("customEmbed", "Embed theme color must be like #1a2b3c or #abc."))
        }
        _ => Ok(()),
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::UserId;
    use crate::time::Timestamp;

    fn judge(body: serde_json::Value) -> Result<(), String> {
        let edit: ProfileEdit = serde_json::from_value(body).map_err(|fault| fault.to_string())?;
        edit.check().map_err(|fault| fault.to_string())
    }

    /// A1
    #[test]
    fn every_field_has_its_limits() {
        for good in [
            json!({"bio": "é".repeat(200)}),
            json!({"bio": "two\nlines"}),
            json!({"bio": null, "nickname": null, "socials": null, "customEmbed": null, "email": null}),
            json!({"nickname": "x".repeat(15)}),
            json!({"username": "ada_1"}),
            json!({"email": "ada@example.org"}),
            json!({"customEmbed": {"title": "%{post_title}%", "themeColor": "#aBc", "smallText": null}}),
        ] {
            assert_eq!(judge(good.clone()), Ok(()), "{good}");
        }
        for bad in [
            json!({}),
            json!({"bio": "é".repeat(201)}),
            json!({"bio": "\u{0}"}),
            json!({"bio": 5}),
            json!({"nickname": "x".repeat(16)}),
            json!({"nickname": "a\nb"}),
            json!({"username": "ada"}),
            json!({"username": "x".repeat(16)}),
            json!({"username": "ada lovelace"}),
            json!({"username": "adä_1"}),
            json!({"username": null}),
            json!({"email": "ada"}),
            json!({"email": format!("{}@example.org", "a".repeat(40))}),
            json!({"customEmbed": {"title": "x".repeat(61)}}),
            json!({"customEmbed": {"description": "x".repeat(201)}}),
            json!({"customEmbed": {"smallText": "x".repeat(51)}}),
            json!({"customEmbed": {"themeColor": "#12345"}}),
            json!({"customEmbed": {"color": "#123456"}}),
            json!({"plan": "plus"}),
        ] {
            assert!(judge(bad.clone()).is_err(), "{bad}");
        }
    }

    /// A1
    #[test]
    fn a_link_is_on_its_platforms_domain() {
        for (platform, link) in [
            ("roblox", "https://www.roblox.com/users/1/profile"),
            ("github", "https://github.com/ada"),
            ("spotify", "https://open.spotify.com/user/ada"),
            ("youtube", "https://youtu.be/x"),
            ("tiktok", "https://www.tiktok.com/@ada"),
            ("X", "https://x.com/ada"),
            ("bluesky", "https://bsky.app/profile/ada"),
            ("discord", "https://discord.gg/ada"),
        ] {
            assert_eq!(judge(json!({"socials": {platform: link}})), Ok(()), "{link}");
        }
        for (platform, link) in [
            ("github", json!("https://github.com.evil.example/ada")),
            ("github", json!("https://notgithub.com/ada")),
            ("github", json!("https://github.com@evil.example/ada")),
            ("github", json!("https://evil.example\\@github.com/ada")),
            ("github", json!("https://github.com:8443/ada")),
            ("github", json!("java\tscript://github.com/%0aalert(1)")),
            ("github", json!("ada")),
            ("github", json!("")),
            ("github", json!(null)),
            ("github", json!(format!("https://github.com/{}", "a".repeat(512)))),
            ("x", json!("https://x.com/ada")),
            ("myspace", json!("https://myspace.com/ada")),
        ] {
            assert!(judge(json!({"socials": {platform: link}})).is_err(), "{link}");
        }
    }

    /// A1
    #[test]
    fn what_was_not_sent_stays() {
        let id = UserId::parse("123456789012345678").unwrap();
        let mut user = User {
            bio: Some("old".into()),
            nickname: Some("Ada".into()),
            ..User::new(id, "ada".into(), Timestamp::default())
        };
        let edit: ProfileEdit = serde_json::from_value(json!({"bio": "new", "nickname": null})).unwrap();
        edit.apply(&mut user);
        assert_eq!(
            (user.bio.as_deref(), user.nickname.as_deref(), user.username.as_str()),
            (Some("new"), None, "ada")
        );
        assert_eq!(
            serde_json::to_value(&edit).unwrap(),
            json!({"bio": "new", "nickname": null}),
            "what was sent, no more"
        );
    }
}
