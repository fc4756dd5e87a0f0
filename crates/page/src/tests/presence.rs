use nameplate_core::presence::Presence;
use nameplate_core::time::Timestamp;
use scraper::Html;
use serde_json::{Value, json};

use super::sample::{NOW, one, text_of};
use crate::render_presence;

fn card(presence: Value) -> Html {
    let presence = Presence::from_json(presence.to_string().as_bytes()).unwrap();
    Html::parse_fragment(&render_presence(Some(&presence), NOW))
}

fn slot(card: &Html, name: &str) -> Option<String> {
    let element = one(card, &format!("[data-f={name}]"));
    element.attr("hidden").is_none().then(|| text_of(element))
}

fn playing(more: Value) -> Value {
    let mut activity = json!({"name": "Chess", "type": 0});
    activity.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"status": "dnd", "activity": activity})
}

/// P8
#[test]
fn a_track_shows_its_art_and_how_far_it_has_come() {
    let card = card(
        json!({"status": "online", "activity": {"name": "Spotify", "type": 2, "details": "Song", "state": "Singer", "largeText": "Album",
        "startedAt": NOW.as_millis() - 62_000, "endsAt": NOW.as_millis() + 3_600_000, "largeImage": "https://i.scdn.co/image/a?b=c"}}),
    );
    assert_eq!(text_of(one(&card, ".what")), "Listening to Spotify");
    assert_eq!(
        (slot(&card, "details").as_deref(), slot(&card, "state").as_deref()),
        (Some("Song"), Some("Singer"))
    );
    assert_eq!(
        one(&card, "[data-f=art]").attr("src"),
        Some("/api/v1/art?url=https%3A%2F%2Fi.scdn.co%2Fimage%2Fa%3Fb%3Dc")
    );
    assert_eq!(one(&card, "[data-f=art]").attr("alt"), Some("Album"));
    assert_eq!(
        (slot(&card, "at").as_deref(), slot(&card, "length").as_deref()),
        (Some("1:02"), Some("1:01:02"))
    );
    assert_eq!(one(&card, "progress").attr("value"), Some("62"));
    assert_eq!(slot(&card, "elapsed"), None);
}

/// P8
#[test]
fn every_slot_is_there_and_hidden_where_it_is_empty() {
    let offline = Html::parse_fragment(&render_presence(None, NOW));
    assert_eq!(slot(&offline, "status").as_deref(), Some("Offline"));
    assert_eq!(one(&offline, ".live").attr("data-kind"), Some(""));
    for name in ["details", "state", "elapsed", "art"] {
        assert_eq!(slot(&offline, name), None, "{name}");
    }
    for selector in [".what", ".bar"] {
        assert!(one(&offline, selector).attr("hidden").is_some(), "{selector}");
    }
}

/// S2
#[test]
fn a_custom_status_is_its_text_alone() {
    let card = card(
        json!({"status": "idle", "activity": {"name": "Custom Status", "type": 4, "state": "At the sea", "startedAt": NOW.as_millis() - 5000}}),
    );
    assert!(one(&card, ".what").attr("hidden").is_some());
    assert_eq!((slot(&card, "state").as_deref(), slot(&card, "elapsed")), (Some("At the sea"), None));
}

#[test]
fn times_that_make_no_sense_are_not_shown() {
    let started = |seconds: i64| NOW.as_millis() + seconds * 1000;
    assert_eq!(
        slot(&card(playing(json!({"startedAt": started(-3725)}))), "elapsed").as_deref(),
        Some("1:02:05 elapsed")
    );
    assert_eq!(slot(&card(playing(json!({"startedAt": started(60)}))), "elapsed"), None);
    let backwards = card(playing(json!({"startedAt": started(-10), "endsAt": started(-20)})));
    assert!(one(&backwards, ".bar").attr("hidden").is_some());
    assert_eq!(slot(&backwards, "elapsed").as_deref(), Some("0:10 elapsed"));
    let over = card(playing(json!({"startedAt": started(-100), "endsAt": started(-40)})));
    assert_eq!(slot(&over, "at").as_deref(), Some("1:00"));
    let extremes = Presence::from_json(
        playing(json!({"startedAt": 0, "endsAt": 8_640_000_000_000_000_i64})).to_string().as_bytes(),
    )
    .unwrap();
    assert!(render_presence(Some(&extremes), Timestamp::from_millis(i64::MIN)).contains("progress"));
}
