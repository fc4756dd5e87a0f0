//! Questions to the gateway about members (op 8): of whom Discord has not said anything by itself.
//!
//! Asked by id, a hundred at a time: an answer holds only people who share, and Discord's limit for whole member lists
//! does not apply. What Discord turns away for now (`RATE_LIMITED`) or does not answer is asked again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use nameplate_core::id::UserId;
use serde_json::json;
use tokio::time::Instant;

use crate::roster::GuildId;

/// Users in one question; Discord's own limit.
const AT_ONCE: usize = 100;
/// Questions that wait for an answer. Discord takes 120 commands a minute, heartbeats among them.
const IN_FLIGHT: usize = 10;
/// After this an answer does not come any more.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pairs of guild and user that wait to be asked for; beyond them some are left to Discord's own events.
const MAX_WANTED: usize = 200_000;

#[derive(Default)]
pub(crate) struct Requests {
    wanted: BTreeMap<GuildId, BTreeSet<UserId>>,
    count: usize,
    in_flight: HashMap<String, Asked>,
    /// Guilds that may not be asked about before a moment.
    resting: HashMap<GuildId, Instant>,
    asked: u64,
}

struct Asked {
    guild: GuildId,
    users: Vec<UserId>,
    until: Instant,
}

impl Requests {
    pub(crate) fn want(&mut self, guild: GuildId, users: impl IntoIterator<Item = UserId>) {
        let wanted = self.wanted.entry(guild).or_default();
        for user in users {
            if self.count >= MAX_WANTED {
                tracing::warn!(
                    "too many members to ask Discord about at once; some are shown at their next change"
                );
                return;
            }
            self.count += usize::from(wanted.insert(user));
        }
    }

    /// Whether Discord has not said yet whether a user is in one of its guilds.
    pub(crate) fn is_open(&self, user: UserId) -> bool {
        self.wanted.values().any(|users| users.contains(&user))
            || self.in_flight.values().any(|asked| asked.users.contains(&user))
    }

    /// The next command to send, if one may be sent now.
    pub(crate) fn next(&mut self, now: Instant) -> Option<String> {
        if self.in_flight.len() >= IN_FLIGHT {
            return None;
        }
        self.resting.retain(|_, until| *until > now);
        self.wanted.retain(|_, users| !users.is_empty());
        let (guild, wanted) = self.wanted.iter_mut().find(|(guild, _)| !self.resting.contains_key(*guild))?;
        let users: Vec<UserId> = std::iter::from_fn(|| wanted.pop_first()).take(AT_ONCE).collect();
        self.count -= users.len();
        self.asked += 1;
        let nonce = self.asked.to_string();
        let command = json!({ "op": 8, "d": {
            "guild_id": guild.to_string(), "user_ids": users, "limit": 0, "presences": true, "nonce": nonce } });
        self.in_flight.insert(nonce, Asked { guild: *guild, users, until: now + PATIENCE });
        Some(command.to_string())
    }

    /// Who was asked about with this question, which is answered now.
    pub(crate) fn answered(&mut self, nonce: &str) -> Vec<UserId> {
        self.in_flight.remove(nonce).map(|asked| asked.users).unwrap_or_default()
    }

    /// Discord does not answer this one for now.
    pub(crate) fn limited(&mut self, nonce: &str, now: Instant, wait: Duration) {
        if let Some(asked) = self.in_flight.remove(nonce) {
            self.resting.insert(asked.guild, now + wait);
            self.want(asked.guild, asked.users);
        }
    }

    /// Asks again what was asked for too long ago.
    pub(crate) fn retry(&mut self, now: Instant) {
        let late: Vec<String> = self
            .in_flight
            .iter()
            .filter(|(_, asked)| asked.until <= now)
            .map(|(nonce, _)| nonce.clone())
            .collect();
        for nonce in late {
            self.limited(&nonce, now, Duration::ZERO);
        }
    }

    /// Forgets a guild that is gone.
    pub(crate) fn forget(&mut self, guild: GuildId) {
        self.count -= self.wanted.remove(&guild).map_or(0, |users| users.len());
        self.in_flight.retain(|_, asked| asked.guild != guild);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn users(count: u64) -> Vec<UserId> {
        (0..count)
            .map(|number| UserId::parse(&(100_000_000_000_000_000 + number).to_string()).unwrap())
            .collect()
    }

    fn next(requests: &mut Requests, now: Instant) -> Option<Value> {
        requests.next(now).map(|command| serde_json::from_str::<Value>(&command).unwrap()["d"].take())
    }

    fn ids(command: &Value) -> usize {
        command["user_ids"].as_array().unwrap().len()
    }

    #[test]
    fn a_hundred_are_asked_about_at_a_time_and_ten_questions_are_open() {
        let (mut requests, now) = (Requests::default(), Instant::now());
        requests.want(7, users(1_250));
        requests.want(7, users(10));
        let first = next(&mut requests, now).unwrap();
        assert_eq!((&first["guild_id"], &first["presences"], ids(&first)), (&json!("7"), &json!(true), 100));
        assert_eq!(std::iter::from_fn(|| next(&mut requests, now)).count(), 9);
        let [asked, waiting, nobody] = [0, 1_249, 1_250].map(|at| users(1_251)[at]);
        assert!(requests.is_open(asked) && requests.is_open(waiting) && !requests.is_open(nobody));
        assert_eq!(requests.answered(first["nonce"].as_str().unwrap()).len(), 100);
        assert!(!requests.is_open(asked), "it was answered");
        assert_eq!(std::iter::from_fn(|| next(&mut requests, now)).count(), 1);
        assert_eq!(requests.count, 1_250 - 1_100);
    }

    #[test]
    fn what_is_turned_away_or_not_answered_is_asked_again() {
        let (mut requests, now) = (Requests::default(), Instant::now());
        requests.want(7, users(3));
        let nonce = next(&mut requests, now).unwrap()["nonce"].as_str().unwrap().to_owned();
        requests.limited(&nonce, now, Duration::from_secs(5));
        assert!(next(&mut requests, now + Duration::from_secs(4)).is_none());
        requests.want(8, users(1));
        assert_eq!(next(&mut requests, now).unwrap()["guild_id"], "8", "another guild need not wait");
        let again = now + Duration::from_secs(5);
        assert_eq!(ids(&next(&mut requests, again).unwrap()), 3);
        requests.retry(again);
        assert!(next(&mut requests, again).is_none());
        requests.retry(again + PATIENCE);
        assert!(next(&mut requests, again + PATIENCE).is_some());
        requests.forget(7);
        requests.forget(8);
        assert!(requests.count == 0 && requests.in_flight.is_empty());
    }
}
