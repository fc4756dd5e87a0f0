//! The peers' servers. How each is configured stands in `bench/peers/`; here are only their starts.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use rustix::process::Signal;

use crate::server::{Server, free_address, pinned};

const CONFIGURATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// A file of `bench/peers/`.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(CONFIGURATIONS).join(name)
}

/// A peer that listens.
pub(crate) struct Peer {
    pub server: Server,
    pub address: SocketAddr,
}

/// Copies a configuration with its `{placeholders}` filled in.
pub(crate) fn configure(name: &str, to: &Path, values: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut text = fs::read_to_string(file(name)).with_context(|| name.to_owned())?;
    for (key, value) in values {
        text = text.replace(&format!("{{{key}}}"), value);
    }
    fs::write(to, text).with_context(|| to.display().to_string())
}

/// Starts nginx with one of our configurations. `folder` is its own.
pub(crate) fn nginx(
    core: usize,
    folder: &Path,
    configuration: &str,
    values: &[(&str, &str)],
) -> anyhow::Result<Peer> {
    fs::create_dir_all(folder)?;
    let (address, place) = (free_address()?, folder.display().to_string());
    let listen = address.to_string();
    let own = [("address", listen.as_str()), ("folder", place.as_str())];
    let path = folder.join("nginx.conf");
    configure(configuration, &path, &[&own, values].concat())?;
    let mut command = pinned(core, "/usr/sbin/nginx");
    command.arg("-p").arg(folder).arg("-c").arg(&path);
    let server = Server::listening(command, &folder.join("nginx.log"), Signal::INT, address)?;
    Ok(Peer { server, address })
}

/// nginx over static files: each a name and its bytes.
pub(crate) fn static_nginx(core: usize, folder: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<Peer> {
    let root = folder.join("root");
    fs::create_dir_all(&root)?;
    for (name, bytes) in files {
        fs::write(root.join(name), bytes)?;
    }
    nginx(core, folder, "nginx-static.conf", &[("root", &root.display().to_string())])
}

pub(crate) fn redis(core: usize, folder: &Path) -> anyhow::Result<Peer> {
    fs::create_dir_all(folder)?;
    let address = free_address()?;
    let path = folder.join("redis.conf");
    configure("redis.conf", &path, &[("port", &address.port().to_string())])?;
    let mut command = pinned(core, "/usr/bin/redis-server");
    command.arg(&path).current_dir(folder);
    let server = Server::listening(command, &folder.join("redis.log"), Signal::INT, address)?;
    Ok(Peer { server, address })
}

/// Starts one of our programs for Node.js; it gets its port as the first argument.
pub(crate) fn node(core: usize, packages: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<Peer> {
    let address = free_address()?;
    // Modules are looked for beside the program.
    fs::create_dir_all(packages)?;
    for entry in fs::read_dir(CONFIGURATIONS)? {
        let path = entry?.path();
        let is_program = path.extension().is_some_and(|extension| extension == "mjs" || extension == "ejs");
        if let Some(name) = path.file_name().filter(|_| is_program) {
            fs::copy(&path, packages.join(name))?;
        }
    }
    let mut command = pinned(core, "node");
    command.arg(packages.join(program)).arg(address.port().to_string()).args(arguments);
    command.env("NODE_ENV", "production").current_dir(packages);
    let log = packages.join(format!("{program}.log"));
    Ok(Peer { server: Server::listening(command, &log, Signal::INT, address)?, address })
}

/// The first line that a program prints about its version.
pub(crate) fn version(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("not installed").trim().to_owned()
}
