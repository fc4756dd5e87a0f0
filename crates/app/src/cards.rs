//! Share cards: drawn once for each content, on a bounded pool (contract O1 to O6).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::HeaderValue;
use moka::future::Cache;
use nameplate_card::{CardContent, Renderer};
use nameplate_core::content::Content;
use nameplate_core::id::ProfileId;
use nameplate_core::profile::Profile;
use nameplate_core::user::User;
use tokio::sync::Semaphore;

use crate::lookup::Unavailable;
use crate::metrics::Metrics;
use crate::sites::Sites;

/// Bytes of cards that are kept.
const KEPT: u64 = 64 * 1024 * 1024;
/// How many renders may wait for each one that runs.
const WAITING_PER_WORKER: usize = 32;

/// Why there is no card.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CardFault {
    #[error("no such profile")]
    NotFound,
    #[error("the card could not be drawn")]
    Failed,
    #[error("too many cards wait to be drawn")]
    Busy,
    #[error("the database is out of reach")]
    Unavailable,
}

impl From<Unavailable> for CardFault {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// A drawn card.
#[derive(Clone)]
pub struct Card {
    pub png: Bytes,
    /// Strong: equal tags mean equal bytes.
    pub etag: HeaderValue,
}

pub struct Cards {
    sites: Arc<Sites>,
    renderer: Arc<Renderer>,
    cache: Cache<[u8; 32], Card>,
    workers: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
    metrics: Metrics,
}

impl Cards {
    pub(crate) fn new(sites: Arc<Sites>, workers: usize, metrics: Metrics) -> Self {
        let weigh = |_: &[u8; 32], card: &Card| u32::try_from(card.png.len()).unwrap_or(u32::MAX);
        Self {
            sites,
            renderer: Arc::new(Renderer::new()),
            cache: Cache::builder().max_capacity(KEPT).weigher(weigh).build(),
            workers: Semaphore::new(workers),
            waiting: AtomicUsize::new(0),
            most_waiting: workers * WAITING_PER_WORKER,
            metrics,
        }
    }

    /// The card of an available profile. A burst for one card draws it once (O6).
    pub async fn card(&self, id: &ProfileId) -> Result<Card, CardFault> {
        let site = self.sites.find(id).await?.ok_or(CardFault::NotFound)?;
        if let Some(fingerprint) = site.card_fingerprint()
            && let Some(card) = self.cache.get(fingerprint).await
        {
            return Ok(card);
        }
        let content = self.sites.card_content(&site).await;
        let fingerprint = content.fingerprint();
        let drawn = self.cache.try_get_with(fingerprint, self.draw(content, fingerprint)).await;
        drawn.map_err(|fault: Arc<CardFault>| *fault)
    }

    /// The card of a content that is not published. It waits its turn like any other, and is not kept.
    pub async fn draft(
        &self,
        profile: &Profile,
        owner: &User,
        content: &Content,
    ) -> Result<Bytes, CardFault> {
        let content = self.sites.draft_card(profile, owner, content).await;
        let fingerprint = content.fingerprint();
        match self.cache.get(&fingerprint).await {
            Some(card) => Ok(card.png),
            None => Ok(self.draw(content, fingerprint).await?.png),
        }
    }

    async fn draw(&self, content: CardContent, fingerprint: [u8; 32]) -> Result<Card, CardFault> {
        let _place = Place::take(self).ok_or(CardFault::Busy)?;
        let _worker = self.workers.acquire().await.map_err(|_| CardFault::Busy)?;
        self.metrics.card_renders.inc();
        let renderer = self.renderer.clone();
        let drawn = tokio::task::spawn_blocking(move || renderer.render(&content)).await;
        let png = match drawn {
            Ok(Ok(png)) => Bytes::from(png),
            Ok(Err(error)) => return Err(self.failed(&error)),
            Err(error) => return Err(self.failed(&error)),
        };
        let etag = HeaderValue::try_from(format!("\"{}\"", version_of(&fingerprint)))
            .map_err(|_| CardFault::Failed)?;
        Ok(Card { png, etag })
    }

    fn failed(&self, error: &(dyn std::error::Error + 'static)) -> CardFault {
        self.metrics.card_failures.inc();
        tracing::error!(error, "a card could not be drawn");
        CardFault::Failed
    }
}

/// What stands for a card's content in its `ETag` and in the address that pages give for it.
pub(crate) fn version_of(fingerprint: &[u8; 32]) -> String {
    fingerprint.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A place among those who draw or wait.
struct Place<'a>(&'a Cards);

impl<'a> Place<'a> {
    fn take(cards: &'a Cards) -> Option<Self> {
        let place = Self(cards);
        cards.metrics.cards_waiting.inc();
        if cards.waiting.fetch_add(1, Ordering::AcqRel) < cards.most_waiting {
            return Some(place);
        }
        cards.metrics.card_refusals.inc();
        None
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
        self.0.metrics.cards_waiting.dec();
    }
}
