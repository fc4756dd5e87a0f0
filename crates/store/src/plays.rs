//! Counted plays of music, for the owner's statistics (contract M5). What counts as a play is decided before.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::time::Timestamp;
use nameplate_core::view::VisitorKey;
use serde::Serialize;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::numbers::Tally;
use crate::rows::{json, unreadable, unsigned};
use crate::statements as sql;
use crate::{Durability, Store};

/// One counted play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    pub profile: ProfileId,
    pub owner: UserId,
    pub isrc: Isrc,
    pub visitor: VisitorKey,
    pub at: Timestamp,
}

/// How often a track was played on a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayTotal {
    pub profile: ProfileId,
    pub isrc: Isrc,
    pub plays: u64,
    pub last: Timestamp,
}

#[derive(Serialize)]
struct PlayRow<'a> {
    profile: &'a str,
    owner: &'a str,
    isrc: &'a str,
    visitor: String,
    at: i64,
}

impl<'a> PlayRow<'a> {
    fn new(play: &'a Play) -> Self {
        Self {
            profile: play.profile.as_str(),
            owner: play.owner.as_str(),
            isrc: play.isrc.as_str(),
            visitor: BASE64.encode(play.visitor.0),
            at: play.at.as_millis(),
        }
    }
}

#[derive(FromRow)]
struct TotalRow {
    profile: String,
    isrc: String,
    plays: i64,
    last_at: i64,
}

impl TryFrom<TotalRow> for PlayTotal {
    type Error = StoreError;

    fn try_from(row: TotalRow) -> Result<Self, StoreError> {
        Ok(Self {
            profile: ProfileId::parse(&row.profile).map_err(|_| unreadable("play_totals.profile"))?,
            isrc: Isrc::parse(&row.isrc).map_err(|_| unreadable("play_totals.isrc"))?,
            plays: unsigned(row.plays),
            last: Timestamp::from_millis(row.last_at),
        })
    }
}

impl Store {
    /// Adds a batch in one transaction.
    pub async fn insert_plays(&self, plays: &[Play]) -> Result<(), StoreError> {
        if plays.is_empty() {
            return Ok(());
        }
        let rows = json(&plays.iter().map(PlayRow::new).collect::<Vec<_>>())?;
        let mut tally = Tally::default();
        plays.iter().for_each(|play| tally.add_play(play));
        let numbers = tally.rows()?;
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            sqlx::query(db.text(sql::COUNT_PLAY_TOTALS)).bind(&rows).execute(&mut *tx).await?;
            count_numbers!(db, tx, numbers);
            sqlx::query(db.text(sql::INSERT_PLAYS)).bind(&rows).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// All plays of an owner's music, on any profile.
    pub async fn count_plays(&self, owner: &UserId) -> Result<u64, StoreError> {
        let plays: i64 = on_both!(self, |db| {
            Ok(sqlx::query_scalar(db.text(sql::COUNT_PLAYS))
                .bind(owner.as_str())
                .fetch_one(db.reader())
                .await?)
        })?;
        Ok(unsigned(plays))
    }

    /// An owner's tracks, the most played first.
    pub async fn list_play_totals(&self, owner: &UserId, limit: u32) -> Result<Vec<PlayTotal>, StoreError> {
        let rows: Vec<TotalRow> = on_both!(self, |db| {
            let query =
                sqlx::query_as(db.text(sql::LIST_PLAY_TOTALS)).bind(owner.as_str()).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        rows.into_iter().map(PlayTotal::try_from).collect()
    }

    /// Forgets single plays from before `moment`, at most `limit` of them; the totals stay. Answers how many.
    pub async fn delete_plays_before(&self, moment: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.delete_before(sql::DELETE_PLAYS_BEFORE, moment, limit).await
    }
}
