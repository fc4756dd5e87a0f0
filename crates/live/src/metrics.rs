//! What the streams and the leases are doing, as plain numbers; the binary gives them their names and their format.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) streams_refused: Counter,
    pub(crate) events_pushed: Counter,
    pub(crate) events_conflated: Counter,
    pub(crate) lease_expiries: Counter,
    pub(crate) entries_refused: Counter,
    pub(crate) redis_failures: Counter,
    pub(crate) redis_outages: Counter,
}

/// A reading of everything at one moment. `streams_open`, `entries`, `topics` and `redis_up` go up and down, the rest
/// only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    pub streams_open: u64,
    /// Streams that a cap turned away with one snapshot (E8).
    pub streams_refused: u64,
    /// Events handed to streams, the first of each stream included.
    pub events_pushed: u64,
    /// Changes that a slow reader skipped (E3).
    pub events_conflated: u64,
    /// Entries under lease.
    pub entries: u64,
    /// Entries that nobody renewed in time (S3).
    pub lease_expiries: u64,
    /// Writes that found the cache full.
    pub entries_refused: u64,
    /// Users about whom something is held: an entry or a viewer.
    pub topics: u64,
    /// Whether Redis is in reach; `None` when everything lives in this process.
    pub redis_up: Option<bool>,
    /// Requests to Redis that failed, timed out or were not tried because it is away.
    pub redis_failures: u64,
    /// How often Redis was lost.
    pub redis_outages: u64,
}
