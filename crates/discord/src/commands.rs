//! The slash commands: `/presence on|off|show|prefer|hide|unhide` and `/profile`.
//!
//! They come over the gateway and are answered over HTTP within three seconds. Answers are seen by the one who asked
//! alone, except a profile, which is there to be shown.

use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::presence::{
    ActivityPreference, ActivityType, MAX_TEXT, PreferenceEdit, Presence, PresenceSettings, Status,
};
use nameplate_core::text::cut_chars;
use serde_json::{Value, json};

use crate::json::Object;
use crate::metrics::Metrics;
use crate::rest::Rest;
use crate::{Instance, Showcase, Unavailable};

/// Discord takes no answer that comes later.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// An application command.
const COMMAND: i64 = 2;
/// Answer with a message.
const MESSAGE: u8 = 4;
/// Seen by the one who asked alone.
const EPHEMERAL: u8 = 64;
/// The choice of no kind: the rule for everybody.
const NO_KIND: &str = "none";

/// The commands as Discord is told about them: in guilds and in direct messages with the bot.
pub(crate) fn definitions() -> Value {
    let sub = |name: &str, description: &str| json!({ "type": 1, "name": name, "description": description });
    let with = |name: &str, description: &str, option: &Value| json!({ "type": 1, "name": name, "description": description, "options": [option] });
    let kinds = ActivityType::ALL.map(|kind| json!({ "name": going_first(kind), "value": kind.word() }));
    let kinds: Vec<Value> =
        kinds.into_iter().chain([json!({ "name": "The usual order", "value": NO_KIND })]).collect();
    let kind = json!({ "type": 3, "name": "kind", "description": "What goes first", "required": true, "choices": kinds });
    let app = json!({ "type": 3, "name": "app", "description": "Its name, as Discord shows it", "required": true,
        "min_length": 1, "max_length": MAX_TEXT });
    json!([
        {
            "type": 1, "name": "presence", "description": "What your page shows of what you are doing",
            "integration_types": [0], "contexts": [0, 1],
            "options": [
                sub("on", "Share your presence on your page"),
                sub("off", "Stop sharing: what is known is deleted at once"),
                sub("show", "See whether you share, and what"),
                with("prefer", "Choose what is shown when you do several things", &kind),
                with("hide", "Never show an application", &app),
                with("unhide", "Show an application again", &app),
            ],
        },
        {
            "type": 1, "name": "profile", "description": "Show the link and the card of your page",
            "integration_types": [0], "contexts": [0, 1],
        },
    ])
}

/// Somebody's command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interaction {
    id: u64,
    token: String,
    user: UserId,
    ask: Ask,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Ask {
    Share(bool),
    Show,
    Change(PreferenceEdit),
    Profile,
}

impl Ask {
    /// From the command's name and its first option, which for `/presence` is another command.
    fn read(name: &str, option: Option<&Object<'_>>) -> Option<Self> {
        if name == "profile" {
            return Some(Self::Profile);
        }
        let sub = option.filter(|_| name == "presence")?;
        let value = || sub.objects("options")?.first()?.text("value");
        match sub.text("name")?.as_str() {
            "on" => Some(Self::Share(true)),
            "off" => Some(Self::Share(false)),
            "show" => Some(Self::Show),
            "prefer" => {
                let word = value()?;
                let kind = ActivityType::from_word(&word);
                (kind.is_some() || word == NO_KIND).then_some(Self::Change(PreferenceEdit::Prefer(kind)))
            }
            "hide" => Some(Self::Change(PreferenceEdit::Hide(value()?))),
            "unhide" => Some(Self::Change(PreferenceEdit::Unhide(value()?))),
            _ => None,
        }
    }
}

impl Interaction {
    /// `None` for what is none of our commands.
    pub(crate) fn read(event: &Object<'_>) -> Option<Self> {
        if event.integer("type") != Some(COMMAND) {
            return None;
        }
        let data = event.object("data")?;
        let options = data.objects("options").unwrap_or_default();
        let ask = Ask::read(&data.text("name")?, options.first())?;
        // In a guild the user stands in the member, in a direct message there is no member.
        let member = event.object("member").and_then(|member| member.object("user"));
        let user = member.or_else(|| event.object("user"))?.user("id")?;
        Some(Self { id: event.id("id")?, token: event.text("token")?, user, ask })
    }

    /// Does what is asked and says so.
    pub(crate) async fn serve<I: Instance>(self, instance: Arc<I>, rest: Rest, metrics: Metrics) {
        let reply = tokio::time::timeout(PATIENCE, self.reply(&*instance)).await;
        let reply = reply.unwrap_or(Err(Unavailable)).unwrap_or_else(|Unavailable| {
            whisper("Something is wrong here at the moment. Please try again in a minute.")
        });
        match rest.answer(self.id, &self.token, json!({ "type": MESSAGE, "data": reply })).await {
            Ok(()) => metrics.commands.inc(),
            Err(fault) => {
                tracing::warn!(%fault, "a slash command could not be answered");
                metrics.commands_failed.inc()
            }
        };
    }

    async fn reply<I: Instance>(&self, instance: &I) -> Result<Value, Unavailable> {
        match &self.ask {
            Ask::Share(is_sharing) => share(instance, self.user, *is_sharing).await,
            Ask::Show => show(instance, self.user).await,
            Ask::Profile => profile(instance, self.user).await,
            Ask::Change(edit) => change(instance, self.user, edit).await,
        }
    }
}

/// Changes what a user prefers, and says how it is then.
async fn change<I: Instance>(
    instance: &I,
    user: UserId,
    edit: &PreferenceEdit,
) -> Result<Value, Unavailable> {
    let Some(PresenceSettings { mut preference, .. }) = instance.settings(user).await? else {
        return Ok(no_account(instance));
    };
    if let Err(fault) = preference.apply(edit) {
        return Ok(whisper(&format!("That cannot be done: {fault}.")));
    }
    let words = describe_preference(&preference);
    instance.set_preference(user, preference).await?;
    Ok(whisper(&words))
}

async fn share<I: Instance>(instance: &I, user: UserId, is_sharing: bool) -> Result<Value, Unavailable> {
    if !instance.set_sharing(user, is_sharing).await? {
        return Ok(no_account(instance));
    }
    Ok(whisper(match is_sharing {
        true => "You share your presence now: your page shows it within seconds. `/presence off` ends it.",
        false => "You no longer share your presence. What was known of it is deleted.",
    }))
}

async fn show<I: Instance>(instance: &I, user: UserId) -> Result<Value, Unavailable> {
    let Some(settings) = instance.settings(user).await? else { return Ok(no_account(instance)) };
    let sharing = match instance.current(user).await {
        _ if !settings.is_sharing => "You do not share your presence. `/presence on` begins it.".to_owned(),
        None => {
            "You share your presence, but nothing is known of it: is the bot in a server with you?".to_owned()
        }
        Some(presence) => format!("You share your presence. Visitors see: {}", describe(&presence)),
    };
    if settings.preference == ActivityPreference::default() {
        return Ok(whisper(&sharing));
    }
    Ok(whisper(&format!("{sharing}\n{}", describe_preference(&settings.preference))))
}

async fn profile<I: Instance>(instance: &I, user: UserId) -> Result<Value, Unavailable> {
    if instance.settings(user).await?.is_none() {
        return Ok(no_account(instance));
    }
    Ok(match instance.showcase(user).await? {
        None => whisper(&format!("You have no public page yet. Make one at {}", instance.home())),
        Some(Showcase { name, link, card }) => json!({
            "embeds": [{ "title": name, "url": link, "description": link, "image": { "url": card } }],
            "allowed_mentions": { "parse": [] },
        }),
    })
}

fn no_account<I: Instance>(instance: &I) -> Value {
    whisper(&format!("There is no account for you here yet. Make one at {}", instance.home()))
}

/// A message for the one who asked. Names in it mention nobody.
fn whisper(text: &str) -> Value {
    json!({ "content": cut_chars(text, 2_000), "flags": EPHEMERAL, "allowed_mentions": { "parse": [] } })
}

/// A presence in words.
fn describe(presence: &Presence) -> String {
    let status = match presence.status {
        Status::Online => "online",
        Status::Idle => "idle",
        Status::Dnd => "do not disturb",
        Status::Offline => "offline",
    };
    let Some(activity) = &presence.activity else { return format!("**{status}**") };
    let name = plain(&activity.name);
    let what = match activity.kind {
        ActivityType::Playing => format!("playing {name}"),
        ActivityType::Streaming => format!("streaming {name}"),
        ActivityType::Listening => format!("listening to {name}"),
        ActivityType::Watching => format!("watching {name}"),
        ActivityType::Competing => format!("competing in {name}"),
        ActivityType::Custom => plain(activity.state.as_deref().unwrap_or(&activity.name)),
    };
    format!("**{status}**, {what}")
}

/// What an owner prefers, in words.
fn describe_preference(preference: &ActivityPreference) -> String {
    let first = match preference.prefer() {
        Some(kind) => format!("{} goes first when you do several things.", going_first(kind)),
        None => "The usual order counts when you do several things.".to_owned(),
    };
    if preference.hidden().is_empty() {
        return first;
    }
    let hidden: Vec<String> = preference.hidden().iter().map(|name| plain(name)).collect();
    format!("{first} Never shown: {}.", hidden.join(", "))
}

/// A kind of activity as the first thing of a sentence.
fn going_first(kind: ActivityType) -> &'static str {
    match kind {
        ActivityType::Playing => "Playing",
        ActivityType::Streaming => "Streaming",
        ActivityType::Listening => "Listening",
        ActivityType::Watching => "Watching",
        ActivityType::Competing => "Competing",
        ActivityType::Custom => "Custom status",
    }
}

/// Text that is not read as Markdown.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(event: &Value) -> Option<Interaction> {
        Interaction::read(&Object::parse(&event.to_string()).unwrap())
    }

    #[test]
    fn a_command_is_read_in_a_guild_and_in_a_direct_message() {
        let ada = json!({ "id": "123456789012345678", "username": "ada" });
        let event = |name: &str, option: Value, who: Value| {
            let mut event =
                json!({ "id": "1", "token": "t", "type": 2, "data": { "name": name, "options": option } });
            event.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            event
        };
        let (member, user) = (json!({ "member": { "user": ada } }), json!({ "user": ada }));
        let asks = |event: &Value| read(event).map(|interaction| interaction.ask);
        let off = json!([{ "type": 1, "name": "off" }]);
        let change = |edit| Some(Ask::Change(edit));
        assert_eq!(asks(&event("presence", off.clone(), member.clone())), Some(Ask::Share(false)));
        assert_eq!(asks(&event("profile", Value::Null, user.clone())), Some(Ask::Profile));
        assert_eq!(asks(&event("presence", json!([]), user)), None);
        assert_eq!(asks(&event("other", off.clone(), member.clone())), None);
        let sub = |name: &str, value: Value| {
            event(
                "presence",
                json!([{ "type": 1, "name": name, "options": [{ "type": 3, "name": "x", "value": value }] }]),
                member.clone(),
            )
        };
        assert_eq!(
            asks(&sub("prefer", json!("listening"))),
            change(PreferenceEdit::Prefer(Some(ActivityType::Listening)))
        );
        assert_eq!(asks(&sub("prefer", json!("none"))), change(PreferenceEdit::Prefer(None)));
        assert_eq!(asks(&sub("prefer", json!("music"))), None);
        assert_eq!(asks(&sub("hide", json!("Spotify"))), change(PreferenceEdit::Hide("Spotify".into())));
        assert_eq!(asks(&sub("unhide", json!(7))), None);
        assert_eq!(asks(&event("presence", off, json!({}))), None, "nobody asks");
        assert_eq!(asks(&json!({ "id": "1", "token": "t", "type": 1 })), None, "a ping");
    }

    #[test]
    fn names_in_an_answer_are_no_markdown() {
        assert_eq!(plain("[x](y) @here"), "\\[x\\]\\(y\\) \\@here");
    }
}
