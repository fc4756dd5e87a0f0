//! One body for both databases.
//!
//! sqlx's types name their database, so a function that serves both would carry a page of trait bounds. A macro
//! compiles the same few lines for each instead: `on_both!` runs them under the deadline, `change!` wraps them in a
//! transaction and tells of the change when it is done.

use std::future::Future;

use nameplate_core::change::Change;

use crate::dialect::postgres::Postgres;
use crate::dialect::sqlite::Sqlite;
use crate::error::StoreError;
use crate::{DEADLINE, Store};

pub(crate) enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// Whether a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// What an owner or operator did, and was told that it is done.
    Synced,
    /// Statistics and reservations: SQLite may lose the last of them when the machine (not the process) dies.
    Batched,
}

/// `each!(store, |db| body)`: the body compiled for each database, with no deadline.
macro_rules! each {
    ($store:expr, |$db:ident| $body:expr) => {
        match &$store.inner.database {
            $crate::backend::Database::Sqlite($db) => $body,
            $crate::backend::Database::Postgres($db) => $body,
        }
    };
}

/// `on_both!(store, |db| body)`: the body, which ends in a `Result`, under the deadline.
macro_rules! on_both {
    ($store:expr, |$db:ident| $body:expr) => {
        // In a box: a future for two databases is large, and callers keep many of them in theirs.
        $store.within(Box::pin(async { each!($store, |$db| $body) })).await
    };
}

/// `change!(store, |db, tx| body)`: the body in a transaction. It ends in a pair: what the method answers, and the
/// change to tell of, if there was one.
macro_rules! change {
    ($store:expr, |$db:ident, $tx:ident| $body:expr) => {{
        let (value, change) = on_both!($store, |$db| {
            let mut $tx = $db.begin($crate::backend::Durability::Synced).await?;
            let (value, change): (_, Option<nameplate_core::change::Change>) = $body;
            if let Some(change) = &change {
                $db.announce(&mut $tx, change).await?;
            }
            $tx.commit().await?;
            Ok((value, change))
        })?;
        if let Some(change) = change {
            $store.tell(change);
        }
        Ok(value)
    }};
}

impl Store {
    pub(crate) async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(DEADLINE, work).await.unwrap_or_else(|_| {
            if let Database::Postgres(postgres) = &self.inner.database {
                postgres.suspect();
            }
            Err(StoreError::Unavailable(format!("no answer in {} s", DEADLINE.as_secs_f32())))
        })
    }

    /// Tells this process's listeners.
    pub(crate) fn tell(&self, change: Change) {
        // No listener is no fault: a command that runs once has none.
        let _ = self.inner.changes.send(change);
    }
}
