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
use super::{Away, BUDGET, Carrier, Line};
use crate::hub::Hub;
use crate::latest::lock;

/// What connecting and subscribing may take.
const CONNECT: Duration = Duration::from_secs(2);
/// Between two signs of life. Each has the usual budget, so memory is trusted for a second and a half at most after
/// Redis began to hang.
const HEARTBEAT: Duration = Duration::from_millis(500);
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
            Err(Away) = self.catch_up(hub) => Err("could not read everything again".into()),
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

    /// Closes the gap before this session, then stays silent.
    async fn catch_up(&self, hub: &Hub) -> Result<Infallible, Away> {
        for users in hub.users().chunks(BATCH) {
            let stored = self.refresh(hub, users, BUDGET).await?;
            stream::iter(users.iter().zip(&stored).map(Ok))
                .try_for_each_concurrent(AT_ONCE, |(user, stored)| self.restore(hub, *user, stored.as_ref()))
                .await?;
        }
        self.is_synced.send_replace(true);
        if lock(&self.complained_at).take().is_some() {
            tracing::info!("Redis is back");
        }
        std::future::pending().await
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
