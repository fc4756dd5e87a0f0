//! The benchmark: Nameplate beside what its users would pick instead, on the same work in the same run.
//!
//! `scripts/bench` installs the peers and starts this program, which has one file for each work (`work/`). Servers run on
//! one core and the client on the other; contestants take turns; each answer is checked before anything is timed.
//! Nothing is asserted about time: the result is a table.

mod cards;
mod http;
mod kept;
mod listeners;
mod load;
mod machine;
mod nameplate;
mod options;
mod peers;
mod postgres;
mod publisher;
mod readings;
mod report;
mod series;
mod server;
mod sockets;
mod stage;
mod viewers;
mod work;
mod world;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};

use crate::options::{Options, Work};
use crate::server::{CLIENT_CORE, pin};

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.hold {
        Some(order) => pin(CLIENT_CORE).and_then(|()| work::pings::hold(order)),
        None => run(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut options: Options) -> anyhow::Result<()> {
    options.binary = options.binary.canonicalize().with_context(|| options.binary.display().to_string())?;
    std::fs::create_dir_all(&options.folder)?;
    options.folder = options.folder.canonicalize()?;
    pin(CLIENT_CORE)?;
    report::prepare(options.results.as_deref())?;
    let works = if options.works.is_empty() { Work::value_variants() } else { &options.works };
    for work in works {
        eprintln!("{work:?}");
        let section = work::run(*work, &options).with_context(|| format!("{work:?}"))?;
        report::publish(&section, &options)?;
    }
    Ok(())
}
