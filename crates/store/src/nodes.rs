//! Which nodes serve a database: any number that share their presence, or one that does not.
//!
//! Two nodes that each keep presence and counters in their own memory would contradict each other. On PostgreSQL every
//! node that serves holds a lock for as long as it lives, so a start can tell. A SQLite file is one machine's: two
//! processes on it are left to whoever starts them, say for the moments in which one takes over from the other.

use sqlx::PgConnection;

use crate::Store;
use crate::backend::Database;
use crate::error::StoreError;

/// With whom a node may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Presence and counters are in the process.
    Alone,
    /// They are shared over Redis.
    Shared,
}

/// A node's place among those that serve; given back when it is dropped.
#[derive(Debug)]
pub struct Membership {
    _connection: Option<PgConnection>,
}

impl Store {
    /// Takes a place among the nodes that serve this database.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] when this node, or one that serves already, must be alone.
    pub async fn join(&self, company: Company) -> Result<Membership, StoreError> {
        match &self.inner.database {
            Database::Sqlite(_) => Ok(Membership { _connection: None }),
            Database::Postgres(postgres) => {
                let connection = self.within(postgres.join(company)).await?;
                Ok(Membership { _connection: Some(connection) })
            }
        }
    }
}
