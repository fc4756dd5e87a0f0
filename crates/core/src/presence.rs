//! The presence snapshot: what somebody is doing right now (contract S2, E4).

mod preference;

use serde::{Deserialize, Serialize};

pub(crate) use self::preference::Written as WrittenPreference;
pub use self::preference::{ActivityPreference, BadPreference, MAX_HIDDEN, PreferenceEdit, PresenceSettings};
use crate::text::{clean_line, is_unshowable};
use crate::time::Timestamp;

/// The longest text of an activity, in characters; Discord's own limit.
pub const MAX_TEXT: usize = 128;
/// The longest image URL that is kept, in bytes.
pub const MAX_IMAGE_URL: usize = 2048;
/// The last moment that JavaScript's dates can hold, in Unix milliseconds.
const MAX_MOMENT: i64 = 8_640_000_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Online,
    Idle,
    Dnd,
    Offline,
}

/// Discord's activity types; anything else is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum ActivityType {
    Playing,
    Streaming,
    Listening,
    Watching,
    Custom,
    Competing,
}

impl ActivityType {
    /// In the order in which they go before each other, unless an owner prefers one.
    pub const ALL: [Self; 6] =
        [Self::Streaming, Self::Playing, Self::Listening, Self::Watching, Self::Competing, Self::Custom];

    /// The word for it where people read and write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Playing => "playing",
            Self::Streaming => "streaming",
            Self::Listening => "listening",
            Self::Watching => "watching",
            Self::Custom => "custom",
            Self::Competing => "competing",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl From<ActivityType> for u8 {
    fn from(kind: ActivityType) -> Self {
        kind as Self
    }
}

impl TryFrom<u8> for ActivityType {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::Playing),
            1 => Ok(Self::Streaming),
            2 => Ok(Self::Listening),
            3 => Ok(Self::Watching),
            4 => Ok(Self::Custom),
            5 => Ok(Self::Competing),
            _ => Err("must be a number from 0 to 5"),
        }
    }
}

/// What is played, heard or watched. Absent fields are left out on the wire, never `null` (S2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Activity {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ActivityType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
    /// An https URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large_image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large_text: Option<String>,
}

/// What a source of presence says, before the moment of writing is added: the body of `PUT /presence/{userID}` (W8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Presence {
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
}

/// A [`Presence`] with the moment at which it was written to the cache: `PresenceSnapshot` (S2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceSnapshot {
    pub presence: Presence,
    pub updated_at: Timestamp,
}

impl Serialize for PresenceSnapshot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            #[serde(flatten)]
            presence: &'a Presence,
            updated_at: String,
        }
        Wire { presence: &self.presence, updated_at: self.updated_at.to_rfc3339_millis() }
            .serialize(serializer)
    }
}

impl PresenceSnapshot {
    /// One line of JSON: the object of S2.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Self::to_json`] wrote; `None` for anything else (a shared cache may hold garbage).
    pub fn from_json(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            status: Status,
            activity: Option<Activity>,
            updated_at: Timestamp,
        }
        let wire: Wire = serde_json::from_slice(json).ok()?;
        let presence = Presence { status: wire.status, activity: wire.activity }.checked().ok()?;
        Some(Self { presence, updated_at: wire.updated_at })
    }
}

/// A fault in a presence that was fed in, with the place of the fault.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}: {message}")]
pub struct BadPresence {
    pub path: String,
    pub message: String,
}

impl Presence {
    pub const OFFLINE: Self = Self { status: Status::Offline, activity: None };

    /// Reads the body of `PUT /presence/{userID}`: a PresenceSnapshot, whose `updatedAt`, if there, is not looked at.
    pub fn from_json(json: &[u8]) -> Result<Self, BadPresence> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Wire {
            status: Status,
            #[serde(default)]
            activity: Option<Activity>,
            #[serde(default, rename = "updatedAt")]
            _updated_at: Option<serde::de::IgnoredAny>,
        }
        let mut reader = serde_json::Deserializer::from_slice(json);
        let fault = |path: String, message: String| BadPresence { path, message };
        let wire: Wire = crate::object::read(&mut reader)
            .map_err(|error| fault(error.path().to_string(), error.inner().to_string()))?;
        reader.end().map_err(|error| fault(".".into(), error.to_string()))?;
        Self { status: wire.status, activity: wire.activity }.checked()
    }

    /// Cleans the texts and refuses what S2 does not allow.
    fn checked(mut self) -> Result<Self, BadPresence> {
        let Some(activity) = &mut self.activity else { return Ok(self) };
        let fault = |field: &str, message: &str| BadPresence {
            path: format!("activity.{field}"),
            message: message.into(),
        };
        activity.name = clean_line(&activity.name, MAX_TEXT);
        if activity.name.trim().is_empty() {
            return Err(fault("name", "must not be empty"));
        }
        for text in [&mut activity.details, &mut activity.state, &mut activity.large_text] {
            *text = text.take().map(|text| clean_line(&text, MAX_TEXT)).filter(|text| !text.is_empty());
        }
        for (field, moment) in [("startedAt", activity.started_at), ("endsAt", activity.ends_at)] {
            if moment.is_some_and(|moment| !(0..=MAX_MOMENT).contains(&moment)) {
                return Err(fault(field, "must be a moment in Unix milliseconds"));
            }
        }
        if activity.large_image.as_deref().is_some_and(|image| !is_https_url(image)) {
            return Err(fault("largeImage", "must be an https URL"));
        }
        Ok(self)
    }
}

/// Whether `text` is an absolute https URL with a host and no credentials.
pub fn is_https_url(text: &str) -> bool {
    text.len() <= MAX_IMAGE_URL
        && !text.chars().any(|character| is_unshowable(character) || character.is_whitespace())
        && text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        && url::Url::parse(text)
            .is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOTIFY: &str = r#"{"status":"online","activity":{"name":"Spotify","type":2,"details":"Song Title","state":"Artist Name","startedAt":1716900000000,"endsAt":1716900210000,"largeImage":"https://i.scdn.co/image/x","largeText":"Album Name"}"#;

    /// S2
    #[test]
    fn a_snapshot_is_written_in_the_order_of_the_seed_and_leaves_out_what_is_absent() {
        let updated_at = Timestamp::parse("2026-05-29T12:00:00Z").unwrap();
        let presence = Presence::from_json(format!("{SPOTIFY}}}").as_bytes()).unwrap();
        let json = PresenceSnapshot { presence, updated_at }.to_json();
        assert_eq!(json, format!(r#"{SPOTIFY},"updatedAt":"2026-05-29T12:00:00.000Z"}}"#));
        assert_eq!(PresenceSnapshot::from_json(json.as_bytes()).unwrap().to_json(), json);

        let quiet = PresenceSnapshot {
            presence: Presence::from_json(br#"{"status":"idle","activity":null}"#).unwrap(),
            updated_at,
        };
        assert_eq!(quiet.to_json(), r#"{"status":"idle","updatedAt":"2026-05-29T12:00:00.000Z"}"#);
    }

    /// E4
    #[test]
    fn offline_is_one_field() {
        assert_eq!(serde_json::to_string(&Presence::OFFLINE).unwrap(), r#"{"status":"offline"}"#);
    }

    /// W8
    #[test]
    fn a_bad_presence_is_refused_with_the_place_of_the_fault() {
        let cases = [
            (r#"{"status":"invisible"}"#, "status"),
            (r#"{}"#, "."),
            (r#"{"status":"online","activity":{"name":"x","type":6}}"#, "activity.type"),
            (r#"{"status":"online","activity":{"name":"\u0007","type":0}}"#, "activity.name"),
            (r#"{"status":"online","activity":{"name":"x","type":0,"startedAt":-1}}"#, "activity.startedAt"),
            (r#"{"status":"online","activity":{"name":"x","type":0,"startedAt":1.5}}"#, "activity.startedAt"),
            (
                r#"{"status":"online","activity":{"name":"x","type":0,"largeImage":"mp:external/x"}}"#,
                "activity.largeImage",
            ),
            (
                r#"{"status":"online","activity":{"name":"x","type":0,"largeImage":"javascript:alert(1)"}}"#,
                "activity.largeImage",
            ),
            (r#"{"status":"online"} trailing"#, "."),
        ];
        for (json, path) in cases {
            assert_eq!(Presence::from_json(json.as_bytes()).unwrap_err().path, path, "{json}");
        }
    }

    /// E4
    #[test]
    fn texts_are_cut_and_cleaned_so_that_an_event_stays_one_line() {
        let json = format!(
            r#"{{"status":"dnd","activity":{{"name":"a\nb","type":4,"state":"{}"}}}}"#,
            "é".repeat(200)
        );
        let activity = Presence::from_json(json.as_bytes()).unwrap().activity.unwrap();
        assert_eq!(activity.name, "ab");
        assert_eq!(activity.state.unwrap().chars().count(), MAX_TEXT);
    }
}
