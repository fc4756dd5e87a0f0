//! A PostgreSQL server of the benchmark's own, tuned by `bench/peers/postgresql.conf`. Its databases are kept for the next
//! run: millions of rows take minutes to write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use rustix::process::Signal;

use crate::peers::configure;
use crate::server::{Server, free_address, pinned_as};

/// The server refuses to run as root, and its user may not look into the repository: then it lives here.
const FOLDER_OF_ROOT: &str = "/var/tmp/nameplate-bench-postgres";
const AS_POSTGRES: [&str; 5] = ["--reuid", "postgres", "--regid", "postgres", "--init-groups"];

pub(crate) struct Postgres {
    pub server: Server,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    pub(crate) fn start(core: usize, folder: &Path) -> anyhow::Result<Self> {
        let programs = programs()?;
        let is_root = rustix::process::geteuid().is_root();
        let folder = if is_root { PathBuf::from(FOLDER_OF_ROOT) } else { folder.join("postgres") };
        let rights: &[&str] = if is_root { &AS_POSTGRES } else { &[] };
        fs::create_dir_all(&folder)?;
        // The server's user makes its own folder in here.
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o777))?;
        let data = folder.join("data");
        if !data.join("PG_VERSION").exists() {
            let mut initdb = pinned_as(rights, core, programs.join("initdb"));
            initdb.arg("-D").arg(&data).args(["-U", "postgres", "--auth=trust", "--encoding=UTF8"]);
            run(initdb.args(["--locale=C.UTF-8", "--no-sync"]).current_dir(&folder))?;
        }
        let (address, configuration) = (free_address()?, folder.join("postgresql.conf"));
        configure("postgresql.conf", &configuration, &[("folder", &folder.display().to_string())])?;
        let mut command = pinned_as(rights, core, programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-p").arg(address.port().to_string()).current_dir(&folder);
        command.arg("-c").arg(format!("config_file={}", configuration.display()));
        command.arg("-c").arg(format!("hba_file={}", data.join("pg_hba.conf").display()));
        command.arg("-c").arg(format!("ident_file={}", data.join("pg_ident.conf").display()));
        let log = folder.join("server.log");
        let ready = || {
            let mut probe = Command::new(programs.join("pg_isready"));
            probe.args(["-q", "-h", "127.0.0.1", "-p", &address.port().to_string()]);
            probe.status().is_ok_and(|status| status.success())
        };
        let server = Server::start(command, &log, Signal::INT, ready)?;
        Ok(Self { server, programs, folder, port: address.port() })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn has(&self, database: &str) -> anyhow::Result<bool> {
        let found =
            self.ask("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{database}'"))?;
        Ok(found.trim() == "1")
    }

    pub(crate) fn create(&self, database: &str) -> anyhow::Result<()> {
        self.ask("postgres", &format!("CREATE DATABASE {database}")).map(drop)
    }

    /// A database that holds something complete has this name; one that is being filled has another.
    pub(crate) fn rename(&self, from: &str, to: &str) -> anyhow::Result<()> {
        self.ask("postgres", &format!("ALTER DATABASE {from} RENAME TO {to}")).map(drop)
    }

    pub(crate) fn drop(&self, database: &str) -> anyhow::Result<()> {
        self.ask("postgres", &format!("DROP DATABASE IF EXISTS {database}")).map(drop)
    }

    /// Runs statements, and answers their rows as text.
    pub(crate) fn ask(&self, database: &str, statements: &str) -> anyhow::Result<String> {
        let mut psql = self.client("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statements]);
        run(&mut psql)
    }

    /// One of PostgreSQL's programs, told where the server is.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string()]);
        command.current_dir(&self.folder);
        command
    }
}

/// The newest of the versions that are installed.
fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).max();
    let version = newest.context("PostgreSQL is not installed")?;
    Ok(format!("/usr/lib/postgresql/{version}/bin").into())
}

/// Runs a command to its end, and answers what it printed.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
