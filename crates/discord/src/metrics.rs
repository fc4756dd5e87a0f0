//! What the listener counts. No label holds a user or a guild.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Default)]
pub struct Metrics {
    pub(crate) events: Counter,
    pub(crate) presence_updates: Counter,
    pub(crate) presence_news: Counter,
    pub(crate) presence_renewals: Counter,
    pub(crate) bad_frames: Counter,
    pub(crate) sessions: Counter,
    pub(crate) resumes: Counter,
    pub(crate) disconnects: Counter,
    pub(crate) member_requests: Counter,
    pub(crate) rate_limits: Counter,
    pub(crate) commands: Counter,
    pub(crate) commands_failed: Counter,
    pub(crate) is_listening: Gauge,
    pub(crate) is_refused: Gauge,
    pub(crate) shards: Gauge,
    pub(crate) shards_ready: Gauge,
    pub(crate) guilds: Gauge,
    pub(crate) members: Gauge,
    pub(crate) heartbeat: Gauge<f64, AtomicU64>,
}

impl Metrics {
    /// Whether Discord turned the listener away.
    pub fn is_refused(&self) -> bool {
        self.is_refused.get() > 0
    }

    /// Whether this process is the one that listens.
    pub fn is_listening(&self) -> bool {
        self.is_listening.get() > 0
    }

    /// Whether all of its sessions are well.
    pub fn is_well(&self) -> bool {
        self.shards.get() > 0 && self.shards_ready.get() == self.shards.get()
    }

    pub fn register(&self, registry: &mut Registry) {
        let counters = [
            ("events", "Events that came over the gateway", &self.events),
            ("presence_updates", "Presence updates of members who share", &self.presence_updates),
            ("presence_news", "Presence updates that said something new", &self.presence_news),
            ("presence_renewals", "Leases renewed for members who did nothing new", &self.presence_renewals),
            ("bad_frames", "Gateway messages that could not be read", &self.bad_frames),
            ("sessions", "Gateway sessions begun; Discord allows 1000 a day", &self.sessions),
            ("resumes", "Gateway sessions resumed", &self.resumes),
            ("disconnects", "Gateway connections lost", &self.disconnects),
            ("member_requests", "Questions about members", &self.member_requests),
            ("rate_limits", "Questions that Discord turned away for now", &self.rate_limits),
            ("commands", "Slash commands answered", &self.commands),
            ("commands_failed", "Slash commands that could not be answered", &self.commands_failed),
        ];
        for (name, help, counter) in counters {
            registry.register(format!("discord_{name}"), help, counter.clone());
        }
        let gauges = [
            ("listening", "Whether this process is the one that listens to Discord", &self.is_listening),
            ("refused", "Whether Discord refused the token or the intents", &self.is_refused),
            ("shards", "Shards of the listener", &self.shards),
            ("shards_ready", "Shards whose session is well", &self.shards_ready),
            ("guilds", "Guilds of the bot", &self.guilds),
            ("members", "Members who share and are in a guild of the bot", &self.members),
        ];
        for (name, help, gauge) in gauges {
            registry.register(format!("discord_{name}"), help, gauge.clone());
        }
        registry.register(
            "discord_heartbeat_seconds",
            "Round trip of the last heartbeat, of the slowest shard",
            self.heartbeat.clone(),
        );
    }
}
