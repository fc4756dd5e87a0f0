//! The domains that may have a certificate (contract W8): answered from memory, so that a handshake never waits for the
//! database and a lost database takes no certificate down.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use nameplate_core::change::Change;
use nameplate_core::host::{Host, Zones};
use nameplate_core::time::{Clock, Timestamp};
use nameplate_store::{Store, StoreError};

/// How many domains one page of the database's list holds.
const PAGE: u32 = 5_000;

/// Until when a domain may have a certificate; `None` is for ever.
type Until = Option<Timestamp>;

pub struct Domains {
    store: Store,
    clock: Arc<dyn Clock>,
    zones: Zones,
    served: RwLock<HashMap<Host, Until>>,
}

impl Domains {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, zones: Zones) -> Self {
        Self { store, clock, zones, served: RwLock::default() }
    }

    /// Whether a certificate may be asked for: for a slot that exists, and for a verified domain of an available profile.
    /// The instance's own few hosts are the operator's to configure.
    pub fn may_have_certificate(&self, host: &Host) -> bool {
        let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
        served.get(host).is_some_and(|until| until.is_none_or(|until| self.clock.now() < until))
    }

    /// Reads all domains anew.
    pub(crate) async fn load(&self) -> Result<(), StoreError> {
        let mut served = HashMap::new();
        let mut after = None;
        loop {
            let page = self.store.list_served_domains(after.as_ref(), PAGE).await?;
            after = page.last().map(|domain| domain.host.clone());
            let is_last = page.len() < PAGE as usize;
            for domain in page {
                if self.zones.slug(&domain.host).is_some() {
                    served.insert(domain.host, None);
                } else if domain.is_verified && domain.is_visible {
                    served.insert(domain.host, domain.expires_at);
                }
            }
            if is_last {
                break;
            }
        }
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = served;
        Ok(())
    }

    pub(crate) async fn apply(&self, change: &Change) {
        if matches!(change, Change::Posts(_)) {
            return;
        }
        if let Err(error) = self.load().await {
            tracing::warn!(%error, "the list of domains could not be read; the last one stays in force");
        }
    }
}
