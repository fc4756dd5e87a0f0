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
use redis::AsyncConnectionConfig;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::presence::BATCH;
use super::{Away, BUDGET, Carrier, Line};
use crate::bus::Bus;
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
    pub(crate) async fn run(&self, hub: &Hub, bus: &Bus) -> Infallible {
        let mut wait = WAIT.0;
        loop {
            let Err(cause) = self.session(hub, bus).await;
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

    async fn session(&self, hub: &Hub, bus: &Bus) -> Result<Infallible, String> {
        let (line, (mut sink, mut messages)) =
            timeout(CONNECT, self.connect()).await.map_err(|_| "no answer in time")??;
        *lock(&self.line) = Some(Arc::clone(&line));
        tokio::select! {
            Err(Away) = self.catch_up(hub, bus) => Err("could not read everything again".into()),
            () = self.listen(hub, bus, &mut messages) => Err("the subscription broke".into()),
            () = self.watch_over(&mut sink) => Err("no sign of life".into()),
            () = line.lost.cancelled() => Err("requests are not answered".into()),
        }
    }

    /// Both connections, with the subscriptions confirmed.
    async fn connect(&self) -> Result<(Arc<Line>, (PubSubSink, PubSubStream)), String> {
        let say = |error: redis::RedisError| error.to_string();
        let mut subscription = self.client.get_async_pubsub().await.map_err(say)?;
        let channels = [&self.names.presence_channel, &self.names.news_channel];
        subscription.subscribe(&channels).await.map_err(say)?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(None)
            .set_concurrency_limit(1024);
        let connection =
            self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(say)?;
        let line = Line { connection, unanswered: AtomicU32::new(0), lost: CancellationToken::new() };
        Ok((Arc::new(line), subscription.split()))
    }

    /// Closes the gap before this session, then stays silent.
    async fn catch_up(&self, hub: &Hub, bus: &Bus) -> Result<Infallible, Away> {
        for users in hub.users().chunks(BATCH) {
            let stored = self.refresh(hub, users, BUDGET).await?;
            stream::iter(users.iter().zip(&stored).map(Ok))
                .try_for_each_concurrent(AT_ONCE, |(user, stored)| self.restore(hub, *user, stored.as_ref()))
                .await?;
        }
        self.make_up_for_lost_news(bus).await?;
        self.is_synced.send_replace(true);
        if lock(&self.complained_at).take().is_some() {
            tracing::info!("Redis is back");
        }
        std::future::pending().await
    }

    async fn listen(&self, hub: &Hub, bus: &Bus, messages: &mut PubSubStream) {
        while let Some(message) = messages.next().await {
            if message.get_channel_name() == self.names.presence_channel {
                self.hear_presence(hub, message.get_payload_bytes());
            } else {
                self.hear_news(bus, message.get_payload_bytes());
            }
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
