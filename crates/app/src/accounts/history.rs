//! What an account uploaded, day by day (contract A1).

use nameplate_core::plan::Plan;
use nameplate_core::time::{Timestamp, maybe_millis};
use nameplate_store::UsageDay;
use serde::Serialize;

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// How many days are looked at, today included.
const WINDOW_DAYS: i64 = 365;

const DAY_MILLIS: i64 = 86_400_000;

#[derive(Serialize)]
pub struct HistoryView {
    history: Vec<DayView>,
    stats: StatsView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct DayView {
    /// `2026-05-15`, UTC.
    day: String,
    bytes: u64,
    count: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatsView {
    total_bytes: u64,
    total_uploads: u64,
    active_days: usize,
    /// Days in a row on which something was uploaded, up to today.
    current_streak: usize,
    /// The day with the most bytes.
    biggest_day: Option<DayView>,
    window_days: i64,
}

/// What the plan allows in the present window, and what was uploaded day by day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageOverview {
    used: u64,
    limit: u64,
    #[serde(with = "maybe_millis")]
    window_start: Option<Timestamp>,
    #[serde(with = "maybe_millis")]
    window_end: Option<Timestamp>,
    plan: Plan,
    history: Vec<UsageOfDay>,
}

#[derive(Serialize)]
struct UsageOfDay {
    /// `2026-05-15`, UTC.
    day: String,
    bytes: u64,
    files: u64,
}

impl Accounts {
    /// The plan's window, and the days on which the caller uploaded something, oldest first.
    pub async fn usage(&self, caller: &Caller) -> Result<UsageOverview, Unavailable> {
        let today = self.clock.now().day();
        let days = self.store.list_usage_days(&caller.id(), today - WINDOW_DAYS + 1).await?;
        let limits = self.limits(caller);
        let day = |day: &UsageDay| UsageOfDay { day: date(day), bytes: day.bytes, files: day.files };
        Ok(UsageOverview {
            used: limits.usage.used,
            limit: limits.usage.quota,
            window_start: limits.usage.window_start,
            window_end: limits.usage.window_end,
            plan: limits.plan,
            history: days.iter().map(day).collect(),
        })
    }

    /// The days on which the caller uploaded something, oldest first.
    pub async fn history(&self, caller: &Caller) -> Result<HistoryView, Unavailable> {
        let today = self.clock.now().day();
        let days = self.store.list_usage_days(&caller.id(), today - WINDOW_DAYS + 1).await?;
        Ok(HistoryView { stats: stats(&days, today), history: days.iter().map(view).collect() })
    }
}

fn date(day: &UsageDay) -> String {
    Timestamp::from_millis(day.day * DAY_MILLIS).to_date()
}

fn view(day: &UsageDay) -> DayView {
    DayView { day: date(day), bytes: day.bytes, count: day.files }
}

/// `days` are in their order, each once.
fn stats(days: &[UsageDay], today: i64) -> StatsView {
    let in_a_row = days.iter().rev().zip((0..=today).rev()).take_while(|(day, date)| day.day == *date);
    // Of two equal days the later one.
    let biggest = days.iter().max_by_key(|day| day.bytes);
    StatsView {
        total_bytes: days.iter().map(|day| day.bytes).sum(),
        total_uploads: days.iter().map(|day| day.files).sum(),
        active_days: days.len(),
        current_streak: in_a_row.count(),
        biggest_day: biggest.map(view),
        window_days: WINDOW_DAYS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64, bytes: u64) -> UsageDay {
        UsageDay { day, bytes, files: 2 }
    }

    /// A1
    #[test]
    fn a_streak_counts_the_days_up_to_today() {
        let streak = |days: &[i64]| {
            let days: Vec<_> = days.iter().map(|number| day(*number, 1)).collect();
            stats(&days, 20_000).current_streak
        };
        assert_eq!(streak(&[]), 0);
        assert_eq!(streak(&[19_999]), 0, "nothing today");
        assert_eq!(streak(&[20_000]), 1);
        assert_eq!(streak(&[19_990, 19_998, 19_999, 20_000]), 3);
    }

    /// A1
    #[test]
    fn days_are_summed_up() {
        let found = stats(&[day(0, 10), day(20_454, 30)], 20_500);
        assert_eq!((found.total_bytes, found.total_uploads, found.active_days), (40, 4, 2));
        let biggest = DayView { day: "2026-01-01".into(), bytes: 30, count: 2 };
        assert_eq!(found.biggest_day, Some(biggest));
        assert_eq!(stats(&[], 20_500).biggest_day, None);
    }
}
