//! News of changes, so that every node forgets what it cached within a second (P9, U13).
//!
//! A message says what to forget, never what is true now: it may be lost or come twice without harm. Who falls behind
//! is told to forget everything.

use nameplate_core::change::Change;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Messages that a receiver may be behind before it has to forget everything.
const BACKLOG: usize = 1024;

pub(crate) struct Bus(broadcast::Sender<Change>);

impl Bus {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    /// Tells this node's receivers; that there are none is no fault.
    pub(crate) fn publish(&self, change: Change) {
        let _ = self.0.send(change);
    }

    pub(crate) fn subscribe(&self) -> Changes {
        Changes(self.0.subscribe())
    }
}

/// Every change from the subscription on.
pub struct Changes(broadcast::Receiver<Change>);

impl Changes {
    /// The next change; `None` once the process is going down.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => Some(Change::Everything),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use nameplate_core::id::UserId;

    use super::*;

    /// P9
    #[tokio::test]
    async fn who_falls_behind_is_told_to_forget_everything() {
        let bus = Bus::new();
        let mut changes = bus.subscribe();
        let change = Change::User(UserId::parse("123456789012345678").unwrap());
        for _ in 0..BACKLOG + 1 {
            bus.publish(change.clone());
        }
        assert_eq!(changes.next().await, Some(Change::Everything));
        assert_eq!(changes.next().await, Some(change));
        drop(bus);
        while changes.next().await.is_some() {}
    }
}
