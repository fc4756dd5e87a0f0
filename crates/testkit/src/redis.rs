//! A real Redis server process on the loopback, which a test may kill and start again. Nothing of it is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests may panic")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::process::{free_port, hang, within};

pub struct RedisServer {
    pub port: u16,
    folder: TempDir,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl RedisServer {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With settings of its own, such as `--cluster-enabled yes`.
    pub fn start_with(arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut tries = (0..20).map(|_| {
            let folder = tempfile::tempdir().unwrap();
            let mut server = Self { port: free_port(), folder, arguments: arguments.clone(), child: None };
            server.launch().then_some(server)
        });
        tries.find_map(|server| server).expect("redis-server starts")
    }

    /// A place for a server that is not there yet.
    pub fn absent() -> Self {
        let mut server = Self::start();
        server.kill();
        server
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What it answers to a command that is given word by word.
    pub fn ask(&self, words: &[&str]) -> String {
        let output =
            Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn is_running(&self) -> bool {
        self.child.is_some()
    }

    /// Ends it as a crash does; what it held is lost.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn restart(&mut self) {
        assert!(self.launch(), "port {} was taken in between", self.port);
    }

    /// It keeps its connections and answers nothing.
    pub fn hang(&self) {
        hang(self.id());
    }

    pub fn go_on(&self) {
        kill_process(self.id(), Signal::CONT).unwrap();
    }

    fn id(&self) -> Pid {
        let id = self.child.as_ref().and_then(|child| Pid::from_raw(i32::try_from(child.id()).ok()?));
        id.expect("it runs")
    }

    fn launch(&mut self) -> bool {
        let port = self.port.to_string();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"]);
        command.arg(self.folder.path()).args(&self.arguments);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.expect(
            "redis-server is not installed; ./scripts/test installs what the tests need and runs them",
        );
        let child = self.child.insert(child);
        let answers = within(Duration::from_secs(20), || match child.try_wait().unwrap() {
            Some(_) => Some(false),
            None => answers_a_ping(self.port).then_some(true),
        });
        answers == Some(true)
    }
}

fn answers_a_ping(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = [0; 5];
    let patience = Some(Duration::from_secs(1));
    stream.set_read_timeout(patience).is_ok()
        && stream.write_all(b"PING\r\n").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        // One that asks for a password is up as well.
        && matches!(&answer, b"+PONG" | b"-NOAU")
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
