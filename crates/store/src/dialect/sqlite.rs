//! SQLite: one connection that writes and a few that read, in write-ahead mode.
//!
//! Readers never wait for the writer. There is one writer because SQLite has one anyway: writes queue here, in order
//! and with a deadline, and not in SQLite's busy loop.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use nameplate_core::change::Change;
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteError, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Sqlite as Db, SqlitePool, Transaction};
use tokio::time::Instant;

use crate::error::StoreError;
use crate::statements::Statement;
use crate::{ACQUIRE_TIMEOUT, Durability};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

const READERS: u32 = 4;

/// How long a write waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Between two attempts at the first connection.
const AGAIN: Duration = Duration::from_millis(20);

/// How often to look whether another process has written.
const POLL: Duration = Duration::from_millis(100);

/// What is written so long after another write changes the log's time, however coarse the file system's clock is.
const COARSEST: Duration = Duration::from_secs(3);

pub(crate) struct Sqlite {
    readers: SqlitePool,
    writer: SqlitePool,
    /// How many connections the writer's pool has opened so far: `data_version` is a count of each connection's own.
    opened: Arc<AtomicI64>,
    /// Where every write stands first, whoever made it.
    log: PathBuf,
}

impl Sqlite {
    pub(crate) fn new(path: &Path) -> Self {
        create_private(path);
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(256);
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        let opened = Arc::new(AtomicI64::new(0));
        let count = opened.clone();
        let writer = pool().max_connections(1).after_connect(move |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(()) })
        });
        Self {
            writer: writer.connect_lazy_with(options.clone().synchronous(SqliteSynchronous::Full)),
            readers: pool().max_connections(READERS).connect_lazy_with(options.pragma("query_only", "ON")),
            opened,
            log: log.into(),
        }
    }

    pub(crate) const fn text(&self, statement: Statement) -> &'static str {
        statement.sqlite
    }

    pub(crate) const fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// Takes the write lock at once: a transaction that reads first and writes later could fail half-way.
    pub(crate) async fn begin(&self, durability: Durability) -> Result<Transaction<'static, Db>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        sqlx::query(match durability {
            Durability::Synced => "PRAGMA synchronous = FULL",
            Durability::Batched => "PRAGMA synchronous = NORMAL",
        })
        .execute(&mut *writer)
        .await?;
        Ok(Transaction::begin(writer, Some(sqlx::SqlSafeStr::into_sql_str("BEGIN IMMEDIATE"))).await?)
    }

    /// For work that takes as long as it needs.
    pub(crate) async fn begin_long(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.begin(Durability::Synced).await
    }

    /// Reads of one moment: the first one takes the snapshot.
    pub(crate) async fn begin_snapshot(&self) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.readers.begin().await?)
    }

    /// Other processes see a write by themselves: see [`Changes`].
    pub(crate) async fn announce(
        &self,
        _: &mut Transaction<'static, Db>,
        _: &Change,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// One transaction around all migrations, so that of several processes that start at once one makes the tables.
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        let mut writer = self.first_connection().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(super::migration_fault)?;
        transaction.commit().await?;
        Ok(())
    }

    /// Only one process at a time can turn a new file to write-ahead mode, or tidy up when the last one leaves. Whoever
    /// comes meanwhile is turned away at once, whatever the timeout is, and so comes again.
    async fn first_connection(&self) -> Result<PoolConnection<Db>, sqlx::Error> {
        let patience = Instant::now() + BUSY_TIMEOUT;
        loop {
            match self.writer.acquire().await {
                Err(sqlx::Error::Database(fault)) if is_busy(&*fault) && Instant::now() < patience => {
                    tokio::time::sleep(AGAIN).await;
                }
                connected => return connected,
            }
        }
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) fn changes(&self) -> Changes {
        let (writer, opened, log) = (self.writer.clone(), self.opened.clone(), self.log.clone());
        Changes { writer, opened, seen: None, log, looked: None }
    }
}

/// Makes the file unreadable for other users before SQLite makes it, which gives the files beside it the same mode. A
/// file that cannot be made is a fault of the first call that needs it.
fn create_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// The writes of other processes. SQLite counts the commits of others for each connection, and every write of this
/// process goes through the one that is asked. It is left alone while the log shows that nobody writes: a process at rest
/// would do little else than ask.
pub(crate) struct Changes {
    writer: SqlitePool,
    opened: Arc<AtomicI64>,
    /// Which connection it was, and what it said.
    seen: Option<(i64, i64)>,
    log: PathBuf,
    looked: Option<Look>,
}

/// What a look at the log showed, after which SQLite was asked.
#[derive(Clone, Copy)]
struct Look {
    written: Option<SystemTime>,
    /// The first look that showed this.
    since: Instant,
    at: Instant,
}

impl Look {
    /// Whether nobody has written since, if the log still shows the same.
    fn is_final(&self) -> bool {
        self.written.is_some() && self.at - self.since > COARSEST
    }
}

impl Changes {
    /// `Everything` at once, and after each write of another process. Dropped while it waits, it misses nothing and
    /// holds nothing: the writer must not be kept from writes by a listener who is busy.
    pub(crate) async fn next(&mut self) -> Option<Change> {
        while !self.writer.is_closed() {
            let look = self.look();
            if !self.looked.is_some_and(|looked| looked.written == look.written && looked.is_final()) {
                let version =
                    sqlx::query_scalar::<_, i64>("PRAGMA data_version").fetch_one(&self.writer).await.ok();
                // A question that failed is made good by the next one.
                if let Some(version) = version {
                    self.looked = Some(look);
                    let version = Some((self.opened.load(Ordering::Relaxed), version));
                    if self.seen != version {
                        self.seen = version;
                        return Some(Change::Everything);
                    }
                }
            }
            tokio::time::sleep(POLL).await;
        }
        None
    }

    fn look(&self) -> Look {
        let written = std::fs::metadata(&self.log).and_then(|log| log.modified()).ok();
        let at = Instant::now();
        let same = self.looked.filter(|looked| looked.written == written);
        Look { written, since: same.map_or(at, |looked| looked.since), at }
    }
}

/// The primary result code, without the details of the extended one.
fn result_code(fault: &dyn DatabaseError) -> Option<i32> {
    fault.try_downcast_ref::<SqliteError>()?.code()?.parse().ok().map(|code: i32| code & 0xff)
}

fn is_busy(fault: &dyn DatabaseError) -> bool {
    result_code(fault) == Some(5)
}

/// Busy, locked, read-only, I/O error, disk full, cannot open.
pub(crate) fn is_unavailable(fault: &dyn DatabaseError) -> bool {
    matches!(result_code(fault), Some(5 | 6 | 8 | 10 | 13 | 14))
}

/// Corrupt, or not a database.
pub(crate) fn is_corrupt(fault: &dyn DatabaseError) -> bool {
    matches!(result_code(fault), Some(11 | 26))
}
