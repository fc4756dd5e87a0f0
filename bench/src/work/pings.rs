//! Tens of thousands of idle streams over several processes: whether each ping comes in time, and what they take.
//!
//! A process may open 20,000 files on some machines, so both ends are several processes. The client's are this program
//! again, with `--hold`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::nameplate::Node;
use crate::options::Options;
use crate::report::{Beside, Goal, Section};
use crate::series::{Sample, Series};
use crate::server::SERVER_CORE;
use crate::viewers::{News, Viewers};
use crate::work::crowd;
use crate::world;

/// What one process holds at most.
const PER_PROCESS: usize = 17_000;
/// Topics that the streams of a process are spread over.
const TOPICS: usize = 1_000;
/// Between two pings.
const PERIOD: Duration = Duration::from_secs(30);
/// Two pings of each stream, and a second for the late ones.
const WATCHED: Duration = Duration::from_secs(62);

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    if options.idle == 0 {
        return Ok(());
    }
    let workers = options.idle.div_ceil(PER_PROCESS);
    let each = options.idle / workers;
    eprintln!("  {} idle streams over {workers} processes, {WATCHED:?}", each * workers);
    let instances = (0..workers)
        .map(|number| crowd::instance(options, &format!("pings-{number}"), TOPICS))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let nodes =
        instances.iter().map(|instance| instance.start(SERVER_CORE)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut holders = Vec::new();
    for node in &nodes {
        holders.push(Holder::start(node, each)?);
    }
    let (cpu, started) = (cpu_seconds(&nodes)?, Instant::now());
    let mut sums = [0.0_f64; 2];
    let mut latest = 0.0_f64;
    for holder in holders {
        let told = holder.finish()?;
        let number = |name: &str| told.get(name).and_then(Value::as_f64).context("a holder's report");
        sums = [sums[0] + number("pings")?, sums[1] + number("silent")?];
        latest = latest.max(number("latest")?);
    }
    let busy = (cpu_seconds(&nodes)? - cpu) / started.elapsed().as_secs_f64() * 100.0;
    let memory: u64 = nodes.iter().map(|node| node.server.memory()).sum::<anyhow::Result<_>>()?;
    let sample = Sample::new()
        .with("latest ping s late", latest)
        .with("streams without pings", sums[1])
        .with("pings", sums[0])
        .with("CPU % of a core", busy)
        .with("PSS MiB", memory as f64 / f64::from(1 << 20));
    let series = Series::new("Nameplate", vec![sample]);
    let what = format!("{} idle streams, {workers} processes", each * workers);
    for (figure, most) in [("latest ping s late", 1.0), ("CPU % of a core", 3.0), ("PSS MiB", 143.0)] {
        section.compare(&what, figure, &series, Beside::Nobody, Goal::Below(most));
    }
    section.detail("Idle streams", &[&series]);
    Ok(())
}

fn cpu_seconds(nodes: &[Node]) -> anyhow::Result<f64> {
    nodes.iter().map(|node| node.server.cpu_seconds()).sum()
}

/// A process that holds streams.
struct Holder {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Holder {
    /// Starts it, and waits until its streams are open.
    fn start(node: &Node, count: usize) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        command.args(["--binary", "-", "--folder", "-", "--hold", &format!("{} {count}", node.listen)]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        ensure!(lines.next().context("it ended")?? == "ready", "a holder did not open its streams");
        Ok(Self { child, lines })
    }

    /// Waits for its report.
    fn finish(mut self) -> anyhow::Result<Value> {
        let line = self.lines.next().context("a holder ended without a report")??;
        self.child.wait()?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// The holder's side: opens streams, watches their pings, and reports.
pub(crate) fn hold(order: &str) -> anyhow::Result<()> {
    let (address, count) = order.split_once(' ').context("--hold takes an address and a count")?;
    let (address, count) = (address.parse()?, count.parse()?);
    let mut viewers = Viewers::new()?;
    let topic = |number: usize| world::user_id(number % TOPICS);
    viewers.add(address, count, |number| format!("/api/v1/profiles/presence/{}/stream", topic(number)))?;
    viewers.settle()?;
    ensure!(viewers.open() == count, "{} of {count} streams stay open", viewers.open());
    tell("ready")?;
    let started = Instant::now();
    let (mut heard, mut pings, mut latest) = (vec![None; count], 0_u64, Duration::ZERO);
    let mut ended = 0;
    while started.elapsed() < WATCHED {
        viewers.read(Duration::from_millis(100), |news| match news {
            News::Ping { viewer } | News::Change { viewer, .. } => {
                pings += 1;
                let Some(last) = heard.get_mut(viewer) else { return };
                let now = Instant::now();
                // The first ping only starts the clock: when the stream's silence began was not noted.
                if let Some(last) = last.replace(now) {
                    latest = latest.max(now.duration_since(last).saturating_sub(PERIOD));
                }
            }
            News::End => ended += 1,
        })?;
    }
    if ended > 0 {
        bail!("{ended} streams ended");
    }
    let silent = heard.iter().filter(|last| last.is_none()).count();
    tell(&json!({ "pings": pings, "silent": silent, "latest": latest.as_secs_f64() }).to_string())
}

fn tell(line: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
