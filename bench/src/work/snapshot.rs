//! A presence snapshot, beside Redis answering `GET` of the same bytes.

use anyhow::ensure;

use crate::http::{fetch, get};
use crate::load::Load;
use crate::nameplate::Instance;
use crate::options::Options;
use crate::peers;
use crate::postgres::run as output;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, in_turn};
use crate::server::{CLIENT_CORE, SERVER_CORE, Server, pinned};
use crate::work::folder;
use crate::world;

const CONNECTIONS: usize = 50;
const KEY: &str = "presence:100000000000000001";

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = Instance::fresh(&options.binary, &folder(options, "snapshot"))?;
    instance.import(&world::users(10))?;
    let node = instance.start(SERVER_CORE)?;
    let user = world::user_id(1);
    let refresh = || node.put_presences(std::iter::once(user.as_str()));
    refresh()?;
    let request = get("localhost", &format!("/api/v1/profiles/presence/{user}"), "");
    let body = fetch(node.listen, &request, 200)?;
    let text = String::from_utf8(body)?;
    ensure!(text.contains(r#""details":"An endgame""#), "not the snapshot: {text}");
    let redis = peers::redis(SERVER_CORE, &folder(options, "redis"))?;
    let port = redis.address.port().to_string();
    redis_cli(&port, &["SET", KEY, &text])?;
    ensure!(redis_cli(&port, &["GET", KEY])?.trim_end() == text, "Redis gives another snapshot");

    let seconds = options.seconds;
    let mut ours = Load::http(node.listen, CONNECTIONS, vec![request]);
    let mut theirs = Load::redis(redis.address, CONNECTIONS, KEY);
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || {
                refresh()?;
                ours.turn(&[&node.server], seconds)
            }),
            Contestant::new("Redis", || theirs.turn(&[&redis.server], seconds)),
            Contestant::new("Redis, by redis-benchmark", || by_its_own_client(&redis.server, &port, seconds)),
        ],
    )?;
    let [ours, redis, own] = series.as_slice() else { return Ok(()) };
    section.compare("presence snapshot", "req/s", ours, Beside::Peer(redis), Goal::AtLeast(1.1));
    section.compare("presence snapshot", "req/s", ours, Beside::Peer(own), Goal::AtLeast(1.1));
    section.detail("Presence snapshot", &[ours, redis, own]);
    section.note(&format!("{} bytes, {CONNECTIONS} connections, no pipelining.", text.len()));
    Ok(())
}

fn redis_cli(port: &str, arguments: &[&str]) -> anyhow::Result<String> {
    output(std::process::Command::new("redis-cli").args(["-p", port]).args(arguments))
}

/// Redis as its own load client sees it, for as long as a turn takes.
fn by_its_own_client(server: &Server, port: &str, seconds: f64) -> anyhow::Result<Sample> {
    // It takes a count, not a time: a fast machine answers about 80,000 a second.
    let count = (80_000.0 * seconds).ceil().to_string();
    let cpu = server.cpu_seconds()?;
    let mut client = pinned(CLIENT_CORE, "redis-benchmark");
    client.args(["-p", port, "-c", &CONNECTIONS.to_string(), "-P", "1", "-n", &count, "--csv", "GET", KEY]);
    let csv = output(&mut client)?;
    let line = csv.lines().last().unwrap_or_default();
    let fields: Vec<f64> = line.split(',').filter_map(|field| field.trim_matches('"').parse().ok()).collect();
    // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms",…
    let [rate, _, _, p50, _, p99, ..] = fields.as_slice() else {
        anyhow::bail!("redis-benchmark printed {csv}");
    };
    let cpu = (server.cpu_seconds()? - cpu) / count.parse::<f64>()? * 1e6;
    Ok(Sample::new().with("req/s", *rate).with("CPU us/req", cpu).with("p50 ms", *p50).with("p99 ms", *p99))
}
