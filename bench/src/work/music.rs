//! A track through the proxy: 200 listeners at once, as fast as it goes and at the pace of music.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::json;

use crate::http::{fetch, get};
use crate::listeners::Listeners;
use crate::nameplate::Instance;
use crate::options::Options;
use crate::peers::{self, Peer};
use crate::readings::tcp_buffers;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, in_turn};
use crate::server::{CLIENT_CORE, SERVER_CORE};
use crate::work::folder;
use crate::world;

const TRACK: &str = "USRC17607839";
const TRACK_BYTES: usize = 5_000_000;
const LISTENERS: usize = 200;
/// Bytes a second of a slow listener: music at 320 kbit/s.
const PACE: usize = 40_000;
/// What the kernel may keep for a slow listener on its own side.
const SLOW_BUFFER: usize = 64 << 10;

/// nginx as its manual tunes it for streams: nothing is written to disk, and more at once.
const LARGER: &str = "proxy_buffering off; proxy_buffer_size 64k; proxy_buffers 8 64k;";

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let track: Vec<u8> = (0..TRACK_BYTES).map(|at| (at * 31 % 251) as u8).collect();
    let files = [(TRACK, track.as_slice())];
    let upstream = peers::static_nginx(CLIENT_CORE, &folder(options, "nginx-upstream"), &files)?;
    let direct = peers::static_nginx(SERVER_CORE, &folder(options, "nginx-direct"), &files)?;
    let proxy = |name: &str, buffers: &str| {
        let address = upstream.address.to_string();
        let values = [("upstream", address.as_str()), ("buffers", buffers)];
        peers::nginx(SERVER_CORE, &folder(options, name), "nginx-music.conf", &values)
    };
    let (defaults, large) = (proxy("nginx-music", "")?, proxy("nginx-music-64k", LARGER)?);
    let instance = instance(options, &upstream)?;
    let ours = serve(&instance)?;
    let path = format!("/api/v1/profiles/{}/music/{TRACK}", world::profile_id(0));
    let (our_request, request) = (get("localhost", &path, ""), get("localhost", &format!("/{TRACK}"), ""));
    for (peer, request) in
        [(&ours, &our_request), (&defaults, &request), (&large, &request), (&direct, &request)]
    {
        ensure!(fetch(peer.address, request, 200)? == track, "a proxy gives another track");
    }

    let rush = |peer, request: &[u8]| rush(peer, request.to_vec(), options.seconds);
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || rush(&ours, &our_request)),
            Contestant::new("nginx proxy_pass, defaults", || rush(&defaults, &request)),
            Contestant::new("nginx proxy_pass, 64 KB buffers", || rush(&large, &request)),
            Contestant::new("nginx sendfile, no proxy", || rush(&direct, &request)),
        ],
    )?;
    if let [ours, defaults, large, direct] = series.as_slice() {
        let what = format!("music, {LISTENERS} listeners");
        section.compare(&what, "MB/s", ours, Beside::Peer(defaults), Goal::AtLeast(5.0));
        section.compare(&what, "MB/s", ours, Beside::Peer(large), Goal::AtLeast(2.2));
        section.compare(&what, "CPU s/GB", ours, Beside::Peer(large), Goal::AtMost(0.45));
        section.compare(&what, "MB/s", ours, Beside::Limit(direct), Goal::AtLeast(0.75));
        section.detail("As fast as it goes", &[ours, defaults, large, direct]);
    }
    drop((ours, defaults, large, direct));
    let stroll = |peer: anyhow::Result<Peer>, request: &[u8]| stroll(&peer?, request, options.seconds * 2.0);
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || stroll(serve(&instance), &our_request)),
            Contestant::new("nginx proxy_pass, defaults", || stroll(proxy("nginx-music", ""), &request)),
            Contestant::new("nginx proxy_pass, 64 KB buffers", || {
                stroll(proxy("nginx-music-64k", LARGER), &request)
            }),
        ],
    )?;
    let [ours, defaults, large] = series.as_slice() else { return Ok(()) };
    let what = format!("music, {LISTENERS} slow listeners");
    section.compare(&what, "KiB/stream", ours, Beside::Peer(defaults), Goal::Below(16.0));
    section.compare(&what, "kernel KiB/stream", ours, Beside::Peer(defaults), Goal::Capped);
    section.detail(&format!("Listeners at {PACE} bytes a second"), &[ours, defaults, large]);
    section.note(&format!(
        "A track of {TRACK_BYTES} bytes from nginx on the client's core; the client throws bytes away in the kernel. Kernel \
         memory is what all TCP sockets of the machine hold, less what they held before: upstream, proxy and listener."
    ));
    Ok(())
}

/// An instance whose music comes from the upstream.
fn instance(options: &Options, upstream: &Peer) -> anyhow::Result<Instance> {
    let instance = Instance::fresh(&options.binary, &folder(options, "music"))?
        .with("NAMEPLATE_MUSIC_URL", format!("http://{}/{{isrc}}", upstream.address));
    let mut user = world::user(0);
    let fields = user.as_object_mut().context("a user is an object")?;
    fields.insert("music".into(), json!({ "key": "benchmark", "enabled": true }));
    instance.import(&json!({ "nameplate": 1, "users": [user], "profiles": [world::profile(0)] }))?;
    Ok(instance)
}

fn serve(instance: &Instance) -> anyhow::Result<Peer> {
    let node = instance.start(SERVER_CORE)?;
    Ok(Peer { server: node.server, address: node.listen })
}

fn rush(peer: &Peer, request: Vec<u8>, seconds: f64) -> anyhow::Result<Sample> {
    let mut listeners = Listeners::open(peer.address, LISTENERS, request, None)?;
    let mut first_bytes = listeners.rush(Duration::from_secs_f64(seconds / 4.0), || Ok(()))?.first_bytes;
    let (cpu, mut peak) = (peer.server.cpu_seconds()?, 0);
    let heard = listeners.rush(Duration::from_secs_f64(seconds), || {
        peak = peak.max(peer.server.memory()?);
        Ok(())
    })?;
    let cpu = peer.server.cpu_seconds()? - cpu;
    peak = peak.max(peer.server.memory()?);
    first_bytes.extend(heard.first_bytes);
    first_bytes.sort_unstable_by(f64::total_cmp);
    let at = |share: usize| {
        first_bytes.get((first_bytes.len().max(1) - 1) * share / 100).map_or(f64::NAN, |s| s * 1e3)
    };
    Ok(Sample::new()
        .with("MB/s", heard.bytes as f64 / 1e6 / seconds)
        .with("CPU s/GB", cpu / (heard.bytes as f64 / 1e9))
        .with("first byte p50 ms", at(50))
        .with("first byte p99 ms", at(99))
        .with("PSS MiB", peak as f64 / f64::from(1 << 20)))
}

/// A turn of slow listeners at a fresh server.
fn stroll(peer: &Peer, request: &[u8], seconds: f64) -> anyhow::Result<Sample> {
    // What the first track brings into memory belongs to the server, not to a stream.
    fetch(peer.address, request, 200)?;
    let (before, kernel) = (peer.server.memory()?, tcp_buffers()?);
    let mut listeners = Listeners::open(peer.address, LISTENERS, request.to_vec(), Some(SLOW_BUFFER))?;
    let cpu = peer.server.cpu_seconds()?;
    let mut parts = Vec::new();
    let mut bytes = 0;
    for _ in 0..4 {
        bytes += listeners.stroll(Duration::from_secs_f64(seconds / 4.0), PACE)?.bytes;
        parts.push((peer.server.memory()?, tcp_buffers()?));
    }
    let cpu = peer.server.cpu_seconds()? - cpu;
    let due = (PACE * LISTENERS) as f64 * seconds;
    let most = |pick: fn(&(u64, u64)) -> u64| parts.iter().map(pick).max().unwrap_or(0);
    let peak = most(|part| part.0);
    Ok(Sample::new()
        .with("KiB/stream", kibibytes_each(peak, before))
        .with("kernel KiB/stream", kibibytes_each(most(|part| part.1), kernel))
        .with("CPU % of a core", cpu / seconds * 100.0)
        .with("% of the pace", bytes as f64 / due * 100.0)
        .with("PSS MiB", peak as f64 / f64::from(1 << 20)))
}

fn kibibytes_each(after: u64, before: u64) -> f64 {
    (after as f64 - before as f64).max(0.0) / 1024.0 / LISTENERS as f64
}
