//! What is alive: presence leases and their fan-out to streams, and shared counters.
//!
//! [`Live`] holds everything that must be the same on all nodes but is worth nothing after a restart. It works within
//! one process, or over Redis or Valkey for several; readers are served from this process's memory either way. It knows
//! neither profiles nor plans nor HTTP: whether somebody may see a presence, and what a request looks like, is decided
//! above.

mod admission;
mod allowance;
mod carrier;
mod crowd;
mod entry;
mod hub;
mod latest;
mod metrics;
mod pings;
mod salt;
mod stream;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::presence::{Presence, PresenceSnapshot};
use nameplate_core::time::{Clock, Entropy, Timestamp};
use tokio_util::sync::CancellationToken;

pub use crate::admission::StreamLimits;
pub use crate::allowance::{Allowance, Verdict};
pub use crate::carrier::{BadRedisUrl, UnfitRedis};
pub use crate::entry::{Entry, NO_PRESENCE_BODY};
pub use crate::hub::Subscription;
pub use crate::metrics::Metrics;
pub use crate::salt::Salt;
pub use crate::stream::EventStream;

use crate::admission::Admission;
use crate::allowance::{Key, Table};
use crate::carrier::Carrier;
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
    /// There when several nodes share everything over Redis.
    carrier: Option<Carrier>,
}

impl Live {
    /// Everything within this process, for a single node.
    pub fn in_process(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, streams: StreamLimits) -> Self {
        Self::new(clock, entropy, streams, Arc::default(), None)
    }

    /// Everything shared over the Redis or Valkey server at `url`, or a cluster of which `url` names some nodes, under
    /// keys that begin with `namespace:`. It need not be there yet: [`Self::run`] connects, and until then this node is alone (S5).
    pub fn redis(
        (url, namespace): (&str, &str),
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        streams: StreamLimits,
    ) -> Result<Self, BadRedisUrl> {
        let counters = Arc::<Counters>::default();
        let place = (url, namespace);
        let carrier = Carrier::new(place, Arc::clone(&clock), Arc::clone(&entropy), Arc::clone(&counters))?;
        Ok(Self::new(clock, entropy, streams, counters, Some(carrier)))
    }

    /// Looks once whether Redis is there and can be used; within one process there is nothing to look at.
    pub async fn check(&self) -> Result<(), UnfitRedis> {
        match &self.0.carrier {
            Some(carrier) => carrier.check().await,
            None => Ok(()),
        }
    }

    fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        streams: StreamLimits,
        counters: Arc<Counters>,
        carrier: Option<Carrier>,
    ) -> Self {
        Self(Arc::new(Inside {
            pings: Pings::new(clock.now()),
            hub: Hub::new(Arc::clone(&clock), Arc::clone(&counters)),
            clock,
            entropy,
            counters,
            admission: Admission::new(streams),
            windows: Table::new(WINDOWS),
            limits: Table::new(WINDOWS),
            salt: DailySalt::default(),
            carrier,
        }))
    }

    /// Keeps leases, pings, crowds of viewers and the link to Redis going until `stop` is cancelled. Streams only end
    /// while this runs: on shutdown call [`Self::drain`] first and cancel when they are gone.
    pub async fn run(&self, stop: CancellationToken) {
        let carry = async {
            match &self.0.carrier {
                Some(carrier) => carrier.run(&self.0.hub).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            never = self.keep_time() => match never {},
            never = self.0.hub.wake_crowds() => match never {},
            never = carry => match never {},
        }
    }

    async fn keep_time(&self) -> Infallible {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.tick(self.0.clock.now()).await;
        }
    }

    /// Waits until Redis is in reach and everything known of it is here; within one process it is so at once.
    pub async fn connected(&self) {
        if let Some(carrier) = &self.0.carrier {
            carrier.synced().await;
        }
    }

    /// Does what is due at `now`: ends leases, rings pings, ends streams. [`Self::run`] calls it four times a second.
    pub async fn tick(&self, now: Timestamp) {
        let Inside { hub, carrier, pings, .. } = &*self.0;
        if let Some(carrier) = carrier {
            carrier.keep_up(hub, now).await;
        }
        hub.expire(now);
        pings.tick(now);
    }

    /// Ends all streams, spread over that time (E8, W9).
    pub fn drain(&self, over: Duration) {
        self.0.pings.drain(self.0.clock.now(), over);
    }

    /// Writes a user's presence and starts its lease anew. Streams hear of it if it says something new (S3, E3).
    pub async fn put(&self, user: UserId, presence: Presence) {
        let snapshot = PresenceSnapshot { presence, updated_at: self.0.clock.now() };
        self.write(user, Some(Entry::new(snapshot))).await;
    }

    /// Deletes a user's presence and tells the streams at once (S4, E4).
    pub async fn remove(&self, user: UserId) {
        match &self.0.carrier {
            Some(_) => self.write(user, None).await,
            None => self.0.hub.forget(user),
        }
    }

    /// Writes on this node first, so that its own streams never wait for Redis. What does not reach Redis now is brought
    /// to it when it is back.
    async fn write(&self, user: UserId, entry: Option<Arc<Entry>>) {
        let written = self.0.hub.write(user, entry);
        if let Some((record, carrier)) = written.zip(self.0.carrier.as_ref()) {
            let _ = carrier.write(&self.0.hub, user, record).await;
        }
    }

    /// A user's presence, unless there is none, its lease has ended, or it cannot be known within 250 ms because Redis
    /// is away (S1, S3, S5).
    pub async fn get(&self, user: UserId) -> Option<Arc<Entry>> {
        self.read(user).await.ok()?;
        self.0.hub.get(user)
    }

    /// Makes sure that what this node knows of a user is true, which it is while nothing that Redis said was missed.
    async fn read(&self, user: UserId) -> Result<(), carrier::Away> {
        let Some(carrier) = &self.0.carrier else { return Ok(()) };
        if carrier.is_synced() && self.0.hub.look(user).0.is_some() {
            return Ok(());
        }
        carrier.read(&self.0.hub, user).await
    }

    /// Watches a user: subscribes first, then reads (E6).
    pub async fn subscribe(&self, user: UserId) -> Subscription {
        let mut subscription = self.0.hub.subscribe(user);
        if let Some(carrier) = &self.0.carrier {
            if self.read(user).await.is_err() {
                carrier.read_later(user);
            }
            subscription.catch_up();
        }
        subscription
    }

    /// The event stream for a viewer at `address`; none is an address that stands for many, such as a proxy's, and has
    /// no cap of its own. `None` for a user stands for what is no user's id (E9). Over a cap it is one snapshot with
    /// an end (E8).
    pub async fn stream(&self, user: Option<UserId>, address: impl Into<Option<IpAddr>>) -> EventStream {
        let inside = &self.0;
        let place = inside.admission.admit(address.into()).zip(inside.pings.join(&*inside.entropy));
        let Some((ticket, beats)) = place else {
            inside.counters.streams_refused.add(1);
            let entry = match user {
                Some(user) => self.get(user).await,
                None => None,
            };
            return EventStream::refused(entry::event_of(entry.as_ref()), &*inside.entropy);
        };
        let subscription = match user {
            Some(user) => Some(self.subscribe(user).await),
            None => None,
        };
        EventStream::open(subscription, beats, ticket, Arc::clone(inside))
    }

    /// Whether this is the first of its kind within `period` of the last one for which this said yes (P3, M5). `at` is
    /// when it happened.
    pub async fn is_first(&self, kind: &str, parts: &[&[u8]], period: Duration, at: Timestamp) -> bool {
        self.count(&self.0.windows, Key::new(kind, parts), Allowance::new(1, period), at).await.allowed
    }

    /// Takes one from the allowance that an owner has for an action (A8).
    pub async fn take(&self, action: &str, owner: &[u8], allowance: Allowance) -> Verdict {
        self.count(&self.0.limits, Key::new(action, &[owner]), allowance, self.0.clock.now()).await
    }

    /// The allowance of an owner who has taken nothing.
    pub fn untouched(&self, allowance: Allowance) -> Verdict {
        let now = self.0.clock.now();
        Verdict::new(allowance, true, (now, 0), now)
    }

    /// Counts over all nodes, or on this one alone while Redis is away.
    async fn count(&self, here: &Table, key: Key, allowance: Allowance, at: Timestamp) -> Verdict {
        if let Some(carrier) = &self.0.carrier
            && let Ok(verdict) = carrier.take(key, allowance, at).await
        {
            return verdict;
        }
        here.take(key, allowance, at)
    }

    /// Today's salt for visitor keys, the same on all nodes that reach Redis (P4).
    pub async fn visitor_salt(&self) -> Salt {
        let day = self.0.clock.now().day();
        let today = self.0.salt.of(day, &*self.0.entropy);
        if let Some(carrier) = &self.0.carrier
            && !today.is_shared
            && let Ok(salt) = carrier.share_salt(day, today.salt).await
        {
            self.0.salt.share(day, salt);
            return salt;
        }
        today.salt
    }

    /// Takes, or goes on holding, what only one node may do at a time, for as long as `lease`. `None` when that cannot be
    /// known because Redis is away; a node alone always has it.
    pub async fn hold(&self, what: &str, lease: Duration) -> Option<bool> {
        match &self.0.carrier {
            Some(carrier) => carrier.hold(what, lease).await.ok(),
            None => Some(true),
        }
    }

    /// Whether a node of several holds it now. `None` when that cannot be known because Redis is away.
    pub async fn is_held(&self, what: &str) -> Option<bool> {
        match &self.0.carrier {
            Some(carrier) => carrier.is_held(what).await.ok(),
            None => Some(false),
        }
    }

    /// Lets another node have what this one holds.
    pub async fn release(&self, what: &str) {
        if let Some(carrier) = &self.0.carrier {
            let _ = carrier.release(what).await;
        }
    }

    /// The users of whom an entry is held here.
    pub fn users(&self) -> Vec<UserId> {
        self.0.hub.users_with_entry()
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
            redis_up: self.0.carrier.as_ref().map(Carrier::is_synced),
            redis_failures: counters.redis_failures.get(),
            redis_outages: counters.redis_outages.get(),
        }
    }
}
