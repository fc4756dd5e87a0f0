//! The listener: plans its shards as Discord recommends, runs them, and keeps what they told for the next one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nameplate_core::time::{Clock, Entropy};
use secrecy::ExposeSecret;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{Config, ConfigBuilder, Intents, ShardId};

use crate::commands::Interaction;
use crate::desk::Question;
use crate::intake::{AllowsImage, Intake, Wire};
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::requests::Requests;
use crate::rest::{Gateway, Rest, RestFault};
use crate::saved::{self, Origin};
use crate::shard::{Dispatch, End, Line};
use crate::sharing::{self, Sharing};
use crate::{Instance, Settings, commands};

/// How often leases, questions and the file are looked at.
const TICK: Duration = Duration::from_millis(500);
/// Between two savings of the state: so much is replayed at most after a crash.
const SAVE_EVERY: Duration = Duration::from_secs(30);
/// Before Discord is asked again what it did not answer, at first and at most.
const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Events that wait to be taken in; then the shards wait.
const BACKLOG: usize = 256;
/// Slash commands that are answered side by side; more are left to be asked again.
const COMMANDS: usize = 64;
/// For what runs beside, at the end.
const FAREWELL: Duration = Duration::from_secs(3);

/// Discord does not want this bot, and will not however often it is asked.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refused {
    #[error("Discord does not accept the token; set `discord_token` to the bot's token")]
    Token,
    #[error(
        "Discord does not allow the intents; switch on \"Presence Intent\" and \"Server Members Intent\" for the bot in the developer portal"
    )]
    Intents,
    #[error("Discord no longer speaks this version of its gateway; update nameplate")]
    Version,
}

/// What a listener runs on.
struct Ground<I> {
    settings: Settings,
    instance: Arc<I>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    metrics: Metrics,
    rest: Rest,
}

/// Why the shards ended.
enum Ended {
    Stopped,
    Refused(Refused),
    /// Discord wants another number of shards.
    Resharded,
}

/// Listens until `stop` is cancelled, or until Discord refuses for good.
pub async fn run<I: Instance>(
    settings: Settings,
    instance: Arc<I>,
    (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
    metrics: Metrics,
    stop: CancellationToken,
) -> Result<(), Refused> {
    // Both clients want one for TLS. That somebody else was first is no fault.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    metrics.is_refused.set(0);
    metrics.is_listening.set(1);
    let ended = match Rest::new(settings.api.clone(), settings.token.clone()) {
        Ok(rest) => {
            let ground = Ground { settings, instance, clock, entropy, metrics: metrics.clone(), rest };
            ground.run(&stop).await
        }
        Err(fault) => {
            tracing::error!(%fault, "Discord cannot be listened to");
            stop.cancelled().await;
            Ok(())
        }
    };
    for gauge in [&metrics.is_listening, &metrics.shards, &metrics.shards_ready] {
        gauge.set(0);
    }
    metrics.is_refused.set(i64::from(ended.is_err()));
    ended
}

impl<I: Instance> Ground<I> {
    async fn run(&self, stop: &CancellationToken) -> Result<(), Refused> {
        loop {
            let Some(gateway) = stop.run_until_cancelled(self.gateway()).await else { return Ok(()) };
            match self.listen(gateway?, stop).await {
                Ended::Stopped => return Ok(()),
                Ended::Refused(refused) => return Err(refused),
                Ended::Resharded => tracing::info!("Discord wants another number of shards"),
            }
            if stop.run_until_cancelled(sleep(Duration::from_secs(5))).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Asks where the gateway is until there is an answer.
    async fn gateway(&self) -> Result<Gateway, Refused> {
        let mut wait = WAIT.0;
        loop {
            let fault = match self.rest.gateway().await {
                Ok(gateway) => return Ok(gateway),
                Err(RestFault::BadToken) => return Err(Refused::Token),
                Err(fault) => fault,
            };
            tracing::warn!(%fault, "Discord's gateway is not known; asking again");
            self.pause(&fault, &mut wait).await;
        }
    }

    /// Waits as long as a fault asks for, or longer each time.
    async fn pause(&self, fault: &RestFault, wait: &mut Duration) {
        let asked = if let RestFault::Limited(wait) = fault { *wait } else { Duration::ZERO };
        let chance = Duration::from_millis(self.entropy.below(wait.as_millis() as u64 / 2));
        sleep(asked.max(*wait) + chance).await;
        *wait = (*wait * 2).min(WAIT.1);
    }

    /// Tells Discord which commands there are. Without that, those of the last time stay.
    async fn register(&self) {
        let mut wait = WAIT.0;
        loop {
            let application = match &self.settings.client_id {
                Some(id) => Ok(id.clone()),
                None => self.rest.application().await,
            };
            let registered = match application {
                Ok(id) => self.rest.register(&id, commands::definitions()).await,
                Err(fault) => Err(fault),
            };
            let Err(fault) = registered else { return tracing::info!("slash commands are registered") };
            tracing::warn!(%fault, "slash commands could not be registered; trying again");
            self.pause(&fault, &mut wait).await;
        }
    }

    /// Listens with as many shards as the gateway recommends.
    async fn listen(&self, gateway: Gateway, stop: &CancellationToken) -> Ended {
        let (tasks, beside) = (TaskTracker::new(), CancellationToken::new());
        let (sender, mut news) = mpsc::channel(16);
        tasks.spawn(beside.clone().run_until_cancelled_owned(sharing::follow(self.instance.clone(), sender)));
        // What Discord says first is of use only to who knows who shares.
        let Some(Some(everybody)) = stop.run_until_cancelled(news.recv()).await else {
            return Ended::Stopped;
        };
        let outbox = Arc::new(Outbox::default());
        tasks.spawn({
            let (outbox, instance, beside) = (outbox.clone(), self.instance.clone(), beside.clone());
            async move {
                let _ = beside.run_until_cancelled(outbox.run(&*instance)).await;
            }
        });
        let mut session = self.session(&gateway, &outbox, stop);
        session.intake.share(everybody);
        let ended = tokio::select! {
            ended = session.attend(self, &mut news, &tasks) => ended,
            () = self.register_for_ever() => Ended::Stopped,
        };
        session.save(&self.settings.state_file);
        beside.cancel();
        tasks.close();
        let _ = timeout(FAREWELL, async { tokio::join!(outbox.flush(&*self.instance), tasks.wait()) }).await;
        ended
    }

    async fn register_for_ever(&self) {
        self.register().await;
        std::future::pending().await
    }

    /// The shards, from where the last listener left off if it was the same bot.
    fn session(&self, gateway: &Gateway, outbox: &Arc<Outbox>, stop: &CancellationToken) -> Session {
        let origin = Origin::new(&self.settings.token, self.settings.api.as_str(), gateway.shards);
        let saved = std::fs::read_to_string(&self.settings.state_file).ok();
        let known = saved.and_then(|text| saved::read(&text, &origin)).unwrap_or_default();
        tracing::info!(shards = gateway.shards, resumed = known.0.len(), "listening to Discord");
        self.metrics.shards.set(i64::from(gateway.shards));
        let (ending, mut shards, (sender, heard)) =
            (stop.child_token(), JoinSet::new(), mpsc::channel(BACKLOG));
        let config = self.config(gateway);
        let mut wires = Vec::new();
        for number in 0..gateway.shards {
            let (commands, orders) = mpsc::channel(16);
            let place = (ShardId::new(number, gateway.shards), config.clone(), known.0.get(&number).cloned());
            let line = Line::new(place, (orders, sender.clone()), self.metrics.clone(), self.entropy.clone());
            wires.push(Wire { commands, pulse: line.pulse.clone(), requests: Requests::default() });
            shards.spawn(line.run(ending.clone()));
        }
        let instance = self.instance.clone();
        let allows_image = Box::new(move |url: &str| instance.allows_image(url));
        let senses = (self.clock.clone(), allows_image as AllowsImage);
        let intake = Intake::new(known, wires, outbox.clone(), senses, self.metrics.clone());
        let questions = self.settings.desk.open();
        Session { intake, shards, heard, questions, ending, origin, saved_at: Instant::now() }
    }

    fn config(&self, gateway: &Gateway) -> Config {
        let limit = &gateway.session_start_limit;
        let queue = InMemoryQueue::new(
            limit.max_concurrency.max(1),
            limit.remaining.min(limit.total),
            Duration::from_millis(limit.reset_after),
            limit.total,
        );
        let intents = Intents::GUILDS | Intents::GUILD_MEMBERS | Intents::GUILD_PRESENCES;
        ConfigBuilder::new(self.settings.token.expose_secret().to_owned(), intents)
            .large_threshold(250)
            .proxy_url(gateway.url.clone())
            .queue(queue)
            .build()
    }

    fn answer(&self, interaction: Interaction, tasks: &TaskTracker) {
        if tasks.len() >= COMMANDS {
            self.metrics.commands_failed.inc();
            return;
        }
        let (instance, rest) = (self.instance.clone(), self.rest.clone());
        tasks.spawn(interaction.serve(instance, rest, self.metrics.clone()));
    }
}

/// The running shards and what they built up.
struct Session {
    intake: Intake,
    shards: JoinSet<End>,
    heard: mpsc::Receiver<Dispatch>,
    questions: mpsc::Receiver<Question>,
    /// Cancelled to end the shards.
    ending: CancellationToken,
    origin: Origin,
    saved_at: Instant,
}

impl Session {
    /// Takes in what comes until every shard has ended.
    async fn attend<I: Instance>(
        &mut self,
        ground: &Ground<I>,
        news: &mut mpsc::Receiver<Sharing>,
        tasks: &TaskTracker,
    ) -> Ended {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ended = Ended::Stopped;
        loop {
            tokio::select! {
                Some(sharing) = news.recv() => self.intake.share(sharing),
                Some(dispatch) = self.heard.recv() => {
                    if let Some(interaction) = self.intake.hear(&dispatch) {
                        ground.answer(interaction, tasks);
                    }
                }
                Some(Question { user, answer }) = self.questions.recv() => {
                    // Who does not wait for it any more needs none.
                    let _ = answer.send(self.intake.standing(user));
                }
                Some(end) = self.shards.join_next() => {
                    ended = after(end, ended);
                    self.ending.cancel();
                    if self.shards.is_empty() {
                        return ended;
                    }
                }
                _ = ticks.tick() => {
                    self.intake.tick();
                    self.save_if_due(&ground.settings.state_file);
                }
            }
            self.intake.ask();
        }
    }

    fn save_if_due(&mut self, path: &Path) {
        if self.saved_at.elapsed() >= SAVE_EVERY || self.intake.is_urgent {
            self.save(path);
        }
    }

    /// Writes the place and the state at it. A file that cannot be written costs a new session at the next start.
    fn save(&mut self, path: &Path) {
        while let Ok(dispatch) = self.heard.try_recv() {
            self.intake.hear(&dispatch);
        }
        let text = saved::write(&self.origin, &self.intake.bookmarks, &self.intake.roster);
        let saved = text.map_err(std::io::Error::from).and_then(|text| saved::store(path, &text));
        if let Err(error) = saved {
            tracing::warn!(%error, "the state of the Discord listener cannot be saved");
        }
        (self.saved_at, self.intake.is_urgent) = (Instant::now(), false);
    }
}

/// What the end of a shard means for all.
fn after(end: Result<End, JoinError>, ended: Ended) -> Ended {
    match end {
        Ok(End::Stopped) => ended,
        Ok(End::Refused(4004)) => Ended::Refused(Refused::Token),
        Ok(End::Refused(4013 | 4014)) => Ended::Refused(Refused::Intents),
        Ok(End::Refused(4012)) => Ended::Refused(Refused::Version),
        // Another number of shards, or a fault of ours.
        Ok(End::Refused(code)) => {
            tracing::warn!(code, "Discord ended a shard");
            Ended::Resharded
        }
        Err(error) => {
            tracing::error!(%error, "a shard failed");
            Ended::Resharded
        }
    }
}
