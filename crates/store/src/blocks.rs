//! Who blocked whom (contract A9).

use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use sqlx::FromRow;

use crate::Store;
use crate::error::StoreError;
use crate::rows::{UserRow, user_id};
use crate::statements as sql;

/// The most blocks of one user that are listed.
const LISTED: i64 = 100_000;

/// A user who was blocked, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub user: UserId,
    pub created: Timestamp,
}

#[derive(FromRow)]
struct BlockedRow {
    #[sqlx(flatten)]
    user: UserRow,
    blocked_at: i64,
}

impl Store {
    /// Answers whether the block is new: a second one keeps the time of the first.
    pub async fn insert_block(
        &self,
        owner: &UserId,
        target: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::INSERT_BLOCK)).bind(owner.as_str()).bind(target.as_str());
            let is_new = query.bind(now.as_millis()).execute(&mut *tx).await?.rows_affected() > 0;
            (is_new, is_new.then_some(Change::User(*owner)))
        })
    }

    /// Answers whether there was a block.
    pub async fn delete_block(&self, owner: &UserId, target: &UserId) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::DELETE_BLOCK)).bind(owner.as_str()).bind(target.as_str());
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            (was_there, was_there.then_some(Change::User(*owner)))
        })
    }

    /// Who was blocked by the user, as far as they are here, newest first.
    pub async fn list_blocked_users(
        &self,
        owner: &UserId,
        limit: u32,
    ) -> Result<Vec<(User, Timestamp)>, StoreError> {
        let rows: Vec<BlockedRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_BLOCKED_USERS)).bind(owner.as_str());
            Ok(query.bind(i64::from(limit)).fetch_all(db.reader()).await?)
        })?;
        let user = |row: BlockedRow| Ok((row.user.try_into()?, Timestamp::from_millis(row.blocked_at)));
        rows.into_iter().map(user).collect()
    }

    /// The blocks that the user made, newest first.
    pub async fn list_blocks(&self, owner: &UserId) -> Result<Vec<Block>, StoreError> {
        let rows: Vec<(String, i64)> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_BLOCKS)).bind(owner.as_str()).bind(LISTED);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        let block = |(target, created): (String, i64)| {
            Ok(Block { user: user_id("blocks.target", &target)?, created: Timestamp::from_millis(created) })
        };
        rows.into_iter().map(block).collect()
    }
}
