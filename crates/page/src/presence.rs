//! The live card: what the owner is doing right now (contract P8, S2).
//!
//! Every slot is always there, and hidden where it is empty; the page's script only sets texts and attributes of the
//! same slots, so that what it shows after a change looks like what the server would have sent.

use askama::Template;
use nameplate_core::presence::{Activity, ActivityType, Presence, Status};
use nameplate_core::time::Timestamp;

use crate::assets;
use crate::image::art_url;

#[derive(Template)]
#[template(path = "presence.html")]
struct Card<'a> {
    sprite: &'static str,
    status: &'static str,
    status_label: &'static str,
    kind: &'static str,
    icon: &'static str,
    /// `Listening to`, empty without an activity.
    verb: &'static str,
    name: &'a str,
    details: &'a str,
    state: &'a str,
    art: String,
    art_text: &'a str,
    started_at: Option<i64>,
    ends_at: Option<i64>,
    elapsed: String,
    progress: Option<Progress>,
}

struct Progress {
    position: String,
    length: String,
    seconds: i64,
    of: i64,
}

/// The markup for the hole of a page; `None` is somebody of whom nothing is known, who looks offline.
pub fn render_presence(presence: Option<&Presence>, now: Timestamp) -> String {
    let presence = presence.unwrap_or(&Presence::OFFLINE);
    let (status, status_label) = match presence.status {
        Status::Online => ("online", "Online"),
        Status::Idle => ("idle", "Idle"),
        Status::Dnd => ("dnd", "Do not disturb"),
        Status::Offline => ("offline", "Offline"),
    };
    let activity = presence.activity.as_ref();
    let (kind, icon, verb) = activity.map_or(("", "zap", ""), |activity| words(activity.kind));
    let text = |field: fn(&Activity) -> Option<&str>| activity.and_then(field).unwrap_or_default();
    let progress = activity.and_then(|activity| progress(activity, now));
    Card {
        sprite: assets::url("icons.svg"),
        status,
        status_label,
        kind,
        icon,
        verb,
        name: activity
            .filter(|activity| activity.kind != ActivityType::Custom)
            .map_or("", |activity| &activity.name),
        details: text(|activity| activity.details.as_deref()),
        state: text(|activity| activity.state.as_deref()),
        art: activity.and_then(|activity| activity.large_image.as_deref()).map(art_url).unwrap_or_default(),
        art_text: text(|activity| activity.large_text.as_deref()),
        started_at: activity.and_then(|activity| activity.started_at),
        ends_at: activity.and_then(|activity| activity.ends_at),
        elapsed: activity
            .filter(|_| progress.is_none())
            .and_then(|activity| elapsed(activity, now))
            .unwrap_or_default(),
        progress,
    }
    .render()
    .unwrap_or_default()
}

/// The wire's number, the icon and the verb of an activity.
const fn words(kind: ActivityType) -> (&'static str, &'static str, &'static str) {
    match kind {
        ActivityType::Playing => ("0", "gamepad", "Playing"),
        ActivityType::Streaming => ("1", "radio", "Streaming"),
        ActivityType::Listening => ("2", "music", "Listening to"),
        ActivityType::Watching => ("3", "tv", "Watching"),
        ActivityType::Custom => ("4", "quote", ""),
        ActivityType::Competing => ("5", "swords", "Competing in"),
    }
}

fn elapsed(activity: &Activity, now: Timestamp) -> Option<String> {
    let since = now.as_millis().saturating_sub(activity.started_at?) / 1000;
    (activity.kind != ActivityType::Custom && since >= 0).then(|| format!("{} elapsed", clock(since)))
}

/// How far something with a known end has come; nothing where its times make no sense.
fn progress(activity: &Activity, now: Timestamp) -> Option<Progress> {
    let (start, end) = (activity.started_at?, activity.ends_at?);
    let of = end.saturating_sub(start) / 1000;
    let seconds = (now.as_millis().saturating_sub(start) / 1000).clamp(0, of.max(0));
    (of > 0 && activity.kind != ActivityType::Custom).then(|| Progress {
        position: clock(seconds),
        length: clock(of),
        seconds,
        of,
    })
}

/// `1:02`, `1:01:02`.
fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
