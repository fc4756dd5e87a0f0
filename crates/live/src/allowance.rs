//! How often something may happen: rate limits (A8), and the windows in which a view or a play counts once (P3, M5),
//! which are the same thing with a limit of one.
//!
//! A window opens with the first thing counted in it and is over when its period has passed. The table is bounded: what
//! is over makes room first, then what is oldest.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use nameplate_core::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::latest::lock;

/// So many in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub period: Duration,
}

impl Allowance {
    pub const fn new(limit: u32, period: Duration) -> Self {
        Self { limit, period }
    }
}

/// The answer to one request for an allowance, with what the `X-RateLimit-*` headers say (A8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    pub limit: u32,
    pub remaining: u32,
    /// When the window is over.
    pub reset_at: Timestamp,
    now: Timestamp,
}

impl Verdict {
    pub(crate) fn new(
        allowance: Allowance,
        allowed: bool,
        (since, count): (Timestamp, u32),
        now: Timestamp,
    ) -> Self {
        let remaining = allowance.limit.saturating_sub(count);
        Self { allowed, limit: allowance.limit, remaining, reset_at: since.plus(allowance.period), now }
    }

    /// `X-RateLimit-Reset`: Unix seconds, rounded up, so that who waits for it is let in.
    pub fn reset_seconds(&self) -> i64 {
        (self.reset_at.as_millis() + 999).div_euclid(1000)
    }

    /// `Retry-After`: whole seconds, at least one.
    pub fn retry_after_seconds(&self) -> u64 {
        (self.reset_at.since(self.now).as_millis() as u64).div_ceil(1000).max(1)
    }
}

/// What is counted: a name for the kind of thing, and the parts that tell one from another, hashed to a fixed length.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 16]);

impl Key {
    pub(crate) fn new(kind: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new_with_prefix(kind);
        for part in parts {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut key = [0; 16];
        key.iter_mut().zip(hash.finalize()).for_each(|(slot, byte)| *slot = byte);
        Self(key)
    }

    pub(crate) fn to_hex(self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.0))
    }
}

const SHARDS: usize = 16;

/// The windows that are open on this node.
pub(crate) struct Table {
    shards: [Mutex<Windows>; SHARDS],
    per_shard: usize,
}

#[derive(Default)]
struct Windows {
    open: HashMap<Key, Window>,
    /// In the order of opening. A key may stand here twice; only the place with its window's own start counts.
    order: VecDeque<(Timestamp, Key)>,
}

struct Window {
    since: Timestamp,
    period: Duration,
    count: u32,
}

impl Window {
    /// Whether `at` lies outside. A moment long before the start can only come from a clock that was set back.
    fn is_over(&self, at: Timestamp) -> bool {
        at.since(self.since) >= self.period || self.since.since(at) >= self.period
    }
}

impl Table {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), per_shard: capacity.div_ceil(SHARDS) }
    }

    pub(crate) fn take(&self, key: Key, allowance: Allowance, at: Timestamp) -> Verdict {
        #[expect(clippy::indexing_slicing, reason = "a remainder is below its divisor, the number of shards")]
        let shard = &self.shards[usize::from(key.0[0]) % SHARDS];
        let (allowed, window) = lock(shard).take(key, allowance, at, self.per_shard);
        Verdict::new(allowance, allowed, window, at)
    }
}

impl Windows {
    fn take(
        &mut self,
        key: Key,
        allowance: Allowance,
        at: Timestamp,
        capacity: usize,
    ) -> (bool, (Timestamp, u32)) {
        if self.open.get(&key).is_none_or(|window| window.is_over(at)) {
            self.make_room(at, capacity);
            self.open.insert(key, Window { since: at, period: allowance.period, count: 0 });
            self.order.push_back((at, key));
        }
        let Some(window) = self.open.get_mut(&key) else { return (false, (at, 0)) };
        let allowed = window.count < allowance.limit;
        window.count += u32::from(allowed);
        (allowed, (window.since, window.count))
    }

    fn make_room(&mut self, at: Timestamp, capacity: usize) {
        while let Some((since, key)) = self.order.front().copied() {
            let own = self.open.get(&key).filter(|window| window.since == since);
            if own.is_some_and(|window| !window.is_over(at)) && self.order.len() < capacity {
                return;
            }
            if own.is_some() {
                self.open.remove(&key);
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> Key {
        Key::new("view", &[&number.to_le_bytes()])
    }

    const ONCE: Allowance = Allowance::new(1, Duration::from_secs(30));

    #[test]
    fn parts_cannot_be_moved_from_one_to_the_next() {
        assert!(Key::new("view", &[b"ab", b"c"]) != Key::new("view", &[b"a", b"bc"]));
        assert!(Key::new("view", &[b"ab", b"c"]) == Key::new("view", &[b"ab", b"c"]));
        assert!(Key::new("view", &[b"ab"]) != Key::new("play", &[b"ab"]));
    }

    /// P3
    #[test]
    fn a_flood_of_visitors_takes_no_more_room_than_there_is() {
        let table = Table::new(1600);
        for number in 0..50_000 {
            assert!(table.take(key(number), ONCE, Timestamp::from_millis(i64::from(number) / 1000)).allowed);
        }
        for shard in &table.shards {
            let shard = lock(shard);
            assert!(shard.open.len() <= 100 && shard.order.len() <= 100);
        }
        assert!(
            !table.take(key(49_999), ONCE, Timestamp::from_millis(60)).allowed,
            "the newest is still known"
        );
    }

    /// P3
    #[test]
    fn windows_that_are_over_make_room() {
        let table = Table::new(16_000);
        for number in 0..1000 {
            table.take(key(number), ONCE, Timestamp::from_millis(0));
        }
        for number in 1000..2000 {
            table.take(key(number), ONCE, Timestamp::from_millis(30_000));
        }
        assert_eq!(table.shards.iter().map(|shard| lock(shard).open.len()).sum::<usize>(), 1000);
    }

    /// P3, A8
    #[test]
    fn of_many_at_once_exactly_the_allowed_ones_pass() {
        let table = Table::new(1000);
        let passed = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let verdict = table.take(
                            key(1),
                            Allowance::new(20, Duration::from_secs(30)),
                            Timestamp::from_millis(5),
                        );
                        passed.fetch_add(u32::from(verdict.allowed), std::sync::atomic::Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 20);
    }
}
