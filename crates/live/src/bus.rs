//! News of changes, so that every node forgets what it cached within a second (P9, U13).
//!
//! A message says what to forget, never what is true now: it may be lost or come twice without harm. Who falls behind
//! is told to forget everything.

use nameplate_core::id::{ProfileId, UserId};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Messages that a receiver may be behind before it has to forget everything.
const BACKLOG: usize = 1024;

/// What is no longer as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Anything may have changed: messages were lost.
    Everything,
    /// A user's plan, flags, settings or texts.
    User(UserId),
    /// A profile, and the domain under which it was or is cached.
    Profile { id: ProfileId, domain: Option<String> },
    /// Somebody's account key was made, rotated or deleted.
    Key,
}

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
    use super::*;

    #[test]
    fn a_change_reads_back_as_it_was_written() {
        let changes = [
            Change::Everything,
            Change::User(UserId::parse("123456789012345678").unwrap()),
            Change::Profile { id: ProfileId::parse("p_ada").unwrap(), domain: Some("ada.localhost".into()) },
            Change::Key,
        ];
        for change in changes {
            let json = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change, "{json}");
        }
    }

    /// P9
    #[tokio::test]
    async fn who_falls_behind_is_told_to_forget_everything() {
        let bus = Bus::new();
        let mut changes = bus.subscribe();
        for _ in 0..BACKLOG + 1 {
            bus.publish(Change::Key);
        }
        assert_eq!(changes.next().await, Some(Change::Everything));
        assert_eq!(changes.next().await, Some(Change::Key));
        drop(bus);
        while changes.next().await.is_some() {}
    }
}
