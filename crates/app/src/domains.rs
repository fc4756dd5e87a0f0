//! The domains that may have a certificate (contract W8): answered from memory, so that a handshake never waits for the
//! database and a lost database takes no certificate down.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use moka::sync::Cache;
use nameplate_core::change::Change;
use nameplate_core::host::{Host, Zones};
use nameplate_core::time::{Clock, Timestamp};
use nameplate_store::{Store, StoreError};

/// How many domains one page of the database's list holds.
const PAGE: u32 = 5_000;

/// How many domains are remembered for which a certificate was asked.
const ASKED: u64 = 10_000;

/// When a domain may have a certificate: from the one moment to the other, `None` is at all times.
#[derive(Clone, Copy, Default)]
struct Term {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Term {
    fn holds(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

pub struct Domains {
    store: Store,
    clock: Arc<dyn Clock>,
    zones: Zones,
    served: RwLock<HashMap<Host, Term>>,
    /// For which ones this node said yes.
    allowed: Cache<Host, ()>,
}

impl Domains {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, zones: Zones) -> Self {
        Self { store, clock, zones, served: RwLock::default(), allowed: Cache::new(ASKED) }
    }

    /// Whether a certificate may be asked for: for a slot that exists, and for a verified domain of an available profile.
    /// The instance's own few hosts are the operator's to configure.
    pub fn may_have_certificate(&self, host: &Host) -> bool {
        let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
        let is_allowed = served.get(host).is_some_and(|term| term.holds(self.clock.now()));
        if is_allowed {
            self.allowed.insert(host.clone(), ());
        }
        is_allowed
    }

    /// Whether a TLS proxy was told of late that a domain may have a certificate, as far as this node knows.
    pub(crate) fn was_allowed(&self, host: &Host) -> bool {
        self.allowed.contains_key(host)
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
                    served.insert(domain.host, Term::default());
                } else if domain.is_verified && domain.is_visible {
                    let term = Term { from: domain.publish_at, until: domain.expires_at };
                    served.insert(domain.host, term);
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
