//! What this process knows of everybody's presence, and who is watching.
//!
//! Every record has a version, so that news may arrive twice and in any order: the highest version wins. Every record
//! has a deadline, kept in order, so that a lease ends on time without a timer of its own (S3). Leases are written
//! and read here and nowhere else; carrying them between nodes is left to [`crate::carrier`].

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use nameplate_core::id::UserId;
use nameplate_core::time::{Clock, Timestamp};

use crate::crowd::Crowds;
use crate::entry::Entry;
use crate::latest::{Latest, Reader, Wakers, lock};
use crate::metrics::Counters;

/// Readers of different users rarely wait for each other.
const SHARDS: usize = 64;
/// 262,144 records in all; beyond them new users are refused until others leave.
const RECORDS_PER_SHARD: usize = 4096;

/// What was last heard of a user. No entry means that it was taken away; that is remembered as long as a lease, so that
/// an older write which is still on its way cannot bring it back.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) version: u64,
    pub(crate) expires_at: Timestamp,
    pub(crate) entry: Option<Arc<Entry>>,
    /// Whether it was written on this node, which then has to bring it back to a Redis that lost it.
    pub(crate) is_own: bool,
}

impl Record {
    /// The snapshot as JSON; nothing when it was taken away.
    pub(crate) fn json(&self) -> Bytes {
        self.entry.as_ref().map_or_else(Bytes::new, |entry| entry.json())
    }
}

#[derive(Default)]
struct Topic {
    record: Option<Record>,
    /// There while somebody watches.
    viewed: Option<Viewed>,
}

struct Viewed {
    viewers: usize,
    latest: Arc<Latest<Option<Arc<Entry>>>>,
}

#[derive(Default)]
struct Shard {
    topics: HashMap<UserId, Topic>,
    deadlines: BTreeSet<(Timestamp, UserId)>,
}

pub(crate) struct Hub {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    crowds: Crowds,
    clock: Arc<dyn Clock>,
    counters: Arc<Counters>,
}

impl Hub {
    pub(crate) fn new(clock: Arc<dyn Clock>, counters: Arc<Counters>) -> Arc<Self> {
        let shards = std::array::from_fn(|_| Mutex::default());
        Arc::new(Self { shards, hasher: RandomState::new(), crowds: Crowds::new(), clock, counters })
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder is below its divisor, the number of shards")]
    fn shard(&self, user: UserId) -> MutexGuard<'_, Shard> {
        lock(&self.shards[self.hasher.hash_one(user) as usize % SHARDS])
    }

    /// Writes a record of this node's own, newer than anything known here. The version is the time in microseconds, or
    /// one more than the known one, so that it also tends to be newer than what other nodes wrote before.
    pub(crate) fn write(&self, user: UserId, entry: Option<Arc<Entry>>) -> Option<Record> {
        let now = self.clock.now();
        let (record, wakers) = {
            let mut shard = self.shard(user);
            let known = shard
                .topics
                .get(&user)
                .and_then(|topic| topic.record.as_ref())
                .map_or(0, |record| record.version);
            let version = known.saturating_add(1).max(now.as_millis().max(0) as u64 * 1000);
            let record = Record { version, expires_at: now.plus(crate::LEASE), entry, is_own: true };
            let wakers = shard.apply(user, record.clone(), &self.counters)?;
            (record, wakers)
        };
        self.crowds.wake(wakers);
        Some(record)
    }

    /// Gives a record of this node's own a higher version, unless something newer has taken its place.
    pub(crate) fn raise(&self, user: UserId, version: u64, to: u64) -> Option<Record> {
        let mut shard = self.shard(user);
        let record =
            shard.topics.get_mut(&user)?.record.as_mut().filter(|record| record.version == version)?;
        record.version = to;
        Some(record.clone())
    }

    /// Takes over a record that came from elsewhere, if it is newer than the known one and not over.
    pub(crate) fn apply(&self, user: UserId, record: Record) {
        let mut shard = self.shard(user);
        // Behind the lock: a lease that was ended here a moment ago must not begin again.
        if record.expires_at <= self.clock.now() {
            return;
        }
        let wakers = shard.apply(user, record, &self.counters);
        drop(shard);
        self.crowds.wake(wakers.unwrap_or_default());
    }

    /// Forgets a user altogether: for a cache that no other node can write to.
    pub(crate) fn forget(&self, user: UserId) {
        let wakers = self.shard(user).forget(user);
        self.crowds.wake(wakers);
    }

    /// The record, expired or not, and whether anybody here watches that user.
    pub(crate) fn look(&self, user: UserId) -> (Option<Record>, bool) {
        let shard = self.shard(user);
        shard.topics.get(&user).map_or((None, false), |topic| (topic.record.clone(), topic.viewed.is_some()))
    }

    /// The entry, unless its lease has ended.
    pub(crate) fn get(&self, user: UserId) -> Option<Arc<Entry>> {
        let now = self.clock.now();
        let shard = self.shard(user);
        let record = shard.topics.get(&user)?.record.as_ref().filter(|record| record.expires_at > now)?;
        record.entry.clone()
    }

    pub(crate) fn subscribe(self: &Arc<Self>, user: UserId) -> Subscription {
        let mut shard = self.shard(user);
        let topic = shard.topics.entry(user).or_default();
        let entry = topic.record.as_ref().and_then(|record| record.entry.clone());
        let viewed = topic.viewed.get_or_insert_with(|| Viewed { viewers: 0, latest: Latest::new(entry) });
        viewed.viewers += 1;
        let (current, reader) = viewed.latest.subscribe();
        Subscription { current, reader, _seat: Seat { hub: Arc::clone(self), user } }
    }

    /// The users whose lease has ended by `now`.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<UserId> {
        let due = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            let due = shard.deadlines.iter().take_while(|(deadline, _)| *deadline <= now);
            due.map(|(_, user)| *user).collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(due).collect()
    }

    /// Ends the leases that ran out by `now` and tells those who watch (E4).
    pub(crate) fn expire(&self, now: Timestamp) {
        for shard in &self.shards {
            let mut wakers = Wakers::default();
            let mut shard = lock(shard);
            while let Some((_, user)) =
                shard.deadlines.first().copied().filter(|(deadline, _)| *deadline <= now)
            {
                let had_entry = shard.topics.get(&user).is_some_and(Topic::has_entry);
                self.counters.lease_expiries.add(u64::from(had_entry));
                wakers.append(shard.forget(user));
            }
            drop(shard);
            self.crowds.wake(wakers);
        }
    }

    /// Wakes the viewers of those who have many.
    pub(crate) async fn wake_crowds(&self) -> Infallible {
        self.crowds.run().await
    }

    /// Everybody about whom there is a record or a viewer.
    pub(crate) fn users(&self) -> Vec<UserId> {
        self.shards.iter().flat_map(|shard| lock(shard).topics.keys().copied().collect::<Vec<_>>()).collect()
    }

    pub(crate) fn users_with_entry(&self) -> Vec<UserId> {
        let with_entry = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            let users = shard.topics.iter().filter(|(_, topic)| topic.has_entry()).map(|(user, _)| *user);
            users.collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(with_entry).collect()
    }

    /// The numbers of topics and of entries.
    pub(crate) fn count(&self) -> (usize, usize) {
        self.shards.iter().fold((0, 0), |(topics, entries), shard| {
            let shard = lock(shard);
            let with_entry = shard.topics.values().filter(|topic| topic.has_entry()).count();
            (topics + shard.topics.len(), entries + with_entry)
        })
    }

    fn leave(&self, user: UserId) {
        let mut shard = self.shard(user);
        let Some(topic) = shard.topics.get_mut(&user) else { return };
        if let Some(viewed) = &mut topic.viewed {
            viewed.viewers -= 1;
            if viewed.viewers == 0 {
                topic.viewed = None;
            }
        }
        if topic.is_idle() {
            shard.topics.remove(&user);
        }
    }
}

impl Topic {
    fn has_entry(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.entry.is_some())
    }

    fn is_idle(&self) -> bool {
        self.record.is_none() && self.viewed.is_none()
    }

    /// Sets the record; streams hear of it only when it says something else than before.
    fn set(&mut self, record: Option<Record>) -> Wakers {
        let entry = record.as_ref().and_then(|record| record.entry.clone());
        let old = std::mem::replace(&mut self.record, record).and_then(|record| record.entry);
        let Some(viewed) = &self.viewed else { return Wakers::default() };
        let is_same = match (&old, &entry) {
            (Some(old), Some(new)) => old.says_the_same(new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if is_same {
            viewed.latest.replace(entry);
            return Wakers::default();
        }
        viewed.latest.publish(entry)
    }
}

impl Shard {
    /// `None` when the record is not newer than the known one, or when there is no room for it.
    fn apply(&mut self, user: UserId, record: Record, counters: &Counters) -> Option<Wakers> {
        let known = self.topics.get(&user).and_then(|topic| topic.record.as_ref());
        match known.map(|known| (known.version, known.expires_at)) {
            Some((version, _)) if version >= record.version => return None,
            Some((_, deadline)) => {
                self.deadlines.remove(&(deadline, user));
            }
            None if self.deadlines.len() >= RECORDS_PER_SHARD => {
                counters.entries_refused.add(1);
                return None;
            }
            None => {}
        }
        self.deadlines.insert((record.expires_at, user));
        Some(self.topics.entry(user).or_default().set(Some(record)))
    }

    fn forget(&mut self, user: UserId) -> Wakers {
        let Some(topic) = self.topics.get_mut(&user) else { return Wakers::default() };
        if let Some(record) = &topic.record {
            self.deadlines.remove(&(record.expires_at, user));
        }
        let wakers = topic.set(None);
        if topic.is_idle() {
            self.topics.remove(&user);
        }
        wakers
    }
}

/// One viewer of one user: the entry at the start, then the newest after each change.
pub struct Subscription {
    current: Option<Arc<Entry>>,
    reader: Reader<Option<Arc<Entry>>>,
    // Last, so that the topic is left after the reader has given its seat back.
    _seat: Seat,
}

impl Subscription {
    /// The entry last read here; `None` stands for offline.
    pub fn current(&self) -> Option<&Arc<Entry>> {
        self.current.as_ref()
    }

    /// Ready with the number of changes skipped once [`Self::current`] is a newer one.
    pub(crate) fn poll_changed(&mut self, context: &Context<'_>) -> Poll<u64> {
        self.reader.poll_next(context).map(|(entry, skipped)| {
            self.current = entry;
            skipped
        })
    }

    /// Reads once more, for a change that came right after the subscription.
    pub(crate) fn catch_up(&mut self) {
        let _ = self.poll_changed(&Context::from_waker(Waker::noop()));
    }

    /// Waits for a change and gives the newest entry.
    pub async fn changed(&mut self) -> Option<Arc<Entry>> {
        std::future::poll_fn(|context| self.poll_changed(context)).await;
        self.current.clone()
    }
}

/// A viewer's place, given back when dropped.
struct Seat {
    hub: Arc<Hub>,
    user: UserId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.leave(self.user);
    }
}
