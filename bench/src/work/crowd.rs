//! Many viewers of one topic: what an open stream takes, and what a change to all of them costs.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::nameplate::Instance;
use crate::options::Options;
use crate::publisher::Publisher;
use crate::series::{Sample, Spread};
use crate::stage::Stage;
use crate::viewers::{News, Stopwatch, Viewers, mark};
use crate::work::folder;
use crate::work::memory::PAUSE;
use crate::world;

const CHANGES: usize = 6;
/// When nothing came for so long, what has not come is lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// An instance whose users all share their presence.
pub(super) fn instance(options: &Options, name: &str, users: usize) -> anyhow::Result<Instance> {
    let instance = Instance::fresh(&options.binary, &folder(options, name))?;
    instance.import(&world::users(users))?;
    Ok(instance)
}

/// How many streams one process of ours and one of the client may hold here, up to what was asked for.
pub(super) fn room(options: &Options, instance: &Instance) -> anyhow::Result<usize> {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    let wanted = options.viewers.min(usize::try_from(files.saturating_sub(1000)).unwrap_or(usize::MAX));
    let stage = Stage::nameplate(instance)?;
    let mut viewers = Viewers::new()?;
    viewers.add(stage.streams, wanted, |_| stage.path(&world::user_id(0)))?;
    // A server at its limit ends what it cannot keep.
    viewers.settle()?;
    ensure!(viewers.open() > wanted / 2, "only {} of {wanted} streams stay open", viewers.open());
    Ok(viewers.open())
}

/// One turn: a fresh server, its viewers, and some changes to all.
pub(super) fn turn(stage: &Stage, count: usize) -> anyhow::Result<Sample> {
    let topic = world::user_id(0);
    let mut viewers = Viewers::new()?;
    // What a start, the first stream and the first change bring into memory belongs to the server, not to a stream.
    stage.publish(&topic, &mark(0))?;
    viewers.add(stage.streams, 1, |_| stage.path(&topic))?;
    stage.publish(&topic, &mark(1))?;
    viewers.settle()?;
    let memory = |before: u64| -> anyhow::Result<f64> {
        Ok((stage.server.memory()? as f64 - before as f64) / (count - 1) as f64)
    };
    std::thread::sleep(PAUSE);
    let before = stage.server.memory()?;
    let started = Instant::now();
    viewers.add(stage.streams, count - 1, |_| stage.path(&topic))?;
    let connects = (count - 1) as f64 / started.elapsed().as_secs_f64();
    viewers.settle()?;
    let idle = memory(before)?;

    let cpu = stage.server.cpu_seconds()?;
    let watch = Stopwatch::start();
    let (mut calls, mut lasts, mut served) = (Vec::new(), Vec::new(), 0);
    for _ in 0..CHANGES {
        let heard = change(stage, &mut viewers, watch, &topic, count)?;
        calls.push(heard.call.as_secs_f64() * 1e3);
        lasts.push(heard.last.as_secs_f64() * 1e3);
        served += heard.served;
    }
    let cpu = stage.server.cpu_seconds()? - cpu;
    let median = |values| Spread::of(values).map(|spread| spread.median).context("no change");
    Ok(Sample::new()
        .with("idle B/stream", idle)
        .with("after B/stream", memory(before)?)
        .with("CPU us/delivery", cpu / served as f64 * 1e6)
        .with("last viewer ms", median(lasts)?)
        .with("publish ms", median(calls)?)
        .with("lost", (CHANGES * count - served) as f64)
        .with("connects/s", connects)
        .with("PSS MiB", stage.server.memory()? as f64 / f64::from(1 << 20)))
}

/// What became of one change.
struct Heard {
    /// The call that published it.
    call: Duration,
    /// From its publishing to the last viewer's bytes.
    last: Duration,
    served: usize,
}

/// Publishes once, and reads until every viewer has this change or nothing comes any more.
fn change(
    stage: &Stage,
    viewers: &mut Viewers,
    watch: Stopwatch,
    topic: &str,
    count: usize,
) -> anyhow::Result<Heard> {
    let mut publisher = Publisher::open(stage.publishing)?;
    let due = watch.nanos();
    let request = stage.change(topic, &mark(due));
    let (mut call, mut served, mut ended) = (None, 0, 0);
    let (started, mut last) = (Instant::now(), Instant::now());
    publisher.call(&request)?;
    while call.is_none() || served < count {
        viewers.read(Duration::from_millis(1), |news| match news {
            News::Change { due: mark, .. } if mark == due => {
                served += 1;
                last = Instant::now();
            }
            News::Change { .. } | News::Ping { .. } => {}
            News::End => ended += 1,
        })?;
        ensure!(ended == 0, "the server ended {ended} streams");
        call = call.or(publisher.look()?);
        if last.max(started).elapsed() > PATIENCE {
            break;
        }
    }
    ensure!(served > 0, "nobody got a change");
    Ok(Heard { call: call.context("no answer to a publisher")?, last: last - started, served })
}
