//! Presence over Redis: one key for each user, one channel for everybody.
//!
//! A value is `<version> <deadline> <snapshot>`, a message is `<user> <value>`; an empty snapshot says that it was taken
//! away. A write counts only if its version is higher than the stored one, so writes may be repeated and may arrive
//! late. What does not read as such a value counts as nothing.

use std::sync::LazyLock;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::presence::PresenceSnapshot;
use nameplate_core::time::Timestamp;
use redis::Script;

use super::{Away, BUDGET, Carrier, READ_BUDGET};
use crate::LEASE;
use crate::entry::Entry;
use crate::hub::{Hub, Record};
use crate::latest::lock;

/// Above this, Lua's numbers skip some: no honest version, which is a time in microseconds, gets there.
const MAX_VERSION: u64 = 1 << 53;
/// How many users are read at once.
pub(super) const BATCH: usize = 500;
/// Writes that are overtaken by another node this often in a row leave the word to the other.
const ATTEMPTS: usize = 5;

/// Stores and tells, unless what is stored is as new: then it gives that version back.
static WRITE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local stored = redis.pcall('GET', KEYS[1])
        local known = type(stored) == 'string' and tonumber(string.match(stored, '^(%d+) ')) or 0
        if known < 2^53 and known >= tonumber(ARGV[1]) then return string.format('%.0f', known) end
        local value = ARGV[1] .. ' ' .. ARGV[2]
        redis.call('SET', KEYS[1], value, 'PX', ARGV[3])
        redis.call('PUBLISH', ARGV[4], ARGV[5] .. ' ' .. value)
        return false",
    )
});

impl Carrier {
    /// Brings a record of this node's own to the others. If another node wrote in between, the record is given a
    /// higher version and brought again: what is written last stays.
    pub(crate) async fn write(&self, hub: &Hub, user: UserId, mut record: Record) -> Result<(), Away> {
        for _ in 0..ATTEMPTS {
            let Some(overtaken_by) = self.write_if_newer(user, &record).await? else { return Ok(()) };
            let Some(raised) = hub.raise(user, record.version, overtaken_by + 1) else { return Ok(()) };
            record = raised;
        }
        Ok(())
    }

    /// The version that was there already and is no older, or `None` if the record went through.
    async fn write_if_newer(&self, user: UserId, record: &Record) -> Result<Option<u64>, Away> {
        let now = self.clock.now();
        let mut value = format!("{} ", record.expires_at.as_millis()).into_bytes();
        value.extend_from_slice(&record.json());
        let lives = record.expires_at.since(now).as_millis().max(1) as u64;
        let key = self.names.key("presence", user.as_str());
        let channel = &self.names.presence_channel;
        let mut script = WRITE.key(key);
        script.arg(record.version).arg(value).arg(lives).arg(channel).arg(user.as_str());
        let stored: Option<u64> =
            self.ask(BUDGET, async |mut connection| script.invoke_async(&mut connection).await).await?;
        Ok(stored)
    }

    /// Reads somebody whom this node knows nothing about, in time for an answer.
    pub(crate) async fn read(&self, hub: &Hub, user: UserId) -> Result<(), Away> {
        self.refresh(hub, &[user], READ_BUDGET).await.map(drop)
    }

    /// Reads a user as soon as Redis answers again.
    pub(crate) fn read_later(&self, user: UserId) {
        lock(&self.unread).insert(user);
    }

    /// Reads those whose lease ends here, since another node may have renewed it unheard, and those who are still to be
    /// read. If Redis is away, so be it.
    pub(crate) async fn keep_up(&self, hub: &Hub, now: Timestamp) {
        let unread = std::mem::take(&mut *lock(&self.unread));
        let users: Vec<_> = hub.due(now).into_iter().chain(unread.iter().copied()).collect();
        if !users.is_empty() && self.refresh(hub, &users, READ_BUDGET).await.is_err() {
            lock(&self.unread).extend(unread.into_iter().filter(|user| hub.look(*user).1));
        }
    }

    /// Reads users from Redis and takes over what is newer than what this node knows. The answer holds what is stored.
    pub(super) async fn refresh(
        &self,
        hub: &Hub,
        users: &[UserId],
        budget: Duration,
    ) -> Result<Vec<Option<Record>>, Away> {
        let mut records = Vec::with_capacity(users.len());
        for users in users.chunks(BATCH) {
            let keys: Vec<_> = users.iter().map(|user| self.names.key("presence", user.as_str())).collect();
            let mut request = redis::cmd("MGET");
            request.arg(keys);
            let values: Vec<Option<Vec<u8>>> =
                self.ask(budget, async |mut connection| request.query_async(&mut connection).await).await?;
            for (user, value) in users.iter().zip(values) {
                let record = value.and_then(|value| read(&value, self.clock.now()));
                record.iter().for_each(|record| hub.apply(*user, record.clone()));
                records.push(record);
            }
        }
        Ok(records)
    }

    /// Brings back to Redis what this node wrote and Redis did not hold a moment ago. It is old by now, so what another
    /// node has written since stays. Of two nodes that wrote at the same moment without hearing of each other, the one
    /// that comes later goes on.
    pub(super) async fn restore(
        &self,
        hub: &Hub,
        user: UserId,
        mut stored: Option<Record>,
    ) -> Result<(), Away> {
        let Some(own) = hub.look(user).0.filter(|record| record.is_own) else { return Ok(()) };
        if stored.as_ref().is_none_or(|stored| stored.version < own.version)
            && self.write_if_newer(user, &own).await?.is_some()
        {
            stored = self.refresh(hub, &[user], BUDGET).await?.pop().flatten();
        }
        match stored.filter(|stored| stored.version == own.version && stored.json() != own.json()) {
            Some(_) => self.write(hub, user, own).await,
            None => Ok(()),
        }
    }

    /// Takes over a message from the presence channel.
    pub(super) fn hear_presence(&self, hub: &Hub, message: &[u8]) {
        let Some(space) = message.iter().position(|byte| *byte == b' ') else { return };
        let (user, value) = message.split_at(space);
        let user = std::str::from_utf8(user).ok().and_then(|user| UserId::parse(user).ok());
        let record = value.get(1..).and_then(|value| read(value, self.clock.now()));
        if let Some((user, record)) = user.zip(record) {
            hub.apply(user, record);
        }
    }
}

/// Reads a value; `None` for garbage.
fn read(value: &[u8], now: Timestamp) -> Option<Record> {
    let mut parts = value.splitn(3, |byte| *byte == b' ');
    let mut number = || std::str::from_utf8(parts.next()?).ok()?.parse::<u64>().ok();
    let version = number().filter(|version| *version < MAX_VERSION)?;
    let expires_at = i64::try_from(number()?).ok()?;
    // No lease is longer than a lease, whatever another node's clock says.
    let expires_at = Timestamp::from_millis(expires_at).min(now.plus(LEASE));
    let entry = match parts.next()? {
        b"" => None,
        json => Some(Entry::new(PresenceSnapshot::from_json(json)?)),
    };
    Some(Record { version, expires_at, entry, is_own: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    /// S5
    #[test]
    fn garbage_counts_as_nothing() {
        let garbage: [&[u8]; 11] = [
            b"",
            b" ",
            b"garbage",
            b"1 1000001",
            b"1 1000001 {",
            b"1 1000001 null",
            b"1 1000001 {\"status\":\"gone\",\"updatedAt\":\"2026-05-29T12:00:00.000Z\"}",
            b"-1 1000001 ",
            b"9007199254740992 1000001 ",
            b"99999999999999999999 1000001 ",
            b"\xff\xfe 1000001 ",
        ];
        for value in garbage {
            assert!(read(value, NOW).is_none(), "{}", String::from_utf8_lossy(value));
        }
    }

    /// S3
    #[test]
    fn a_lease_from_elsewhere_is_never_longer_than_a_lease() {
        let taken_away = read(b"7 1000001 ", NOW).unwrap();
        assert_eq!((taken_away.version, taken_away.expires_at.as_millis()), (7, 1_000_001));
        assert!(taken_away.entry.is_none());
        assert_eq!(read(b"7 9000000000000000 ", NOW).unwrap().expires_at, NOW.plus(LEASE));
    }
}
