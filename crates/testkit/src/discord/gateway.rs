//! The fake's gateway: one task for each connection.

use std::sync::{Arc, Mutex};

use flate2::{Compress, Compression, FlushCompress};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

use super::world::{Out, Session, World, frame};
use super::{BOT, Shared};

/// GUILDS, GUILD_MEMBERS and GUILD_PRESENCES, as bits.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8;

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        if shared.world.lock().unwrap().is_down {
            let _ = stream.set_zero_linger();
            continue;
        }
        connections.spawn(serve(stream, shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// One connection, with the session on it once there is one.
struct Connection {
    shared: Arc<Shared>,
    socket: WebSocketStream<TcpStream>,
    /// There for who asked for `compress=zlib-stream`.
    deflate: Option<Compress>,
    session: Option<String>,
    outbox: UnboundedSender<Out>,
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let Ok((request, socket)) = ServerBuilder::new().accept(stream).await else { return };
    let is_compressed = request.uri().query().is_some_and(|query| query.contains("compress=zlib-stream"));
    let deflate = is_compressed.then(|| Compress::new(Compression::fast(), true));
    let (outbox, mut out) = unbounded_channel();
    let mut connection = Connection { shared, socket, deflate, session: None, outbox };
    let interval = connection.shared.world.lock().unwrap().heartbeat;
    let hello = frame(10, &json!({ "heartbeat_interval": interval, "_trace": ["[\"fake\"]"] }), None);
    if connection.send(hello).await.is_ok() {
        connection.run(&mut out).await;
    }
    connection.hang_up();
}

impl Connection {
    async fn run(&mut self, out: &mut UnboundedReceiver<Out>) {
        loop {
            tokio::select! {
                message = self.socket.next() => {
                    let Some(Ok(message)) = message else { return };
                    let Some(text) = message.as_text() else {
                        if message.is_close() { return }
                        continue;
                    };
                    let Ok(message) = serde_json::from_str::<Value>(text) else { return self.close(4002).await };
                    if let Some(code) = self.hear(&message) {
                        return self.close(code).await;
                    }
                }
                Some(what) = out.recv() => match what {
                    Out::Text(text) => if self.send(text).await.is_err() { return },
                    Out::Close(code) => return self.close(code).await,
                    Out::Half(text) => {
                        // A header that promises the whole message, and half of it.
                        let length = u16::try_from(text.len()).unwrap_or(u16::MAX).max(200);
                        let start = [&[0x81, 126], &length.to_be_bytes()[..], &text.as_bytes()[..100]].concat();
                        let _ = self.socket.get_mut().write_all(&start).await;
                        let _ = self.socket.get_mut().flush().await;
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                        return drop(self.socket.get_mut().set_zero_linger());
                    }
                    Out::Reset => return drop(self.socket.get_mut().set_zero_linger()),
                },
            }
        }
    }

    async fn send(&mut self, text: String) -> Result<(), tokio_websockets::Error> {
        let message = match &mut self.deflate {
            None => Message::text(text),
            Some(deflate) => Message::binary(squeeze(deflate, text.as_bytes())),
        };
        self.socket.send(message).await
    }

    async fn close(&mut self, code: u16) {
        let code = CloseCode::try_from(code).ok();
        let _ = self.socket.send(Message::close(code, "")).await;
        // Until the client has closed as well.
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// The session stays, for who resumes it.
    fn hang_up(&mut self) {
        let mut world = self.shared.world.lock().unwrap();
        if let Some(session) = self.session.as_ref().and_then(|id| world.sessions.get_mut(id))
            && session.line.as_ref().is_some_and(|line| line.same_channel(&self.outbox))
        {
            session.line = None;
        }
    }

    fn say(&self, text: String) {
        let _ = self.outbox.send(Out::Text(text));
    }

    /// Does what a message asks for; a code closes the connection.
    fn hear(&mut self, message: &Value) -> Option<u16> {
        let data = &message["d"];
        match message["op"].as_u64() {
            Some(1) => {
                let shared = self.shared.clone();
                let mut world = shared.world.lock().unwrap();
                world.seen.heartbeats += 1;
                let session = self.session.as_ref().and_then(|id| world.sessions.get(id));
                if !session.is_some_and(|session| session.is_zombie) {
                    self.say(frame(11, &Value::Null, None));
                }
                None
            }
            Some(2) => self.identify(data),
            Some(6) => self.resume(data),
            Some(8) => self.ask(data),
            Some(3 | 4) => None,
            _ => Some(4001),
        }
    }

    fn identify(&mut self, data: &Value) -> Option<u16> {
        let shared = self.shared.clone();
        let mut world = shared.world.lock().unwrap();
        if !is_token(&world, &data["token"]) {
            return Some(4004);
        }
        let intents = data["intents"].as_u64()?;
        if intents & PRIVILEGED != 0 && !world.is_intent_allowed {
            return Some(4014);
        }
        let shard = match data["shard"].as_array().map(|pair| (pair[0].as_u64(), pair[1].as_u64())) {
            Some((Some(number), Some(total))) if number < total && total == world.shards => (number, total),
            None if world.shards == 1 => (0, 1),
            _ => return Some(4010),
        };
        world.seen.identifies += 1;
        let id = format!("session{}", world.next());
        self.session = Some(id.clone());
        let session = Session {
            shard,
            sequence: 0,
            events: Vec::new(),
            line: Some(self.outbox.clone()),
            is_zombie: false,
        };
        world.sessions.insert(id.clone(), session);
        let guilds = world.guilds_of(shard.0);
        let stubs: Vec<Value> =
            guilds.iter().map(|guild| json!({ "id": guild.to_string(), "unavailable": true })).collect();
        let ready = json!({
            "v": 10, "session_type": "normal", "session_id": id, "resume_gateway_url": self.shared.gateway_url(),
            "user": { "id": BOT.to_string(), "username": "nameplate", "discriminator": "0000", "avatar": null, "bot": true,
                      "verified": true, "mfa_enabled": false, "flags": 0, "email": null },
            "application": { "id": BOT.to_string(), "flags": 0 }, "shard": [shard.0, shard.1], "guilds": stubs,
            "private_channels": [], "relationships": [], "user_settings": {}, "_trace": [],
        });
        world.dispatch_to(&id, "READY", &ready);
        for guild in guilds {
            let data = world.guild_create(guild);
            world.dispatch_to(&id, "GUILD_CREATE", &data);
        }
        None
    }

    fn resume(&mut self, data: &Value) -> Option<u16> {
        let shared = self.shared.clone();
        let mut world = shared.world.lock().unwrap();
        if !is_token(&world, &data["token"]) {
            return Some(4004);
        }
        let (id, sequence) = (data["session_id"].as_str()?.to_owned(), data["seq"].as_u64()?);
        let Some(session) = world.sessions.get_mut(&id).filter(|session| sequence <= session.sequence) else {
            self.say(frame(9, &json!(false), None));
            return None;
        };
        for (_, text) in session.events.iter().filter(|(at, _)| *at > sequence) {
            self.say(text.clone());
        }
        session.line = Some(self.outbox.clone());
        session.is_zombie = false;
        self.session = Some(id.clone());
        world.seen.resumes += 1;
        world.dispatch_to(&id, "RESUMED", &json!({ "_trace": [] }));
        None
    }

    fn ask(&mut self, data: &Value) -> Option<u16> {
        let id = self.session.clone()?;
        let shared = self.shared.clone();
        let mut world = shared.world.lock().unwrap();
        world.seen.questions += 1;
        if world.limits > 0 {
            world.limits -= 1;
            let limited = json!({ "opcode": 8, "retry_after": 0.25,
                                  "meta": { "guild_id": data["guild_id"], "nonce": data["nonce"] } });
            world.dispatch_to(&id, "RATE_LIMITED", &limited);
        } else if let Some(chunk) = world.chunk(data) {
            world.dispatch_to(&id, "GUILD_MEMBERS_CHUNK", &chunk);
        }
        None
    }
}

fn is_token(world: &World, token: &Value) -> bool {
    token.as_str().is_some_and(|token| token.trim_start_matches("Bot ") == world.token)
}

/// The next part of one compressed stream, which ends where a message ends.
fn squeeze(deflate: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let mut squeezed = Vec::with_capacity(bytes.len() + 1024);
    let start = deflate.total_in();
    loop {
        let done = usize::try_from(deflate.total_in() - start).unwrap();
        deflate.compress_vec(&bytes[done..], &mut squeezed, FlushCompress::Sync).unwrap();
        if squeezed.len() < squeezed.capacity() {
            return squeezed;
        }
        squeezed.reserve(4096);
    }
}

/// For the mutex in [`Shared`].
pub(super) type Locked = Mutex<World>;
