//! What an account uploaded, day by day (contract A1).

use nameplate_core::time::Timestamp;
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

impl Accounts {
    /// The days on which the caller uploaded something, oldest first.
    pub async fn history(&self, caller: &Caller) -> Result<HistoryView, Unavailable> {
        let today = self.clock.now().day();
        let days = self.store.list_usage_days(&caller.id(), today - WINDOW_DAYS + 1).await?;
        Ok(HistoryView { stats: stats(&days, today), history: days.iter().map(view).collect() })
    }
}

fn view(day: &UsageDay) -> DayView {
    let date = Timestamp::from_millis(day.day * DAY_MILLIS).to_date();
    DayView { day: date, bytes: day.bytes, count: day.files }
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
