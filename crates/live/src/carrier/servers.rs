//! The servers that a `redis_url` names: one, or some nodes of a cluster. Whoever answers first says which it is.
//!
//! In a cluster each request goes to the node that has its key. A message is published wherever the key is and heard
//! on any node, so a subscription is one connection to one node here too. The library mends the connections of a
//! cluster by itself, one by one; but what a node lost or did not hear meanwhile is only known by reading everything
//! again, so the session is told of each that breaks, and ends.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::select_ok;
use redis::aio::{ConnectionLike, MultiplexedConnection, PubSub};
use redis::cluster::{ClusterClient, ClusterConfig};
use redis::cluster_async::ClusterConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo,
    PushKind, RedisError, RedisFuture, RedisResult, Value,
};
use tokio_util::sync::CancellationToken;

use super::BadRedisUrl;

/// What a connection to one of several nodes may take, so that there is time for the others.
const CONNECT_NODE: Duration = Duration::from_millis(500);
/// How often, and with which pauses in milliseconds, a node of a cluster is asked again that has moved or is moving.
const RETRIES: (u32, u64, u64) = (4, 10, 100);
/// Requests without an answer on one connection.
const CONCURRENCY: usize = 1024;

pub(super) struct Servers {
    /// At least one.
    seeds: Vec<Client>,
    /// None for a server that cannot be a node of a cluster, such as one behind a Unix socket.
    cluster: Option<ClusterClient>,
}

/// Where requests go.
#[derive(Clone)]
pub(super) enum Connection {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Servers {
    /// From one URL, or the URLs of several nodes of one cluster, separated by commas.
    pub(super) fn new(urls: &str) -> Result<Self, BadRedisUrl> {
        let tcp = TcpSettings::default().set_nodelay(true);
        let info = |url: &str| Ok(url.trim().into_connection_info()?.set_tcp_settings(tcp.clone()));
        let infos = urls.split(',').map(info).collect::<RedisResult<Vec<_>>>().map_err(|_| BadRedisUrl)?;
        let (retries, shortest, longest) = RETRIES;
        // The newer protocol is the one in which a broken connection is told of.
        let cluster = ClusterClient::builder(infos.clone())
            .use_protocol(ProtocolVersion::RESP3)
            .tcp_settings(tcp)
            .connection_concurrency_limit(CONCURRENCY)
            .retries(retries)
            .min_retry_wait(shortest)
            .max_retry_wait(longest);
        let cluster = cluster.build().ok();
        if infos.len() > 1 && cluster.is_none() {
            return Err(BadRedisUrl);
        }
        let seeds = infos.into_iter().map(Client::open).collect::<RedisResult<_>>();
        Ok(Self { seeds: seeds.map_err(|_| BadRedisUrl)?, cluster })
    }

    /// The number of the database, which is the same in all URLs.
    pub(super) fn database(&self) -> i64 {
        self.seeds.first().map_or(0, |seed| seed.get_connection_info().redis_settings().db())
    }

    /// Connects for requests, and for subscriptions. `lost` is cancelled when a connection to a node of a cluster breaks.
    pub(super) async fn connect(&self, lost: &CancellationToken) -> RedisResult<(Connection, PubSub)> {
        let (seed, connection, is_node) = self.first().await?;
        let subscription = seed.get_async_pubsub().await?;
        if !is_node {
            return Ok((Connection::Server(connection), subscription));
        }
        let cluster = self.cluster.as_ref().ok_or_else(|| unfit("a cluster is not reached this way"))?;
        let lost = lost.clone();
        let config = ClusterConfig::new()
            .set_connection_timeout(CONNECT_NODE)
            .set_response_timeout(super::BUDGET)
            .set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    lost.cancel();
                }
                Ok::<_, Infallible>(())
            });
        let cluster = cluster.get_async_connection_with_config(config).await?;
        Ok((Connection::Cluster(cluster), subscription))
    }

    /// Looks once whether the servers are there and can be used.
    pub(super) async fn look(&self) -> RedisResult<()> {
        self.first().await.map(drop)
    }

    /// The first of the servers that answers, and whether it is a node of a cluster.
    async fn first(&self) -> RedisResult<(&Client, MultiplexedConnection, bool)> {
        let look = async |seed: &Client| {
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(super::BUDGET))
                .set_response_timeout(None)
                .set_concurrency_limit(CONCURRENCY);
            let mut connection = seed.get_multiplexed_async_connection_with_config(&config).await?;
            let about: HashMap<String, Value> = redis::cmd("HELLO").query_async(&mut connection).await?;
            let is_node = about.get("mode") == Some(&Value::BulkString(b"cluster".into()));
            RedisResult::Ok((connection, is_node))
        };
        let looks = self.seeds.iter().map(|seed| {
            Box::pin(async move { look(seed).await.map(|(connection, is_node)| (seed, connection, is_node)) })
        });
        let ((seed, connection, is_node), _) = select_ok(looks).await?;
        if !is_node && self.seeds.len() > 1 {
            return Err(unfit("several servers are given, but they are no Redis Cluster"));
        }
        Ok((seed, connection, is_node))
    }
}

/// What no later attempt will mend.
fn unfit(reason: &'static str) -> RedisError {
    (ErrorKind::InvalidClientConfig, reason).into()
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(server) => server.req_packed_command(command),
            Self::Cluster(cluster) => cluster.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(server) => server.req_packed_commands(commands, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(server) => server.get_db(),
            Self::Cluster(cluster) => cluster.get_db(),
        }
    }
}
