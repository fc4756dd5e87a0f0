//! Time and chance, passed in.
//!
//! A [`Timestamp`] is Unix milliseconds, the one form in which the database, the caches and the rules keep time. Its
//! two wire forms are RFC 3339 in UTC: whole seconds for accounts (contract U11), milliseconds for presence (S2).

use std::time::Duration;

use jiff::civil::date;
use jiff::fmt::temporal::{DateTimePrinter, Pieces};

/// A moment in UTC, as milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The last whole second that `jiff` knows, `9999-12-30T22:00:00Z`, in milliseconds.
const LAST: i64 = 253_402_207_200_000;

/// A text that is not an RFC 3339 date and time.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be an RFC 3339 date and time such as 2026-01-04T09:30:00Z")]
pub struct BadTimestamp;

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads any RFC 3339 date and time with an offset. The last two days of the year 9999, which many take for never, all
    /// stand for the last second that `jiff` knows.
    pub fn parse(text: &str) -> Result<Self, BadTimestamp> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(moment.as_millisecond().min(LAST)));
        }
        match Pieces::parse(text) {
            Ok(last)
                if last.date() >= date(9999, 12, 30) && last.time().is_some() && last.offset().is_some() =>
            {
                Ok(Self(LAST))
            }
            _ => Err(BadTimestamp),
        }
    }

    /// `2026-01-04T09:30:00Z` (U11).
    pub fn to_rfc3339(self) -> String {
        DateTimePrinter::new().precision(Some(0)).timestamp_to_string(&self.moment())
    }

    /// `2026-05-29T12:00:00.000Z` (S2).
    pub fn to_rfc3339_millis(self) -> String {
        DateTimePrinter::new().precision(Some(3)).timestamp_to_string(&self.moment())
    }

    /// `2026-01-04`, UTC.
    pub fn to_date(self) -> String {
        self.moment().strftime("%Y-%m-%d").to_string()
    }

    fn moment(self) -> jiff::Timestamp {
        let clamped = self.0.clamp(jiff::Timestamp::MIN.as_millisecond(), LAST);
        jiff::Timestamp::from_millisecond(clamped).unwrap_or_default()
    }

    /// The number of the UTC day, counted from the epoch.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }

    /// The number of the hour, counted from the epoch.
    pub const fn hour(self) -> i64 {
        self.0.div_euclid(3_600_000)
    }

    #[must_use]
    pub const fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.as_millis() as i64))
    }

    /// How long from `earlier` to this moment; zero when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(if millis > 0 { millis as u64 } else { 0 })
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

/// For serde's `with`: the moment with its milliseconds.
pub mod millis {
    use super::Timestamp;

    pub fn serialize<S: serde::Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment.to_rfc3339_millis())
    }
}

/// The same for a moment that may be missing.
pub mod maybe_millis {
    use super::Timestamp;

    pub fn serialize<S: serde::Serializer>(
        moment: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&moment.map(Timestamp::to_rfc3339_millis), serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parsed(deserializer, Self::parse)
    }
}

/// Tells the time. The system's clock lives in the binary; tests pass one that they move.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// Chance from the system's source; tests pass a counter, so that every id in a snapshot is stable.
pub trait Entropy: Send + Sync + 'static {
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy {
    /// `length` characters of `[A-Za-z0-9]`, each equally likely.
    pub fn alphanumeric(&self, length: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::with_capacity(length);
        let mut pool = [0_u8; 64];
        while text.len() < length {
            self.fill(&mut pool);
            // 248 is the largest multiple of 62 below 256: what lies above would favour the first letters.
            let letters = pool
                .iter()
                .filter(|byte| **byte < 248)
                .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
            text.extend(letters.take(length - text.len()).map(|letter| char::from(*letter)));
        }
        text
    }

    /// A number below `bound` (which must not be 0), evenly enough for jitter; never for secrets.
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0_u8; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U11, S2
    #[test]
    fn a_moment_is_written_in_seconds_for_accounts_and_in_milliseconds_for_presence() {
        let moment = Timestamp::parse("2026-01-04T10:30:00.25+01:00").unwrap();
        assert_eq!(moment.to_rfc3339(), "2026-01-04T09:30:00Z");
        assert_eq!(moment.to_rfc3339_millis(), "2026-01-04T09:30:00.250Z");
        let old = Timestamp::from_millis(-1_001);
        assert_eq!(old.to_rfc3339(), "1969-12-31T23:59:58Z", "a part of a second is cut off");
        assert_eq!(old.to_rfc3339_millis(), "1969-12-31T23:59:58.999Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_rfc3339(), "9999-12-30T22:00:00Z");
        assert!(Timestamp::parse("yesterday").is_err());
        for never in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+14:00", "9999-12-30T23:00:00Z"] {
            assert_eq!(Timestamp::parse(never).unwrap().to_rfc3339(), "9999-12-30T22:00:00Z");
        }
        for bad in ["9999-12-31", "9999-12-31T23:59:59", "9999-12-32T00:00:00Z", "10000-01-01T00:00:00Z"] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }

    struct Counter(std::sync::atomic::AtomicU8);

    impl Entropy for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    /// U13
    #[test]
    fn every_letter_of_a_key_is_equally_likely() {
        let counter: &dyn Entropy = &Counter(0.into());
        let mut seen = std::collections::BTreeMap::new();
        for letter in counter.alphanumeric(248 * 10).chars() {
            *seen.entry(letter).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 62);
        assert!(seen.values().all(|count| (36..=44).contains(count)), "{seen:?}");
    }
}
