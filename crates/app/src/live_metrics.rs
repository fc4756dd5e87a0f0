//! What the live crate counts, in Prometheus' words, read when somebody asks.

use nameplate_live::Live;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

pub(crate) struct LiveMetrics(pub Live);

impl std::fmt::Debug for LiveMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LiveMetrics")
    }
}

impl Collector for LiveMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let live = self.0.metrics();
        let gauges = [
            ("streams_open", "Presence streams that are open", live.streams_open),
            ("presence_entries", "Presences under lease", live.entries),
            ("presence_topics", "Users with a presence or a viewer", live.topics),
            (
                "redis_up",
                "Whether Redis is in reach; 1 without Redis",
                u64::from(live.redis_up.unwrap_or(true)),
            ),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let counters = [
            ("streams_refused", "Presence streams over a cap", live.streams_refused),
            ("presence_events", "Presence events sent to streams", live.events_pushed),
            ("presence_conflated", "Presence states that slow streams skipped", live.events_conflated),
            ("presence_expired", "Presences that nobody renewed in time", live.lease_expiries),
            ("presence_refused", "Presences that found the cache full", live.entries_refused),
            ("redis_failures", "Requests to Redis that failed", live.redis_failures),
            ("redis_outages", "How often Redis was lost", live.redis_outages),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        Ok(())
    }
}
