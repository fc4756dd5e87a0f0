//! People who come, play, listen and leave: presence that changes every few seconds.

use std::sync::Arc;
use std::time::Duration;

use nameplate_app::App;
use nameplate_core::presence::Presence;
use serde_json::{Value, json};

use super::cast::{Cast, Person};

/// Between two changes, whoever they belong to.
const BEAT: Duration = Duration::from_millis(1_200);

pub(super) async fn run(app: Arc<App>, cast: Arc<Cast>) {
    for person in &cast.people {
        write(&app, person, 0).await;
    }
    let mut beats = tokio::time::interval(BEAT);
    for turn in 0_usize.. {
        beats.tick().await;
        let Some(person) = cast.people.get(turn % cast.people.len()) else { return };
        // Each changes every few beats, and is written at least every two minutes, so no lease runs out.
        write(&app, person, 1 + turn / cast.people.len()).await;
    }
}

async fn write(app: &App, person: &Person, scene: usize) {
    let now = app.now().as_millis();
    let scene = scenes(person, now).into_iter().cycle().nth(scene);
    let Some(Ok(presence)) = scene.map(|scene| Presence::from_json(scene.to_string().as_bytes())) else {
        return;
    };
    // A user without sharing is turned away, as everywhere.
    let _ = app.presences.put(person.user, presence).await;
}

/// A record sleeve, where the demo's music worker plays the site that has it.
fn sleeve(person: &Person, number: usize) -> String {
    let last = person.user.as_str().bytes().last().unwrap_or_default();
    format!("https://i.scdn.co/image/{}", usize::from(last) + number)
}

/// What somebody does, in turn.
fn scenes(person: &Person, now: i64) -> Vec<Value> {
    let mut own = person.sample.presence.clone();
    if let Some(activity) = own.get_mut("activity").and_then(Value::as_object_mut) {
        // The sample's pictures are nowhere, and its times are long past.
        if activity.contains_key("largeImage") {
            activity.insert("largeImage".into(), sleeve(person, 0).into());
        }
        let length = activity
            .get("endsAt")
            .and_then(Value::as_i64)
            .zip(activity.get("startedAt").and_then(Value::as_i64));
        if activity.contains_key("startedAt") {
            activity.insert("startedAt".into(), (now - 61_000).into());
        }
        if let Some((end, start)) = length {
            activity.insert("endsAt".into(), (now - 61_000 + end - start).into());
        }
    }
    vec![
        own.clone(),
        json!({"status": "online", "activity": {"name": "Spotify", "type": 2, "details": "Porch Light", "state": "Hollow Kites",
            "largeImage": sleeve(person, 1), "largeText": "Letters to the Weather", "startedAt": now - 12_000, "endsAt": now + 181_000}}),
        own,
        json!({"status": "idle", "activity": {"name": "Custom Status", "type": 4, "state": "Back in a minute"}}),
        json!({"status": "dnd", "activity": {"name": "Hades II", "type": 0, "details": "Ephyra, region 1", "state": "Escape attempt 41",
            "startedAt": now - 754_000}}),
    ]
}
