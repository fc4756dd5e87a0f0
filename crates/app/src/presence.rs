//! Presence: who may be shown, and what is shown of them (contract sections 4 and 5).
//!
//! Only users who share are ever written (S4), so reading needs no check. A user who stops sharing, or is suspended, is
//! removed as soon as this node hears of the change.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::presence::{ActivityPreference, Presence, PresenceSettings};
use nameplate_live::{Entry, EventStream, Live, NO_PRESENCE_BODY};
use nameplate_store::{Store, StoreError};

use crate::batch::Batch;
use crate::lookup::{Lookup, Unavailable};
use crate::metrics::Metrics;

/// How many users are listed at a time.
const PAGE: u32 = 5_000;

/// Why a presence was not written.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PresenceFault {
    #[error("there is no such user, or they do not share their presence")]
    NotShared,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

pub struct Presences {
    pub(crate) store: Store,
    live: Live,
    /// Whether a user shares: the opt-in is on and the account is not suspended.
    sharing: Lookup<UserId, ()>,
    sharers: Batch<UserId, ()>,
}

impl Presences {
    pub(crate) fn new(store: Store, live: Live, metrics: &Metrics) -> Self {
        let sharers = Batch::new(store.clone(), |store: Store, users: Vec<UserId>| async move {
            Ok(store.list_sharing(&users).await?.into_iter().map(|user| (user, ())).collect())
        });
        Self { store, live, sharing: Lookup::new(100_000, metrics.clone()), sharers }
    }

    /// Reads who shares, of those whose presence is written, until it is dropped.
    pub(crate) async fn read(&self) {
        self.sharers.run().await;
    }

    /// The ready body of the snapshot endpoint (S1). `None` stands for what is no user's id.
    pub async fn snapshot(&self, user: Option<UserId>) -> Bytes {
        let entry = match user {
            Some(user) => self.live.get(user).await,
            None => None,
        };
        entry.map_or(Bytes::from_static(NO_PRESENCE_BODY.as_bytes()), |entry| entry.body())
    }

    /// What is shown on a page now.
    pub async fn current(&self, user: UserId) -> Option<Arc<Entry>> {
        self.live.get(user).await
    }

    /// The event stream (E3 to E8), counted against `address` unless it stands for many.
    pub async fn stream(&self, user: Option<UserId>, address: Option<IpAddr>) -> EventStream {
        self.live.stream(user, address).await
    }

    /// Writes what a source says of a user who shares (S4, W8).
    pub async fn put(&self, user: UserId, presence: Presence) -> Result<(), PresenceFault> {
        if !self.is_sharing(user).await? {
            return Err(PresenceFault::NotShared);
        }
        self.live.put(user, presence).await;
        // Sharing may have ended between the look and the write; the change was heard, and this answer is fresh.
        if !self.is_sharing(user).await? {
            self.live.remove(user).await;
            return Err(PresenceFault::NotShared);
        }
        Ok(())
    }

    /// Forgets a user's presence and tells the streams at once (E4).
    pub async fn remove(&self, user: UserId) {
        self.live.remove(user).await;
    }

    /// Everybody who shares and what they prefer to show, for a listener (S4).
    pub async fn sharers(&self) -> Result<Vec<(UserId, ActivityPreference)>, Unavailable> {
        let mut sharers: Vec<(UserId, ActivityPreference)> = Vec::new();
        loop {
            let last = sharers.last().map(|(user, _)| user);
            let page = self.store.list_sharers(last, PAGE).await.map_err(unavailable)?;
            let is_last = page.len() < PAGE as usize;
            sharers.extend(page);
            if is_last {
                return Ok(sharers);
            }
        }
    }

    /// Whether a user shares and what they prefer to show; `None` when there is no such user.
    pub async fn settings(&self, user: UserId) -> Result<Option<PresenceSettings>, Unavailable> {
        let found = self.store.find_user(&user).await.map_err(unavailable)?;
        Ok(found.map(|user| user.presence_settings()))
    }

    /// Sets which activity is shown when there are several. Whoever listens to Discord hears of the change and chooses
    /// anew at once. Answers whether there is such a user.
    pub async fn set_preference(
        &self,
        user: UserId,
        preference: ActivityPreference,
    ) -> Result<bool, Unavailable> {
        let edited = self.store.edit_user(&user, |user| user.activity_preference = preference).await;
        Ok(edited.map_err(unavailable)?.is_some())
    }

    /// Switches sharing; what is known of a user who stops is deleted and pushed at once (S4). Answers whether there is
    /// such a user.
    pub async fn set_sharing(&self, user: UserId, is_sharing: bool) -> Result<bool, Unavailable> {
        let is_found = self.store.set_presence_sharing(&user, is_sharing).await.map_err(unavailable)?;
        if is_found {
            self.apply(&Change::User(user)).await;
        }
        Ok(is_found)
    }

    async fn is_sharing(&self, user: UserId) -> Result<bool, Unavailable> {
        Ok(self.sharing.get(&user, || self.sharers.ask(user)).await?.is_some())
    }

    pub(crate) async fn apply(&self, change: &Change) {
        let affected = match change {
            Change::User(user) => {
                self.sharing.forget(user).await;
                vec![*user]
            }
            Change::Everything => {
                self.sharing.forget_all();
                self.live.users()
            }
            Change::Profile(..) | Change::Posts(_) => return,
        };
        for users in affected.chunks(500) {
            let Ok(sharing) = self.store.list_sharing(users).await else {
                tracing::warn!(
                    "who shares their presence could not be read; entries stay until their lease ends"
                );
                return;
            };
            for user in users.iter().filter(|user| !sharing.contains(user)) {
                self.live.remove(*user).await;
            }
        }
    }
}

fn unavailable(error: StoreError) -> Unavailable {
    tracing::warn!(%error, "the database did not answer");
    Unavailable
}
