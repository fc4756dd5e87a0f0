//! A server process of the tests: its start, its log, its end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use serde_json::Value;

use crate::http::PATIENCE;

/// How long a process may take to come up: the machine may be compiling beside it.
const START: Duration = Duration::from_secs(60);

/// A running process; it is killed when dropped, with those that it started (nginx's workers outlive their master).
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts a command whose output goes to `log`, and waits until `look` sees that it is ready.
    pub fn start<T>(mut command: Command, log: &Path, mut look: impl FnMut() -> Option<T>) -> (Self, T) {
        let out = std::fs::File::create(log).unwrap();
        command.stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out).process_group(0);
        let mut process = Self { child: command.spawn().expect("the program starts") };
        let output = || std::fs::read_to_string(log).unwrap();
        let seen = within(START, || {
            if let Some(status) = process.child.try_wait().unwrap() {
                panic!("it ended before it was ready: {status}\n{}", output());
            }
            look()
        });
        let seen = seen.unwrap_or_else(|| panic!("not ready in {START:?}\n{}", output()));
        (process, seen)
    }

    /// As [`Self::start`], for a program that writes JSON to `ready` once it serves.
    pub fn start_with_file(command: Command, log: &Path, ready: &Path) -> (Self, Value) {
        let (process, json) = Self::start(command, log, || std::fs::read(ready).ok());
        (process, serde_json::from_slice(&json).expect("the ready file holds JSON"))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    /// It keeps its connections and does nothing.
    pub fn hang(&self) {
        hang(self.id());
    }

    fn id(&self) -> Pid {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).unwrap()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        within(PATIENCE, || self.child.try_wait().unwrap()).expect("the process ends in time")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory that it held so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = kill_process_group(self.id(), Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Stops a child, and waits until its last thread stands still.
pub(crate) fn hang(child: Pid) {
    kill_process(child, Signal::STOP).unwrap();
    waitid(WaitId::Pid(child), WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT).unwrap();
}

/// A free port below those that the system gives to outgoing connections: a client that looks for a server which is away
/// must not get the server's own port, or it would talk to itself and keep the server out.
pub fn free_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(101);
    let mut ports = (0..1_000).map(|_| {
        let turn = start.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed));
        20_000 + (turn % 12_000) as u16
    });
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

/// Looks again and again until there is something to see; `None` when the patience is over.
pub fn within<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        let seen = look();
        if seen.is_some() || Instant::now() > deadline {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
