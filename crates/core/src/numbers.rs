//! The numbers of a page, and the time they are asked for: how often it was seen, by how many, and what they did.
//!
//! Everything is counted by the hour; names (where visitors came from, what they clicked) by the day, in UTC.

use std::ops::{AddAssign, Range};

use serde::Serialize;

use crate::time::Timestamp;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// What is shown when nobody says more.
const USUAL_DAYS: i64 = 30;
/// The longest time that is shown hour by hour, and day by day.
const MOST_DAYS: (i64, i64) = (31, 400);

/// What is counted in an hour or a day. Bots are no views here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub views: u64,
    /// Each counted once a day, in the hour of the first view.
    pub visitors: u64,
    pub clicks: u64,
    pub plays: u64,
    pub bots: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.views += other.views;
        self.visitors += other.visitors;
        self.clicks += other.clicks;
        self.plays += other.plays;
        self.bots += other.bots;
    }
}

/// What is counted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    Referrer,
    Device,
    Browser,
    Link,
    Track,
}

impl NameKind {
    pub const ALL: [Self; 5] = [Self::Referrer, Self::Device, Self::Browser, Self::Link, Self::Track];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Referrer => "referrer",
            Self::Device => "device",
            Self::Browser => "browser",
            Self::Link => "link",
            Self::Track => "track",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Hour,
    Day,
}

impl Step {
    const fn millis(self) -> i64 {
        match self {
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }
}

/// A time in whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    /// The first moment that is no longer in it.
    pub to: Timestamp,
    pub step: Step,
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadPeriod {
    #[error("`by` must be `hour` or `day`.")]
    Step,
    #[error("`{0}` must be a date such as 2026-05-01 or a moment such as 2026-05-01T12:00:00Z.")]
    Moment(&'static str),
    #[error("`to` must be later than `from`.")]
    Empty,
    #[error("That is too long: at most 31 days by the hour, or 400 by the day.")]
    Long,
}

impl BadPeriod {
    /// The parameter at fault.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Step => "by",
            Self::Moment(name) => name,
            Self::Empty | Self::Long => "from",
        }
    }
}

impl Period {
    /// Dates and moments, widened to whole steps. A date as `to` is in the period, a moment is its end; left out, it is
    /// the last thirty days up to now.
    pub fn parse(
        from: Option<&str>,
        to: Option<&str>,
        by: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, BadPeriod> {
        let step = match by {
            None | Some("day") => Step::Day,
            Some("hour") => Step::Hour,
            Some(_) => return Err(BadPeriod::Step),
        };
        let to = match to {
            Some(text) => moment(text, DAY).ok_or(BadPeriod::Moment("to"))?,
            None => now.as_millis() + 1,
        };
        let size = step.millis();
        let to = to.saturating_add(size - 1).div_euclid(size) * size;
        let from = match from {
            Some(text) => moment(text, 0).ok_or(BadPeriod::Moment("from"))?,
            None => to - USUAL_DAYS * DAY,
        };
        let from = from.div_euclid(size) * size;
        let most = DAY * if step == Step::Hour { MOST_DAYS.0 } else { MOST_DAYS.1 };
        match to - from {
            ..=0 => Err(BadPeriod::Empty),
            length if length > most => Err(BadPeriod::Long),
            _ => Ok(Self { from: Timestamp::from_millis(from), to: Timestamp::from_millis(to), step }),
        }
    }

    /// The start of each step.
    pub fn steps(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let (from, to, size) = (self.from.as_millis(), self.to.as_millis(), self.step.millis());
        (0..(to - from) / size).map(move |step| Timestamp::from_millis(from + step * size))
    }

    /// Which step an hour falls into.
    pub fn step_of(&self, hour: i64) -> Option<usize> {
        usize::try_from((hour * HOUR - self.from.as_millis()).div_euclid(self.step.millis())).ok()
    }

    pub const fn hours(&self) -> Range<i64> {
        self.from.hour()..self.to.hour()
    }

    /// The days that it touches.
    pub const fn days(&self) -> Range<i64> {
        self.from.day()..Timestamp::from_millis(self.to.as_millis() + DAY - 1).day()
    }
}

/// `whole_day` is added to a date. Far-away years would only overflow.
fn moment(text: &str, whole_day: i64) -> Option<i64> {
    let date = || Some(Timestamp::parse(&format!("{text}T00:00:00Z")).ok()?.as_millis() + whole_day);
    let millis = if text.len() == 10 { date() } else { Some(Timestamp::parse(text).ok()?.as_millis()) };
    millis.filter(|millis| (0..=253_402_300_800_000).contains(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(from: Option<&str>, to: Option<&str>, by: Option<&str>) -> Result<Period, BadPeriod> {
        Period::parse(from, to, by, Timestamp::parse("2026-05-15T12:30:00Z").unwrap())
    }

    /// Studio, numbers
    #[test]
    fn a_period_is_whole_days_or_hours() {
        let usual = parse(None, None, None).unwrap();
        assert_eq!(
            (usual.from.to_rfc3339().as_str(), usual.to.to_rfc3339().as_str()),
            ("2026-04-16T00:00:00Z", "2026-05-16T00:00:00Z")
        );
        assert_eq!(usual.steps().count(), 30);
        let day = parse(Some("2026-05-01"), Some("2026-05-01"), Some("hour")).unwrap();
        assert_eq!(day.steps().count(), 24);
        assert_eq!(day.days().count(), 1);
        let hours = parse(Some("2026-05-01T10:20:00Z"), Some("2026-05-01T12:00:00Z"), Some("hour")).unwrap();
        assert_eq!(
            hours.steps().map(|at| at.to_rfc3339()).collect::<Vec<_>>(),
            ["2026-05-01T10:00:00Z", "2026-05-01T11:00:00Z"]
        );
        assert_eq!(hours.step_of(hours.hours().start + 1), Some(1));
        assert_eq!(hours.days().count(), 1);
        assert_eq!(usual.step_of(usual.hours().start + 25), Some(1));
    }

    /// Studio, numbers
    #[test]
    fn a_bad_period_is_named() {
        assert_eq!(parse(None, None, Some("week")), Err(BadPeriod::Step));
        assert_eq!(parse(Some("yesterday"), None, None), Err(BadPeriod::Moment("from")));
        assert_eq!(parse(None, Some("2026-13-01"), None), Err(BadPeriod::Moment("to")));
        assert_eq!(parse(Some("2026-05-02"), Some("2026-05-01"), None), Err(BadPeriod::Empty));
        assert_eq!(parse(Some("2020-01-01"), None, None), Err(BadPeriod::Long));
        assert_eq!(parse(Some("2026-04-01"), Some("2026-05-10"), Some("hour")), Err(BadPeriod::Long));
    }
}
