//! Redis or Valkey between the nodes: it carries what one node writes to the others, and never stands between a node
//! and its own memory.
//!
//! Each request has a budget, and a Redis that is gone or hangs is given up after a few of them: then every request
//! fails at once until [`session`] has found Redis again. A failure means "away" to the caller, who goes on without.

mod presence;
mod servers;
mod session;
mod shared;

use std::collections::HashSet;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::time::{Clock, Entropy};
use redis::{ErrorKind, RedisError, RedisResult, RetryMethod, ServerErrorKind};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::servers::{Connection, Servers};
use crate::latest::lock;
use crate::metrics::Counters;

/// What reading somebody's presence may take, so that there is a `null` within 250 ms (S5).
const READ_BUDGET: Duration = Duration::from_millis(150);
/// What any other request may take.
const BUDGET: Duration = Duration::from_secs(1);
/// So many requests in a row without an answer, and Redis counts as gone.
const PATIENCE: u32 = 3;
/// While Redis is away, the log says so this often.
const COMPLAINT_EVERY: Duration = Duration::from_secs(60);

/// A `redis_url` that cannot be used. The URL may hold a password, so it is not repeated here.
#[derive(Debug, thiserror::Error)]
#[error(
    "must be a URL such as redis://127.0.0.1:6379/0, rediss://user:password@host:6379/0 or unix:///path, or the URLs of \
     some nodes of a Redis Cluster, separated by commas, with one user, password and database"
)]
pub struct BadRedisUrl;

/// Why a server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnfitRedis {
    /// It may come later: nobody has to wait for it (S5).
    #[error("the server cannot be reached: {0}")]
    Away(String),
    /// It is there and will go on refusing, such as a database that it does not have.
    #[error("the server cannot be used: {0}")]
    Refuses(String),
    #[error("the server lets nobody in with these credentials")]
    Credentials,
}

/// Redis is out of reach, or gave no usable answer in time.
#[derive(Debug)]
pub(crate) struct Away;

pub(crate) struct Carrier {
    servers: Servers,
    names: Names,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    counters: Arc<Counters>,
    line: Mutex<Option<Arc<Line>>>,
    /// Whether everything that Redis said since the last gap was heard and everything before it was read again.
    is_synced: watch::Sender<bool>,
    /// Users who could not be read when somebody here began to watch them.
    unread: Mutex<HashSet<UserId>>,
    complained_at: Mutex<Option<Instant>>,
}

/// An open connection for requests.
struct Line {
    connection: Connection,
    /// Requests in a row that had no answer in time.
    unanswered: AtomicU32,
    lost: CancellationToken,
}

struct Names {
    namespace: String,
    /// Channels are the same in all of a server's databases, so this one names the database.
    presence_channel: String,
    /// Tells what this node holds from what others hold.
    node: String,
}

impl Names {
    fn new(namespace: &str, database: i64, node: String) -> Self {
        Self {
            namespace: namespace.into(),
            presence_channel: format!("{namespace}:{database}:presence"),
            node,
        }
    }

    fn key(&self, kind: &str, id: &str) -> String {
        format!("{}:{kind}:{id}", self.namespace)
    }
}

impl Carrier {
    pub(crate) fn new(
        (url, namespace): (&str, &str),
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        counters: Arc<Counters>,
    ) -> Result<Self, BadRedisUrl> {
        // A rediss:// URL needs one for TLS. That somebody else was first is no fault.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let servers = Servers::new(url)?;
        Ok(Self {
            names: Names::new(namespace, servers.database(), entropy.alphanumeric(16)),
            servers,
            clock,
            entropy,
            counters,
            line: Mutex::default(),
            is_synced: watch::Sender::new(false),
            unread: Mutex::default(),
            complained_at: Mutex::default(),
        })
    }

    /// Whether this node's memory is as good as Redis itself.
    pub(crate) fn is_synced(&self) -> bool {
        *self.is_synced.borrow()
    }

    pub(crate) async fn synced(&self) {
        let _ = self.is_synced.subscribe().wait_for(|is_synced| *is_synced).await;
    }

    /// Looks once whether the server is one that can be used.
    pub(crate) async fn check(&self) -> Result<(), UnfitRedis> {
        let Ok(looked) = timeout(BUDGET, self.servers.look()).await else {
            return Err(UnfitRedis::Away("no answer in time".into()));
        };
        looked.map_err(|error| match error.kind() {
            ErrorKind::AuthenticationFailed => UnfitRedis::Credentials,
            ErrorKind::InvalidClientConfig | ErrorKind::Server(ServerErrorKind::ResponseError) => {
                UnfitRedis::Refuses(error.to_string())
            }
            _ => UnfitRedis::Away(error.to_string()),
        })
    }

    /// Asks Redis, and gives up when the budget is spent or the line is lost.
    async fn ask<T, F>(&self, budget: Duration, request: impl FnOnce(Connection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let line = lock(&self.line).clone().filter(|line| !line.lost.is_cancelled());
        let Some(line) = line else {
            self.counters.redis_failures.add(1);
            return Err(Away);
        };
        let answer = timeout(budget, request(line.connection.clone()));
        let answer = line.lost.run_until_cancelled(answer).await;
        if let Some(Ok(Ok(answer))) = answer {
            line.unanswered.store(0, Ordering::Relaxed);
            return Ok(answer);
        }
        self.counters.redis_failures.add(1);
        match answer {
            Some(Ok(Err(error))) if is_refusal(&error) => self.complain(&error.to_string()),
            Some(Err(_)) if line.unanswered.fetch_add(1, Ordering::Relaxed) + 1 < PATIENCE => {}
            _ => line.lost.cancel(),
        }
        Err(Away)
    }

    /// Says in the log that Redis is away, at most once a minute.
    fn complain(&self, cause: &str) {
        let mut complained_at = lock(&self.complained_at);
        if complained_at.is_none_or(|at| at.elapsed() >= COMPLAINT_EVERY) {
            *complained_at = Some(Instant::now());
            tracing::warn!(
                cause,
                "Redis is away or refuses: presence and counters are this node's own until it is back"
            );
        }
    }
}

/// Whether this request was understood and refused, by a server that is otherwise there: not one that is loading, has
/// become a replica, or belongs to a cluster which is not whole.
fn is_refusal(error: &RedisError) -> bool {
    !error.is_io_error() && matches!(error.retry_method(), RetryMethod::NoRetry)
}

#[cfg(test)]
mod tests {
    use nameplate_core::time::Timestamp;

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
    }

    impl Entropy for Still {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn carrier(url: &str) -> Result<Carrier, BadRedisUrl> {
        Carrier::new((url, "nameplate"), Arc::new(Still), Arc::new(Still), Arc::default())
    }

    /// The URL holds a password.
    #[test]
    fn a_bad_url_is_refused_without_repeating_it() {
        let bad = [
            "",
            "127.0.0.1:6379",
            "http://ada:secret@127.0.0.1",
            "redis://:secret@:0:0/x",
            "redis://:secret@a,redis://b",
            "redis://a,unix:///run/redis.sock",
            "redis://:secret@a,",
        ];
        for bad in bad {
            let error = carrier(bad).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        let good = [
            "redis://127.0.0.1:6379/3",
            "rediss://:secret@cache.example:6380",
            "unix:///run/redis.sock",
            "rediss://:secret@a:7000,rediss://:secret@b:7001",
        ];
        for good in good {
            assert!(carrier(good).is_ok(), "{good}");
        }
        assert_eq!(carrier("redis://127.0.0.1/3").unwrap().names.presence_channel, "nameplate:3:presence");
    }

    /// S5
    #[tokio::test]
    async fn the_log_says_once_a_minute_that_redis_is_away() {
        let carrier = carrier("redis://127.0.0.1").unwrap();
        let log = Arc::<Log>::default();
        let _guard = tracing::subscriber::set_default(Arc::clone(&log));
        carrier.complain("connection refused");
        carrier.complain("connection refused");
        assert_eq!(log.0.load(Ordering::Relaxed), 1);
        let a_minute_ago = Instant::now().checked_sub(COMPLAINT_EVERY).unwrap();
        *lock(&carrier.complained_at) = Some(a_minute_ago);
        carrier.complain("connection refused");
        assert_eq!(log.0.load(Ordering::Relaxed), 2);
    }

    /// Counts the events of a log.
    #[derive(Default)]
    struct Log(AtomicU32);

    impl tracing::Subscriber for Log {
        fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            tracing::span::Id::from_u64(1)
        }
        fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
        fn event(&self, _: &tracing::Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn enter(&self, _: &tracing::span::Id) {}
        fn exit(&self, _: &tracing::span::Id) {}
    }
}
