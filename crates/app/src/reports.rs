//! Reports of posts, which operators look at (contract A2, A9).

use std::sync::Arc;

use nameplate_core::id::PostCode;
use nameplate_core::post::Privacy;
use nameplate_core::text::is_unshowable;
use nameplate_core::time::Clock;
use nameplate_store::{Store, StoreError};

use crate::accounts::Caller;
use crate::lookup::Unavailable;

/// The most characters of a reason.
pub const MAX_REASON: usize = 200;

/// Why a report is not taken.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReportFault {
    #[error("the reason is too long")]
    LongReason,
    /// Missing, private, or a suspended user's: to others these are the same.
    #[error("no such post")]
    NotFound,
    #[error("the post is moderated already")]
    Moderated,
    #[error("it is the caller's own post")]
    Own,
    #[error("the owner or the caller blocked the other")]
    Blocked,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for ReportFault {
    fn from(error: StoreError) -> Self {
        match error {
            // The post was deleted in between.
            StoreError::Conflict(_) => Self::NotFound,
            error => Self::Unavailable(error.into()),
        }
    }
}

pub struct Reports {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Reports {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Puts a report into the operators' queue.
    pub async fn report(
        &self,
        caller: &Caller,
        code: &PostCode,
        reason: Option<&str>,
    ) -> Result<(), ReportFault> {
        if reason.is_some_and(|reason| reason.chars().count() > MAX_REASON) {
            return Err(ReportFault::LongReason);
        }
        let is_shown = |letter: &char| *letter == '\n' || !is_unshowable(*letter);
        let reason: Option<String> = reason.map(|reason| reason.chars().filter(is_shown).collect());
        let reason = reason.as_deref();
        let me = caller.id();
        let post = self.store.find_post(code).await?.ok_or(ReportFault::NotFound)?;
        if post.owner == me {
            return Err(ReportFault::Own);
        }
        if post.privacy == Privacy::Private {
            return Err(ReportFault::NotFound);
        }
        let owner = self.store.find_user_face(&post.owner, &me).await?.ok_or(ReportFault::NotFound)?;
        if owner.user.is_suspended {
            return Err(ReportFault::NotFound);
        }
        if owner.has_blocked_caller || owner.is_blocked_by_caller {
            return Err(ReportFault::Blocked);
        }
        if post.is_moderated {
            return Err(ReportFault::Moderated);
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        self.store.upsert_report(code, &me, reason, self.clock.now()).await?;
        Ok(())
    }
}
