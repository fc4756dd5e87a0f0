//! An instance of Nameplate as its users meet it: the compiled binary, a folder of its own, real sockets.
//!
//! An [`Instance`] is what stays when nothing runs: settings, data folder, clock. A [`Node`] is a process that serves it;
//! several may serve the same one. Commands (`import`, `admin`, …) work on the instance, beside running nodes or without.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::actors::{KeyClient, Operator, Visitor};
use crate::http;
use crate::process::Process;
use crate::studio::StudioClient;

/// What an instance is made of.
pub struct Instance {
    program: PathBuf,
    folder: Arc<TempDir>,
    settings: Vec<(String, String)>,
    has_own_clock: bool,
    starts: AtomicU32,
}

impl Instance {
    /// An empty one, run by `program`: `env!("CARGO_BIN_EXE_nameplate")`, which only that crate's tests know.
    pub fn new(program: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let instance = Self {
            program: program.into(),
            folder,
            settings: Vec::new(),
            has_own_clock: false,
            starts: AtomicU32::new(0),
        };
        instance.set("data_dir", "data").set("listen", "127.0.0.1:0").set("internal_listen", "127.0.0.1:0")
    }

    /// Gives a setting through the environment.
    pub fn set(mut self, key: &str, value: impl Into<String>) -> Self {
        self.settings.push((format!("NAMEPLATE_{}", key.to_ascii_uppercase()), value.into()));
        self
    }

    /// Gives a variable of the environment that is no setting of ours.
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.push((name.to_owned(), value.into()));
        self
    }

    /// Stops the clock of everything that is started from now on, at a moment such as `2026-05-15 00:00:00` (UTC), until
    /// it is set again.
    pub fn at(mut self, moment: &str) -> Self {
        self.has_own_clock = true;
        self.set_clock(moment);
        self
    }

    /// Moves the clock, also of what runs. Time for the system's own timers goes on as it does.
    pub fn set_clock(&self, moment: &str) {
        assert!(self.has_own_clock, "the instance was not made with a clock of its own");
        let path = self.path("clock");
        std::fs::write(self.path("clock.new"), format!("{moment}\n")).unwrap();
        std::fs::rename(self.path("clock.new"), path).unwrap();
    }

    /// A place in the instance's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a node.
    pub fn start(&self) -> Node<'_> {
        self.start_with(&[])
    }

    /// Starts a node at an address that is known before.
    pub fn start_at(&self, listen: SocketAddr) -> Node<'_> {
        self.start_with(&["--listen", &listen.to_string()])
    }

    fn start_with(&self, arguments: &[&str]) -> Node<'_> {
        let number = self.starts.fetch_add(1, Ordering::Relaxed);
        let (log, ready) =
            (self.path(&format!("node-{number}.log")), self.path(&format!("ready-{number}.json")));
        let mut command = self.command(&["serve", "--ready-file"]);
        command.arg(&ready).args(arguments);
        let (process, ready) = Process::start_with_file(command, &log, &ready);
        let address = |name: &str| ready[name].as_str().and_then(|text| text.parse().ok());
        let (listen, internal) = (address("listen").unwrap(), address("internal").unwrap());
        Node { instance: self, process, log, listen, internal }
    }

    /// Runs a command to its end, with `input` as its standard input.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that refuses its arguments does not read.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed, and answers what it printed.
    pub fn must(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Runs a command that must fail, and answers its complaint.
    pub fn must_not(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        String::from_utf8(output.stderr).unwrap()
    }

    /// `nameplate import`.
    pub fn import(self, file: &Value) -> Self {
        self.must(&["import", "-"], file.to_string().as_bytes());
        self
    }

    /// `nameplate admin`.
    pub fn admin(&self, arguments: &[&str]) -> String {
        self.must(&[&["admin"], arguments].concat(), b"")
    }

    /// A number that `admin … show` prints behind a word, such as `views`.
    pub fn shown(&self, what: &str, id: &str, word: &str) -> u64 {
        let text = self.admin(&[what, "show", id]);
        let value = text.lines().find_map(|line| line.strip_prefix(word)).unwrap_or_else(|| panic!("{text}"));
        value.trim().parse().unwrap()
    }

    /// Everything that the nodes wrote to standard output and error.
    pub fn logs(&self) -> String {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// The program with the instance's environment and nothing else of ours in it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.settings.iter().cloned());
        if self.has_own_clock {
            command
                .env("LD_PRELOAD", faketime())
                .env("TZ", "UTC")
                .env("FAKETIME_TIMESTAMP_FILE", self.path("clock"));
            command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        command
    }
}

/// Debian's library that tells a process another time.
fn faketime() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let mut libraries = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    libraries
        .find(|path| path.exists())
        .expect("libfaketime is not installed; ./scripts/test installs what the tests need and runs them")
}

/// A process that serves an instance. It is killed when dropped.
pub struct Node<'a> {
    pub instance: &'a Instance,
    process: Process,
    log: PathBuf,
    pub listen: SocketAddr,
    pub internal: SocketAddr,
}

impl Node<'_> {
    /// Somebody with a browser, somewhere.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.listen)
    }

    /// A program with a key of the account API; `header` is `relay-key` or `api-key`.
    pub fn key_client(&self, header: &'static str, key: &str) -> KeyClient {
        KeyClient::new(self.listen, header, key)
    }

    /// A user at the studio, signed in by a link of the operator's.
    pub fn sign_in(&self, user: &str) -> StudioClient {
        StudioClient::by_link(self, &self.instance.admin(&["login-link", user]))
    }

    /// The dashboard's origin.
    pub fn origin(&self) -> String {
        let set = |key: &str| self.instance.settings.iter().rfind(|(name, _)| name == key);
        match set("NAMEPLATE_PUBLIC_URL") {
            Some((_, url)) => url.trim_end_matches('/').to_owned(),
            None => {
                let base = set("NAMEPLATE_BASE_DOMAIN").map_or("localhost", |(_, domain)| domain);
                format!("http://{base}:{}", self.listen.port())
            }
        }
    }

    /// Who reaches the internal listener.
    pub fn operator(&self) -> Operator {
        Operator::new(self.internal)
    }

    /// Bytes to the public listener, and all that comes back.
    pub fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        http::raw(self.listen, bytes)
    }

    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait()
    }

    /// Asks it to stop, as an init system does, and waits for its end.
    pub fn terminate(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill();
    }

    pub fn peak_memory(&self) -> u64 {
        self.process.peak_memory()
    }

    /// What this node wrote to standard output and error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Node<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {}\n{}", self.log.display(), self.log());
        }
    }
}

/// `nameplate listen`: the Discord listener as a process of its own. It is killed when dropped.
pub struct BotListener {
    process: Process,
    internal: SocketAddr,
}

impl BotListener {
    pub fn start(instance: &Instance, token: &str) -> Self {
        let (log, ready) = (instance.path("listen.log"), instance.path("listen.json"));
        let mut command = instance.command(&["listen", "--ready-file"]);
        command.arg(&ready).env("NAMEPLATE_DISCORD_TOKEN", token);
        let (process, ready) = Process::start_with_file(command, &log, &ready);
        let internal = ready["internal"].as_str().and_then(|text| text.parse().ok()).unwrap();
        Self { process, internal }
    }

    pub fn operator(&self) -> Operator {
        Operator::new(self.internal)
    }

    pub fn terminate(mut self) -> ExitStatus {
        self.process.signal(Signal::TERM);
        self.process.wait()
    }
}

/// `nameplate music` over a folder.
pub struct MusicWorker {
    process: Process,
    pub listen: SocketAddr,
}

impl MusicWorker {
    pub fn start(instance: &Instance, library: &Path, keys: &[&str]) -> Self {
        let (log, ready) = (instance.path("music.log"), instance.path("music.json"));
        std::fs::write(instance.path("music.keys"), keys.join("\n")).unwrap();
        let mut command =
            instance.command(&["music", "--worker-listen", "127.0.0.1:0", "--keys-file", "music.keys"]);
        command.arg("--library").arg(library).arg("--ready-file").arg(&ready);
        let (process, ready) = Process::start_with_file(command, &log, &ready);
        let listen = ready["listen"].as_str().and_then(|text| text.parse().ok()).unwrap();
        Self { process, listen }
    }

    pub fn terminate(mut self) -> ExitStatus {
        self.process.signal(Signal::TERM);
        self.process.wait()
    }
}
