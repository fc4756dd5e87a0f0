//! The weekly usage: reserved before bytes are stored, settled with the rows of the upload (contract U9, A3).
//!
//! A reservation holds its bytes only until it lapses, so an upload that a crash cut off costs nothing; it names the
//! upload's files, so that what is left of them can be found. What `User::usage` says is what was settled. When a window ends is core's rule (`Usage::at`): the row is locked, judged
//! here and written back, and parallel uploads of one user wait for each other meanwhile.

use nameplate_core::id::UserId;
use nameplate_core::plan::Usage;
use nameplate_core::post::FileName;
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::{Conflict, StoreError};
use crate::rows::{file_name, moment, signed, unsigned, user_id};
use crate::statements as sql;
use crate::{Durability, Store};

/// Bytes of a user's quota that are kept for an upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub owner: UserId,
    pub(crate) id: String,
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

/// How much is wanted of a quota, and for which files.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Beside what the reservation holds already.
    pub bytes: u64,
    pub quota: u64,
    /// When the reservation lapses.
    pub lapses: Timestamp,
    /// All files of the upload up to now.
    pub files: &'a [FileName],
}

/// What an upload that never ended may have left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    pub owner: UserId,
    pub files: Vec<FileName>,
}

impl Store {
    /// An upload of a user's begins. Nothing is kept for it yet.
    pub fn new_reservation(&self, owner: &UserId) -> Reservation {
        Reservation { owner: *owner, id: self.inner.entropy.alphanumeric(22) }
    }

    /// Keeps more bytes of the quota for an upload, or what it has for longer. Answers the usage, with what other uploads
    /// have reserved, if that would pass the quota.
    ///
    /// # Errors
    /// [`Conflict::NoUser`].
    pub async fn reserve_usage(
        &self,
        reservation: &Reservation,
        claim: Claim<'_>,
        now: Timestamp,
    ) -> Result<Option<Usage>, StoreError> {
        let owner = reservation.owner.as_str();
        let files = claim.files.iter().map(FileName::as_str).collect::<Vec<_>>().join(",");
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query_as::<_, UsageRow>(db.text(sql::LOCK_USAGE)).bind(owner);
            let row = query.fetch_optional(&mut *tx).await?.ok_or(Conflict::NoUser)?;
            let query = sqlx::query_scalar::<_, i64>(db.text(sql::SUM_RESERVED)).bind(owner);
            let reserved = query.bind(now.as_millis()).bind(&reservation.id).fetch_one(&mut *tx).await?;

            let usage = row.at(now);
            let used = usage.used.saturating_add(unsigned(reserved));
            if used.saturating_add(claim.bytes) > claim.quota {
                return Ok(Some(Usage { used, ..usage }));
            }
            let query = sqlx::query(db.text(sql::EXTEND_RESERVATION)).bind(&reservation.id).bind(owner);
            let query = query.bind(signed(claim.bytes)).bind(claim.lapses.as_millis()).bind(&files);
            query.execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(None)
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

    /// Takes one reservation that has lapsed out of the list, if there is one. Its upload can no longer be settled.
    pub async fn take_lapsed_reservation(&self, now: Timestamp) -> Result<Option<Lapsed>, StoreError> {
        let row: Option<(String, String)> = on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query_as(db.text(sql::DELETE_LAPSED_RESERVATION)).bind(now.as_millis());
            let row = query.fetch_optional(&mut *tx).await?;
            tx.commit().await?;
            Ok(row)
        })?;
        let lapsed = |(owner, files): (String, String)| {
            let names = files.split(',').filter(|name| !name.is_empty()).map(file_name);
            Ok(Lapsed {
                owner: user_id("reservations.owner", &owner)?,
                files: names.collect::<Result<_, _>>()?,
            })
        };
        row.map(lapsed).transpose()
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
