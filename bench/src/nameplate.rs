//! Ours: an instance with a folder of its own, and a process that serves it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use rustix::process::Signal;
use serde_json::Value;

use crate::http::{self, Connection};
use crate::server::{Server, pinned};

/// Settings stay at their defaults but for addresses, the database and what a work needs.
pub(crate) struct Instance {
    binary: PathBuf,
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
}

/// A running instance.
pub(crate) struct Node {
    pub server: Server,
    pub listen: SocketAddr,
    pub internal: SocketAddr,
}

impl Instance {
    /// One that has what an earlier run left in the folder.
    pub(crate) fn at(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let settings = vec![
            ("NAMEPLATE_DATA_DIR", folder.join("data").display().to_string()),
            ("NAMEPLATE_LISTEN", "127.0.0.1:0".into()),
            ("NAMEPLATE_INTERNAL_LISTEN", "127.0.0.1:0".into()),
            // Links in pages must not change with the port.
            ("NAMEPLATE_PUBLIC_URL", "http://localhost:8080".into()),
        ];
        Ok(Self { binary: binary.into(), folder: folder.into(), settings })
    }

    /// An empty one.
    pub(crate) fn fresh(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        Self::at(binary, folder)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// Its database when none is set.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("data/nameplate.db")
    }

    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    /// Puts a picture where an uploaded avatar or banner lies; `key` is its path on the file host.
    pub(crate) fn store_picture(&self, key: &str, picture: &Path) -> anyhow::Result<()> {
        let path = self.folder.join("data/blobs").join(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(picture, &path).with_context(|| path.display().to_string()).map(drop)
    }

    /// `nameplate import`.
    pub(crate) fn import(&self, world: &Value) -> anyhow::Result<()> {
        let file = self.folder.join("world.json");
        fs::write(&file, serde_json::to_vec(world)?)?;
        let mut command = Command::new(&self.binary);
        self.surround(&mut command);
        let output = command.arg("import").arg(&file).stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "import: {}", String::from_utf8_lossy(&output.stderr));
        Ok(fs::remove_file(file)?)
    }

    /// Serves on one core, as an operator would with `taskset`.
    pub(crate) fn start(&self, core: usize) -> anyhow::Result<Node> {
        let ready = self.folder.join("ready.json");
        let _ = fs::remove_file(&ready);
        let mut command = pinned(core, &self.binary);
        self.surround(&mut command);
        command.arg("serve").arg("--ready-file").arg(&ready);
        // Its data is thrown away, so it need not take its leave from thousands of streams.
        let server = Server::start(command, &self.folder.join("serve.log"), Signal::KILL, || ready.exists())?;
        let addresses: Value = serde_json::from_slice(&fs::read(&ready)?)?;
        let address = |name: &str| -> anyhow::Result<SocketAddr> {
            Ok(addresses.get(name).and_then(Value::as_str).context("the ready file")?.parse()?)
        };
        Ok(Node { listen: address("listen")?, internal: address("internal")?, server })
    }

    /// Gives a command the instance's settings and nothing else.
    pub(crate) fn surround(&self, command: &mut Command) {
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.envs(self.settings.iter().map(|(name, value)| (name, value))).current_dir(&self.folder);
    }
}

impl Node {
    /// Writes presences as any source of them would, so that none runs out during the next five minutes.
    pub(crate) fn put_presences<'a>(&self, users: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.internal)?;
        for user in users {
            let answer = connection.ask(&put_presence(user, "An endgame"))?;
            ensure!(answer.status == 204, "PUT /presence/{user}: {}", answer.status);
        }
        Ok(())
    }
}

/// A change of a user's presence.
pub(crate) fn put_presence(user: &str, details: &str) -> Vec<u8> {
    http::send("PUT", &format!("/presence/{user}"), "", &snapshot(details))
}

/// What is published, to us and to peers alike.
pub(crate) fn snapshot(details: &str) -> String {
    format!(
        r#"{{"status":"online","activity":{{"name":"Chess","type":0,"details":"{details}","state":"Rapid, 10 minutes","startedAt":1780000000000}}}}"#
    )
}
