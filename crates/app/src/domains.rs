//! The domains that may have a certificate (contract W8): answered from memory, so that a handshake never waits for the
//! database and a lost database takes no certificate down.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moka::sync::Cache;
use nameplate_core::change::Change;
use nameplate_core::host::{Host, Zones};
use nameplate_core::time::{Clock, Timestamp};
use nameplate_store::{DEADLINE, ServedDomain, Store, StoreError};
use tokio::sync::Mutex;

/// How many domains one page of the database's list holds.
const PAGE: u32 = 5_000;

/// How many domains are remembered for which a certificate was asked.
const ASKED: u64 = 10_000;

/// Between two attempts to read the list for the first time.
const RETRY: Duration = Duration::from_secs(1);

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
    /// `None` until it is read for the first time.
    served: RwLock<Option<HashMap<Host, Term>>>,
    /// Held by who reads the list, so that an older one never takes the place of a newer one.
    reading: Mutex<()>,
    /// For which ones this node said yes.
    allowed: Cache<Host, ()>,
}

impl Domains {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, zones: Zones) -> Self {
        let (served, reading) = (RwLock::default(), Mutex::default());
        Self { store, clock, zones, served, reading, allowed: Cache::new(ASKED) }
    }

    /// Whether a certificate may be asked for: for a slot that exists, and for a verified domain of an available profile.
    /// The instance's own few hosts are the operator's to configure.
    pub async fn may_have_certificate(&self, host: &Host) -> bool {
        if !self.is_read() {
            // The first question after a start; without a database nothing is known, and it ends as a no.
            let _ = tokio::time::timeout(DEADLINE, self.read()).await;
        }
        let term = self.served.read().unwrap_or_else(PoisonError::into_inner);
        let term = term.as_ref().and_then(|served| served.get(host).copied());
        let is_allowed = term.is_some_and(|term| term.holds(self.clock.now()));
        if is_allowed {
            self.allowed.insert(host.clone(), ());
        }
        is_allowed
    }

    /// Whether a TLS proxy was told of late that a domain may have a certificate, as far as this node knows.
    pub(crate) fn was_allowed(&self, host: &Host) -> bool {
        self.allowed.contains_key(host)
    }

    /// Has the list ready before a certificate is asked for.
    pub(crate) async fn prepare(&self) {
        let Err(error) = self.read().await else { return };
        tracing::warn!(%error, "the list of domains could not be read; trying again until it can");
        while self.read().await.is_err() {
            tokio::time::sleep(RETRY).await;
        }
    }

    fn is_read(&self) -> bool {
        self.served.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Reads all domains, if nobody has.
    async fn read(&self) -> Result<(), StoreError> {
        let _reading = self.reading.lock().await;
        if self.is_read() { Ok(()) } else { self.load().await }
    }

    /// Reads all domains anew.
    async fn load(&self) -> Result<(), StoreError> {
        let mut served = HashMap::new();
        let mut after = None;
        loop {
            let page = self.store.list_served_domains(after.as_ref(), PAGE).await?;
            after = page.last().map(|domain| domain.host.clone());
            let is_last = page.len() < PAGE as usize;
            let may_be = |domain: &ServedDomain| self.zones.check_domain(&domain.host).is_ok();
            for domain in page.into_iter().filter(may_be) {
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
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Some(served);
        Ok(())
    }

    pub(crate) async fn apply(&self, change: &Change) {
        if matches!(change, Change::Posts(_)) {
            return;
        }
        let _reading = self.reading.lock().await;
        // A list that nobody has read yet will be read with this change.
        if self.is_read()
            && let Err(error) = self.load().await
        {
            tracing::warn!(%error, "the list of domains could not be read; the last one stays in force");
        }
    }
}
