//! One connection to the gateway, kept going.
//!
//! twilight connects, identifies, beats and resumes; this passes on what comes, in order and once. A message that
//! cannot be read was damaged on its way, and Discord can send it again: the shard goes back to the last good one and
//! resumes from there, and only if that does not help it is passed over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use nameplate_core::time::Entropy;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use twilight_gateway::error::{ReceiveMessageError, ReceiveMessageErrorType};
use twilight_gateway::{Config, ConfigBuilder, Message, Session, Shard, ShardId, ShardState};

use crate::json::Object;
use crate::metrics::Metrics;
use crate::saved::Bookmark;

/// Between two attempts to connect, at first and at most; plus as much by chance.
const WAIT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// A shard that hears nothing for so long is not well, whatever it believes: heartbeats are answered every 41 s.
const SILENCE: Duration = Duration::from_secs(60);

/// Something that the gateway said.
#[derive(Debug)]
pub(crate) struct Dispatch {
    pub shard: u32,
    pub kind: String,
    pub text: String,
    /// The place behind it.
    pub bookmark: Option<Bookmark>,
}

/// Why a shard will not come back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Discord closed it for good with this code.
    Refused(u16),
    Stopped,
}

/// How a shard is doing, for those who look from outside.
#[derive(Debug)]
pub(crate) struct Pulse {
    is_ready: AtomicBool,
    heard: std::sync::Mutex<Instant>,
    latency: std::sync::Mutex<Duration>,
}

impl Pulse {
    fn new() -> Self {
        Self {
            is_ready: AtomicBool::new(false),
            heard: Instant::now().into(),
            latency: Duration::ZERO.into(),
        }
    }

    /// Whether the session is established and was heard of lately.
    pub(crate) fn is_well(&self) -> bool {
        let heard = *self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.is_ready.load(Ordering::Relaxed) && heard.elapsed() < SILENCE
    }

    pub(crate) fn latency(&self) -> Duration {
        *self.latency.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn update<Q>(&self, shard: &Shard<Q>) {
        self.is_ready.store(shard.state() == ShardState::Active, Ordering::Relaxed);
        *self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
        if let Some(latest) = shard.latency().recent().first() {
            *self.latency.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = *latest;
        }
    }
}

/// What a shard is run with.
pub(crate) struct Line {
    pub id: ShardId,
    pub config: Config,
    pub bookmark: Option<Bookmark>,
    /// Commands for the gateway.
    pub commands: mpsc::Receiver<String>,
    pub heard: mpsc::Sender<Dispatch>,
    pub pulse: Arc<Pulse>,
    pub metrics: Metrics,
    pub entropy: Arc<dyn Entropy>,
    /// The place at which a message could not be read, so that it is tried once more and no more.
    stumbled: Option<(String, u64)>,
}

/// A message that makes no sense.
struct Unreadable;

/// How one connection after another ended.
enum Break {
    /// Go on from the bookmark.
    Again,
    End(End),
}

impl Line {
    pub(crate) fn new(
        (id, config, bookmark): (ShardId, Config, Option<Bookmark>),
        (commands, heard): (mpsc::Receiver<String>, mpsc::Sender<Dispatch>),
        metrics: Metrics,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let pulse = Arc::new(Pulse::new());
        Self { id, config, bookmark, commands, heard, pulse, metrics, entropy, stumbled: None }
    }

    /// Runs until it is stopped or refused.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> End {
        let (mut wait, mut failures) = (WAIT.0, 0_u32);
        loop {
            let mut shard = self.shard(failures);
            let before = self.bookmark.as_ref().map(|bookmark| bookmark.sequence);
            let ended = self.follow(&mut shard, &stop).await;
            self.pulse.is_ready.store(false, Ordering::Relaxed);
            match ended {
                Break::End(end) => return end,
                Break::Again => self.metrics.disconnects.inc(),
            };
            if self.bookmark.as_ref().map(|bookmark| bookmark.sequence) > before {
                (wait, failures) = (WAIT.0, 0);
            }
            let chance = Duration::from_millis(self.entropy.below(wait.as_millis() as u64));
            if stop.run_until_cancelled(sleep(wait + chance)).await.is_none() {
                return End::Stopped;
            }
            (wait, failures) = ((wait * 2).min(WAIT.1), failures + 1);
        }
    }

    /// A connection that goes on from the bookmark. The host that Discord names for that may be gone: every other
    /// attempt goes to the usual one.
    fn shard(&self, failures: u32) -> Shard {
        let mut config = ConfigBuilder::from(self.config.clone());
        if let Some(Bookmark { session, resume_url, sequence }) = &self.bookmark {
            config = config.session(Session::new(*sequence, session.clone()));
            if failures.is_multiple_of(2) {
                config = config.resume_url(resume_url.clone());
            }
        }
        Shard::with_config(self.id, config.build())
    }

    /// Passes on what comes, over as many connections as twilight gets without trouble.
    async fn follow(&mut self, shard: &mut Shard, stop: &CancellationToken) -> Break {
        let mut code = None;
        loop {
            tokio::select! {
                // A connection that just breaks off leaves its session to whoever resumes it.
                () = stop.cancelled() => return Break::End(End::Stopped),
                Some(command) = self.commands.recv() => {
                    if shard.state() == ShardState::Active {
                        shard.send(command);
                    }
                }
                item = shard.next() => {
                    match item {
                        None => return Break::End(End::Refused(code.unwrap_or_default())),
                        Some(Ok(Message::Text(text))) => match self.read(shard, text) {
                            // Who listens is gone only when everything ends.
                            Ok(Some(dispatch)) => drop(self.heard.send(dispatch).await),
                            Ok(None) => {}
                            Err(Unreadable) if self.stumble() => {}
                            Err(Unreadable) => return Break::Again,
                        },
                        Some(Ok(Message::Close(frame))) => {
                            code = frame.map(|frame| frame.code);
                            self.lost(shard, code);
                        }
                        Some(Err(error)) => {
                            let is_bad = matches!(error.kind(), ReceiveMessageErrorType::Deserializing { .. });
                            if !(is_bad && self.stumble()) {
                                tracing::debug!(shard = self.id.number(), kind = %kind(&error), "the gateway connection failed");
                                return Break::Again;
                            }
                        }
                    }
                    if shard.session().is_none() {
                        self.bookmark = None;
                    }
                }
            }
        }
    }

    fn lost(&self, shard: &Shard, code: Option<u16>) {
        self.pulse.is_ready.store(false, Ordering::Relaxed);
        if shard.state() != ShardState::FatallyClosed {
            self.metrics.disconnects.inc();
            tracing::info!(
                shard = self.id.number(),
                code,
                "the gateway connection was closed; it is opened again"
            );
        }
    }

    /// Reads one message; an event is passed on.
    fn read(&mut self, shard: &Shard, text: String) -> Result<Option<Dispatch>, Unreadable> {
        self.pulse.update(shard);
        let object = Object::parse(&text).ok_or(Unreadable)?;
        if object.integer("op") != Some(0) {
            return Ok(None);
        }
        let (kind, sequence) = object.text("t").zip(object.integer("s")).ok_or(Unreadable)?;
        self.advance(shard, &kind, u64::try_from(sequence).unwrap_or_default());
        Ok(Some(Dispatch { shard: self.id.number(), kind, text, bookmark: self.bookmark.clone() }))
    }

    /// Moves the bookmark behind a dispatch.
    fn advance(&mut self, shard: &Shard, kind: &str, sequence: u64) {
        self.metrics.events.inc();
        match kind {
            "READY" => self.metrics.sessions.inc(),
            "RESUMED" => self.metrics.resumes.inc(),
            _ => 0,
        };
        if let (Some(session), Some(resume_url)) = (shard.session(), shard.resume_url()) {
            let session = session.id().to_owned();
            self.bookmark = Some(Bookmark { session, resume_url: resume_url.to_owned(), sequence });
        } else if let Some(bookmark) = &mut self.bookmark {
            bookmark.sequence = sequence;
        }
    }

    /// A message that cannot be read. The first time at this place: back to the bookmark, to be sent it again. Answers
    /// whether it is passed over instead.
    fn stumble(&mut self) -> bool {
        self.metrics.bad_frames.inc();
        let place = self.bookmark.as_ref().map(|bookmark| (bookmark.session.clone(), bookmark.sequence));
        let is_passed_over = place.is_some() && place == self.stumbled;
        tracing::warn!(shard = self.id.number(), is_passed_over, "a message of the gateway cannot be read");
        self.stumbled = place;
        is_passed_over
    }
}

/// Without the message itself, which may be somebody's presence.
fn kind(error: &ReceiveMessageError) -> String {
    match error.kind() {
        ReceiveMessageErrorType::Deserializing { .. } => "a message cannot be read".to_owned(),
        _ => error.to_string(),
    }
}
