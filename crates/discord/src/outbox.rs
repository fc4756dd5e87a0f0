//! What waits to be written to the cache.
//!
//! One place for each user, holding the newest: a burst of changes is one write, a user who flickers through a state is
//! not seen in it, and a cache that is slow costs no memory.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::ready;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use nameplate_core::id::UserId;
use nameplate_core::presence::Presence;
use tokio::sync::Notify;

use crate::{Instance, Unavailable};

/// From the first word of a change to its writing.
const GATHER: Duration = Duration::from_millis(150);
/// Before what could not be written is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// Writes side by side.
const AT_ONCE: usize = 16;

#[derive(Default)]
pub(crate) struct Outbox {
    /// `None` for who is to be forgotten.
    waiting: Mutex<HashMap<UserId, Option<Presence>>>,
    filled: Notify,
}

impl Outbox {
    pub(crate) fn put(&self, user: UserId, presence: Option<Presence>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(user, presence);
        self.filled.notify_one();
    }

    fn take(&self) -> HashMap<UserId, Option<Presence>> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes what comes, in order for each user.
    pub(crate) async fn run<I: Instance>(&self, instance: &I) -> Infallible {
        loop {
            self.filled.notified().await;
            tokio::time::sleep(GATHER).await;
            if self.flush(instance).await == Err(Unavailable) {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Writes what waits. What cannot be written now waits on, unless there is something newer.
    pub(crate) async fn flush<I: Instance>(&self, instance: &I) -> Result<(), Unavailable> {
        let write = async |(user, presence): (UserId, Option<Presence>)| match &presence {
            None => {
                instance.remove(user).await;
                None
            }
            Some(known) => instance.put(user, known.clone()).await.is_err().then_some((user, presence)),
        };
        let unwritten: Vec<_> =
            stream::iter(self.take()).map(write).buffer_unordered(AT_ONCE).filter_map(ready).collect().await;
        if unwritten.is_empty() {
            return Ok(());
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (user, presence) in unwritten {
            waiting.entry(user).or_insert(presence);
        }
        self.filled.notify_one();
        Err(Unavailable)
    }
}
