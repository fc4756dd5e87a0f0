//! The commands, a file each.

mod admin;
mod check;
mod config;
mod export;
pub(crate) mod import;
mod listen;
mod migrate;
mod music;
mod openapi;
mod serve;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use crate::config::{Flags, Settings, environment, load};
use crate::{demo, logs};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run an instance
    Serve(serve::Serve),
    /// Run the Discord listener alone, beside nodes that share a Redis with it
    Listen(listen::Listen),
    /// Look around: a throw-away instance with living sample pages
    Demo(demo::Demo),
    /// Run the music worker: serve a folder of audio files by their ISRC tags
    Music(music::Music),
    /// Read an instance from a file: existing rows with the same id are replaced
    Import(import::Import),
    /// Write the instance as one file, on standard output unless --output is given. It holds keys
    Export(export::Export),
    /// Create users and keys, publish, suspend, grant plans and badges, verify domains
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Bring the database's tables up to date; serve does so by itself
    Migrate,
    /// Print the effective settings, secrets masked
    Config,
    /// Check the data folder, database, Redis, files, ports, clock and fonts, and say what to do
    Doctor,
    /// Print the OpenAPI document
    Openapi,
    /// Print a JSON Schema
    Schema {
        /// Of the import file, or of a profile's content
        #[arg(value_enum)]
        of: openapi::Schema,
    },
}

pub(crate) fn run(command: Command, flags: &Flags) -> anyhow::Result<ExitCode> {
    match command {
        Command::Openapi => openapi::document(),
        Command::Schema { of } => openapi::schema(of),
        Command::Config => config::print(&load(flags, &environment())?),
        Command::Serve(serve) => with_runtime(flags, |settings| serve.run(settings)),
        Command::Listen(listen) => with_runtime(flags, |settings| listen.run(settings)),
        Command::Demo(demo) => demo.run(flags),
        Command::Music(music) => with_runtime(flags, |settings| music.run(settings)),
        Command::Import(import) => with_runtime(flags, |settings| import.run(settings)),
        Command::Export(export) => with_runtime(flags, |settings| export.run(settings)),
        Command::Admin(admin) => with_runtime(flags, |settings| admin.run(settings)),
        Command::Migrate => with_runtime(flags, migrate::run),
        Command::Doctor => with_runtime(flags, check::doctor),
    }
}

/// Reads the settings, starts logging and runs a command to its end.
pub(crate) fn with_runtime<F>(flags: &Flags, command: impl FnOnce(Settings) -> F) -> anyhow::Result<ExitCode>
where
    F: Future<Output = anyhow::Result<ExitCode>>,
{
    let settings = load(flags, &environment())?;
    settings.check_sign_in()?;
    logs::start(&settings)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command(settings))
}

/// A path given on the command line, `-` for standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
