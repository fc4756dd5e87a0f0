//! The weekly usage: reserved before bytes are stored, settled with the rows of the upload (contract U9, A3).
//!
//! A reservation holds its bytes only until it lapses, so an upload that a crash cut off costs nothing. What
//! `User::usage` says is what was settled. When a window ends is core's rule (`Usage::at`): the row is locked, judged
//! here and written back, and parallel uploads of one user wait for each other meanwhile.

use nameplate_core::id::UserId;
use nameplate_core::plan::Usage;
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::{Conflict, StoreError};
use crate::rows::{moment, signed, unsigned};
use crate::statements as sql;
use crate::{Durability, Store};

/// Bytes of a user's quota that are kept for an upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub owner: UserId,
    pub(crate) id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reserved {
    Granted(Reservation),
    /// It would pass the quota. `used` holds what other uploads under way have reserved, too.
    Refused(Usage),
}

/// What was uploaded on one UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageDay {
    /// Days since the epoch, as in `Timestamp::day`.
    pub day: i64,
    pub bytes: u64,
    pub files: u64,
}

#[derive(FromRow)]
pub(crate) struct UsageRow {
    usage_used: i64,
    usage_started_at: Option<i64>,
}

impl UsageRow {
    pub(crate) fn at(&self, now: Timestamp) -> Usage {
        Usage { used: unsigned(self.usage_used), window_start: moment(self.usage_started_at) }.at(now)
    }
}

impl Store {
    /// Keeps `bytes` of the user's quota until `lapses`, by which the upload must have ended.
    ///
    /// # Errors
    /// [`Conflict::NoUser`].
    pub async fn reserve_usage(
        &self,
        owner: &UserId,
        bytes: u64,
        quota: u64,
        now: Timestamp,
        lapses: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let reservation = Reservation { owner: *owner, id: self.inner.entropy.alphanumeric(22) };
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query_as::<_, UsageRow>(db.text(sql::LOCK_USAGE)).bind(owner.as_str());
            let row = query.fetch_optional(&mut *tx).await?.ok_or(Conflict::NoUser)?;
            let query = sqlx::query(db.text(sql::DELETE_LAPSED_RESERVATIONS)).bind(owner.as_str());
            query.bind(now.as_millis()).execute(&mut *tx).await?;
            let query = sqlx::query_scalar::<_, i64>(db.text(sql::SUM_RESERVED)).bind(owner.as_str());
            let reserved = query.bind(now.as_millis()).fetch_one(&mut *tx).await?;

            let usage = row.at(now);
            let used = usage.used.saturating_add(unsigned(reserved));
            if used.saturating_add(bytes) > quota {
                return Ok(Reserved::Refused(Usage { used, ..usage }));
            }
            let query =
                sqlx::query(db.text(sql::INSERT_RESERVATION)).bind(&reservation.id).bind(owner.as_str());
            query.bind(signed(bytes)).bind(lapses.as_millis()).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(Reserved::Granted(reservation))
        })
    }

    /// Gives the reserved bytes back: nothing was stored.
    pub async fn release_usage(&self, reservation: &Reservation) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            sqlx::query(db.text(sql::DELETE_RESERVATION)).bind(&reservation.id).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// The days from `first_day` on on which something was uploaded.
    pub async fn list_usage_days(&self, owner: &UserId, first_day: i64) -> Result<Vec<UsageDay>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_USAGE_DAYS)).bind(owner.as_str()).bind(first_day);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        let day = |(day, bytes, files)| UsageDay { day, bytes: unsigned(bytes), files: unsigned(files) };
        Ok(rows.into_iter().map(day).collect())
    }
}
