//! The numbers of pages: written beside views, clicks and plays, in the same transaction, and read by the owner.
//!
//! A batch is summed up here first. What it adds is a row for each page and hour, and one for each name, however many
//! views it had.

use std::collections::BTreeMap;

use nameplate_core::audience::Audience;
use nameplate_core::id::ProfileId;
use nameplate_core::numbers::{Counts, NameKind, Period};
use nameplate_core::time::Timestamp;
use nameplate_core::view::{Click, View};
use serde::Serialize;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::rows::{json, signed, unsigned};
use crate::statements as sql;
use crate::{Durability, Play, Store};

/// What a batch adds to the numbers.
#[derive(Default)]
pub(crate) struct Tally<'a> {
    hours: BTreeMap<(&'a str, i64), Counts>,
    names: BTreeMap<(&'a str, NameKind, i64, &'a str), u64>,
}

/// The rows of the two statements.
pub(crate) struct TallyRows {
    pub(crate) hours: String,
    pub(crate) names: String,
}

#[derive(Serialize)]
struct HourRow<'a> {
    profile: &'a str,
    hour: i64,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct NameRow<'a> {
    profile: &'a str,
    kind: &'static str,
    day: i64,
    name: &'a str,
    count: u64,
}

impl<'a> Tally<'a> {
    pub(crate) fn add_view(&mut self, view: &'a View, is_newcomer: bool) {
        let counts = self.hours.entry((view.profile.as_str(), view.at.hour())).or_default();
        if view.audience == Audience::Bot {
            counts.bots += 1;
            return;
        }
        counts.views += 1;
        counts.visitors += u64::from(is_newcomer);
        if let Audience::Person { device, browser, source } = &view.audience {
            let source = source.as_ref().map_or("", |host| host.as_str());
            self.add_name(&view.profile, NameKind::Referrer, view.at, source);
            self.add_name(&view.profile, NameKind::Device, view.at, device.as_str());
            self.add_name(&view.profile, NameKind::Browser, view.at, browser);
        }
    }

    fn add_click(&mut self, click: &'a Click) {
        self.hours.entry((click.profile.as_str(), click.at.hour())).or_default().clicks += 1;
        self.add_name(&click.profile, NameKind::Link, click.at, &click.url);
    }

    pub(crate) fn add_play(&mut self, play: &'a Play) {
        self.hours.entry((play.profile.as_str(), play.at.hour())).or_default().plays += 1;
        self.add_name(&play.profile, NameKind::Track, play.at, play.isrc.as_str());
    }

    fn add_name(&mut self, profile: &'a ProfileId, kind: NameKind, at: Timestamp, name: &'a str) {
        *self.names.entry((profile.as_str(), kind, at.day(), name)).or_default() += 1;
    }

    pub(crate) fn rows(&self) -> Result<TallyRows, StoreError> {
        let hours = self.hours.iter().map(|((profile, hour), counts)| HourRow {
            profile,
            hour: *hour,
            counts: *counts,
        });
        let names = self.names.iter().map(|((profile, kind, day, name), count)| NameRow {
            profile,
            kind: kind.as_str(),
            day: *day,
            name,
            count: *count,
        });
        Ok(TallyRows { hours: json(&hours.collect::<Vec<_>>())?, names: json(&names.collect::<Vec<_>>())? })
    }
}

/// `count_numbers!(db, tx, rows)`: writes a tally within a transaction.
macro_rules! count_numbers {
    ($db:expr, $tx:expr, $rows:expr) => {
        sqlx::query($db.text($crate::statements::COUNT_NUMBER_HOURS))
            .bind(&$rows.hours)
            .execute(&mut *$tx)
            .await?;
        sqlx::query($db.text($crate::statements::COUNT_NUMBER_NAMES))
            .bind(&$rows.names)
            .execute(&mut *$tx)
            .await?;
    };
}

#[derive(FromRow)]
struct CountsRow {
    hour: i64,
    views: i64,
    visitors: i64,
    clicks: i64,
    plays: i64,
    bots: i64,
}

impl Store {
    /// Adds a batch of clicks in one transaction.
    pub async fn insert_clicks(&self, clicks: &[Click]) -> Result<(), StoreError> {
        if clicks.is_empty() {
            return Ok(());
        }
        let mut tally = Tally::default();
        clicks.iter().for_each(|click| tally.add_click(click));
        let rows = tally.rows()?;
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            count_numbers!(db, tx, rows);
            Ok(tx.commit().await?)
        })
    }

    /// The hours of a period in which something happened on a page, with the number of the hour.
    pub async fn list_number_hours(
        &self,
        profile: &ProfileId,
        period: &Period,
    ) -> Result<Vec<(i64, Counts)>, StoreError> {
        let hours = period.hours();
        let rows: Vec<CountsRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_NUMBER_HOURS)).bind(profile.as_str());
            Ok(query.bind(hours.start).bind(hours.end).fetch_all(db.reader()).await?)
        })?;
        let counts = |row: CountsRow| Counts {
            views: unsigned(row.views),
            visitors: unsigned(row.visitors),
            clicks: unsigned(row.clicks),
            plays: unsigned(row.plays),
            bots: unsigned(row.bots),
        };
        Ok(rows.into_iter().map(|row| (row.hour, counts(row))).collect())
    }

    /// The names of a kind that were counted on the days of a period, the most frequent first. The empty name and `*`
    /// stand for themselves.
    pub async fn list_number_names(
        &self,
        profile: &ProfileId,
        kind: NameKind,
        period: &Period,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let days = period.days();
        let rows: Vec<(String, i64)> = on_both!(self, |db| {
            let query =
                sqlx::query_as(db.text(sql::LIST_NUMBER_NAMES)).bind(profile.as_str()).bind(kind.as_str());
            let query = query.bind(days.start).bind(days.end).bind(signed(limit.into()));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        Ok(rows.into_iter().map(|(name, count)| (name, unsigned(count))).collect())
    }
}
