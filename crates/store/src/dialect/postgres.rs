//! PostgreSQL 15 or newer: one pool, and one more connection that listens for the changes of other nodes.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::{ProfileId, UserId};
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres as Db, Transaction};
use tokio::time::Instant;

use crate::error::StoreError;
use crate::nodes::Company;
use crate::statements::Statement;
use crate::{ACQUIRE_TIMEOUT, Durability};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Plenty for the cores of one node: a database answers faster to few connections than to many.
const CONNECTIONS: u32 = 8;

/// Milliseconds after which the server itself ends a statement.
const STATEMENT_TIMEOUT: &str = "2000";

/// The same for a migration, which may rewrite a large table, and for an import.
const LONG_TIMEOUT: &str = "600000";

const OLDEST_VERSION: u32 = 150_000;

const CHANNEL: &str = "nameplate_changes";

/// The advisory lock that the nodes hold while they serve: "nameplat" as a number.
const NODES_LOCK: i64 = i64::from_be_bytes(*b"nameplat");

/// How long the listening connection may be silent before it has to prove that it lives.
const SILENCE: Duration = Duration::from_secs(5);

const SUSPICION: Duration = Duration::from_secs(10);

const RECONNECT_PAUSE: Duration = Duration::from_millis(500);

pub(crate) struct Postgres {
    pool: PgPool,
    suspicion: Arc<Suspicion>,
}

impl Postgres {
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| StoreError::BadUrl(format!("is not one that PostgreSQL knows: {error}")))?
            .application_name("nameplate")
            .statement_cache_capacity(256);
        let suspicion = Arc::new(Suspicion::default());
        let tested = suspicion.clone();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    // A connection in use a moment ago is alive; asking it first would cost every query a round trip.
                    Ok(meta.idle_for < Duration::from_secs(1) || connection.ping().await.is_ok())
                })
            })
            .after_release(move |connection, _| {
                let is_suspect = tested.is_raised();
                Box::pin(async move { Ok(!is_suspect || is_alive(connection).await) })
            })
            .connect_lazy_with(options.options([("statement_timeout", STATEMENT_TIMEOUT)]));
        Ok(Self { pool, suspicion })
    }

    /// A call was given up.
    pub(crate) fn suspect(&self) {
        self.suspicion.raise();
    }

    pub(crate) const fn text(&self, statement: Statement) -> &'static str {
        statement.postgres
    }

    pub(crate) const fn reader(&self) -> &PgPool {
        &self.pool
    }

    /// What a commit waits for is the server's setting.
    pub(crate) async fn begin(&self, _: Durability) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.pool.begin().await?)
    }

    /// For work that takes as long as it needs.
    pub(crate) async fn begin_long(&self) -> Result<Transaction<'static, Db>, StoreError> {
        with_time(self.begin(Durability::Synced).await?).await
    }

    /// Reads of one moment, as long as they need.
    pub(crate) async fn begin_snapshot(&self) -> Result<Transaction<'static, Db>, StoreError> {
        with_time(self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?).await
    }

    pub(crate) async fn announce(
        &self,
        transaction: &mut Transaction<'static, Db>,
        change: &Change,
    ) -> Result<(), StoreError> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(encode(change))
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }

    /// Several nodes may start at once: sqlx holds an advisory lock around its migrations.
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        let mut connection = self.connect(LONG_TIMEOUT).await?;
        if connection.server_version_num().unwrap_or_default() < OLDEST_VERSION {
            return Err(StoreError::Unsupported("PostgreSQL must be version 15 or newer".into()));
        }
        MIGRATIONS.run_direct(None, &mut connection, false).await.map_err(super::migration_fault)?;
        connection.close().await?;
        Ok(())
    }

    /// A connection beside the pool's.
    async fn connect(&self, statement_timeout: &str) -> Result<PgConnection, StoreError> {
        let options = self.pool.connect_options().as_ref().clone();
        let options = options.options([("statement_timeout", statement_timeout)]);
        Ok(tokio::time::timeout(ACQUIRE_TIMEOUT, options.connect())
            .await
            .map_err(|_| StoreError::Unavailable("no connection in time".into()))??)
    }

    /// The lock ends with the connection, so also with a process that was killed.
    pub(crate) async fn join(&self, company: Company) -> Result<PgConnection, StoreError> {
        let mut connection = self.connect(STATEMENT_TIMEOUT).await?;
        let lock = sqlx::query_scalar(match company {
            Company::Alone => "SELECT pg_try_advisory_lock($1)",
            Company::Shared => "SELECT pg_try_advisory_lock_shared($1)",
        });
        let is_locked: bool = lock.bind(NODES_LOCK).fetch_one(&mut connection).await?;
        if is_locked { Ok(connection) } else { Err(StoreError::Occupied) }
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) fn changes(&self) -> Changes {
        // Its own connection: one of the pool's would be missing for good.
        let listening = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(self.pool.connect_options().as_ref().clone());
        Changes { store: self.pool.clone(), listening, listener: None, heard: Instant::now() }
    }
}

/// Gives the statements of a transaction more time than others have.
async fn with_time(
    mut transaction: Transaction<'static, Db>,
) -> Result<Transaction<'static, Db>, StoreError> {
    let longer = sqlx::query("SELECT set_config('statement_timeout', $1, true)").bind(LONG_TIMEOUT);
    longer.execute(&mut *transaction).await?;
    Ok(transaction)
}

/// For a while after a call was given up, connections that come back to the pool are tested, and each within its time:
/// the pool itself would wait for a server that stands still for as long as that does.
#[derive(Default)]
struct Suspicion(Mutex<Option<Instant>>);

impl Suspicion {
    fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_raised(&self) -> bool {
        let raised = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        raised.is_some_and(|raised| raised.elapsed() < SUSPICION)
    }
}

/// Whether a connection answers in time.
pub(crate) async fn is_alive(connection: &mut PgConnection) -> bool {
    tokio::time::timeout(ACQUIRE_TIMEOUT, connection.ping()).await.is_ok_and(|pong| pong.is_ok())
}

/// What the nodes tell each other, this one included.
pub(crate) struct Changes {
    /// Whose end is the end of the listening.
    store: PgPool,
    listening: PgPool,
    listener: Option<PgListener>,
    heard: Instant,
}

impl Changes {
    /// `Everything` as soon as the channel is listened to, and again after each gap, since what was told in between is
    /// lost. Dropped while it waits, it misses nothing.
    pub(crate) async fn next(&mut self) -> Option<Change> {
        let mut closed = self.store.close_event();
        closed.do_until(self.next_of_open()).await.ok()
    }

    async fn next_of_open(&mut self) -> Change {
        loop {
            if let Some(listener) = &mut self.listener {
                match hear(listener, self.heard).await {
                    Some(change) => {
                        self.heard = Instant::now();
                        if let Some(change) = change {
                            return change;
                        }
                    }
                    None => self.listener = None,
                }
            } else if let Ok(listener) = listen(&self.listening).await {
                self.listener = Some(listener);
                self.heard = Instant::now();
                return Change::Everything;
            } else {
                tokio::time::sleep(RECONNECT_PAUSE).await;
            }
        }
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// A change, or `Some(None)` for a sign of life; `None` when the connection is lost. A line that was cut without a word
/// shows only when something is sent on it, so after a silence it is asked.
async fn hear(listener: &mut PgListener, heard: Instant) -> Option<Option<Change>> {
    match tokio::time::timeout_at(heard + SILENCE, listener.try_recv()).await {
        Ok(notice) => notice.ok()?.map(|notice| Some(decode(notice.payload()))),
        Err(_) => {
            let pong = tokio::time::timeout(ACQUIRE_TIMEOUT, listener.execute("SELECT 1")).await;
            pong.ok()?.ok().map(|_| None)
        }
    }
}

/// A change as the payload of a notice: `user:<id>`, `profile:<id>:<domain>:<domain>`.
fn encode(change: &Change) -> String {
    match change {
        Change::Everything => "everything".into(),
        Change::User(id) => format!("user:{id}"),
        Change::Posts(id) => format!("posts:{id}"),
        Change::Profile(id, domains) => {
            domains.iter().fold(format!("profile:{id}"), |text, domain| format!("{text}:{domain}"))
        }
    }
}

/// What cannot be read (a newer version's word, say) may mean anything.
fn decode(payload: &str) -> Change {
    let mut words = payload.split(':');
    let change = match (words.next(), words.next()) {
        (Some("user"), Some(id)) => UserId::parse(id).ok().map(Change::User),
        (Some("posts"), Some(id)) => UserId::parse(id).ok().map(Change::Posts),
        (Some("profile"), Some(id)) => ProfileId::parse(id).ok().and_then(|id| {
            let domains: Result<Vec<_>, _> = words.map(Host::parse).collect();
            Some(Change::Profile(id, domains.ok()?))
        }),
        _ => None,
    };
    change.unwrap_or(Change::Everything)
}

fn is_class(code: &str, classes: &[&str]) -> bool {
    classes.iter().any(|class| code.starts_with(class))
}

/// Connection lost (08), transaction to be done again (40), out of resources (53), ended by the operator or by
/// `statement_timeout` (57), a server that has become a standby (25006), a lock not had in time (55P03).
pub(crate) fn is_unavailable(fault: &dyn DatabaseError) -> bool {
    fault
        .try_downcast_ref::<PgDatabaseError>()
        .is_some_and(|fault| is_class(fault.code(), &["08", "40", "53", "57", "25006", "55P03"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P9
    #[test]
    fn a_change_reads_back_from_its_notice() {
        let domain = |text| Host::parse(text).unwrap();
        let profile = ProfileId::parse("p_ada").unwrap();
        for change in [
            Change::Everything,
            Change::User(UserId::parse("123456789012345678").unwrap()),
            Change::Posts(UserId::parse("123456789012345678").unwrap()),
            Change::Profile(profile.clone(), vec![]),
            Change::Profile(profile, vec![domain("ada.localhost"), domain("ada.example")]),
        ] {
            assert_eq!(decode(&encode(&change)), change);
        }
        assert_eq!(decode("post:AbCd1234"), Change::Everything);
        assert_eq!(decode("user:none"), Change::Everything);
    }
}
