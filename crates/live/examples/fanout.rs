//! How long one change takes to reach 18,000 streams of one user within this process, and what an idle stream costs.
//!
//! `cargo run --release -p nameplate-live --example fanout`. The sockets are left out: what a connection's task does
//! with a block is not measured here.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example that prints its figures")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use nameplate_core::id::UserId;
use nameplate_core::presence::Presence;
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_live::{EventStream, Live, StreamLimits};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const STREAMS: usize = 18_000;
const CHANGES: usize = 20;

struct SinceStart(Instant);

impl Clock for SinceStart {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.elapsed().as_millis() as i64)
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let word = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
        bytes.iter_mut().zip(word.iter().cycle()).for_each(|(byte, chance)| *byte = *chance);
    }
}

/// Counts blocks and says when all streams had theirs.
#[derive(Default)]
struct Arrivals {
    count: AtomicUsize,
    all: Notify,
}

impl Arrivals {
    fn arrive(&self) {
        if (self.count.fetch_add(1, Ordering::AcqRel) + 1).is_multiple_of(STREAMS) {
            self.all.notify_one();
        }
    }
}

#[tokio::main]
async fn main() {
    let limits = StreamLimits { total: STREAMS, per_address: STREAMS };
    let live = Live::in_process(Arc::new(SinceStart(Instant::now())), Arc::new(Counting(0.into())), limits);
    let user = UserId::parse("123456789012345678").unwrap();
    let arrivals = Arc::<Arrivals>::default();
    let mut tasks = JoinSet::new();
    tasks.spawn({
        let live = live.clone();
        async move { live.run(CancellationToken::new()).await }
    });
    let before = resident_bytes();
    for _ in 0..STREAMS {
        let mut stream = live.stream(Some(user), IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
        let arrivals = Arc::clone(&arrivals);
        tasks.spawn(async move {
            while stream.frame().await.is_some() {
                arrivals.arrive();
            }
        });
    }
    arrivals.all.notified().await;
    println!("a stream is {} bytes", size_of::<EventStream>());
    println!("an idle stream with its task takes {} bytes", (resident_bytes() - before) / STREAMS);

    let mut figures = Vec::new();
    for number in 0..CHANGES {
        let json = format!(r#"{{"status":"online","activity":{{"name":"game {number}","type":0}}}}"#);
        let presence = Presence::from_json(json.as_bytes()).unwrap();
        let started = Instant::now();
        live.put(user, presence).await;
        let published = started.elapsed();
        arrivals.all.notified().await;
        figures.push((published, started.elapsed()));
    }
    let median = |pick: fn(&(Duration, Duration)) -> Duration| {
        let mut figures: Vec<_> = figures.iter().map(pick).collect();
        figures.sort();
        figures.get(CHANGES / 2).copied().unwrap_or_default()
    };
    println!("publish, median of {CHANGES}: {:?}", median(|figures| figures.0));
    println!("last of {STREAMS} streams, median: {:?}", median(|figures| figures.1));
    tasks.shutdown().await;
}

/// What the kernel says this process holds, in bytes; 0 where it does not say.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap_or_default() * 1024
}
