//! From the start of a process to its first right answer, on an instance that exists.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use rustix::process::Signal;

use crate::http::{Connection, get};
use crate::nameplate::Instance;
use crate::options::Options;
use crate::peers;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, Spread, in_turn};
use crate::server::{SERVER_CORE, Server, free_address, pin};
use crate::work::folder;
use crate::work::page::request;
use crate::world;

/// Starts of one turn.
const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = Instance::fresh(&options.binary, &folder(options, "start"))?;
    instance.import(&world::profiles(1000))?;
    let address = free_address()?;
    let instance = instance.with("NAMEPLATE_LISTEN", address.to_string());
    let serve = || {
        let mut command = Command::new(instance.binary());
        instance.surround(&mut command);
        command.arg("serve");
        command
    };
    let place = folder(options, "nginx-start");
    // Its configuration and its file stay when it ends.
    let nginx_address = peers::static_nginx(SERVER_CORE, &place, &[("page.html", b"<title>")])?.address;
    let nginx = || {
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(&place).arg("-c").arg(place.join("nginx.conf"));
        command
    };
    let (page, file) = (request(1), get("localhost", "/page.html", ""));
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate, page from SQLite", || turn(serve, address, &page, Signal::KILL)),
            Contestant::new("nginx, file", || turn(nginx, nginx_address, &file, Signal::INT)),
        ],
    )?;
    let [ours, nginx] = series.as_slice() else { return Ok(()) };
    section.compare("start to first answer", "ms", ours, Beside::Peer(nginx), Goal::AtMost(2.0));
    section.compare("start to first answer", "ms", ours, Beside::Nobody, Goal::Below(40.0));
    section.detail("Start", &[ours, nginx]);
    section.note(&format!("A turn is the median of {STARTS} starts, from the call that makes the process."));
    Ok(())
}

fn turn(
    command: impl Fn() -> Command,
    address: SocketAddr,
    request: &[u8],
    stop: Signal,
) -> anyhow::Result<Sample> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let started = Instant::now();
        let server = Server::adopt(spawn(command())?, stop);
        await_answer(address, request)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        memory.push(server.memory()? as f64 / f64::from(1 << 20));
    }
    let median = |values| Spread::of(values).map_or(f64::NAN, |spread| spread.median);
    Ok(Sample::new().with("ms", median(times)).with("PSS MiB", median(memory)))
}

/// Starts a process on the server's core without a program in between: it inherits the core of the thread.
fn spawn(mut command: Command) -> anyhow::Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let thread = std::thread::spawn(move || -> anyhow::Result<Child> {
        pin(SERVER_CORE)?;
        Ok(command.spawn()?)
    });
    thread.join().map_err(|_| anyhow::anyhow!("the thread that starts a process ended early"))?
}

fn await_answer(address: SocketAddr, request: &[u8]) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        if let Ok(mut connection) = Connection::open(address) {
            let answer = connection.ask(request)?;
            ensure!(answer.status == 200, "the first answer has the status {}", answer.status);
            ensure!(String::from_utf8_lossy(&answer.body).contains("<title>"), "the first answer is no page");
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("no answer in {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_micros(100));
    }
}
