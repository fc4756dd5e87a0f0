//! One written snapshot with every form in which it is read, encoded once and shared by all readers.

use std::sync::Arc;

use bytes::Bytes;
use nameplate_core::presence::PresenceSnapshot;

const BODY_START: &str = r#"{"ok":true,"data":{"presence":"#;
const EVENT_START: &str = "event: presence\ndata: ";

/// The answer to a snapshot request when nothing is cached (S1).
pub const NO_PRESENCE_BODY: &str = r#"{"ok":true,"data":{"presence":null}}"#;
/// The event for a user about whom nothing is cached (E4).
pub(crate) const OFFLINE_EVENT: &str = "event: presence\ndata: {\"status\":\"offline\"}\n\n";

#[derive(Debug)]
pub struct Entry {
    snapshot: PresenceSnapshot,
    body: Bytes,
    event: Bytes,
}

impl Entry {
    pub(crate) fn new(snapshot: PresenceSnapshot) -> Arc<Self> {
        let json = snapshot.to_json();
        let body = Bytes::from(format!("{BODY_START}{json}}}}}"));
        let event = Bytes::from(format!("{EVENT_START}{json}\n\n"));
        Arc::new(Self { snapshot, body, event })
    }

    pub fn snapshot(&self) -> &PresenceSnapshot {
        &self.snapshot
    }

    /// The snapshot as one line of JSON (S2).
    pub fn json(&self) -> Bytes {
        self.body.slice(BODY_START.len()..self.body.len() - 2)
    }

    /// The ready answer to a snapshot request (S1).
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The ready block of an event stream (E4).
    pub fn event(&self) -> Bytes {
        self.event.clone()
    }

    /// Whether both say the same of the user, whenever they were written.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.snapshot.presence == other.snapshot.presence
    }
}

/// The event for what is known of a user: the entry's own, or offline (E4).
pub(crate) fn event_of(entry: Option<&Arc<Entry>>) -> Bytes {
    entry.map_or(Bytes::from_static(OFFLINE_EVENT.as_bytes()), |entry| entry.event())
}

#[cfg(test)]
mod tests {
    use nameplate_core::presence::Presence;
    use nameplate_core::time::Timestamp;

    use super::*;

    /// S1, E4
    #[test]
    fn the_three_forms_hold_the_same_snapshot() {
        let updated_at = Timestamp::parse("2026-05-29T12:00:00Z").unwrap();
        let entry = Entry::new(PresenceSnapshot { presence: Presence::OFFLINE, updated_at });
        let json = r#"{"status":"offline","updatedAt":"2026-05-29T12:00:00.000Z"}"#;
        assert_eq!(entry.json(), json);
        assert_eq!(entry.body(), format!(r#"{{"ok":true,"data":{{"presence":{json}}}}}"#));
        assert_eq!(entry.event(), format!("event: presence\ndata: {json}\n\n"));
    }
}
