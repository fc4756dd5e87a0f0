//! Finds Redis, stays with it, and finds it again.
//!
//! A session subscribes first, waits until Redis has confirmed that, and then reads again everything that this node
//! knows of: what changed in a gap is pushed, and what Redis lost but this node wrote is brought back (E7). It ends when
//! a connection breaks, when Redis stops answering, or when a request gave it up.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use redis::aio::{PubSubSink, PubSubStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::presence::BATCH;
use super::servers::Connection;
use super::{Away, BUDGET, Carrier, Line};
use crate::hub::Hub;
use crate::latest::lock;

/// What connecting and subscribing may take.
const CONNECT: Duration = Duration::from_secs(2);
/// Between two signs of life. Each has the usual budget, so memory is trusted for a second and a half at most after
/// Redis began to hang.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// How often a node of ours reads everything again that it gets from a cluster.
const REREAD: Duration = Duration::from_secs(10);
/// Records that are brought back side by side.
const AT_ONCE: usize = 64;
/// Between two attempts, at first and at most; plus as much by chance.
const WAIT: (Duration, Duration) = (Duration::from_millis(25), Duration::from_millis(400));

impl Carrier {
    /// Runs session after session.
    pub(crate) async fn run(&self, hub: &Hub) -> Infallible {
        let mut wait = WAIT.0;
        loop {
            let Err(cause) = self.session(hub).await;
            // In this order: who sees that Redis is away does not find a line that is still open.
            let line = lock(&self.line).take();
            line.inspect(|line| line.lost.cancel());
            let was_synced = self.is_synced.send_replace(false);
            if was_synced {
                self.counters.redis_outages.add(1);
                wait = WAIT.0;
            }
            self.complain(&cause);
            sleep(wait + Duration::from_millis(self.entropy.below(wait.as_millis() as u64))).await;
            wait = (wait * 2).min(WAIT.1);
        }
    }

    async fn session(&self, hub: &Hub) -> Result<Infallible, String> {
        let (line, (mut sink, mut messages)) =
            timeout(CONNECT, self.connect()).await.map_err(|_| "no answer in time")??;
        *lock(&self.line) = Some(Arc::clone(&line));
        tokio::select! {
            Err(Away) = self.catch_up(hub, &line) => Err("could not read everything again".into()),
            () = self.listen(hub, &mut messages) => Err("the subscription broke".into()),
            () = self.watch_over(&mut sink) => Err("no sign of life".into()),
            () = line.lost.cancelled() => Err("requests are not answered".into()),
        }
    }

    /// Both connections, with the subscription confirmed.
    async fn connect(&self) -> Result<(Arc<Line>, (PubSubSink, PubSubStream)), String> {
        let say = |error: redis::RedisError| error.to_string();
        let lost = CancellationToken::new();
        let (connection, mut subscription) = self.servers.connect(&lost).await.map_err(say)?;
        subscription.subscribe(&self.names.presence_channel).await.map_err(say)?;
        Ok((Arc::new(Line { connection, unanswered: AtomicU32::new(0), lost }), subscription.split()))
    }

    /// Closes the gap before this session, then stays silent. The nodes of a cluster pass a message on to each other
    /// only as long as they are connected, and nobody is told of one that was lost: so there, gaps are looked for again.
    async fn catch_up(&self, hub: &Hub, line: &Line) -> Result<Infallible, Away> {
        loop {
            self.close_gap(hub).await?;
            self.is_synced.send_replace(true);
            if lock(&self.complained_at).take().is_some() {
                tracing::info!("Redis is back");
            }
            match line.connection {
                Connection::Server(_) => return std::future::pending().await,
                Connection::Cluster(_) => sleep(REREAD).await,
            }
        }
    }

    /// Reads everything again that this node knows of, and brings back what Redis lost of it.
    async fn close_gap(&self, hub: &Hub) -> Result<(), Away> {
        for users in hub.users().chunks(BATCH) {
            let stored = self.refresh(hub, users, BUDGET).await?;
            stream::iter(users.iter().zip(stored).map(Ok))
                .try_for_each_concurrent(AT_ONCE, |(user, stored)| self.restore(hub, *user, stored))
                .await?;
        }
        Ok(())
    }

    async fn listen(&self, hub: &Hub, messages: &mut PubSubStream) {
        while let Some(message) = messages.next().await {
            self.hear_presence(hub, message.get_payload_bytes());
        }
    }

    /// Returns when either connection gives no sign of life.
    async fn watch_over(&self, sink: &mut PubSubSink) {
        loop {
            sleep(HEARTBEAT).await;
            let ping = redis::cmd("PING");
            let request = self
                .ask(BUDGET, async |mut connection| ping.query_async::<redis::Value>(&mut connection).await);
            let (subscription, request) = tokio::join!(timeout(BUDGET, sink.ping::<redis::Value>()), request);
            if !matches!(subscription, Ok(Ok(_))) || request.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use bytes::Bytes;
    use nameplate_core::id::UserId;
    use nameplate_core::presence::{Presence, PresenceSnapshot};
    use nameplate_core::time::{Clock, Entropy, Timestamp};
    use nameplate_testkit::redis::RedisServer;

    use super::*;
    use crate::entry::Entry;
    use crate::hub::Record;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    impl Entropy for Hand {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    /// Two nodes' memories, with one Redis and one clock between them.
    struct World {
        _server: RedisServer,
        clock: Arc<Hand>,
        carrier: Carrier,
        nodes: [Arc<Hub>; 2],
        user: UserId,
    }

    impl World {
        async fn new() -> Self {
            let server = RedisServer::start();
            let clock = Arc::new(Hand(AtomicI64::new(1_780_056_000_000)));
            let names = (server.url(), "test");
            let carrier =
                Carrier::new((&names.0, names.1), clock.clone(), clock.clone(), Arc::default()).unwrap();
            let (line, _subscription) = carrier.connect().await.unwrap();
            *lock(&carrier.line) = Some(line);
            let nodes = [(); 2].map(|()| Hub::new(clock.clone(), Arc::default()));
            let user = UserId::parse("123456789000000001").unwrap();
            Self { _server: server, clock, carrier, nodes, user }
        }

        /// Writes in a node's memory alone.
        fn write(&self, node: usize, game: &str) -> Record {
            let json = format!(r#"{{"status":"online","activity":{{"name":"{game}","type":0}}}}"#);
            let presence = Presence::from_json(json.as_bytes()).unwrap();
            let entry = Entry::new(PresenceSnapshot { presence, updated_at: self.clock.now() });
            self.nodes[node].write(self.user, Some(entry)).unwrap()
        }

        /// What Redis holds now, which that node takes over if it is news.
        async fn stored(&self, node: usize) -> Option<Bytes> {
            let stored = self.carrier.refresh(&self.nodes[node], &[self.user], BUDGET).await.unwrap();
            stored[0].as_ref().map(|stored| stored.json())
        }

        fn known(&self, node: usize) -> Option<Bytes> {
            self.nodes[node].look(self.user).0.map(|known| known.json())
        }
    }

    /// E7: a node that was away brings back what it wrote, but never over what another node wrote meanwhile.
    #[tokio::test]
    async fn what_is_brought_back_late_does_not_replace_what_is_newer() {
        let world = World::new().await;
        world.write(0, "before");
        world.clock.0.fetch_add(1, Ordering::SeqCst);
        let newer = world.write(1, "after");
        world.carrier.write(&world.nodes[1], world.user, newer.clone()).await.unwrap();

        // It read before the other node wrote, and found nothing.
        world.carrier.restore(&world.nodes[0], world.user, None).await.unwrap();

        assert_eq!(world.stored(1).await, Some(newer.json()));
        assert_eq!(world.known(0), Some(newer.json()));
    }

    /// E7: two nodes that come back side by side each find nothing, whatever the other is about to bring.
    #[tokio::test]
    async fn of_two_records_of_the_same_moment_the_one_brought_back_later_stays() {
        let world = World::new().await;
        world.write(0, "Chess");
        let go = world.write(1, "Go");

        for node in &world.nodes {
            world.carrier.restore(node, world.user, None).await.unwrap();
        }

        assert_eq!(world.stored(0).await, Some(go.json()));
        assert_eq!([world.known(0), world.known(1)], [Some(go.json()), Some(go.json())]);
    }
}
