//! The `nameplate` binary: its command line, its configuration, the wiring of the rooms, and their lifecycle. Rules live
//! in the rooms.

mod command;
mod config;
mod contact;
mod demo;
mod discord;
mod files;
mod logs;
mod node;
mod parts;
mod signals;
mod system;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;
use crate::config::Flags;

// Without huge pages: with them the kernel gives two megabytes where a few kilobytes are used, twice the memory at rest.
#[cfg(not(debug_assertions))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Profile pages that are alive: presence, music, share cards and uploads on your own server.
///
/// Start with `nameplate demo` to look around, or `nameplate serve` to run an instance. Settings come from defaults,
/// then nameplate.toml, then NAMEPLATE_* in the environment, then flags.
#[derive(Parser)]
#[command(version, max_term_width = 100, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    flags: Flags,
}

/// 0 for success, 1 for a failure, 2 (clap's) for a command line that makes no sense.
fn main() -> ExitCode {
    let cli = Cli::parse();
    match command::run(cli.command, &cli.flags) {
        Ok(code) => code,
        Err(error) => {
            terminal::fail(&error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
