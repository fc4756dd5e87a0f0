//! All services of one node, wired together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use nameplate_core::change::Change;
use nameplate_core::host::Zones;
use nameplate_core::plan::PlanTable;
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_courier::Courier;
use nameplate_live::Live;
use nameplate_media::art::Art;
use nameplate_media::blobs::{BlobError, Blobs};
use nameplate_media::faststart::Faststart;
use nameplate_media::pool::PicturePool;
use nameplate_media::signed::LinkSigner;
use nameplate_music::upstream::Upstream;
use nameplate_store::{Store, StoreError};
use prometheus_client::registry::Registry;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::accounts::{Accounts, Caller};
use crate::art::Arts;
use crate::cards::Cards;
use crate::contact::{BotCheck, Contacts};
use crate::discord_login::DiscordLogin;
use crate::domains::Domains;
use crate::files::Files;
use crate::links::Links;
use crate::live_metrics::LiveMetrics;
use crate::lookup::Unavailable;
use crate::metrics::Metrics;
use crate::music::Musics;
use crate::numbers::Numbers;
use crate::operators::Operators;
use crate::pages::Pages;
use crate::posts::Posts;
use crate::presence::Presences;
use crate::rates::Rates;
use crate::reports::Reports;
use crate::sessions::Sessions;
use crate::shares::Shares;
use crate::sites::Sites;
use crate::uploads::Uploads;
use crate::views::Views;

/// What nobody waits for begins so long after the start: who asks first is answered first.
const SETTLE: Duration = Duration::from_millis(250);

/// What the services are made from.
pub struct AppParts {
    pub store: Store,
    pub live: Live,
    pub blobs: Blobs,
    /// There when the operator has ffmpeg.
    pub faststart: Option<Faststart>,
    /// Makes the links to private files.
    pub signer: LinkSigner,
    pub pictures: PicturePool,
    pub art: Art,
    pub upstream: Option<Upstream>,
    /// Brings messages to owners.
    pub courier: Arc<Courier>,
    pub bot_check: Arc<BotCheck>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub zones: Zones,
    pub site_name: String,
    /// The dashboard's address as visitors see it.
    pub public_url: Url,
    pub plans: PlanTable,
    /// There when people may sign in with Discord.
    pub discord: Option<DiscordLogin>,
    /// The name server that is asked about domains; those of the system, if there is none.
    pub resolver: Option<SocketAddr>,
    /// How many pictures are drawn at once.
    pub workers: usize,
}

/// The services of one node.
pub struct App {
    pub accounts: Accounts,
    pub art: Arts,
    pub cards: Cards,
    pub contacts: Arc<Contacts>,
    pub domains: Arc<Domains>,
    pub files: Files,
    pub music: Musics,
    pub numbers: Numbers,
    pub operators: Operators,
    pub pages: Arc<Pages>,
    pub posts: Posts,
    pub presences: Presences,
    pub rates: Rates,
    pub reports: Reports,
    pub sessions: Sessions,
    pub shares: Shares,
    pub sites: Arc<Sites>,
    pub uploads: Uploads,
    pub views: Arc<Views>,
    pub(crate) discord: Option<DiscordLogin>,
    started: Timestamp,
    clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    store: Store,
    pub(crate) live: Live,
    links: Links,
    zones: Zones,
    site_name: String,
    metrics: Metrics,
}

impl App {
    /// Wires the services and starts what runs beside the requests. `stop` ends it: queues are written to their end, and
    /// `tracker` is empty when that is done.
    pub fn start(parts: AppParts, tracker: &TaskTracker, stop: &CancellationToken) -> Arc<Self> {
        let metrics = Metrics::default();
        let links = Links::new(&parts.public_url, &parts.zones);
        let accounts = Accounts::new(&parts, links.clone(), &metrics);
        let AppParts { store, live, clock, zones, .. } = parts;
        let files = Files::new(
            store.clone(),
            parts.blobs,
            links.clone(),
            parts.signer,
            parts.pictures.clone(),
            clock.clone(),
        );
        let uploads = Uploads::new(
            store.clone(),
            files.clone(),
            clock.clone(),
            parts.entropy.clone(),
            parts.plans,
            parts.faststart,
            tracker.clone(),
        );
        let art = Arts::new(files.clone(), parts.art, parts.pictures, links.clone());
        let presences = Presences::new(store.clone(), live.clone(), &metrics);
        let sites = Arc::new(Sites::new(
            store.clone(),
            clock.clone(),
            zones.clone(),
            (links.clone(), parts.site_name.clone()),
            art.clone(),
            (parts.courier.clone(), parts.bot_check.clone()),
            &metrics,
        ));
        let views = Arc::new(Views::start(
            store.clone(),
            live.clone(),
            zones.clone(),
            clock.clone(),
            &metrics,
            tracker,
            stop,
        ));
        let contacts = Arc::new(Contacts {
            store: store.clone(),
            live: live.clone(),
            clock: clock.clone(),
            entropy: parts.entropy.clone(),
            sites: sites.clone(),
            courier: parts.courier,
            bot_check: parts.bot_check,
            site_name: parts.site_name.clone(),
            home: zones.base().clone(),
            links: links.clone(),
            metrics: metrics.clone(),
            bell: Notify::new(),
        });
        let domains = Arc::new(Domains::new(store.clone(), clock.clone(), zones.clone()));
        let pages = Arc::new(Pages {
            store: store.clone(),
            live: live.clone(),
            clock: clock.clone(),
            entropy: parts.entropy.clone(),
            zones: zones.clone(),
            links: links.clone(),
            plans: parts.plans,
            sites: sites.clone(),
            domains: domains.clone(),
            resolver: parts.resolver,
        });
        let app = Arc::new(Self {
            accounts,
            art: art.clone(),
            cards: Cards::new(sites.clone(), parts.workers, metrics.clone()),
            contacts: contacts.clone(),
            domains: domains.clone(),
            pages: pages.clone(),
            posts: Posts::new(store.clone(), files.clone(), live.clone(), clock.clone()),
            files: files.clone(),
            numbers: Numbers::new(store.clone(), sites.clone(), clock.clone()),
            operators: Operators::new(store.clone(), clock.clone(), contacts.entropy.clone(), "operator"),
            music: Musics::new(store.clone(), sites.clone(), views.clone(), parts.upstream, metrics.clone()),
            presences,
            rates: Rates::new(live.clone()),
            reports: Reports::new(store.clone(), clock.clone()),
            sessions: Sessions::new(store.clone(), clock.clone(), parts.entropy.clone()),
            shares: Shares::new(
                files,
                art,
                zones.clone(),
                parts.site_name.clone(),
                clock.clone(),
                parts.entropy.clone(),
            ),
            sites,
            uploads: uploads.clone(),
            views,
            discord: parts.discord,
            started: clock.now(),
            clock,
            entropy: parts.entropy,
            store,
            live,
            links,
            zones,
            site_name: parts.site_name,
            metrics,
        });
        tracker.spawn(stop.clone().run_until_cancelled_owned(app.clone().follow_changes()));
        tracker.spawn(stop.clone().run_until_cancelled_owned({
            let app = app.clone();
            async move { tokio::join!(app.accounts.read(), app.presences.read(), app.sites.read()) }
        }));
        let later = |work: BoxFuture<'static, ()>| {
            tracker.spawn(stop.clone().run_until_cancelled_owned(async move {
                tokio::time::sleep(SETTLE).await;
                work.await;
            }));
        };
        later(Box::pin(async move { domains.prepare().await }));
        later(Box::pin(uploads.keep_clean()));
        later(Box::pin(contacts.deliver()));
        later(Box::pin(async move {
            tokio::join!(pages.keep_clean(), pages.keep_proved());
        }));
        app
    }

    /// Hears what changes, here and elsewhere, and forgets it (P9).
    async fn follow_changes(self: Arc<Self>) {
        let mut changes = self.store.changes();
        while let Some(change) = changes.next().await {
            self.apply(&change).await;
        }
    }

    /// Makes every cache forget what a change touches.
    pub async fn apply(&self, change: &Change) {
        self.sites.apply(change).await;
        self.accounts.apply(change).await;
        self.music.apply(change).await;
        self.presences.apply(change).await;
        self.domains.apply(change).await;
    }

    /// Deletes an account. Its pages and presence are gone from here at once, and from other nodes when they hear of it.
    pub async fn delete_account(&self, caller: &Caller) -> Result<(), Unavailable> {
        self.accounts.delete(caller).await?;
        self.apply(&Change::Everything).await;
        Ok(())
    }

    pub fn links(&self) -> &Links {
        &self.links
    }

    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn site_name(&self) -> &str {
        &self.site_name
    }

    /// Whether the database answers.
    pub async fn check_store(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// How long this node has been serving.
    pub fn uptime(&self) -> Duration {
        self.clock.now().since(self.started)
    }

    /// Whether the blob store answers.
    pub async fn check_blobs(&self) -> Result<(), BlobError> {
        self.files.check().await
    }

    pub fn store_backend(&self) -> &'static str {
        self.store.backend()
    }

    pub fn live_metrics(&self) -> nameplate_live::Metrics {
        self.live.metrics()
    }

    pub fn register_metrics(&self, registry: &mut Registry) {
        self.metrics.register(registry);
        registry.register_collector(Box::new(LiveMetrics(self.live.clone())));
    }
}
