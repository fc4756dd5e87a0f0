//! The world of a test: a clock that it moves, chance that repeats, and two nodes on the same carrier.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use nameplate_core::id::UserId;
use nameplate_core::presence::Presence;
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_live::{EventStream, Live, StreamLimits, Subscription};
use nameplate_testkit::redis::RedisServer;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub const LIMITS: StreamLimits = StreamLimits { total: 1000, per_address: 100 };
pub const ADDRESS: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn starting_at(text: &str) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(Timestamp::parse(text).unwrap().as_millis())))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Repeatable numbers that look random (SplitMix64).
pub struct Chance(AtomicU64);

impl Chance {
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(seed)))
    }
}

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut word = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (word ^ (word >> 31)).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

pub struct World {
    pub clock: Arc<ManualClock>,
    /// Two nodes; in one process they are one.
    pub a: Live,
    pub b: Live,
    _running: Vec<JoinSet<()>>,
    _server: Option<RedisServer>,
}

pub async fn in_process() -> World {
    let clock = ManualClock::starting_at("2026-05-29T12:00:00Z");
    let live = Live::in_process(clock.clone(), Chance::new(1), LIMITS);
    World { clock, _running: vec![running(&live)], a: live.clone(), b: live, _server: None }
}

pub async fn redis() -> World {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    World { _server: Some(server), ..world }
}

/// A database of that server which is not the first.
pub fn url(server: &RedisServer) -> String {
    format!("{}/3", server.url())
}

/// Two nodes on that server, whether it is there or not.
pub async fn over(server: &RedisServer) -> World {
    pair(&url(server), "test")
}

pub async fn connected_over(server: &RedisServer) -> World {
    connected(over(server).await).await
}

pub async fn on_cluster(urls: &str, namespace: &str) -> World {
    connected(pair(urls, namespace)).await
}

fn pair(url: &str, namespace: &str) -> World {
    let clock = ManualClock::starting_at("2026-05-29T12:00:00Z");
    let a = node(url, namespace, 1, &clock);
    let b = node(url, namespace, 2, &clock);
    World { clock, _running: vec![running(&a), running(&b)], a, b, _server: None }
}

async fn connected(world: World) -> World {
    soon(world.a.connected()).await;
    soon(world.b.connected()).await;
    world
}

/// Sends one command past Nameplate.
pub async fn command(server: &RedisServer, words: &[&[u8]]) -> redis::Value {
    let client = redis::Client::open(url(server)).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::Cmd::new();
    command.arg(words);
    command.query_async(&mut connection).await.unwrap()
}

pub fn node(url: &str, namespace: &str, seed: u64, clock: &Arc<ManualClock>) -> Live {
    Live::redis((url, namespace), clock.clone(), Chance::new(seed), LIMITS).unwrap()
}

/// Runs a node as long as the answer is held.
pub fn running(node: &Live) -> JoinSet<()> {
    let node = node.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { node.run(CancellationToken::new()).await });
    tasks
}

impl World {
    /// Lets time pass.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.a.tick(self.clock.now()).await;
        self.b.tick(self.clock.now()).await;
    }
}

pub fn user(number: u32) -> UserId {
    UserId::parse(&format!("1234567890{number:08}")).unwrap()
}

pub fn playing(game: &str) -> Presence {
    let json = format!(r#"{{"status":"online","activity":{{"name":"{game}","type":0}}}}"#);
    Presence::from_json(json.as_bytes()).unwrap()
}

/// Waits for something that must happen soon; half a minute is for a busy machine.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("this had to happen by now")
}

/// Waits until a node shows that presence of a user, and goes on watching.
pub async fn shows(node: &Live, who: UserId, presence: &Presence) -> Subscription {
    let mut watch = node.subscribe(who).await;
    while watch.current().is_none_or(|entry| entry.snapshot().presence != *presence) {
        soon(watch.changed()).await;
    }
    watch
}

/// Whether a future is ready at once.
pub fn is_ready(what: impl Future) -> bool {
    let mut what = pin!(what);
    what.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready()
}

/// The next block of a stream; `None` at its end.
pub async fn block(stream: &mut EventStream) -> Option<String> {
    let frame = soon(stream.frame()).await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

/// The event in which a user plays that game.
pub fn event(game: &str, updated_at: &str) -> String {
    let json = format!(
        r#"{{"status":"online","activity":{{"name":"{game}","type":0}},"updatedAt":"{updated_at}"}}"#
    );
    format!("event: presence\ndata: {json}\n\n")
}

/// The milliseconds of `retry:` in some blocks, and the blocks without it.
pub fn retry(blocks: &str) -> (u64, String) {
    let (retries, rest): (Vec<_>, Vec<_>) =
        blocks.split_inclusive("\n\n").partition(|block| block.starts_with("retry: "));
    let [retry] = retries.as_slice() else { panic!("one retry in {blocks}") };
    (retry.trim_start_matches("retry: ").trim_end().parse().unwrap(), rest.concat())
}
