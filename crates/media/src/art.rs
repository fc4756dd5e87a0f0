//! Presence art and remote avatars, passed on to visitors (contract P10).
//!
//! A visitor's browser never meets the host that a picture comes from: we fetch it, check it, make it anew and keep it
//! for a while. [`crate::art_hosts`] says from where, [`crate::art_fetch`] how; caching headers are the web layer's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use url::Url;

use crate::art_fetch::{Fetcher, Upstream};
use crate::art_hosts::AllowedHosts;
use crate::gate::{Full, Gate};
use crate::picture::{self, PictureError};
use crate::pool::PicturePool;

/// The largest side of what a visitor gets, in pixels.
const SIDE: u32 = 512;
const CACHE_BYTES: u64 = 32 << 20;
const FETCHES: usize = 8;
const WAITING: usize = 64;
/// How long a fetch waits for its turn.
const WAIT: Duration = Duration::from_secs(4);

const KEEP: Duration = Duration::from_secs(6 * 60 * 60);
/// For what will most likely be refused again.
const KEEP_REFUSAL: Duration = Duration::from_secs(10 * 60);
/// For a host that may come back any moment, but should be left in peace until then.
const KEEP_FAILURE: Duration = Duration::from_secs(30);

/// A picture that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtImage {
    pub bytes: Bytes,
    /// The value of `Content-Type`.
    pub mime: &'static str,
    /// A strong entity tag, with its quotes.
    pub etag: String,
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArtError {
    /// Not https, not an allowed host, or redirected to one that is not: answered as if there were nothing (404).
    #[error("the picture's host is not allowed")]
    NotAllowed,
    /// The host says that there is nothing (404).
    #[error("there is no such picture")]
    NotFound,
    /// More bytes or pixels than are taken (404).
    #[error("the picture is too large")]
    TooBig,
    /// (404)
    #[error("what the host sent is not a picture")]
    NotAnImage,
    /// No answer, none in time, or a failing host (502).
    #[error("the picture's host cannot be reached")]
    Unreachable,
    /// Too much to do just now (503).
    #[error("too many pictures are being fetched")]
    Busy,
}

/// Why there can be no art.
#[derive(Debug, thiserror::Error)]
pub enum ArtSetupError {
    #[error("the art client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    #[error("the art client's TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// What art needs to know.
pub struct ArtSettings {
    pub hosts: AllowedHosts,
    pub upstream: Upstream,
}

impl Default for ArtSettings {
    fn default() -> Self {
        Self { hosts: AllowedHosts::default(), upstream: Upstream::internet() }
    }
}

/// The art proxy. Holds its cache; cheap to clone.
#[derive(Clone)]
pub struct Art {
    fetcher: Arc<Fetcher>,
    pool: PicturePool,
    gate: Gate,
    cache: Cache<String, Outcome>,
}

/// What is remembered of a URL: a refusal, too, or it would be fetched again for each visitor.
type Outcome = Result<Arc<ArtImage>, ArtError>;

impl Art {
    pub fn new(settings: ArtSettings, pool: PicturePool) -> Result<Self, ArtSetupError> {
        let cache = Cache::builder()
            .max_capacity(CACHE_BYTES)
            .weigher(|url: &String, outcome| weight(url, outcome))
            .expire_after(Lifetimes)
            .build();
        let fetcher = Arc::new(Fetcher::new(settings.hosts, settings.upstream)?);
        Ok(Self { fetcher, pool, gate: Gate::new(FETCHES, WAITING), cache })
    }

    /// Whether `url` is on an allowed host, so that it is worth showing.
    pub fn is_allowed(&self, url: &str) -> bool {
        self.fetcher.judge(url).is_some()
    }

    /// The picture behind `url`, at most 512 pixels on each side. However many ask for one at once, it is fetched
    /// once.
    pub async fn fetch(&self, url: &str) -> Result<Arc<ArtImage>, ArtError> {
        let url = self.fetcher.judge(url).ok_or(ArtError::NotAllowed)?;
        let outcome = self.cache.try_get_with(url.to_string(), self.make(url)).await;
        outcome.unwrap_or_else(|error| Err(*error))
    }

    /// Being busy is no property of the URL, so that alone is not remembered.
    async fn make(&self, url: Url) -> Result<Outcome, ArtError> {
        match self.try_make(url).await {
            Err(ArtError::Busy) => Err(ArtError::Busy),
            outcome => Ok(outcome),
        }
    }

    async fn try_make(&self, url: Url) -> Outcome {
        let turn = tokio::time::timeout(WAIT, self.gate.enter()).await;
        let pass = turn.unwrap_or(Err(Full)).map_err(|Full| ArtError::Busy)?;
        let sent = self.fetcher.fetch(url).await?;
        drop(pass);
        let picture = self.pool.run(move || picture::scaled(&sent, SIDE)).await?;
        let etag = format!("\"{}\"", hex::encode(Sha256::digest(&picture.bytes)));
        Ok(Arc::new(ArtImage { bytes: picture.bytes, mime: picture.kind.mime(), etag }))
    }
}

impl From<PictureError> for ArtError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::NotAPicture | PictureError::Broken => Self::NotAnImage,
            PictureError::TooManyPixels { .. } => Self::TooBig,
            PictureError::Busy => Self::Busy,
        }
    }
}

/// Bytes, with a guess at what an entry takes besides.
fn weight(url: &str, outcome: &Outcome) -> u32 {
    let bytes = outcome.as_ref().map_or(0, |image| image.bytes.len());
    u32::try_from(url.len() + bytes + 256).unwrap_or(u32::MAX)
}

struct Lifetimes;

impl moka::Expiry<String, Outcome> for Lifetimes {
    fn expire_after_create(&self, _: &String, outcome: &Outcome, _: Instant) -> Option<Duration> {
        Some(match outcome {
            Ok(_) => KEEP,
            Err(ArtError::Unreachable) => KEEP_FAILURE,
            Err(_) => KEEP_REFUSAL,
        })
    }
}
