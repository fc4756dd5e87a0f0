//! What a run is asked for.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Runs Nameplate and its peers in turn on this machine, and prints how they compare.
///
/// The server has core 0, the client core 1. Ratios belong to the run; absolute figures belong to the machine.
#[derive(Parser)]
#[command(name = "scripts/bench", args_override_self = true)]
pub(crate) struct Options {
    /// What to measure; everything when left out
    pub works: Vec<Work>,
    /// How often each contestant has its turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Seconds of each turn, after a warm-up of a quarter of it
    #[arg(long, default_value_t = 4.0)]
    pub seconds: f64,
    /// Nameplate's program, built with --release
    #[arg(long)]
    pub binary: PathBuf,
    /// The folder for the peers' packages, the instances' data and the logs
    #[arg(long)]
    pub folder: PathBuf,
    /// Profiles among which pages are picked at random
    #[arg(long, default_value_t = 100_000)]
    pub profiles: usize,
    /// Uploads in the database, 50 for each user; the target speaks of 5,000,000
    #[arg(long, default_value_t = 1_000_000)]
    pub uploads: usize,
    /// Open streams of one process; what the file limit does not allow is left out
    #[arg(long, default_value_t = 18_000)]
    pub viewers: usize,
    /// Streams that stay idle over several processes, whose pings are timed; 0 leaves that out
    #[arg(long, default_value_t = 50_000)]
    pub idle: usize,
    /// Where the results are written; nowhere when left out
    #[arg(long)]
    pub results: Option<PathBuf>,
    /// Used by the benchmark itself: holds idle streams in a process of its own
    #[arg(long, hide = true)]
    pub hold: Option<String>,
}

/// One group of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Work {
    /// Profile pages, beside nginx and Express
    Page,
    /// Presence snapshots, beside Redis
    Snapshot,
    /// `GET /users/{id}`, beside nginx, pgbench and Express
    Account,
    /// Memory of open streams, beside nchan, and pings
    Streams,
    /// Changes to many viewers and on many topics, beside nchan
    Fanout,
    /// Share cards, beside satori and takumi
    Card,
    /// Music through the proxy, beside nginx
    Music,
    /// From the start to the first answer, beside nginx
    Start,
    /// Memory of an idle instance
    Memory,
}
