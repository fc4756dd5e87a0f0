//! Views and plays: who counts, and how often (contract P3 to P5, M5).
//!
//! A handler only says what happened. Whether it counts is decided by the writer, at the moment at which it happened:
//! the visitor's address lives no longer than the queue, and becomes a keyed hash there.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::time::{Clock, Timestamp};
use nameplate_core::view::{View, VisitorKey, kept_header};
use nameplate_live::Live;
use nameplate_store::{Play, Store, StoreError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::metrics::Metrics;
use crate::recorder::{Counts, Recorder, Writer};

/// How long the same visitor counts once (P3, M5).
const WINDOW: Duration = Duration::from_secs(30);
/// How many of a batch are judged side by side: over Redis, each is a round trip.
const AT_ONCE: usize = 128;
/// How many views, and how many plays, wait at most.
const CAPACITY: usize = 65_536;

/// Who asked, as the request said it.
#[derive(Clone)]
pub struct Visitor {
    pub address: IpAddr,
    /// The `User-Agent`; empty when there is none.
    pub user_agent: Vec<u8>,
}

struct Seen {
    profile: ProfileId,
    at: Timestamp,
    visitor: Visitor,
    referer: Vec<u8>,
}

struct Played {
    profile: ProfileId,
    owner: UserId,
    isrc: Isrc,
    at: Timestamp,
    visitor: Visitor,
}

/// The queues of views and plays.
pub struct Views {
    clock: Arc<dyn Clock>,
    views: Recorder<Seen>,
    plays: Recorder<Played>,
}

impl Views {
    pub(crate) fn start(
        store: Store,
        live: Live,
        clock: Arc<dyn Clock>,
        metrics: &Metrics,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> Self {
        let views = Counts {
            recorded: metrics.views_recorded.clone(),
            dropped: metrics.views_dropped.clone(),
            queued: metrics.views_queued.clone(),
        };
        let plays = Counts {
            recorded: metrics.plays_recorded.clone(),
            dropped: metrics.plays_dropped.clone(),
            queued: metrics.plays_queued.clone(),
        };
        let writer = ViewWriter { store: store.clone(), live: live.clone() };
        Self {
            clock,
            views: Recorder::start(CAPACITY, views, writer, tracker, stop.clone()),
            plays: Recorder::start(CAPACITY, plays, PlayWriter { store, live }, tracker, stop.clone()),
        }
    }

    /// A page was rendered for somebody. Never waits and never fails.
    pub fn record(&self, profile: &ProfileId, visitor: Visitor, referer: &[u8]) {
        self.views.record(Seen {
            profile: profile.clone(),
            at: self.clock.now(),
            visitor,
            referer: referer.to_vec(),
        });
    }

    /// A track began to play for somebody.
    pub(crate) fn record_play(&self, profile: &ProfileId, owner: UserId, isrc: Isrc, visitor: Visitor) {
        self.plays.record(Played { profile: profile.clone(), owner, isrc, at: self.clock.now(), visitor });
    }
}

async fn visitor_key(live: &Live, visitor: &Visitor) -> VisitorKey {
    VisitorKey::new(live.visitor_salt().await.as_bytes(), visitor.address, &visitor.user_agent)
}

struct ViewWriter {
    store: Store,
    live: Live,
}

impl ViewWriter {
    async fn judge(&self, Seen { profile, at, visitor, referer }: Seen) -> Option<View> {
        let key = visitor_key(&self.live, &visitor).await;
        let parts = [profile.as_str().as_bytes(), &key.0];
        self.live.is_first("view", &parts, WINDOW, at).await.then(|| View {
            profile,
            at,
            visitor: key,
            referer: kept_header(&referer),
            user_agent: kept_header(&visitor.user_agent),
        })
    }
}

impl Writer for ViewWriter {
    type Item = Seen;
    type Row = View;

    async fn prepare(&self, items: Vec<Seen>) -> Vec<View> {
        let judged = stream::iter(items).map(|seen| self.judge(seen)).buffered(AT_ONCE);
        judged.filter_map(std::future::ready).collect().await
    }

    async fn write(&self, views: &[View]) -> Result<(), StoreError> {
        self.store.insert_views(views).await
    }
}

struct PlayWriter {
    store: Store,
    live: Live,
}

impl PlayWriter {
    async fn judge(&self, Played { profile, owner, isrc, at, visitor }: Played) -> Option<Play> {
        let key = visitor_key(&self.live, &visitor).await;
        let parts = [profile.as_str().as_bytes(), isrc.as_str().as_bytes(), &key.0];
        let is_first = self.live.is_first("play", &parts, WINDOW, at).await;
        is_first.then_some(Play { profile, owner, isrc, visitor: key, at })
    }
}

impl Writer for PlayWriter {
    type Item = Played;
    type Row = Play;

    async fn prepare(&self, items: Vec<Played>) -> Vec<Play> {
        let judged = stream::iter(items).map(|played| self.judge(played)).buffered(AT_ONCE);
        judged.filter_map(std::future::ready).collect().await
    }

    async fn write(&self, plays: &[Play]) -> Result<(), StoreError> {
        self.store.insert_plays(plays).await
    }
}
