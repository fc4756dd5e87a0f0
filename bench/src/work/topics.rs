//! Many topics with a viewer each, changing at a fixed rate: from a change to its viewer's bytes.

use std::time::Duration;

use anyhow::{Context, ensure};

use crate::publisher::Publisher;
use crate::series::Sample;
use crate::stage::Stage;
use crate::viewers::{News, Stopwatch, Viewers, mark};
use crate::world;

/// Changes a second.
pub(super) const RATE: u64 = 2_000;
const PUBLISHERS: usize = 8;
const NANOS: u64 = 1_000_000_000;
/// Nanoseconds after which a change that has not arrived is lost.
const PATIENCE: u64 = 3 * NANOS;

/// One turn on a fresh server.
pub(super) fn turn(stage: &Stage, count: usize, seconds: f64) -> anyhow::Result<Sample> {
    let mut viewers = Viewers::new()?;
    viewers.add(stage.streams, count, |number| stage.path(&world::user_id(number)))?;
    viewers.settle()?;
    ensure!(viewers.open() == count, "{} of {count} streams stay open", viewers.open());
    let mut run = Run {
        stage,
        publishers: (0..PUBLISHERS).map(|_| Publisher::open(stage.publishing)).collect::<Result<_, _>>()?,
        topics: world::shuffled(count),
        watch: Stopwatch::start(),
        published: 0,
        calls: Vec::new(),
        times: Vec::new(),
    };
    let total = (seconds * RATE as f64) as u64;
    let cpu = stage.server.cpu_seconds()?;
    run.drive(&mut viewers, total)?;
    let cpu = stage.server.cpu_seconds()? - cpu;
    let deliveries = run.times.len() as f64;
    let missing = total as f64 - deliveries;
    let [p50, p99, most] = shares(&mut run.times)?;
    let [call, ..] = shares(&mut run.calls)?;
    Ok(Sample::new()
        .with("p50 ms", p50)
        .with("p99 ms", p99)
        .with("most ms", most)
        .with("publish p50 ms", call)
        .with("CPU us/delivery", cpu / deliveries * 1e6)
        .with("not delivered", missing)
        .with("PSS MiB", stage.server.memory()? as f64 / f64::from(1 << 20)))
}

struct Run<'a> {
    stage: &'a Stage,
    publishers: Vec<Publisher>,
    topics: Vec<usize>,
    watch: Stopwatch,
    published: u64,
    /// Nanoseconds of the calls that published.
    calls: Vec<u64>,
    /// Nanoseconds from when a change was due to its bytes at the viewer.
    times: Vec<u64>,
}

impl Run<'_> {
    /// Publishes so many changes at the rate, and reads until all have arrived or none comes any more.
    fn drive(&mut self, viewers: &mut Viewers, total: u64) -> anyhow::Result<()> {
        let due = |change: u64| change * NANOS / RATE;
        let mut heard = self.watch.nanos();
        while (self.times.len() as u64) < total && self.watch.nanos() < heard + PATIENCE {
            while self.published < total && due(self.published) <= self.watch.nanos() {
                if !self.publish(due(self.published))? {
                    break;
                }
            }
            let (watch, times) = (self.watch, &mut self.times);
            viewers.read(Duration::ZERO, |news| {
                if let News::Change { due, .. } = news {
                    heard = watch.nanos();
                    times.push(heard.saturating_sub(due));
                }
            })?;
            for publisher in &mut self.publishers {
                self.calls.extend(publisher.look()?.map(|took| took.as_nanos() as u64));
            }
        }
        Ok(())
    }

    /// Publishes the next change if a connection is free. One that has to wait keeps its due time.
    fn publish(&mut self, due: u64) -> anyhow::Result<bool> {
        let Some(publisher) = self.publishers.iter_mut().find(|publisher| publisher.is_idle()) else {
            return Ok(false);
        };
        let topic = self.topics.get(self.published as usize % self.topics.len()).context("no topic")?;
        publisher.call(&self.stage.change(&world::user_id(*topic), &mark(due)))?;
        self.published += 1;
        Ok(true)
    }
}

/// The median, the 99th of a hundred, and the most, in milliseconds.
fn shares(nanos: &mut [u64]) -> anyhow::Result<[f64; 3]> {
    nanos.sort_unstable();
    let last = nanos.len().checked_sub(1).context("nothing arrived")?;
    Ok([last / 2, last * 99 / 100, last].map(|at| nanos.get(at).copied().unwrap_or(0) as f64 / 1e6))
}
