//! What nodes share besides presence: allowances, the daily salt, and what only one of them may do.

use std::sync::LazyLock;
use std::time::Duration;

use nameplate_core::time::Timestamp;
use redis::Script;

use super::{Away, BUDGET, Carrier};
use crate::allowance::{Allowance, Key, Verdict};
use crate::salt::Salt;

/// The same as [`crate::allowance::Table::take`], on `<start> <count>`.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local stored = redis.pcall('GET', KEYS[1])
        local at, period, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local since, count
        if type(stored) == 'string' then since, count = string.match(stored, '^(%d+) (%d+)$') end
        since, count = tonumber(since), tonumber(count)
        if not since or math.abs(at - since) >= period then since, count = at, 0 end
        local allowed = count < limit
        if allowed then
            count = count + 1
            redis.call('SET', KEYS[1], string.format('%.0f %d', since, count), 'PX', 2 * period)
        end
        return {allowed and 1 or 0, since, count}",
    )
});

/// Takes a lease that nobody or this node has.
static HOLD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local holder = redis.pcall('GET', KEYS[1])
        if type(holder) == 'string' and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1",
    )
});

/// Ends a lease that this node has.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new("if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1")
});

impl Carrier {
    pub(crate) async fn hold(&self, what: &str, lease: Duration) -> Result<bool, Away> {
        let mut script = HOLD.key(self.names.key("holder", what));
        script.arg(&self.names.node).arg(lease.as_millis() as u64);
        self.ask(BUDGET, async |mut connection| script.invoke_async(&mut connection).await).await
    }

    pub(crate) async fn is_held(&self, what: &str) -> Result<bool, Away> {
        let mut request = redis::cmd("EXISTS");
        request.arg(self.names.key("holder", what));
        self.ask(BUDGET, async |mut connection| request.query_async(&mut connection).await).await
    }

    pub(crate) async fn release(&self, what: &str) -> Result<(), Away> {
        let mut script = RELEASE.key(self.names.key("holder", what));
        script.arg(&self.names.node);
        self.ask(BUDGET, async |mut connection| script.invoke_async(&mut connection).await).await
    }

    pub(crate) async fn take(&self, key: Key, allowance: Allowance, at: Timestamp) -> Result<Verdict, Away> {
        let mut script = TAKE.key(self.names.key("window", &key.to_hex()));
        script.arg(at.as_millis().max(0)).arg(allowance.period.as_millis() as u64).arg(allowance.limit);
        let (allowed, since, count): (bool, i64, u32) =
            self.ask(BUDGET, async |mut connection| script.invoke_async(&mut connection).await).await?;
        Ok(Verdict::new(allowance, allowed, (Timestamp::from_millis(since), count), at))
    }

    /// The salt of a day: the offered one if no node was first. Redis forgets it a minute after the day.
    pub(crate) async fn share_salt(&self, day: i64, offered: Salt) -> Result<Salt, Away> {
        let key = self.names.key("salt", &day.to_string());
        let day_ends = Timestamp::from_millis((day + 1).saturating_mul(86_400_000));
        let lives = day_ends.since(self.clock.now()).as_millis() as u64 + 60_000;
        let mut request = redis::pipe();
        request.cmd("SET").arg(&key).arg(offered.as_bytes()).arg("NX").arg("PX").arg(lives).ignore();
        request.cmd("GET").arg(&key);
        let (stored,): (Option<Vec<u8>>,) =
            self.ask(BUDGET, async |mut connection| request.query_async(&mut connection).await).await?;
        stored.and_then(|bytes| Salt::from_slice(&bytes)).ok_or(Away)
    }
}
