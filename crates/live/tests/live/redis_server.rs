//! A real Redis server process on loopback, which a test may kill, hang and start again.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

pub struct RedisServer {
    port: u16,
    directory: tempfile::TempDir,
    child: Option<Child>,
}

impl RedisServer {
    pub fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = Self { port: 0, directory, child: None };
        for _ in 0..100 {
            server.port = next_port();
            if server.launch() {
                return server;
            }
        }
        panic!("redis-server found no free port");
    }

    /// A place for a server that is not there yet.
    pub fn absent() -> Self {
        let mut server = Self::start();
        server.kill();
        server
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/3", self.port)
    }

    /// Ends it as a crash does; what it held is lost.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn restart(&mut self) {
        assert!(self.launch(), "port {} was taken in between", self.port);
    }

    /// It keeps its connections and answers nothing.
    pub fn hang(&self) {
        self.signal("STOP");
    }

    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Sends one command past Nameplate.
    pub async fn command(&self, words: &[&[u8]]) -> redis::Value {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::Cmd::new();
        command.arg(words);
        command.query_async(&mut connection).await.unwrap()
    }

    fn launch(&mut self) -> bool {
        let mut child = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--port",
                &self.port.to_string(),
            ])
            .arg("--dir")
            .arg(self.directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server must be installed; ./scripts/test installs it");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let is_up = output.by_ref().lines().any(|line| line.unwrap().contains("Ready to accept connections"));
        if !is_up {
            child.wait().unwrap();
            return false;
        }
        // It must never find its output full or closed.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        self.child = Some(child);
        true
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

/// A port below those that the system gives to outgoing connections: a client that looks for a server which is away must
/// not get the server's own port, or it would talk to itself and keep the server out.
fn next_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(101);
    20_000 + (start.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)) % 12_000) as u16
}
