//! A server process of the benchmark: its start on a core of its own, its readings, its end.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::readings;

/// The core of the server that is measured.
pub(crate) const SERVER_CORE: usize = 0;
/// The core of the client, and of what serves the server.
pub(crate) const CLIENT_CORE: usize = 1;

const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(10);

/// A running server; it ends when dropped.
pub(crate) struct Server {
    child: Child,
    stop: Signal,
}

/// A command for one core that ends with the benchmark, however that ends.
pub(crate) fn pinned(core: usize, program: impl AsRef<Path>) -> Command {
    pinned_as(&[], core, program)
}

/// The same with another user's rights: arguments for `setpriv`.
pub(crate) fn pinned_as(rights: &[&str], core: usize, program: impl AsRef<Path>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), "setpriv", "--pdeathsig", "INT"]).args(rights);
    command.arg("--").arg(program.as_ref());
    command
}

/// An address of the loopback that nobody listens on.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Keeps the calling thread, and what it starts from now on, on one core.
pub(crate) fn pin(core: usize) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set).context("two cores are needed: one for the server, one for the client")
}

impl Server {
    /// Takes over a process that was started elsewhere.
    pub(crate) fn adopt(child: Child, stop: Signal) -> Self {
        Self { child, stop }
    }

    /// Starts a command whose output goes to `log`, and waits until `is_ready`.
    pub(crate) fn start(
        mut command: Command,
        log: &Path,
        stop: Signal,
        mut is_ready: impl FnMut() -> bool,
    ) -> anyhow::Result<Self> {
        let out = File::create(log).with_context(|| log.display().to_string())?;
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let child = command.spawn().with_context(|| format!("{command:?}"))?;
        let mut server = Self { child, stop };
        let deadline = Instant::now() + START;
        while !is_ready() {
            let ended = server.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                bail!("{command:?} does not come up; see {}", log.display());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(server)
    }

    /// Starts a command that listens on `address`.
    pub(crate) fn listening(
        command: Command,
        log: &Path,
        stop: Signal,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        Self::start(command, log, stop, || TcpStream::connect(address).is_ok())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// See [`readings::cpu_seconds`].
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        readings::cpu_seconds(self.id())
    }

    /// See [`readings::memory`].
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        readings::memory(self.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(id) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, self.stop);
        }
        let deadline = Instant::now() + STOP;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
