//! Blocks: who wants nothing to do with whom (contract A9).

use nameplate_core::id::UserId;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use serde::Serialize;

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// How many are listed with their names.
const MAX_BLOCKED: u32 = 1_000;

/// Why nobody is blocked or unblocked.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BlockFault {
    #[error("nobody blocks oneself")]
    Oneself,
    #[error("no such user")]
    NotFound,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// One of the caller's blocks.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockView {
    user_id: UserId,
    created: Timestamp,
}

/// Somebody whom the caller blocked, and since when.
pub struct BlockedUser {
    pub user: User,
    pub created: Timestamp,
}

impl Accounts {
    /// Who is blocked by the caller and still here, newest first.
    pub async fn blocked_users(&self, caller: &Caller) -> Result<Vec<BlockedUser>, Unavailable> {
        let blocked = self.store.list_blocked_users(&caller.id(), MAX_BLOCKED).await?;
        Ok(blocked.into_iter().map(|(user, created)| BlockedUser { user, created }).collect())
    }

    /// Answers whether the block is new.
    pub async fn block(&self, caller: &Caller, target: &UserId) -> Result<bool, BlockFault> {
        let me = caller.id();
        if *target == me {
            return Err(BlockFault::Oneself);
        }
        self.face(target).await?.ok_or(BlockFault::NotFound)?;
        let is_new = self.store.insert_block(&me, target, self.clock.now()).await;
        self.forget(&me).await;
        Ok(is_new.map_err(Unavailable::from)?)
    }

    /// Answers whether there was a block. One of a user who is gone can be taken back, too.
    pub async fn unblock(&self, caller: &Caller, target: &UserId) -> Result<bool, BlockFault> {
        let me = caller.id();
        if *target == me {
            return Err(BlockFault::Oneself);
        }
        let was_there = self.store.delete_block(&me, target).await.map_err(Unavailable::from)?;
        self.forget(&me).await;
        if !was_there {
            self.face(target).await?.ok_or(BlockFault::NotFound)?;
        }
        Ok(was_there)
    }

    /// The blocks that the caller made, newest first.
    pub async fn blocks(&self, caller: &Caller) -> Result<Vec<BlockView>, Unavailable> {
        let blocks = self.store.list_blocks(&caller.id()).await?;
        Ok(blocks
            .into_iter()
            .map(|block| BlockView { user_id: block.user, created: block.created })
            .collect())
    }
}
