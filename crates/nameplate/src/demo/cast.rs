//! Who is in the demo: the sample people, with ids, keys, pictures and music of this instance.

use nameplate_core::host::Zones;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::AccountKey;
use nameplate_core::time::Timestamp;
use nameplate_core::transfer::{Instance, InstanceFile};
use nameplate_page::Example;
use nameplate_page::samples::{self, Sample};
use serde_json::{Value, json};
use url::Url;

use crate::parts::Parts;

/// Where sample pages say that their pictures are; the demo has its own.
const ELSEWHERE: &str = "https://pictures.example/";

pub(super) struct Cast {
    pub people: Vec<Person>,
}

pub(super) struct Person {
    pub user: UserId,
    pub profile: ProfileId,
    pub relay_key: AccountKey,
    pub sample: Sample,
    slug: String,
    /// The page's content with this instance's pictures and tracks.
    content: Value,
    /// The names of the picture files: the avatar, the background, then the gallery.
    pub avatar: String,
    pub background: String,
    pub photos: Vec<String>,
    avatar_url: String,
}

pub(super) fn make(parts: &Parts, files: &str, tracks: Vec<Isrc>) -> Cast {
    let people = samples::people().into_iter().enumerate();
    Cast {
        people: people.filter_map(|(at, sample)| Person::new(parts, files, &tracks, at, sample)).collect(),
    }
}

impl Person {
    fn new(parts: &Parts, files: &str, tracks: &[Isrc], at: usize, sample: Sample) -> Option<Self> {
        let user = UserId::parse(&format!("{}", 210_000_000_000_000_001 + at)).ok()?;
        let slug: String = sample
            .username
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
            .collect();
        let name =
            |kind: u8, number: usize, extension: &str| format!("{kind:02x}{at:02x}{number:028x}.{extension}");
        let (avatar, background) = (name(1, 0, "png"), name(2, 0, "jpg"));
        let photos = (0..sample.photos.len()).map(|number| name(3, number, "jpg")).collect();
        let mut content = sample.content.clone();
        adapt(&mut content, &format!("{files}banners/{user}/{background}"), tracks, at);
        Some(Self {
            profile: ProfileId::parse(&format!("demo-{slug}")).ok()?,
            relay_key: AccountKey::generate(&*parts.entropy),
            avatar_url: format!("{files}avatars/{user}/{avatar}"),
            user,
            slug,
            content,
            avatar,
            background,
            photos,
            sample,
        })
    }

    pub(super) fn example(&self, public_url: &Url, zones: &Zones) -> Example {
        let host = zones.base().below(&self.slug);
        let template = self.content.get("template").and_then(Value::as_str).unwrap_or_default();
        Example {
            name: if self.sample.nickname.is_empty() { self.sample.username } else { self.sample.nickname }
                .to_owned(),
            url: nameplate_app::Links::new(public_url, zones).host(&host),
            about: format!("The {template} design"),
            picture: Some(format!("/api/v1/profiles/{}/og.png", self.profile)),
        }
    }

    fn user_record(&self, now: Timestamp) -> Value {
        let Sample { username, nickname, bio, badges, .. } = &self.sample;
        let [verified, staff, partner, hunter, translator, is_plus] = *badges;
        let subscription = match is_plus {
            true => json!({"plan": "plus", "status": "active", "started_at": "2026-01-04T09:30:00Z"}),
            false => Value::Null,
        };
        json!({
            "id": self.user, "username": username, "nickname": none_if_empty(nickname), "bio": none_if_empty(bio),
            "avatar": is_plus.then_some(&self.avatar_url), "created": now.to_rfc3339(),
            "verified": verified, "staff": staff, "partner": partner, "translator": translator,
            "bugHunterTier": hunter.then_some(1), "relayKey": self.relay_key.expose(), "subscription": subscription,
            "presenceSharing": true, "music": {"key": "demo", "enabled": true},
        })
    }

    fn posts(&self, now: Timestamp) -> impl Iterator<Item = Value> {
        self.photos.iter().zip(self.sample.photos).enumerate().map(move |(at, (file, (_, title)))| {
            json!({
                "code": format!("Demo{}{at:02}", self.user.as_str().get(16..).unwrap_or_default()), "owner": self.user,
                "privacy": "public", "title": title, "created": now.to_rfc3339(),
                "files": [{"name": file, "size": 1, "mime": "image/jpeg"}],
            })
        })
    }
}

fn none_if_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl Cast {
    /// The rows, through the same door as every import.
    pub(super) fn instance(&self, parts: &Parts) -> anyhow::Result<Instance> {
        let now = parts.clock.now();
        let base = parts.zones.base();
        let profile = |person: &Person| {
            json!({
                "id": person.profile, "owner": person.user, "domain": base.below(&person.slug), "isPublic": true,
                "content": person.content,
            })
        };
        let file = json!({
            "nameplate": 1,
            "users": self.people.iter().map(|person| person.user_record(now)).collect::<Vec<_>>(),
            "profiles": self.people.iter().map(profile).collect::<Vec<_>>(),
            "posts": self.people.iter().flat_map(|person| person.posts(now)).collect::<Vec<_>>(),
        });
        Ok(InstanceFile::from_json(file.to_string().as_bytes())?.check(&parts.zones, now)?)
    }
}

/// Puts this instance's pictures and tracks where the sample has somebody else's.
fn adapt(value: &mut Value, picture: &str, tracks: &[Isrc], offset: usize) {
    match value {
        Value::String(text) if text.starts_with(ELSEWHERE) => picture.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| adapt(item, picture, tracks, offset)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field {
                    Value::Array(list) if name == "tracks" => {
                        let own = tracks.iter().cycle().skip(offset).take(list.len().min(tracks.len()));
                        *field = own.map(|isrc| Value::from(isrc.as_str())).collect();
                    }
                    field => adapt(field, picture, tracks, offset),
                }
            }
        }
        _ => {}
    }
}
