//! One running node: its listeners, its services and its end (contract W5, W6, W9).

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::FutureExt;
use nameplate_app::{App, AppParts, BotReport, BotState};
use nameplate_discord::{Desk, Refused, Standing};
use nameplate_live::{Live, StreamLimits, UnfitRedis};
use nameplate_media::art::{Art, ArtSettings};
use nameplate_media::faststart::Faststart;
use nameplate_media::pool::PicturePool;
use nameplate_music::upstream::{Upstream, UpstreamLimits};
use nameplate_page::Example;
use nameplate_store::{Company, Membership, StoreError};
use nameplate_web::server::{Limits, Server};
use nameplate_web::{BotWatch, Features, TrustedProxies, Web, WebSettings};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::config::Settings;
use crate::discord::{HELD, Listener, READY, sign_in};
use crate::files;
use crate::parts::Parts;
use crate::signals::Signals;
use crate::system::{find_program, raise_file_limit};

/// How often, and how far apart, a place among the nodes is asked for.
const JOIN_TRIES: u32 = 20;
const JOIN_PAUSE: Duration = Duration::from_millis(250);

/// A node that serves.
pub(crate) struct Node {
    pub app: Arc<App>,
    pub parts: Parts,
    pub listen: SocketAddr,
    pub internal: SocketAddr,
    /// The dashboard's address as visitors see it.
    pub public_url: Url,
    /// Cancelled to begin the stop.
    pub stopping: CancellationToken,
    /// Cancelled when nobody is served any more: queues are written and the rest ends.
    ending: CancellationToken,
    servers: TaskTracker,
    tasks: TaskTracker,
    live: Live,
    drain: Duration,
    signals: Signals,
    /// Tells when Discord refuses, if there is a listener here.
    refused: oneshot::Receiver<Refused>,
}

/// What a demo has beside its data.
#[derive(Default)]
pub(crate) struct Scenery {
    /// Profiles that the home page shows.
    pub examples: Vec<Example>,
    /// Where the pictures of other sites come from.
    pub art: ArtSettings,
}

impl Node {
    /// Binds the listeners, wires the services and begins to serve.
    pub(crate) async fn start(parts: Parts) -> anyhow::Result<Self> {
        let public = bind("listen", parts.settings.listen)?;
        let internal = bind("internal_listen", parts.settings.internal_listen)?;
        Self::start_on(parts, Some(public), internal, Scenery::default()).await
    }

    /// Listens to Discord and serves the operator alone.
    pub(crate) async fn start_listener(parts: Parts) -> anyhow::Result<Self> {
        let internal = bind("internal_listen", parts.settings.internal_listen)?;
        Self::start_on(parts, None, internal, Scenery::default()).await
    }

    /// Serves on listeners that are bound already; without the first, no pages.
    pub(crate) async fn start_on(
        parts: Parts,
        listener: Option<TcpListener>,
        internal_listener: TcpListener,
        scenery: Scenery,
    ) -> anyhow::Result<Self> {
        let signals = Signals::listen()?;
        let settings = &parts.settings;
        let listen = listener.as_ref().map_or(Ok(settings.listen), TcpListener::local_addr)?;
        let internal = internal_listener.local_addr()?;
        let public_url = public_url(settings, listen)?;
        // Somebody may have been first, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let files = raise_file_limit();
        let membership = join(&parts).await?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let (stopping, ending) = (CancellationToken::new(), CancellationToken::new());
        let (servers, tasks) = (TaskTracker::new(), TaskTracker::new());

        let live = live(&parts, files).await?;
        let upstream =
            settings.music_url.clone().map(|music| Upstream::new(music.url, UpstreamLimits::default()));
        let blobs = parts.blobs()?;
        match blobs.sweep().await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "removed what unfinished uploads left behind"),
            Err(error) => tracing::warn!(%error, "what unfinished uploads left behind could not be removed"),
        }
        let pictures = PicturePool::new(cores, 64);
        let art = Art::new(scenery.art, pictures.clone()).context("the picture client")?;
        let app = App::start(
            AppParts {
                store: parts.store.clone(),
                live: live.clone(),
                blobs,
                faststart: find_program("ffmpeg").map(Faststart::new),
                signer: parts.signer.clone(),
                pictures,
                art,
                upstream: upstream.transpose().context("setting `music_url`")?,
                courier: Arc::new(parts.courier()?),
                bot_check: Arc::new(parts.bot_check()?),
                clock: parts.clock.clone(),
                entropy: parts.entropy.clone(),
                zones: parts.zones.clone(),
                site_name: settings.site_name.clone(),
                public_url: public_url.clone(),
                plans: settings.plans,
                discord: sign_in(settings, &public_url)?,
                resolver: settings.resolver,
                workers: cores,
            },
            &tasks,
            &ending,
        );
        let proxies = TrustedProxies::new(settings.trusted_proxies.clone());
        let drain = Duration::from_secs(settings.drain);
        let limits = Limits::for_files(files);
        let public = Server::new(limits.clone(), proxies.clone(), drain);
        let mut registry = Registry::with_prefix("nameplate");
        let discord = nameplate_discord::Metrics::default();
        discord.register(&mut registry);
        let desk = Desk::default();
        let web = Web::new(
            app.clone(),
            WebSettings {
                proxies: proxies.clone(),
                internal_token: settings.internal_token.clone(),
                region: settings.region.clone(),
                bot: bot_watch(settings, &live, &discord, &desk),
                features: Features {
                    discord_login: settings.discord_client_id.is_some()
                        && settings.discord_client_secret.is_some(),
                    discord_bot: settings.discord_token.is_some(),
                    music: settings.music_url.is_some(),
                },
                connections: public.metrics().clone(),
                examples: scenery.examples,
                registry,
            },
            stopping.clone(),
        );
        if let Some(listener) = listener {
            servers.spawn(public.serve(listener, nameplate_web::public(web.clone()), stopping.clone()));
        }
        let operator = Server::new(limits, proxies, drain);
        servers.spawn(operator.serve(internal_listener, nameplate_web::internal(web), stopping.clone()));
        tasks.spawn({
            let (live, ending) = (live.clone(), ending.clone());
            async move { live.run(ending).await }
        });
        // Given back with the first sign of a stop: who takes over need not wait for those who are still served here.
        let keep = stopping.clone().run_until_cancelled_owned(membership.keep());
        tasks.spawn(async move {
            keep.await;
        });
        let (refuse, refused) = oneshot::channel();
        if settings.discord_token.is_some() {
            let (listener, stopping) = (Listener::new(&app, &live, &parts, &discord, desk), stopping.clone());
            tasks.spawn(async move {
                if let Err(cause) = listener.run(stopping).await {
                    // Who serves pages goes on without.
                    let _ = refuse.send(cause);
                }
            });
        }
        tracing::info!(%listen, %internal, %public_url, files, "serving");
        Ok(Self {
            app,
            parts,
            listen,
            internal,
            public_url,
            stopping,
            ending,
            servers,
            tasks,
            live,
            drain,
            signals,
            refused,
        })
    }

    /// Tells who waits where this node listens (W6).
    pub(crate) fn write_ready_file(&self, path: &Path) -> anyhow::Result<()> {
        let ready =
            serde_json::json!({ "listen": self.listen.to_string(), "internal": self.internal.to_string() });
        files::replace(path, &format!("{ready}\n")).context("--ready-file")
    }

    /// Runs something beside the requests until the node ends.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(self.ending.clone().run_until_cancelled_owned(task));
    }

    /// Serves until a signal asks for a stop, then stops (W9). A second signal ends the process at once.
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        self.signals.next().await;
        self.stop().await
    }

    /// As [`Self::run`], for a node that is of no use when Discord refuses it.
    pub(crate) async fn run_while_listening(mut self) -> anyhow::Result<()> {
        tokio::select! {
            () = self.signals.next() => self.stop().await,
            Ok(refused) = &mut self.refused => {
                self.stop().await?;
                Err(refused.into())
            }
        }
    }

    async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("stopping; a second signal stops at once");
        let Self { parts, live, stopping, ending, servers, tasks, drain, mut signals, .. } = self;
        // Stops accepting, finishes what runs, ends the streams, and writes what is queued.
        let stop = async {
            live.drain(drain.mul_f64(0.6));
            stopping.cancel();
            servers.close();
            servers.wait().await;
            ending.cancel();
            tasks.close();
            tasks.wait().await;
            parts.store.close().await;
        };
        tokio::select! {
            () = stop => {
                tracing::info!("stopped");
                Ok(())
            }
            () = signals.next() => anyhow::bail!("stopped at once"),
        }
    }
}

/// Listens on the address of a setting.
pub(crate) fn bind(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    nameplate_web::server::bind(address).with_context(|| {
        format!("setting `{key}`: {address} cannot be listened on; is something else there?")
    })
}

/// Refuses to serve beside a node with which presence and counters would not be shared. A place whose holder has just
/// ended may be taken for a moment longer.
async fn join(parts: &Parts) -> anyhow::Result<Membership> {
    let company = if parts.settings.redis_url.is_some() { Company::Shared } else { Company::Alone };
    let mut tries = 0;
    loop {
        match parts.store.join(company).await {
            Err(StoreError::Occupied | StoreError::Unavailable(_)) if tries < JOIN_TRIES => {
                tries += 1;
                tokio::time::sleep(JOIN_PAUSE).await;
            }
            Err(error @ StoreError::Occupied) => {
                return Err(error).context(
                    "setting `redis_url`: nodes that serve one database must share presence and counters over one Redis",
                );
            }
            joined => return joined.context("the database cannot be used"),
        }
    }
}

/// Presence and windows. A Redis that is away may come later; one that cannot be used never will (S5).
async fn live(parts: &Parts, files: u64) -> anyhow::Result<Live> {
    let live = parts.live(stream_limits(files))?;
    match live.check().await {
        Ok(()) | Err(UnfitRedis::Away(_)) => Ok(live),
        Err(error) => Err(error).context("setting `redis_url`"),
    }
}

/// What the studio is told of the bot, and of what the bot knows of somebody.
fn bot_watch(
    settings: &Settings,
    live: &Live,
    discord: &nameplate_discord::Metrics,
    desk: &Desk,
) -> BotWatch {
    let (has_token, is_shared) = (settings.discord_token.is_some(), settings.redis_url.is_some());
    let (live, discord, desk) = (live.clone(), discord.clone(), desk.clone());
    Arc::new(move |user| {
        let (live, discord, desk) = (live.clone(), discord.clone(), desk.clone());
        async move {
            if discord.is_listening() {
                let Standing { is_member, told_at } = desk.ask(user).await.unwrap_or_default();
                let state = if discord.is_well() { BotState::Listening } else { BotState::Away };
                return BotReport { state, is_here: true, is_member, told_at };
            }
            let elsewhere = if is_shared { bot_elsewhere(&live).await } else { None };
            let state = elsewhere.unwrap_or(match () {
                () if discord.is_refused() => BotState::Refused,
                () if has_token => BotState::Away,
                () => BotState::Missing,
            });
            BotReport { state, is_here: false, is_member: None, told_at: None }
        }
        .boxed()
    })
}

/// The bot of another node, if there is one or nobody knows.
async fn bot_elsewhere(live: &Live) -> Option<BotState> {
    match (live.is_held(HELD).await, live.is_held(READY).await) {
        (Some(false), _) => None,
        (Some(true), Some(true)) => Some(BotState::Listening),
        (Some(true), Some(false)) => Some(BotState::Away),
        (None, _) | (_, None) => Some(BotState::Unknown),
    }
}

/// As configured, or `http://<base domain>` with the port that is listened on.
pub(crate) fn public_url(settings: &Settings, listen: SocketAddr) -> anyhow::Result<Url> {
    match &settings.public_url {
        Some(url) => Ok(url.0.clone()),
        None => Url::parse(&format!("http://{}:{}/", settings.base_domain, listen.port()))
            .context("setting `base_domain`"),
    }
}

/// Streams get most of the files that the process may open; the rest stays for requests, the database and Redis.
fn stream_limits(files: u64) -> StreamLimits {
    let total = usize::try_from(files.saturating_sub(512) / 16 * 15).unwrap_or(usize::MAX).max(64);
    StreamLimits { total, per_address: 64 }
}
