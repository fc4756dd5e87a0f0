//! A Discord that belongs to one test: the HTTP API and the gateway, as far as a bot that watches presences meets them,
//! with faults on command.
//!
//! It keeps sessions and replays to who resumes. That it is like Discord is not for us to say: `tests/discord` lets
//! discord.js log in, resume and report the presences.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a fake of the tests may panic")]

mod gateway;
mod oauth;
mod rest;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::http::PATIENCE;
use crate::process::within;
use gateway::Locked;
use world::{Guild, Out, World};

pub use world::Seen;

/// The id of the bot and of its application.
pub const BOT: u64 = 700_000_000_000_000_001;
/// A guild that there is from the start.
pub const GUILD: u64 = 800_000_000_000_000_001;
/// The application, as people sign in with it.
pub const CLIENT_ID: &str = "700000000000000001";
pub const CLIENT_SECRET: &str = "the.applications.secret";
pub const TOKEN: &str = "the.bots.token";

/// What happens to an event on its way; it is kept whole for who resumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Half of it comes, then the connection is reset.
    HalfFrame,
    /// Its JSON lacks the end.
    BadJson,
}

/// What happens to every open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Op 7.
    Reconnect,
    /// Op 9; a session that cannot be resumed is forgotten.
    InvalidSession {
        resumable: bool,
    },
    Reset,
    /// The connection stays, but neither acknowledgements nor events come any more.
    Zombie,
    /// Closed with a code.
    Close(u16),
}

struct Shared {
    world: Locked,
    api: SocketAddr,
    gateway: SocketAddr,
}

/// The fake; it ends when dropped.
pub struct FakeDiscord {
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl FakeDiscord {
    /// With [`GUILD`], in which nobody is but the bot.
    pub fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listen = || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            (listener.local_addr().unwrap(), listener)
        };
        let ((api, api_listener), (gateway, gateway_listener)) = (listen(), listen());
        let shared = Arc::new(Shared { world: World::new(TOKEN.to_owned()).into(), api, gateway });
        let _inside = runtime.enter();
        runtime.spawn(rest::accept(TcpListener::from_std(api_listener).unwrap(), shared.clone()));
        runtime.spawn(gateway::accept(TcpListener::from_std(gateway_listener).unwrap(), shared.clone()));
        drop(_inside);
        let discord = Self { shared, runtime: Some(runtime) };
        discord.found(GUILD, false);
        discord
    }

    /// The base of the HTTP API.
    pub fn api(&self) -> String {
        format!("http://{}/api/v10", self.shared.api)
    }

    fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.shared.world.lock().unwrap())
    }

    /// Another guild; of a large one clients are told about those who are online.
    pub fn found(&self, guild: u64, is_large: bool) {
        let name = format!("Guild {guild}");
        self.world(|world| world.guilds.insert(guild, Guild { name, members: [].into(), is_large }));
    }

    /// How many shards are recommended.
    pub fn shards(&self, shards: u64) {
        self.world(|world| world.shards = shards);
    }

    /// Milliseconds between heartbeats, for connections from now on.
    pub fn heartbeat(&self, interval: u64) {
        self.world(|world| world.heartbeat = interval);
    }

    pub fn forbid_intents(&self) {
        self.world(|world| world.is_intent_allowed = false);
    }

    /// Turns away this many questions about members.
    pub fn limit(&self, questions: u32) {
        self.world(|world| world.limits = questions);
    }

    /// Loses every connection and takes no new one until it comes back; sessions are kept.
    pub fn down(&self, is_down: bool) {
        self.world(|world| world.is_down = is_down);
        if is_down {
            self.fault(Fault::Reset);
        }
    }

    pub fn join(&self, guild: u64, user: &str) {
        self.shared.join(guild, user);
    }

    pub fn leave(&self, guild: u64, user: &str) {
        self.shared.leave(guild, user);
    }

    /// The bot is thrown out of a guild, or the guild has an outage.
    pub fn delete(&self, guild: u64, is_outage: bool) {
        self.world(|world| {
            let mut data = json!({ "id": guild.to_string() });
            if is_outage {
                data["unavailable"] = true.into();
            }
            world.dispatch(Some(guild), "GUILD_DELETE", &data);
            if !is_outage {
                world.guilds.remove(&guild);
            }
        });
    }

    /// What a user does from now on: `status`, `activities` and what else is to stand in the event. Every guild that the
    /// user is in tells it.
    pub fn present(&self, user: &str, presence: Value) {
        self.shared.present(user, presence);
    }

    /// Sends an event as it is.
    pub fn dispatch(&self, kind: &str, data: &Value) {
        self.world(|world| world.dispatch(None, kind, data));
    }

    /// Damages the next event.
    pub fn damage(&self, damage: Damage) {
        self.world(|world| world.damages.push_back(damage));
    }

    pub fn fault(&self, fault: Fault) {
        self.shared.fault(fault);
    }

    /// Forgets every session, as if it had been too long.
    pub fn forget_sessions(&self) {
        self.world(|world| world.sessions.clear());
    }

    /// What clients did so far.
    pub fn seen(&self) -> Seen {
        self.world(|world| world.seen)
    }

    /// Waits until clients did what is looked for.
    pub fn wait_for(&self, look: impl Fn(Seen) -> bool) {
        let seen = within(PATIENCE, || look(self.seen()).then_some(()));
        assert!(seen.is_some(), "clients only did {:?}", self.seen());
    }

    /// The commands that were registered.
    pub fn commands(&self) -> Value {
        within(PATIENCE, || {
            Some(self.world(|world| world.commands.clone())).filter(|commands| !commands.is_null())
        })
        .expect("commands are registered")
    }

    /// A user uses a slash command; the message that comes back.
    pub fn command(&self, user: &str, name: &str, option: Option<&str>) -> Value {
        let options = option.iter().map(|name| json!({ "type": 1, "name": name, "options": [] }));
        self.use_command(user, name, options.collect())
    }

    /// As [`Self::command`], for `/{name} {option} {field}:{value}`.
    pub fn command_with(&self, user: &str, name: &str, option: &str, (field, value): (&str, &str)) -> Value {
        let field = json!({ "type": 3, "name": field, "value": value });
        self.use_command(user, name, vec![json!({ "type": 1, "name": option, "options": [field] })])
    }

    fn use_command(&self, user: &str, name: &str, options: Vec<Value>) -> Value {
        let id = self.world(|world| {
            let id = world.next() + 900_000_000_000_000_000;
            let data = json!({
                "id": id.to_string(), "application_id": BOT.to_string(), "type": 2, "token": format!("token{id}"),
                "version": 1, "guild_id": GUILD.to_string(), "member": world.member(GUILD, user), "locale": "en-US",
                "data": { "id": "1", "type": 1, "name": name, "options": options },
            });
            world.dispatch(Some(GUILD), "INTERACTION_CREATE", &data);
            id
        });
        within(PATIENCE, || self.world(|world| world.answers.remove(&id))).expect("the command is answered")
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    fn gateway_url(&self) -> String {
        format!("ws://{}", self.gateway)
    }

    fn join(&self, guild: u64, user: &str) {
        let mut world = self.world.lock().unwrap();
        let name = format!("user{}", &user[user.len() - 4..]);
        world.guilds.get_mut(&guild).expect("the guild is there").members.insert(user.to_owned(), name);
        let mut member = world.member(guild, user);
        member["guild_id"] = guild.to_string().into();
        world.dispatch(Some(guild), "GUILD_MEMBER_ADD", &member);
    }

    fn leave(&self, guild: u64, user: &str) {
        let mut world = self.world.lock().unwrap();
        let data = json!({ "guild_id": guild.to_string(), "user": world.user(guild, user) });
        world.guilds.get_mut(&guild).expect("the guild is there").members.remove(user);
        world.dispatch(Some(guild), "GUILD_MEMBER_REMOVE", &data);
    }

    fn present(&self, user: &str, presence: Value) {
        let mut world = self.world.lock().unwrap();
        world.presences.insert(user.to_owned(), presence);
        for guild in world.guilds_with(user) {
            let data = world.presence(guild, user);
            world.dispatch(Some(guild), "PRESENCE_UPDATE", &data);
        }
    }

    fn fault(&self, fault: Fault) {
        let mut world = self.world.lock().unwrap();
        for session in world.sessions.values_mut() {
            let Some(line) = &session.line else { continue };
            let _ = match fault {
                Fault::Reconnect => line.send(Out::Text(world::frame(7, &Value::Null, None))),
                Fault::InvalidSession { resumable } => {
                    line.send(Out::Text(world::frame(9, &resumable.into(), None)))
                }
                Fault::Reset => line.send(Out::Reset),
                Fault::Close(code) => line.send(Out::Close(code)),
                Fault::Zombie => {
                    session.is_zombie = true;
                    Ok(())
                }
            };
        }
        if fault == (Fault::InvalidSession { resumable: false }) {
            world.sessions.retain(|_, session| session.line.is_none());
        }
    }

    /// Does what another process asks for: `{"do": …}` with what it needs.
    fn control(&self, ask: &Value) -> Option<Value> {
        let user = ask["user"].as_str();
        match ask["do"].as_str()? {
            "join" => self.join(GUILD, user?),
            "leave" => self.leave(GUILD, user?),
            "presence" => self.present(user?, ask["presence"].clone()),
            "reconnect" => self.fault(Fault::Reconnect),
            "reset" => self.fault(Fault::Reset),
            "invalid" => self.fault(Fault::InvalidSession { resumable: ask["resumable"] == true }),
            "seen" => {}
            _ => return None,
        }
        let seen = self.world.lock().unwrap().seen;
        Some(json!({ "identifies": seen.identifies, "resumes": seen.resumes, "questions": seen.questions }))
    }
}
