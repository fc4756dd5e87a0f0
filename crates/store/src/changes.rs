//! The changes by which caches learn what to forget (contract P9).

use nameplate_core::change::Change;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::Store;
use crate::backend::Database;
use crate::dialect::{postgres, sqlite};

/// What this process changes, at once, and what other processes change, within about 100 ms. It does its looking and
/// listening while [`next`](Self::next) is awaited, and needs no task of its own.
pub struct Changes {
    own: broadcast::Receiver<Change>,
    others: Others,
}

enum Others {
    Sqlite(sqlite::Changes),
    Postgres(postgres::Changes),
}

impl Store {
    /// The first change is `Everything`, told once the database is listened to: what was read before it may be stale.
    pub fn changes(&self) -> Changes {
        let others = match &self.inner.database {
            Database::Sqlite(sqlite) => Others::Sqlite(sqlite.changes()),
            Database::Postgres(postgres) => Others::Postgres(postgres.changes()),
        };
        Changes { own: self.inner.changes.subscribe(), others }
    }
}

impl Changes {
    /// `None` when the store was closed. A change may be told twice; none is left out. Safe to drop while waiting.
    pub async fn next(&mut self) -> Option<Change> {
        tokio::select! {
            own = self.own.recv() => match own {
                Ok(change) => Some(change),
                Err(RecvError::Lagged(_)) => Some(Change::Everything),
                Err(RecvError::Closed) => None,
            },
            other = self.others.next() => other,
        }
    }
}

impl Others {
    async fn next(&mut self) -> Option<Change> {
        match self {
            Self::Sqlite(changes) => changes.next().await,
            Self::Postgres(changes) => changes.next().await,
        }
    }
}
