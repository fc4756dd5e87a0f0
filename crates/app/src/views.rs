//! Views, plays and clicks: who counts, and how often (contract P3 to P5, M5).
//!
//! A handler only says what happened. Whether it counts is decided by the writer, at the moment at which it happened:
//! the visitor's address lives no longer than the queue, and becomes a keyed hash there.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use nameplate_core::audience::Audience;
use nameplate_core::host::{Host, Zones};
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::time::{Clock, Timestamp};
use nameplate_core::view::{Click, View, VisitorKey, kept_header};
use nameplate_live::Live;
use nameplate_store::{Play, Store, StoreError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::metrics::Metrics;
use crate::recorder::{Counts, Recorder, Writer};
use crate::sites::Site;

/// How long the same visitor counts once: for a page, a track, a link (P3, M5).
const WINDOW: Duration = Duration::from_secs(30);
/// How many of a batch are judged side by side: over Redis, each is a round trip.
const AT_ONCE: usize = 128;
/// How many of a kind wait at most.
const CAPACITY: usize = 65_536;

/// Who asked, as the request said it.
#[derive(Clone)]
pub struct Visitor {
    pub address: IpAddr,
    /// The `User-Agent`; empty when there is none.
    pub user_agent: Vec<u8>,
    /// Whether the request says `Sec-GPC: 1`: then agent and referrer are not kept.
    pub is_private: bool,
}

struct Seen {
    site: Arc<Site>,
    at: Timestamp,
    visitor: Visitor,
    referer: Vec<u8>,
}

struct Clicked {
    profile: ProfileId,
    url: String,
    at: Timestamp,
    visitor: Visitor,
}

struct Played {
    profile: ProfileId,
    owner: UserId,
    isrc: Isrc,
    at: Timestamp,
    visitor: Visitor,
}

/// The queues of views, plays and clicks.
pub struct Views {
    clock: Arc<dyn Clock>,
    views: Recorder<Seen>,
    plays: Recorder<Played>,
    clicks: Recorder<Clicked>,
}

impl Views {
    pub(crate) fn start(
        store: Store,
        live: Live,
        zones: Zones,
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
        let clicks = Counts {
            recorded: metrics.clicks_recorded.clone(),
            dropped: metrics.clicks_dropped.clone(),
            queued: metrics.clicks_queued.clone(),
        };
        let writer = ViewWriter { store: store.clone(), live: live.clone(), zones };
        let play_writer = PlayWriter { store: store.clone(), live: live.clone() };
        Self {
            clock,
            views: Recorder::start(CAPACITY, views, writer, tracker, stop.clone()),
            plays: Recorder::start(CAPACITY, plays, play_writer, tracker, stop.clone()),
            clicks: Recorder::start(CAPACITY, clicks, ClickWriter { store, live }, tracker, stop.clone()),
        }
    }

    /// A page was rendered for somebody. Never waits and never fails.
    pub fn record(&self, site: &Arc<Site>, visitor: Visitor, referer: &[u8]) {
        self.views.record(Seen {
            site: site.clone(),
            at: self.clock.now(),
            visitor,
            referer: referer.to_vec(),
        });
    }

    /// A track began to play for somebody.
    pub(crate) fn record_play(&self, profile: &ProfileId, owner: UserId, isrc: Isrc, visitor: Visitor) {
        self.plays.record(Played { profile: profile.clone(), owner, isrc, at: self.clock.now(), visitor });
    }

    /// A link was clicked. One that does not stand on the page counts nothing.
    pub fn record_click(&self, site: &Site, url: &str, visitor: Visitor) {
        if site.content().link_label(url).is_some() {
            let (profile, at) = (site.profile().id.clone(), self.clock.now());
            self.clicks.record(Clicked { profile, url: url.to_owned(), at, visitor });
        }
    }
}

async fn visitor_key(live: &Live, visitor: &Visitor) -> VisitorKey {
    VisitorKey::new(live.visitor_salt().await.as_bytes(), visitor.address, &visitor.user_agent)
}

struct ViewWriter {
    store: Store,
    live: Live,
    zones: Zones,
}

impl ViewWriter {
    async fn judge(&self, Seen { site, at, visitor, referer }: Seen) -> Option<View> {
        let key = visitor_key(&self.live, &visitor).await;
        let profile = site.profile();
        let parts = [profile.id.as_str().as_bytes(), &key.0];
        self.live.is_first("view", &parts, WINDOW, at).await.then(|| {
            let (referer, user_agent) = (kept_header(&referer), kept_header(&visitor.user_agent));
            let is_own = |host: &Host| *host == profile.domain || self.zones.is_exempt(host);
            let [agent, from] = [&user_agent, &referer].map(|text| text.as_deref().unwrap_or_default());
            let audience = Audience::of(agent, from, visitor.is_private, is_own);
            let kept = |text: Option<String>| text.filter(|_| !visitor.is_private);
            View {
                profile: profile.id.clone(),
                at,
                visitor: key,
                audience,
                referer: kept(referer),
                user_agent: kept(user_agent),
            }
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

struct ClickWriter {
    store: Store,
    live: Live,
}

impl ClickWriter {
    async fn judge(&self, Clicked { profile, url, at, visitor }: Clicked) -> Option<Click> {
        let key = visitor_key(&self.live, &visitor).await;
        let parts = [profile.as_str().as_bytes(), url.as_bytes(), &key.0];
        let is_first = self.live.is_first("click", &parts, WINDOW, at).await;
        is_first.then_some(Click { profile, url, at })
    }
}

impl Writer for ClickWriter {
    type Item = Clicked;
    type Row = Click;

    async fn prepare(&self, items: Vec<Clicked>) -> Vec<Click> {
        let judged = stream::iter(items).map(|clicked| self.judge(clicked)).buffered(AT_ONCE);
        judged.filter_map(std::future::ready).collect().await
    }

    async fn write(&self, clicks: &[Click]) -> Result<(), StoreError> {
        self.store.insert_clicks(clicks).await
    }
}
