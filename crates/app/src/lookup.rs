//! A bounded cache in front of the database: single flight, negative answers too, forgotten by message.
//!
//! An entry also ages out after [`MAX_AGE`], in case a message was lost. A value that was being loaded while a change
//! arrived is never kept: the epoch says so.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache;
use nameplate_store::StoreError;

use crate::metrics::Metrics;

const MAX_AGE: Duration = Duration::from_secs(30);
/// What an entry of a cache takes beside its value, in bytes; roughly.
const ENTRY: usize = 256;

/// The database did not answer, and nothing fresh was kept.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the database is out of reach")]
pub struct Unavailable;

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a change could not be written");
        Self
    }
}

pub(crate) struct Lookup<K, V> {
    cache: Cache<K, Option<Arc<V>>>,
    epoch: AtomicU64,
    metrics: Metrics,
}

impl<K, V> Lookup<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new(capacity: u64, metrics: Metrics) -> Self {
        let cache = Cache::builder().max_capacity(capacity).time_to_live(MAX_AGE).build();
        Self { cache, epoch: AtomicU64::new(0), metrics }
    }

    /// For values of very different sizes: what is kept has `bytes` at most.
    pub(crate) fn weighed(bytes: u64, weight: fn(&V) -> usize, metrics: Metrics) -> Self {
        let weigh = move |_: &K, value: &Option<Arc<V>>| {
            let value = value.as_deref().map_or(0, weight);
            u32::try_from(value.saturating_add(ENTRY)).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().max_capacity(bytes).weigher(weigh).time_to_live(MAX_AGE).build();
        Self { cache, epoch: AtomicU64::new(0), metrics }
    }

    /// The value of `key`: kept, or loaded once for all who ask at the same time.
    pub(crate) async fn get<F>(
        &self,
        key: &K,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<V>>, Unavailable>
    where
        F: Future<Output = Result<Option<V>, StoreError>>,
    {
        if let Some(value) = self.cache.get(key).await {
            self.metrics.cache_hits.inc();
            return Ok(value);
        }
        self.metrics.cache_misses.inc();
        let before = self.epoch.load(Ordering::Acquire);
        let loaded = self.cache.try_get_with_by_ref(key, async { Ok(load().await?.map(Arc::new)) }).await;
        if self.epoch.load(Ordering::Acquire) != before {
            self.cache.invalidate(key).await;
        }
        loaded.map_err(|error: Arc<StoreError>| {
            self.metrics.store_failures.inc();
            tracing::warn!(%error, "a look-up failed");
            Unavailable
        })
    }

    pub(crate) async fn forget(&self, key: &K) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate(key).await;
    }

    pub(crate) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup() -> Lookup<u8, u8> {
        Lookup::new(10, Metrics::default())
    }

    #[tokio::test]
    async fn a_value_is_loaded_once_until_it_is_forgotten() {
        let lookup = lookup();
        assert_eq!(lookup.get(&1, || async { Ok(Some(7)) }).await.unwrap().as_deref(), Some(&7));
        assert_eq!(lookup.get(&1, || async { Ok(Some(8)) }).await.unwrap().as_deref(), Some(&7));
        lookup.forget(&1).await;
        assert_eq!(lookup.get(&1, || async { Ok(None) }).await.unwrap(), None);
        assert_eq!(
            lookup.get(&1, || async { Ok(Some(9)) }).await.unwrap(),
            None,
            "what is missing is kept too"
        );
    }

    /// P9
    #[tokio::test]
    async fn a_value_that_was_loading_while_a_change_came_is_not_kept() {
        let lookup = lookup();
        let stale = lookup.get(&1, || async {
            lookup.forget(&1).await;
            Ok(Some(1))
        });
        assert_eq!(stale.await.unwrap().as_deref(), Some(&1));
        assert_eq!(lookup.get(&1, || async { Ok(Some(2)) }).await.unwrap().as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn a_failed_look_up_is_not_kept() {
        let lookup = lookup();
        assert_eq!(
            lookup.get(&1, || async { Err(StoreError::Unavailable("gone".into())) }).await,
            Err(Unavailable)
        );
        assert_eq!(lookup.get(&1, || async { Ok(Some(2)) }).await.unwrap().as_deref(), Some(&2));
    }
}
