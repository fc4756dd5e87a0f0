//! Opening a database: where it is, its tables, and the check that the root secret is the one it was made with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nameplate_core::time::Entropy;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::broadcast;

use crate::backend::Database;
use crate::dialect::postgres::Postgres;
use crate::dialect::sqlite::Sqlite;
use crate::error::StoreError;
use crate::keyring::Keyring;
use crate::statements as sql;
use crate::{DEADLINE, Inner, Store};

/// How many changes a listener may lag behind before it is told to forget everything instead.
const CHANGES_KEPT: usize = 1024;

/// Where the data is. The URL may hold a password, which `Debug` does not show.
#[derive(Clone, Debug)]
pub enum StoreConfig {
    /// A file, made if it is not there; its folder must exist. Two more files stand beside it (`-wal`, `-shm`).
    Sqlite(PathBuf),
    Postgres(SecretString),
}

impl StoreConfig {
    /// Reads `sqlite:path`, `sqlite:///path` or `postgres://user:password@host/database`.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.into()));
        }
        let path = url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        match path {
            // A database in memory would be another one on each connection.
            Some(path) if !path.is_empty() && path != ":memory:" && !path.contains(['?', '\0']) => {
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            // The text is not repeated: it may hold a password.
            _ => {
                Err(StoreError::BadUrl("must be sqlite:<path> or postgres://<user>@<host>/<database>".into()))
            }
        }
    }

    pub fn sqlite(path: impl AsRef<Path>) -> Self {
        Self::Sqlite(path.as_ref().into())
    }
}

impl Store {
    /// Gets ready to connect; a database that is away is noticed by the first call. Call [`migrate`](Self::migrate)
    /// before anything else.
    pub fn open(
        config: &StoreConfig,
        keyring: Keyring,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let database = match config {
            StoreConfig::Sqlite(path) => Database::Sqlite(Sqlite::new(path)),
            StoreConfig::Postgres(url) => Database::Postgres(Postgres::new(url.expose_secret())?),
        };
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        Ok(Self { inner: Arc::new(Inner { database, keyring, entropy, changes }) })
    }

    /// Brings the tables up to date and checks the root secret. Safe when several processes do it at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        each!(self, |db| db.migrate().await)?;
        self.check_root_secret().await
    }

    /// The first process writes a value that only its root secret gives; every later one compares.
    async fn check_root_secret(&self) -> Result<(), StoreError> {
        let check = self.inner.keyring.check();
        let kept: String = on_both!(self, |db| {
            let mut tx = db.begin(crate::Durability::Synced).await?;
            sqlx::query(db.text(sql::INSERT_SETTING))
                .bind("root_secret_check")
                .bind(check)
                .execute(&mut *tx)
                .await?;
            let kept = sqlx::query_scalar(db.text(sql::FIND_SETTING))
                .bind("root_secret_check")
                .fetch_one(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(kept)
        })?;
        if kept == check { Ok(()) } else { Err(StoreError::WrongRootSecret) }
    }

    /// Asks the database for an answer: for readiness.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_both!(self, |db| Ok(sqlx::query(db.text(sql::PING)).execute(db.reader()).await.map(drop)?))
    }

    /// The number of the newest migration that the database has.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        on_both!(self, |db| Ok(sqlx::query_scalar(db.text(sql::SCHEMA_VERSION))
            .fetch_one(db.reader())
            .await?))
    }

    /// `sqlite` or `postgres`.
    pub fn backend(&self) -> &'static str {
        match self.inner.database {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Waits for what is under way, but not for a database that hangs, and closes every connection.
    pub async fn close(&self) {
        let _ = tokio::time::timeout(DEADLINE, async { each!(self, |db| db.close().await) }).await;
    }
}
