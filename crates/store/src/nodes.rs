//! Which nodes serve a database: any number that share their presence, or one that does not.
//!
//! Two nodes that each keep presence and counters in their own memory would contradict each other. On PostgreSQL every
//! node that serves holds a lock for as long as it lives, so a start can tell. A SQLite file is one machine's: two
//! processes on it are left to whoever starts them, say for the moments in which one takes over from the other.

use std::convert::Infallible;
use std::time::Duration;

use sqlx::PgConnection;

use crate::Store;
use crate::backend::Database;
use crate::dialect::postgres::is_alive;
use crate::error::StoreError;

/// How often a node looks whether it still has its place.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// With whom a node may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Presence and counters are in the process.
    Alone,
    /// They are shared over Redis.
    Shared,
}

/// A node's place among those that serve; given back when it is dropped.
pub struct Membership {
    store: Store,
    company: Company,
    /// None on SQLite, and while the place is lost.
    connection: Option<PgConnection>,
}

impl Membership {
    /// Keeps the place until the future is dropped: one that was lost with its connection is taken again. Meanwhile, and
    /// if another node has it by then, this one serves on: it must not end because the database was away.
    pub async fn keep(mut self) -> Infallible {
        if let Database::Sqlite(_) = self.store.inner.database {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Some(connection) = &mut self.connection
                && is_alive(connection).await
            {
                continue;
            }
            self.connection = None;
            match Box::pin(self.store.join(self.company)).await {
                Ok(mut again) => self.connection = again.connection.take(),
                Err(StoreError::Occupied) => {
                    tracing::error!(
                        "another node serves this database now, and presence is not shared with it: set `redis_url` on both, or stop one"
                    );
                }
                // Whoever needs the database says so.
                Err(_) => {}
            }
        }
    }
}

impl Store {
    /// Takes a place among the nodes that serve this database.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] when this node, or one that serves already, must be alone.
    pub async fn join(&self, company: Company) -> Result<Membership, StoreError> {
        let connection = match &self.inner.database {
            Database::Sqlite(_) => None,
            Database::Postgres(postgres) => Some(self.within(postgres.join(company)).await?),
        };
        Ok(Membership { store: self.clone(), company, connection })
    }
}
