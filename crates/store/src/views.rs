//! Counted views of profiles: written in batches, read as totals by day (contract P3 to P5).
//!
//! What counts as a view is decided before it comes here. A visitor's key is good for one day, so visitors are counted
//! by day, and the sum over the days is what `visitors` means.

use std::collections::{BTreeMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use nameplate_core::id::ProfileId;
use nameplate_core::time::Timestamp;
use nameplate_core::view::View;
use serde::Serialize;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::numbers::{Tally, TallyRows};
use crate::rows::{json, moment, unsigned};
use crate::statements as sql;
use crate::{Durability, Store};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewStats {
    pub total: u64,
    /// Each counted once a day.
    pub visitors: u64,
    pub last: Option<Timestamp>,
}

/// The views of one UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewDay {
    /// Days since the epoch, as in `Timestamp::day`.
    pub day: i64,
    pub views: u64,
    pub visitors: u64,
}

#[derive(Serialize)]
struct ViewRow<'a> {
    index: usize,
    profile: &'a str,
    at: i64,
    visitor: String,
    referer: Option<&'a str>,
    user_agent: Option<&'a str>,
}

impl<'a> ViewRow<'a> {
    fn new((index, view): (usize, &'a View)) -> Self {
        Self {
            index,
            profile: view.profile.as_str(),
            at: view.at.as_millis(),
            visitor: BASE64.encode(view.visitor.0),
            referer: view.referer.as_deref(),
            user_agent: view.user_agent.as_deref(),
        }
    }
}

/// What a batch adds to one day of one profile.
#[derive(Serialize)]
struct DayRow<'a> {
    profile: &'a str,
    day: i64,
    views: u64,
    visitors: u64,
    at: i64,
}

/// The totals by day, and the numbers, of a batch in which `newcomers` (places with commas between them) are of visitors
/// who had not been there before.
fn sum_up<'a>(views: &'a [View], newcomers: &str) -> Result<(String, TallyRows), StoreError> {
    let mut days: BTreeMap<(&str, i64), DayRow<'a>> = BTreeMap::new();
    let mut tally = Tally::default();
    let mut newcomers = newcomers.split(',').filter_map(|place| place.parse::<usize>().ok()).peekable();
    let mut seen = HashSet::new();
    for (index, view) in views.iter().enumerate() {
        let (profile, day) = (view.profile.as_str(), view.at.day());
        let is_new = newcomers.next_if_eq(&index).is_some() && seen.insert((profile, day, view.visitor));
        let row = days.entry((profile, day)).or_insert(DayRow { profile, day, views: 0, visitors: 0, at: 0 });
        row.views += 1;
        row.visitors += u64::from(is_new);
        row.at = row.at.max(view.at.as_millis());
        tally.add_view(view, is_new);
    }
    Ok((json(&days.into_values().collect::<Vec<_>>())?, tally.rows()?))
}

#[derive(FromRow)]
struct StatsRow {
    total: i64,
    visitors: i64,
    last_at: Option<i64>,
}

impl Store {
    /// Adds a batch in one transaction. Views of a profile that is gone are dropped.
    pub async fn insert_views(&self, views: &[View]) -> Result<(), StoreError> {
        if views.is_empty() {
            return Ok(());
        }
        let rows = json(&views.iter().enumerate().map(ViewRow::new).collect::<Vec<_>>())?;
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let newcomers: Option<String> =
                sqlx::query_scalar(db.text(sql::LIST_NEWCOMERS)).bind(&rows).fetch_one(&mut *tx).await?;
            let (days, numbers) = sum_up(views, newcomers.as_deref().unwrap_or_default())?;
            sqlx::query(db.text(sql::COUNT_VIEW_DAYS)).bind(&days).execute(&mut *tx).await?;
            count_numbers!(db, tx, numbers);
            sqlx::query(db.text(sql::INSERT_VIEWS)).bind(&rows).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    pub async fn count_views(&self, profile: &ProfileId) -> Result<ViewStats, StoreError> {
        let row: StatsRow = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::COUNT_VIEWS))
                .bind(profile.as_str())
                .fetch_one(db.reader())
                .await?)
        })?;
        Ok(ViewStats {
            total: unsigned(row.total),
            visitors: unsigned(row.visitors),
            last: moment(row.last_at),
        })
    }

    /// The days from `first_day` on that had views.
    pub async fn list_view_days(
        &self,
        profile: &ProfileId,
        first_day: i64,
    ) -> Result<Vec<ViewDay>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_VIEW_DAYS)).bind(profile.as_str()).bind(first_day);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        let day =
            |(day, views, visitors)| ViewDay { day, views: unsigned(views), visitors: unsigned(visitors) };
        Ok(rows.into_iter().map(day).collect())
    }

    /// Forgets single views from before `moment`, at most `limit` of them; the totals by day stay. Answers how many.
    pub async fn delete_views_before(&self, moment: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.delete_before(sql::DELETE_VIEWS_BEFORE, moment, limit).await
    }

    pub(crate) async fn delete_before(
        &self,
        statement: sql::Statement,
        moment: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query(db.text(statement)).bind(moment.as_millis()).bind(i64::from(limit));
            let deleted = query.execute(&mut *tx).await?.rows_affected();
            tx.commit().await?;
            Ok(deleted)
        })
    }
}
