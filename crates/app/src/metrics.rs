//! Counters of the use cases. Names follow Prometheus' conventions; no label ever holds a user, a host or a path.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What the services count.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    pub views_recorded: Counter,
    pub views_dropped: Counter,
    pub views_queued: Gauge,
    pub plays_recorded: Counter,
    pub plays_dropped: Counter,
    pub plays_queued: Gauge,
    pub clicks_recorded: Counter,
    pub clicks_dropped: Counter,
    pub clicks_queued: Gauge,
    pub messages_taken: Counter,
    pub messages_sent: Counter,
    pub messages_failed: Counter,
    pub card_renders: Counter,
    pub card_failures: Counter,
    pub card_refusals: Counter,
    pub cards_waiting: Gauge,
    pub cache_hits: Counter,
    pub cache_misses: Counter,
    pub music_failures: Counter,
    pub store_failures: Counter,
}

impl Metrics {
    pub fn register(&self, registry: &mut Registry) {
        let counters = [
            ("views_recorded", "Views that were written to the database", &self.views_recorded),
            ("views_dropped", "Views that a full queue turned away", &self.views_dropped),
            ("plays_recorded", "Plays that were written to the database", &self.plays_recorded),
            ("plays_dropped", "Plays that a full queue turned away", &self.plays_dropped),
            ("clicks_recorded", "Clicks that were written to the database", &self.clicks_recorded),
            ("clicks_dropped", "Clicks that a full queue turned away", &self.clicks_dropped),
            ("messages_taken", "Messages to owners that were taken into an inbox", &self.messages_taken),
            ("messages_sent", "Messages to owners that were brought on", &self.messages_sent),
            ("messages_failed", "Messages to owners that stay in the inbox alone", &self.messages_failed),
            ("card_renders", "Share cards that were drawn", &self.card_renders),
            ("card_failures", "Share cards that could not be drawn", &self.card_failures),
            ("card_refusals", "Share cards that a full queue turned away", &self.card_refusals),
            ("cache_hits", "Look-ups that a cache answered", &self.cache_hits),
            ("cache_misses", "Look-ups that went to the database", &self.cache_misses),
            ("music_failures", "Plays that the music worker did not answer", &self.music_failures),
            ("store_failures", "Look-ups that the database did not answer", &self.store_failures),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        let gauges = [
            ("views_queued", "Views that wait to be written", &self.views_queued),
            ("plays_queued", "Plays that wait to be written", &self.plays_queued),
            ("clicks_queued", "Clicks that wait to be written", &self.clicks_queued),
            ("cards_waiting", "Share cards that are drawn or wait for it", &self.cards_waiting),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
    }
}
