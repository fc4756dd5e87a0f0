//! A private PostgreSQL server for tests: a fresh cluster in a temporary folder, on a free port of the loopback.
//!
//! It is started once for a test binary and gives each test a database of its own. It ends with the value that holds it,
//! and with the process if that is killed. Nothing of it is durable: `fsync` is off.

use std::io::{Error, Result};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tempfile::TempDir;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Newest first: what Debian and others install, then the PATH.
const FOLDERS: [&str; 6] = [
    "/usr/lib/postgresql/18/bin",
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/15/bin",
    "/usr/local/bin",
    "/usr/bin",
];

pub struct Postgres {
    folder: TempDir,
    binaries: PathBuf,
    port: u16,
    server: Option<Child>,
    databases: AtomicU32,
}

impl Postgres {
    /// # Errors
    /// When the server's programs are not installed, or it does not come up.
    pub fn start() -> Result<Self> {
        let binaries = FOLDERS.iter().map(PathBuf::from).find(|folder| folder.join("initdb").exists());
        let binaries = binaries.ok_or_else(|| {
            Error::other(
                "PostgreSQL is not installed; ./scripts/test installs what the tests need and runs them",
            )
        })?;
        let folder = crate::scratch::folder()?;
        // The server's user makes its own folder in here.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = Self { folder, binaries, port, server: None, databases: AtomicU32::new(0) };
        let mut initdb = postgres.command("initdb");
        initdb.arg("-D").arg(postgres.data());
        run(initdb.args([
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]))?;
        postgres.restart()?;
        Ok(postgres)
    }

    /// Starts the server again, on the same data and port.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data()).args(["-p", &self.port.to_string(), "-h", "127.0.0.1"]);
        // Commits stay synchronous: else a vacuum would leave fresh rows for later, and plans would differ from run to run.
        server.args(["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off"]);
        server.args(["-c", "shared_buffers=32MB", "-c", "max_connections=200"]);
        self.server = Some(server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        let deadline = Instant::now() + START_TIMEOUT;
        while run(self.command("pg_isready").args(["-h", "127.0.0.1", "-p", &self.port.to_string()])).is_err()
        {
            if Instant::now() > deadline {
                return Err(Error::other("PostgreSQL did not come up"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Ends the server at once, as a crash would.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            rustix::process::kill_process(pid(&server)?, Signal::QUIT)?;
            server.wait()?;
        }
        Ok(())
    }

    /// Makes every process of the server stand still: connections stay open, and nothing answers.
    pub fn pause(&self) -> Result<()> {
        self.signal_all(Signal::STOP)
    }

    pub fn resume(&self) -> Result<()> {
        self.signal_all(Signal::CONT)
    }

    /// Makes an empty database, and answers its URL.
    pub fn create_database(&self) -> Result<String> {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        run(self.command("createdb").args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", &name]))?;
        Ok(format!("postgres://postgres@127.0.0.1:{port}/{name}"))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server refuses to run as root, and ends when the thread that started it does.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if rustix::process::geteuid().is_root() {
            command.args(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
        }
        command.arg("--").arg(self.binaries.join(program)).current_dir(self.folder.path());
        command
    }

    fn signal_all(&self, signal: Signal) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        let children =
            std::fs::read_dir("/proc")?.filter_map(|entry| child_of(server.id(), &entry.ok()?.path()));
        for process in children.chain([pid(server)?]) {
            // A child may have ended meanwhile.
            let _ = rustix::process::kill_process(process, signal);
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.resume();
        let _ = self.stop();
    }
}

fn pid(process: &Child) -> Result<Pid> {
    i32::try_from(process.id())
        .ok()
        .and_then(Pid::from_raw)
        .ok_or_else(|| Error::other("a process without an id"))
}

/// The process of a folder in `/proc`, if `parent` started it.
fn child_of(parent: u32, folder: &Path) -> Option<Pid> {
    let process = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name stands in parentheses and may hold anything; the state and the parent follow it.
    let is_child = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse() == Ok(parent);
    is_child.then(|| Pid::from_raw(process))?
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::other(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))))
}
