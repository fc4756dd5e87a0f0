//! What every handler shares.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::FromRequestParts;
use futures_util::future::BoxFuture;
use http::header::{HeaderName, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use nameplate_app::{App, BotReport, Visitor};
use nameplate_core::host::{Authority, Host, Zones};
use nameplate_core::id::UserId;
use nameplate_page::Example;
use prometheus_client::registry::Registry;
use secrecy::SecretString;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::client::TrustedProxies;
use crate::metrics::HttpMetrics;
use crate::pages::Pages;
use crate::server::PeerAddr;

/// Global Privacy Control: the visitor asks not to be followed.
const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");

/// The state of the HTTP layer.
pub struct Web {
    pub(crate) app: Arc<App>,
    pub(crate) metrics: HttpMetrics,
    pub(crate) registry: Registry,
    pub(crate) pages: Pages,
    pub(crate) proxies: TrustedProxies,
    pub(crate) internal_token: Option<SecretString>,
    pub(crate) region: String,
    pub(crate) features: Features,
    pub(crate) bot: BotWatch,
    /// The host of the dashboard's own address.
    pub(crate) home: Option<Authority>,
    /// Cancelled when the process begins to stop.
    pub(crate) stopping: CancellationToken,
    requests: AtomicU64,
}

/// Tells how the bot is that listens to Discord, and what it knows of a user.
pub type BotWatch = Arc<dyn Fn(UserId) -> BoxFuture<'static, BotReport> + Send + Sync>;

/// What this instance can do beyond what all can, for the studio.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Features {
    /// Somebody may sign in with Discord.
    pub discord_login: bool,
    /// A bot tells what members do.
    pub discord_bot: bool,
    pub music: bool,
}

/// What the binary decides.
pub struct WebSettings {
    pub proxies: TrustedProxies,
    pub internal_token: Option<SecretString>,
    pub region: String,
    pub features: Features,
    pub bot: BotWatch,
    /// What the public listener counts.
    pub connections: crate::server::Metrics,
    /// Profiles that the home page shows.
    pub examples: Vec<Example>,
    /// Holds what others count; what the services and this layer count is added.
    pub registry: Registry,
}

impl Web {
    pub fn new(app: Arc<App>, settings: WebSettings, stopping: CancellationToken) -> Arc<Self> {
        let mut registry = settings.registry;
        let metrics = HttpMetrics::new(&mut registry);
        settings.connections.register(&mut registry);
        app.register_metrics(&mut registry);
        let home = app.links().origin().split_once("://");
        let home = home.and_then(|(_, authority)| Authority::parse(authority.as_bytes()).ok());
        Arc::new(Self {
            pages: Pages::new(&app, settings.examples),
            app,
            metrics,
            registry,
            proxies: settings.proxies,
            internal_token: settings.internal_token,
            region: settings.region,
            features: settings.features,
            bot: settings.bot,
            home,
            stopping,
            requests: AtomicU64::new(0),
        })
    }

    pub(crate) fn zones(&self) -> &Zones {
        self.app.zones()
    }

    /// Numbers the requests of this process.
    pub(crate) fn next_request_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }
}

/// The host of a request that is none of ours: a slot under the base domain, or a foreign one (none: an address).
#[derive(Clone, Debug)]
pub(crate) enum SiteHost {
    Slot(Host),
    Foreign(Option<Host>),
}

impl SiteHost {
    pub(crate) fn host(&self) -> Option<&Host> {
        match self {
            Self::Slot(host) => Some(host),
            Self::Foreign(host) => host.as_ref(),
        }
    }
}

/// The visitor's address, by [`TrustedProxies::client`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress {
    pub address: IpAddr,
    /// Whether it is this machine or one of the operator's proxies, which stands for many.
    pub is_trusted: bool,
}

impl FromRequestParts<Arc<Web>> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, web))
    }
}

impl ClientAddress {
    pub(crate) fn of(parts: &Parts, web: &Web) -> Self {
        let peer = parts.extensions.get::<PeerAddr>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
        let address = web.proxies.client(peer, &parts.headers);
        Self { address, is_trusted: address.is_loopback() || web.proxies.contains(address) }
    }
}

/// Who asked, for what is counted.
pub(crate) fn visitor(client: ClientAddress, headers: &HeaderMap) -> Visitor {
    Visitor {
        address: client.address,
        user_agent: bytes(headers.get(USER_AGENT)).to_vec(),
        is_private: bytes(headers.get(SEC_GPC)) == b"1",
    }
}

/// A header's bytes, or none.
pub(crate) fn bytes(value: Option<&HeaderValue>) -> &[u8] {
    value.map(HeaderValue::as_bytes).unwrap_or_default()
}
