//! What is alive: presence leases and their fan-out to streams, shared counters, and news of changes.
//!
//! [`Live`] holds everything that must be the same on all nodes but is worth nothing after a restart. It works within
//! one process, or over Redis or Valkey for several; readers are served from this process's memory either way. It knows
//! neither profiles nor plans nor HTTP: whether somebody may see a presence, and what a request looks like, is decided
//! above.

mod admission;
mod allowance;
mod bus;
mod entry;
mod hub;
mod latest;
mod metrics;
mod pings;
mod salt;
mod stream;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::presence::{Presence, PresenceSnapshot};
use nameplate_core::time::{Clock, Entropy, Timestamp};
use tokio_util::sync::CancellationToken;

pub use crate::admission::StreamLimits;
pub use crate::allowance::{Allowance, Verdict};
pub use crate::bus::{Change, Changes};
pub use crate::entry::{Entry, NO_PRESENCE_BODY};
pub use crate::hub::Subscription;
pub use crate::metrics::Metrics;
pub use crate::salt::Salt;
pub use crate::stream::EventStream;

use crate::admission::Admission;
use crate::allowance::{Key, Table};
use crate::bus::Bus;
use crate::hub::Hub;
use crate::metrics::Counters;
use crate::pings::Pings;
use crate::salt::DailySalt;

/// How long an entry lives after its last write (S3).
pub const LEASE: Duration = Duration::from_secs(5 * 60);
/// How often [`Live::run`] looks at the clock.
const TICK: Duration = Duration::from_millis(250);
/// Windows held at once, for views and plays, and again for rate limits; at most about 20 MB each.
const WINDOWS: usize = 200_000;

/// Everything alive; a clone is the same one.
#[derive(Clone)]
pub struct Live(Arc<Inside>);

struct Inside {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    counters: Arc<Counters>,
    hub: Arc<Hub>,
    pings: Pings,
    admission: Arc<Admission>,
    windows: Table,
    limits: Table,
    salt: DailySalt,
    bus: Bus,
}

impl Live {
    pub fn in_process(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, streams: StreamLimits) -> Self {
        let counters = Arc::<Counters>::default();
        Self(Arc::new(Inside {
            pings: Pings::new(clock.now()),
            clock,
            entropy,
            hub: Hub::new(Arc::clone(&counters)),
            counters,
            admission: Admission::new(streams),
            windows: Table::new(WINDOWS),
            limits: Table::new(WINDOWS),
            salt: DailySalt::default(),
            bus: Bus::new(),
        }))
    }

    /// Keeps leases, pings and the link to Redis going until `stop` is cancelled. Streams only end while this runs: on
    /// shutdown call [`Self::drain`] first and cancel when they are gone.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.tick(self.0.clock.now()).await;
        }
    }

    /// Does what is due at `now`: ends leases, rings pings, ends streams. [`Self::run`] calls it four times a second.
    pub async fn tick(&self, now: Timestamp) {
        self.0.hub.expire(now);
        self.0.pings.tick(now);
    }

    /// Ends all streams, spread over that time (E8, W9).
    pub fn drain(&self, over: Duration) {
        self.0.pings.drain(self.0.clock.now(), over);
    }

    /// Writes a user's presence and starts its lease anew. Streams hear of it if it says something new (S3, E3).
    pub async fn put(&self, user: UserId, presence: Presence) {
        let now = self.0.clock.now();
        let entry = Entry::new(PresenceSnapshot { presence, updated_at: now });
        self.0.hub.write(user, Some(entry), now, 0);
    }

    /// Deletes a user's presence and tells the streams at once (S4, E4).
    pub async fn remove(&self, user: UserId) {
        self.0.hub.forget(user);
    }

    /// A user's presence, unless there is none or its lease has ended (S1, S3).
    pub async fn get(&self, user: UserId) -> Option<Arc<Entry>> {
        self.0.hub.get(user, self.0.clock.now())
    }

    /// Watches a user: subscribes first, then reads (E6).
    pub async fn subscribe(&self, user: UserId) -> Option<Subscription> {
        self.0.hub.subscribe(user)
    }

    /// The event stream for a viewer at `address`. `None` for a user stands for what is no user's id (E9). Over a cap
    /// it is one snapshot with an end (E8).
    pub async fn stream(&self, user: Option<UserId>, address: IpAddr) -> EventStream {
        let inside = &self.0;
        let place = inside.admission.admit(address).zip(inside.pings.join(&*inside.entropy));
        let Some((ticket, beats)) = place else {
            inside.counters.streams_refused.add(1);
            let entry = match user {
                Some(user) => self.get(user).await,
                None => None,
            };
            return EventStream::refused(entry::event_of(entry.as_ref()), &*inside.entropy);
        };
        let subscription = match user {
            Some(user) => self.subscribe(user).await,
            None => None,
        };
        let shared = (Arc::clone(&inside.entropy), Arc::clone(&inside.counters));
        EventStream::open(subscription, beats, ticket, shared)
    }

    /// Whether this is the first of its kind within `period` of the last one for which this said yes (P3, M5). `at` is
    /// when it happened.
    pub async fn is_first(&self, kind: &str, parts: &[&[u8]], period: Duration, at: Timestamp) -> bool {
        self.0.windows.take(Key::new(kind, parts), Allowance::new(1, period), at).allowed
    }

    /// Takes one from the allowance that an owner has for an action (A8).
    pub async fn take(&self, action: &str, owner: &[u8], allowance: Allowance) -> Verdict {
        self.0.limits.take(Key::new(action, &[owner]), allowance, self.0.clock.now())
    }

    /// Today's salt for visitor keys (P4).
    pub async fn visitor_salt(&self) -> Salt {
        let day = self.0.clock.now().day();
        self.0.salt.of(day, &*self.0.entropy).salt
    }

    /// Tells every node what to forget (P9).
    pub async fn publish(&self, change: Change) {
        self.0.bus.publish(change);
    }

    /// Hears what to forget.
    pub fn changes(&self) -> Changes {
        self.0.bus.subscribe()
    }

    pub fn metrics(&self) -> Metrics {
        let counters = &self.0.counters;
        let (topics, entries) = self.0.hub.count();
        Metrics {
            streams_open: self.0.admission.open() as u64,
            streams_refused: counters.streams_refused.get(),
            events_pushed: counters.events_pushed.get(),
            events_conflated: counters.events_conflated.get(),
            entries: entries as u64,
            lease_expiries: counters.lease_expiries.get(),
            entries_refused: counters.entries_refused.get(),
            topics: topics as u64,
            redis_up: None,
            redis_failures: counters.redis_failures.get(),
            redis_outages: counters.redis_outages.get(),
        }
    }
}
