//! What the fake knows: guilds, members, presences and sessions, and the events that follow from a change.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::oauth::SignIn;
use super::{BOT, Damage};

/// Members from which on a guild is large; clients choose between 50 and 250.
const LARGE: usize = 250;

pub(super) struct Guild {
    pub name: String,
    /// Names by id.
    pub members: BTreeMap<String, String>,
    /// As if it had more members than a client wants to be told about.
    pub is_large: bool,
}

/// What goes out on a connection.
pub(super) enum Out {
    Text(String),
    /// The start of a message, then a reset.
    Half(String),
    Close(u16),
    Reset,
}

pub(super) struct Session {
    pub shard: (u64, u64),
    pub sequence: u64,
    /// Every event so far, for who resumes.
    pub events: Vec<(u64, String)>,
    pub line: Option<UnboundedSender<Out>>,
    /// The connection is there, but nothing goes through it any more.
    pub is_zombie: bool,
}

pub(super) struct World {
    pub token: String,
    pub shards: u64,
    pub heartbeat: u64,
    pub is_intent_allowed: bool,
    /// Nobody answers on the gateway.
    pub is_down: bool,
    pub guilds: BTreeMap<u64, Guild>,
    pub presences: HashMap<String, Value>,
    pub sessions: HashMap<String, Session>,
    /// What happens to the next events on their way.
    pub damages: VecDeque<Damage>,
    /// Questions about members that are turned away first.
    pub limits: u32,
    pub commands: Value,
    pub answers: HashMap<u64, Value>,
    pub seen: Seen,
    pub sign_in: SignIn,
    pub counter: u64,
}

/// What clients did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub identifies: u64,
    /// Resumes that were granted.
    pub resumes: u64,
    pub heartbeats: u64,
    /// Questions about members.
    pub questions: u64,
}

impl World {
    pub(super) fn new(token: String) -> Self {
        Self {
            token,
            shards: 1,
            heartbeat: 41_250,
            is_intent_allowed: true,
            is_down: false,
            guilds: BTreeMap::new(),
            presences: HashMap::new(),
            sessions: HashMap::new(),
            damages: VecDeque::new(),
            limits: 0,
            commands: Value::Null,
            answers: HashMap::new(),
            seen: Seen::default(),
            sign_in: SignIn::default(),
            counter: 0,
        }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn shard_of(&self, guild: u64) -> u64 {
        (guild >> 22) % self.shards
    }

    /// The guilds that a shard is told about.
    pub(super) fn guilds_of(&self, shard: u64) -> Vec<u64> {
        self.guilds.keys().copied().filter(|guild| self.shard_of(*guild) == shard).collect()
    }

    /// Sends an event to the sessions of a guild's shard, or of all.
    pub(super) fn dispatch(&mut self, guild: Option<u64>, kind: &str, data: &Value) {
        let shard = guild.map(|guild| self.shard_of(guild));
        let ids: Vec<String> = self.sessions.keys().cloned().collect();
        for id in ids {
            if shard.is_none_or(|shard| self.sessions[&id].shard.0 == shard) {
                self.dispatch_to(&id, kind, data);
            }
        }
    }

    pub(super) fn dispatch_to(&mut self, session: &str, kind: &str, data: &Value) {
        let Some(session) = self.sessions.get_mut(session) else { return };
        session.sequence += 1;
        let text = frame(0, data, Some((kind, session.sequence)));
        session.events.push((session.sequence, text.clone()));
        let Some(line) = session.line.as_ref().filter(|_| !session.is_zombie) else { return };
        let out = match self.damages.pop_front() {
            None => Out::Text(text),
            Some(Damage::HalfFrame) => Out::Half(text),
            Some(Damage::BadJson) => Out::Text(text[..text.len() - 10].to_owned()),
        };
        let _ = line.send(out);
    }

    pub(super) fn guild_create(&self, id: u64) -> Value {
        let guild = &self.guilds[&id];
        let is_large = guild.is_large || guild.members.len() > LARGE;
        let is_seen =
            |user: &str| self.presences.get(user).is_some_and(|presence| presence["status"] != "offline");
        let listed = guild.members.keys().filter(|user| !guild.is_large || is_seen(user));
        let members: Vec<Value> = listed.map(|user| self.member(id, user)).collect();
        let seen = guild.members.keys().filter(|user| is_seen(user));
        let presences: Vec<Value> = seen.map(|user| self.presence(id, user)).collect();
        let mut data = settings();
        data.extend([
            ("id".to_owned(), id.to_string().into()),
            ("name".to_owned(), guild.name.clone().into()),
            ("owner_id".to_owned(), BOT.to_string().into()),
            ("roles".to_owned(), json!([everyone(id)])),
            ("large".to_owned(), is_large.into()),
            ("member_count".to_owned(), (guild.members.len() + 1).into()),
            ("members".to_owned(), members.into()),
            ("presences".to_owned(), presences.into()),
        ]);
        Value::Object(data)
    }

    pub(super) fn user(&self, guild: u64, user: &str) -> Value {
        let name = self.guilds[&guild].members.get(user).map_or("somebody", String::as_str);
        json!({ "id": user, "username": name, "discriminator": "0", "global_name": name, "avatar": null,
                "bot": false, "public_flags": 0 })
    }

    pub(super) fn member(&self, guild: u64, user: &str) -> Value {
        json!({ "user": self.user(guild, user), "nick": null, "avatar": null, "roles": [],
                "joined_at": "2026-01-02T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
                "flags": 0, "pending": false, "communication_disabled_until": null })
    }

    /// As it stands in an event: what a test set, with who and where.
    pub(super) fn presence(&self, guild: u64, user: &str) -> Value {
        let mut presence = json!({ "user": { "id": user }, "guild_id": guild.to_string(), "status": "offline",
                                   "activities": [], "client_status": {} });
        if let Some(set) = self.presences.get(user).and_then(Value::as_object) {
            presence.as_object_mut().unwrap().extend(set.clone());
        }
        presence
    }

    /// The answer to op 8 by ids; other forms are answered with everybody.
    pub(super) fn chunk(&mut self, ask: &Value) -> Option<Value> {
        let guild = ask["guild_id"].as_str()?.parse().ok().filter(|guild| self.guilds.contains_key(guild))?;
        let everybody: Vec<String> = self.guilds[&guild].members.keys().cloned().collect();
        let asked: Vec<String> = match &ask["user_ids"] {
            Value::Array(ids) => ids.iter().filter_map(|id| Some(id.as_str()?.to_owned())).collect(),
            Value::String(id) => vec![id.clone()],
            _ => everybody.clone(),
        };
        let (found, missing): (Vec<String>, Vec<String>) =
            asked.into_iter().partition(|id| everybody.contains(id));
        let is_online = |user: &&String| {
            self.presences.get(*user).is_some_and(|presence| presence["status"] != "offline")
        };
        let mut chunk = json!({
            "guild_id": guild.to_string(), "chunk_index": 0, "chunk_count": 1,
            "members": found.iter().map(|user| self.member(guild, user)).collect::<Vec<_>>(), "not_found": missing,
        });
        if ask["presences"] == true {
            chunk["presences"] =
                found.iter().filter(is_online).map(|user| self.presence(guild, user)).collect();
        }
        if let Some(nonce) = ask["nonce"].as_str() {
            chunk["nonce"] = nonce.into();
        }
        Some(chunk)
    }

    /// The guilds that a user is in.
    pub(super) fn guilds_with(&self, user: &str) -> Vec<u64> {
        let guilds = self.guilds.iter().filter(|(_, guild)| guild.members.contains_key(user));
        guilds.map(|(id, _)| *id).collect()
    }
}

/// What every guild has in common.
fn settings() -> serde_json::Map<String, Value> {
    const NOTHING: [&str; 13] = [
        "icon",
        "splash",
        "discovery_splash",
        "afk_channel_id",
        "application_id",
        "system_channel_id",
        "rules_channel_id",
        "vanity_url_code",
        "description",
        "banner",
        "public_updates_channel_id",
        "safety_alerts_channel_id",
        "hub_type",
    ];
    const NUMBERS: [&str; 9] = [
        "afk_timeout",
        "verification_level",
        "default_message_notifications",
        "explicit_content_filter",
        "mfa_level",
        "system_channel_flags",
        "premium_tier",
        "premium_subscription_count",
        "nsfw_level",
    ];
    const LISTS: [&str; 9] = [
        "features",
        "emojis",
        "stickers",
        "channels",
        "threads",
        "voice_states",
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
    ];
    let nothing = NOTHING.map(|name| (name.to_owned(), Value::Null));
    let numbers = NUMBERS.map(|name| (name.to_owned(), 0.into()));
    let lists = LISTS.map(|name| (name.to_owned(), json!([])));
    let rest = [
        ("region", json!("deprecated")),
        ("preferred_locale", json!("en-US")),
        ("premium_progress_bar_enabled", json!(false)),
        ("joined_at", json!("2026-01-01T00:00:00.000000+00:00")),
        ("unavailable", json!(false)),
    ];
    let rest = rest.map(|(name, value)| (name.to_owned(), value));
    nothing.into_iter().chain(numbers).chain(lists).chain(rest).collect()
}

fn everyone(guild: u64) -> Value {
    json!({ "id": guild.to_string(), "name": "@everyone", "color": 0, "hoist": false, "position": 0, "permissions": "0",
            "managed": false, "mentionable": false, "flags": 0 })
}

/// A message as Discord writes it: clients look for `t`, `s` and `op` before they read `d`.
pub(super) fn frame(op: u8, data: &Value, event: Option<(&str, u64)>) -> String {
    let (kind, sequence) = event.map_or((Value::Null, Value::Null), |(kind, at)| (kind.into(), at.into()));
    format!(r#"{{"t":{kind},"s":{sequence},"op":{op},"d":{data}}}"#)
}
