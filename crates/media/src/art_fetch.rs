//! The one place from which a visitor's wish makes us call a stranger's host (security T21).
//!
//! Over TLS to an allowed name only, connected to the very addresses that were judged, without a referrer, cookies or a
//! proxy, each redirect judged anew, and all of it within limits of time and size.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, HOST, LOCATION};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::art::{ArtError, ArtSetupError};
use crate::art_hosts::AllowedHosts;
use crate::net::is_global;

const CONNECT_TIME: Duration = Duration::from_secs(3);
const TOTAL_TIME: Duration = Duration::from_secs(8);
const MAX_BYTES: usize = 4 << 20;
const MAX_REDIRECTS: usize = 3;

/// How a host's name becomes addresses.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Where the allowed hosts are found.
#[derive(Clone)]
pub enum Upstream {
    /// On the internet, over TLS. Of the addresses that a lookup gives, every one must be global.
    Internet(Lookup),
    /// All of them played by one server, spoken to in plain HTTP, without a look at its address. For tests and for
    /// the demonstration, which needs no network; never taken from configuration.
    Played(SocketAddr),
}

impl Upstream {
    /// The internet, by the system's resolver.
    pub fn internet() -> Self {
        Self::Internet(Arc::new(|host| {
            Box::pin(async move { Ok(tokio::net::lookup_host((host, 443)).await?.collect()) })
        }))
    }
}

pub(crate) struct Fetcher {
    client: Client,
    hosts: AllowedHosts,
    /// Set when all hosts are played by one server.
    played: Option<SocketAddr>,
}

impl Fetcher {
    pub(crate) fn new(hosts: AllowedHosts, upstream: Upstream) -> Result<Self, ArtSetupError> {
        let builder = Client::builder()
            .tls_backend_preconfigured(tls()?)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Nameplate/", env!("CARGO_PKG_VERSION")));
        let (builder, played) = match upstream {
            Upstream::Internet(lookup) => (builder.https_only(true).dns_resolver(GlobalOnly(lookup)), None),
            Upstream::Played(address) => (builder, Some(address)),
        };
        Ok(Self { client: builder.build()?, hosts, played })
    }

    pub(crate) fn judge(&self, url: &str) -> Option<Url> {
        self.hosts.judge(url)
    }

    /// The body behind a judged URL.
    pub(crate) async fn fetch(&self, url: Url) -> Result<Bytes, ArtError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let fetched = tokio::time::timeout(TOTAL_TIME, self.follow(url)).await;
        let fetched = fetched.unwrap_or(Err(ArtError::Unreachable));
        if let Err(error) = &fetched {
            tracing::debug!(host, %error, "art was not fetched");
        }
        fetched
    }

    async fn follow(&self, mut url: Url) -> Result<Bytes, ArtError> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(&url).await?;
            match response.status() {
                StatusCode::OK => return read(response).await,
                status if status.is_redirection() => url = self.next(&url, &response)?,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => break,
                status if status.is_client_error() => return Err(ArtError::NotFound),
                _ => break,
            }
        }
        Err(ArtError::Unreachable)
    }

    async fn send(&self, url: &Url) -> Result<Response, ArtError> {
        let mut request =
            self.client.get(self.place(url)?).header(ACCEPT, "image/webp,image/png,image/jpeg,image/gif");
        if self.played.is_some() {
            request = request.header(HOST, url.host_str().unwrap_or_default());
        }
        request.send().await.map_err(|_| ArtError::Unreachable)
    }

    fn place(&self, url: &Url) -> Result<Url, ArtError> {
        let Some(address) = self.played else { return Ok(url.clone()) };
        let mut played = url.clone();
        // In this order: a special scheme keeps its default port out of sight.
        played.set_scheme("http").map_err(|()| ArtError::NotAllowed)?;
        played.set_ip_host(address.ip()).map_err(|()| ArtError::NotAllowed)?;
        played.set_port(Some(address.port())).map_err(|()| ArtError::NotAllowed)?;
        Ok(played)
    }

    fn next(&self, url: &Url, response: &Response) -> Result<Url, ArtError> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let next = location.and_then(|location| url.join(location).ok()).ok_or(ArtError::Unreachable)?;
        self.hosts.judge(next.as_str()).ok_or(ArtError::NotAllowed)
    }
}

async fn read(mut response: Response) -> Result<Bytes, ArtError> {
    if response.content_length().is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(ArtError::TooBig);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| ArtError::Unreachable)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(ArtError::TooBig);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Public hosts need no more than the web's common roots, so a machine without certificates of its own works too.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Lets a connection go to global addresses only. The client connects to what this gives, so there is no second
/// lookup that could answer otherwise.
struct GlobalOnly(Lookup);

impl Resolve for GlobalOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = (self.0)(name.as_str().to_owned());
        Box::pin(async move {
            let addresses = lookup.await?;
            if addresses.iter().all(|address| is_global(address.ip())) {
                Ok(Box::new(addresses.into_iter()) as Addrs)
            } else {
                Err("the host's name leads to an address that is not on the open internet".into())
            }
        })
    }
}
