//! The Discord listener in this process: what it needs of the instance, and which node has it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use nameplate_app::{App, DiscordAuth, DiscordFault, DiscordLogin, DiscordUser, PresenceFault};
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::presence::{ActivityPreference, Presence, PresenceSettings};
use nameplate_discord::{Desk, Instance, Metrics, OAuth, OAuthFault, Refused, Showcase, Unavailable};
use nameplate_live::Live;
use nameplate_store::Store;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Registration, Settings};
use crate::parts::Parts;

/// What one node at a time does.
pub(crate) const HELD: &str = "discord";
/// What it holds beside that while its line to Discord is well, so that the others know.
pub(crate) const READY: &str = "discord-ready";
/// How long a node that vanished keeps others from listening.
const LEASE: Duration = Duration::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How often a node that waits looks whether it is its turn.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long its word counts that the line is well.
const READY_FOR: Duration = Duration::from_secs(10);

/// The instance as the listener sees it.
struct Here {
    app: Arc<App>,
    store: Store,
}

/// A listener that takes its turn among the nodes.
pub(crate) struct Listener {
    here: Arc<Here>,
    live: Live,
    parts: Parts,
    metrics: Metrics,
    desk: Desk,
}

impl Listener {
    pub(crate) fn new(app: &Arc<App>, live: &Live, parts: &Parts, metrics: &Metrics, desk: Desk) -> Self {
        let here = Arc::new(Here { app: app.clone(), store: parts.store.clone() });
        Self { here, live: live.clone(), parts: parts.clone(), metrics: metrics.clone(), desk }
    }

    /// What the listener is told; none without a token.
    fn settings(&self) -> Option<nameplate_discord::Settings> {
        let settings = &self.parts.settings;
        Some(nameplate_discord::Settings {
            token: settings.discord_token.clone()?,
            api: settings.discord_api.0.clone(),
            client_id: settings.discord_client_id.clone(),
            state_file: settings.data_dir.join("discord.json"),
            desk: self.desk.clone(),
        })
    }

    /// Listens whenever no other node does, until `stop` is cancelled or Discord refuses.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), Refused> {
        loop {
            if stop.run_until_cancelled(self.turn()).await.is_none() {
                return Ok(());
            }
            let Some(settings) = self.settings() else { return Ok(()) };
            let ending = stop.child_token();
            let senses = (self.parts.clock.clone(), self.parts.entropy.clone());
            let listen = nameplate_discord::run(
                settings,
                self.here.clone(),
                senses,
                self.metrics.clone(),
                ending.clone(),
            );
            let ended = tokio::join!(listen_and(listen, &ending), self.keep(&ending), self.tell(&ending)).0;
            if ended.is_err() || stop.is_cancelled() {
                self.live.release(HELD).await;
                return ended.inspect_err(|refused| tracing::error!(%refused, "the Discord listener ended"));
            }
        }
    }

    /// Waits until this node has the listener.
    async fn turn(&self) {
        self.live.connected().await;
        while self.live.hold(HELD, LEASE).await != Some(true) {
            sleep(LOOK_EVERY).await;
        }
    }

    /// Keeps it, and ends the listener when another node has it. While Redis is away nobody else can take it.
    async fn keep(&self, ending: &CancellationToken) {
        while ending.run_until_cancelled(sleep(RENEW_EVERY)).await.is_some() {
            if self.live.hold(HELD, LEASE).await == Some(false) {
                tracing::warn!("another node listens to Discord now");
                ending.cancel();
            }
        }
    }

    /// Tells the other nodes whether the line is well: they answer owners who ask why they are not shown.
    async fn tell(&self, ending: &CancellationToken) {
        loop {
            if self.metrics.is_listening() && self.metrics.is_well() {
                self.live.hold(READY, READY_FOR).await;
            } else {
                self.live.release(READY).await;
            }
            if ending.run_until_cancelled(sleep(LOOK_EVERY)).await.is_none() {
                return self.live.release(READY).await;
            }
        }
    }
}

/// Whoever ends first ends all.
async fn listen_and(
    listen: impl Future<Output = Result<(), Refused>>,
    ending: &CancellationToken,
) -> Result<(), Refused> {
    let ended = listen.await;
    ending.cancel();
    ended
}

impl Instance for Here {
    fn changes(&self) -> BoxStream<'static, Change> {
        let next = async |mut changes: nameplate_store::Changes| Some((changes.next().await?, changes));
        stream::unfold(self.store.changes(), next).boxed()
    }

    async fn sharers(&self) -> Result<Vec<(UserId, ActivityPreference)>, Unavailable> {
        self.app.presences.sharers().await.map_err(|_| Unavailable)
    }

    async fn settings(&self, user: UserId) -> Result<Option<PresenceSettings>, Unavailable> {
        self.app.presences.settings(user).await.map_err(|_| Unavailable)
    }

    async fn set_sharing(&self, user: UserId, is_sharing: bool) -> Result<bool, Unavailable> {
        self.app.presences.set_sharing(user, is_sharing).await.map_err(|_| Unavailable)
    }

    async fn set_preference(
        &self,
        user: UserId,
        preference: ActivityPreference,
    ) -> Result<bool, Unavailable> {
        self.app.presences.set_preference(user, preference).await.map_err(|_| Unavailable)
    }

    async fn put(&self, user: UserId, presence: Presence) -> Result<(), Unavailable> {
        match self.app.presences.put(user, presence).await {
            Ok(()) | Err(PresenceFault::NotShared) => Ok(()),
            Err(PresenceFault::Unavailable(_)) => Err(Unavailable),
        }
    }

    async fn remove(&self, user: UserId) {
        self.app.presences.remove(user).await;
    }

    async fn current(&self, user: UserId) -> Option<Presence> {
        Some(self.app.presences.current(user).await?.snapshot().presence.clone())
    }

    async fn showcase(&self, user: UserId) -> Result<Option<Showcase>, Unavailable> {
        let showcase = self.app.sites.showcase(&user).await.map_err(|_| Unavailable)?;
        Ok(showcase.map(|shown| Showcase { name: shown.name, link: shown.link, card: shown.card }))
    }

    fn home(&self) -> String {
        self.app.links().home().to_owned()
    }

    fn allows_image(&self, url: &str) -> bool {
        self.app.art.is_allowed(url)
    }
}

/// Signing in, as the services see it.
struct SignIn(OAuth);

/// How people sign in with Discord, if the settings name an application.
pub(crate) fn sign_in(settings: &Settings, home: &Url) -> anyhow::Result<Option<DiscordLogin>> {
    let (Some(id), Some(secret)) = (&settings.discord_client_id, &settings.discord_client_secret) else {
        return Ok(None);
    };
    let back = home.join("login/discord/callback").context("setting `public_url`")?;
    let oauth = OAuth::new(&settings.discord_api.0, id, secret, back).context("setting `discord_api`")?;
    let is_open = settings.registration == Registration::Open;
    Ok(Some(DiscordLogin { auth: Arc::new(SignIn(oauth)), is_open }))
}

impl DiscordAuth for SignIn {
    fn issuer(&self) -> &str {
        self.0.issuer()
    }

    fn authorize(&self, state: String, verifier: String) -> String {
        self.0.authorize(state, verifier)
    }

    fn identify(&self, code: String, verifier: String) -> BoxFuture<'_, Result<DiscordUser, DiscordFault>> {
        let found = async {
            let found = self.0.identify(code, verifier).await.map_err(|fault| {
                tracing::warn!(%fault, "somebody could not be signed in with Discord");
                match fault {
                    OAuthFault::Refused => DiscordFault::Refused,
                    OAuthFault::Unreachable => DiscordFault::Unreachable,
                }
            })?;
            let id = UserId::parse(&found.id).map_err(|_| DiscordFault::Refused)?;
            let avatar = found
                .avatar
                .filter(|hash| hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            let avatar =
                avatar.map(|hash| format!("https://cdn.discordapp.com/avatars/{id}/{hash}.png?size=256"));
            Ok(DiscordUser { id, username: found.username, name: found.global_name, avatar })
        };
        found.boxed()
    }
}
