//! One presence out of what Discord says of a member (contract S2).
//!
//! Discord gives a list of activities, a page shows one. The rule is stable from one event to the next: Streaming,
//! Playing, Listening, Watching, Competing, and a custom status when nothing else is left; among several of a kind one
//! with an image, then the one that began last, then by name. What an owner prefers goes before it
//! ([`ActivityPreference`]); since that may change at any moment, all activities are kept, in the order of the rule.

use nameplate_core::presence::{Activity, ActivityPreference, ActivityType, MAX_TEXT, Presence, Status};
use nameplate_core::text::clean_line;
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::image;
use crate::json::Object;

/// 2015-01-01: nothing on Discord began earlier, so a lower number is not a moment in milliseconds.
const EARLIEST: i64 = 1_420_070_400_000;
const DAY: i64 = 86_400_000;

/// Activities that are kept of one member; Discord's own programs show a handful.
const MAX_ACTIVITIES: usize = 16;

/// What a member does, as Discord tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doing {
    status: Status,
    /// In the order of the rule for everybody; none of who is offline.
    activities: Vec<Activity>,
}

impl Doing {
    pub(crate) const OFFLINE: Self = Self { status: Status::Offline, activities: Vec::new() };

    /// What is shown of it.
    pub(crate) fn shown(&self, preference: &ActivityPreference) -> Presence {
        Presence { status: self.status, activity: preference.choose(&self.activities).cloned() }
    }
}

/// Which images may be shown, and what time it is.
pub(crate) struct Judge<'a> {
    pub allows_image: &'a (dyn Fn(&str) -> bool + Send + Sync),
    pub now: Timestamp,
}

impl Judge<'_> {
    /// What an object with `status`, `activities` and `client_status` says.
    pub(crate) fn doing(&self, object: &Object<'_>) -> Doing {
        let activities = object.objects("activities").unwrap_or_default();
        let status = status(object, !activities.is_empty());
        if status == Status::Offline {
            return Doing::OFFLINE;
        }
        let mut activities: Vec<_> =
            activities.iter().filter_map(|activity| self.activity(activity)).collect();
        activities.sort_by(|one, other| rank(one).cmp(&rank(other)));
        activities.truncate(MAX_ACTIVITIES);
        Doing { status, activities }
    }

    fn activity(&self, object: &Object<'_>) -> Option<Activity> {
        let kind = ActivityType::try_from(u8::try_from(object.integer("type")?).ok()?).ok()?;
        let text = |name: &str| shown(object.text(name)?);
        let state = match kind {
            ActivityType::Custom => Some(text("state").or_else(|| emoji(object))?),
            _ => text("state"),
        };
        let assets = object.object("assets").unwrap_or_default();
        let large_image = assets
            .text("large_image")
            .and_then(|form| image::url(&form, object.id("application_id")))
            .filter(|url| (self.allows_image)(url));
        let (started_at, ends_at) = self.moments(&object.object("timestamps").unwrap_or_default());
        Some(Activity {
            name: text("name")?,
            kind,
            details: text("details"),
            state,
            started_at,
            ends_at,
            large_image,
            large_text: assets.text("large_text").and_then(shown),
        })
    }

    /// Start and end in milliseconds, each if it can be one: clients send seconds, zeros and nonsense.
    fn moments(&self, timestamps: &Object<'_>) -> (Option<i64>, Option<i64>) {
        let latest = self.now.as_millis().saturating_add(DAY);
        let moment = |name| timestamps.integer(name).filter(|moment| (EARLIEST..=latest).contains(moment));
        let (start, end) = (moment("start"), moment("end"));
        (start, end.filter(|end| start.is_none_or(|start| *end > start)))
    }
}

/// Cleaned and cut; nothing when nothing is left to see.
fn shown(text: String) -> Option<String> {
    let text = clean_line(&text, MAX_TEXT);
    (!text.trim().is_empty()).then_some(text)
}

/// A custom status may be an emoji alone. Those of a server have a picture and no character, so they cannot be text.
fn emoji(activity: &Object<'_>) -> Option<String> {
    let emoji = activity.object("emoji")?;
    if emoji.has("id") { None } else { emoji.text("name").and_then(shown) }
}

/// The status, or what the rest says when there is none that can be read.
fn status(object: &Object<'_>, is_active: bool) -> Status {
    let devices = object.object("client_status").unwrap_or_default();
    let words = ["desktop", "mobile", "web", "embedded", "vr"].map(|device| devices.text(device));
    let on_devices = words.iter().flatten().find_map(|word| status_word(word));
    let own = object.text("status").and_then(|word| status_word(&word));
    own.or(on_devices).unwrap_or(if is_active { Status::Online } else { Status::Offline })
}

fn status_word(word: &str) -> Option<Status> {
    match word {
        "online" => Some(Status::Online),
        "idle" => Some(Status::Idle),
        "dnd" => Some(Status::Dnd),
        "offline" | "invisible" => Some(Status::Offline),
        _ => None,
    }
}

/// The lowest is shown.
fn rank(activity: &Activity) -> (Option<usize>, bool, i64, &str) {
    let kind = ActivityType::ALL.iter().position(|kind| *kind == activity.kind);
    (kind, activity.large_image.is_none(), -activity.started_at.unwrap_or(0), &activity.name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::json::tests::anything;

    const NOW: i64 = 1_780_000_000_000;

    fn read(presence: &Value) -> Presence {
        let allows_image = |url: &str| !url.contains("evil");
        let judge = Judge { allows_image: &allows_image, now: Timestamp::from_millis(NOW) };
        let text = presence.to_string();
        judge.doing(&Object::parse(&text).unwrap()).shown(&ActivityPreference::default())
    }

    fn shown_name(activities: Value) -> Option<String> {
        read(&json!({"status": "online", "activities": activities})).activity.map(|activity| activity.name)
    }

    fn spotify() -> Value {
        json!({
            "id": "spotify:1", "name": "Spotify", "type": 2, "details": "Song", "state": "A; B", "sync_id": "x",
            "party": {"id": "spotify:1"}, "timestamps": {"start": NOW - 1000, "end": NOW + 200_000},
            "assets": {"large_image": "spotify:ab67", "large_text": "Album"}
        })
    }

    /// S2
    #[test]
    fn spotify_is_read_as_the_seed_shows_it() {
        let presence = read(&json!({"status": "online", "activities": [spotify()]}));
        assert_eq!(
            serde_json::to_value(&presence).unwrap(),
            json!({"status": "online", "activity": {
                "name": "Spotify", "type": 2, "details": "Song", "state": "A; B", "startedAt": NOW - 1000,
                "endsAt": NOW + 200_000, "largeImage": "https://i.scdn.co/image/ab67", "largeText": "Album"}})
        );
    }

    /// S2
    #[test]
    fn of_several_activities_the_rule_chooses_one_in_whatever_order_they_come() {
        let custom = json!({"type": 4, "name": "Custom Status", "state": "hello"});
        let old = json!({"type": 0, "name": "Old", "timestamps": {"start": NOW - 9000}});
        let new = json!({"type": 0, "name": "New", "timestamps": {"start": NOW - 1000}});
        let pictured =
            json!({"type": 0, "name": "Pictured", "application_id": "1", "assets": {"large_image": "2"}});
        let stream = json!({"type": 1, "name": "Stream"});
        let hang = json!({"type": 6, "name": "Hang Status"});
        let cases = [
            (vec![&custom, &hang], "Custom Status"),
            (vec![&custom, &old], "Old"),
            (vec![&old, &new, &custom], "New"),
            (vec![&old, &new, &pictured], "Pictured"),
            (vec![&pictured, &stream, &custom], "Stream"),
        ];
        for (mut activities, expected) in cases {
            assert_eq!(shown_name(json!(activities)).as_deref(), Some(expected));
            activities.reverse();
            assert_eq!(shown_name(json!(activities)).as_deref(), Some(expected));
        }
        assert_eq!(
            shown_name(json!([spotify(), old])).as_deref(),
            Some("Old"),
            "playing goes before listening"
        );
        assert_eq!(shown_name(json!([hang])), None);
    }

    /// S2
    #[test]
    fn a_custom_status_is_its_text_or_its_emoji() {
        let state = |custom: Value| {
            read(&json!({"status": "dnd", "activities": [custom]}))
                .activity
                .and_then(|activity| activity.state)
        };
        let custom = |rest: Value| {
            let mut custom = json!({"type": 4, "name": "Custom Status"});
            custom.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            custom
        };
        assert_eq!(state(custom(json!({"state": "at sea"}))).as_deref(), Some("at sea"));
        assert_eq!(state(custom(json!({"emoji": {"name": "⛵"}}))).as_deref(), Some("⛵"));
        assert_eq!(state(custom(json!({"emoji": {"name": "boat", "id": "1"}}))), None);
        assert_eq!(state(custom(json!({}))), None);
    }

    /// S2
    #[test]
    fn moments_that_cannot_be_are_left_out() {
        let moments = |timestamps: Value| {
            let game = json!({"type": 0, "name": "Game", "timestamps": timestamps});
            let activity = read(&json!({"status": "online", "activities": [game]})).activity.unwrap();
            (activity.started_at, activity.ends_at)
        };
        assert_eq!(moments(json!({"start": NOW, "end": NOW + 5})), (Some(NOW), Some(NOW + 5)));
        assert_eq!(moments(json!({"start": NOW / 1000, "end": NOW + 5})), (None, Some(NOW + 5)));
        assert_eq!(moments(json!({"start": NOW, "end": NOW - 5})), (Some(NOW), None));
        assert_eq!(moments(json!({"start": -1, "end": NOW + 2 * DAY})), (None, None));
        assert_eq!(moments(json!({"start": NOW as f64 + 0.5, "end": "soon"})), (None, None));
        assert_eq!(moments(json!([1])), (None, None));
    }

    /// S2
    #[test]
    fn an_image_of_a_host_that_is_not_allowed_is_left_out_alone() {
        let game = json!({"type": 0, "name": "Game", "assets": {"large_image": "https://evil.example/x", "large_text": "T"}});
        let activity = read(&json!({"status": "idle", "activities": [game]})).activity.unwrap();
        assert_eq!((activity.large_image, activity.large_text.as_deref()), (None, Some("T")));
    }

    #[test]
    fn a_status_that_cannot_be_read_follows_from_the_rest() {
        let status = |presence: Value| read(&presence).status;
        assert_eq!(status(json!({"status": 7, "client_status": {"mobile": "idle"}})), Status::Idle);
        assert_eq!(
            status(json!({"status": "new", "client_status": {"fridge": "online", "vr": "dnd"}})),
            Status::Dnd
        );
        assert_eq!(status(json!({"activities": [{"type": 0, "name": "Game"}]})), Status::Online);
        assert_eq!(status(json!({"status": null})), Status::Offline);
        assert_eq!(read(&json!({"status": "offline", "activities": [spotify()]})), Presence::OFFLINE);
    }

    proptest! {
        /// One odd activity never hides the good one beside it, whatever is odd about it.
        #[test]
        fn an_odd_activity_never_hides_a_good_one(
            field in prop::sample::select(vec!["name", "type", "details", "state", "timestamps", "assets", "emoji", "party", "application_id"]),
            odd in anything(),
            stranger in anything(),
        ) {
            let mut activity = spotify();
            activity["type"] = 4.into();
            activity["state"] = "custom".into();
            activity[field] = odd;
            // What takes the odd one's place in the order is its own business; there is always something to show.
            let presence = read(&json!({"status": "online", "activities": [stranger, activity, spotify()]}));
            prop_assert!(presence.activity.is_some());
            let json = serde_json::to_vec(&presence).unwrap();
            prop_assert_eq!(Presence::from_json(&json).unwrap(), presence);
        }
    }
}
