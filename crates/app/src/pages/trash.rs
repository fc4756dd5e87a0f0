//! Deleted pages: gone for everybody at once, to be taken back for [`UNDO`], and then removed for good.
//!
//! A deleted page keeps its address. So that nobody keeps more addresses than pages that way, an owner has a few of them
//! at most: the one that was deleted first goes first.

use std::time::Duration;

use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::profile::{Page, UNDO};
use nameplate_core::time::{Timestamp, millis};
use nameplate_core::user::User;
use nameplate_store::StoreError;
use serde::Serialize;

use super::{Expected, PageFault, PageWithContent, Pages};

/// How many deleted pages of an owner wait.
const KEPT: u32 = 10;
/// How often those are looked for whose time is over.
const SWEEP: Duration = Duration::from_secs(3600);

/// A page that can be taken back.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedPage {
    pub id: ProfileId,
    pub domain: Host,
    #[serde(serialize_with = "millis::serialize")]
    pub deleted_at: Timestamp,
    #[serde(serialize_with = "millis::serialize")]
    pub restore_until: Timestamp,
}

impl DeletedPage {
    pub(super) fn of(page: &Page, now: Timestamp) -> Option<Self> {
        let deleted_at = page.profile.deleted_at?;
        let until = deleted_at.plus(UNDO);
        (now < until).then(|| Self {
            id: page.profile.id.clone(),
            domain: page.profile.domain.clone(),
            deleted_at,
            restore_until: until,
        })
    }
}

impl Pages {
    pub async fn delete(&self, owner: &User, id: &ProfileId) -> Result<DeletedPage, PageFault> {
        let own = self.change(owner, id, &Expected::Any, |page, now| {
            page.profile.deleted_at = Some(now);
            Ok(false)
        });
        let page = own.await?.page;
        while self.store.remove_surplus_page(&owner.id, KEPT).await?.is_some() {}
        DeletedPage::of(&page, self.clock.now()).ok_or(PageFault::NotFound)
    }

    /// Takes a deletion back: the page is what it was.
    pub async fn restore(&self, owner: &User, id: &ProfileId) -> Result<PageWithContent, PageFault> {
        let now = self.clock.now();
        let found = self.store.find_page(id).await?.map(|own| own.page);
        let found =
            found.filter(|page| page.profile.owner == owner.id && DeletedPage::of(page, now).is_some());
        let page = found.ok_or(PageFault::NotFound)?;
        let restored = self.store.restore_page(id, &owner.id, self.limit(owner), now).await;
        if !restored.map_err(|error| self.full(owner, error))? {
            return Err(PageFault::NotFound);
        }
        self.forget(&page, page.profile.domain.clone()).await;
        self.get(owner, id).await
    }

    /// Removes what was deleted long ago, again and again.
    pub(crate) async fn keep_clean(&self) {
        let mut ticks = tokio::time::interval(SWEEP);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "deleted pages could not be removed");
            }
        }
    }

    async fn sweep(&self) -> Result<(), StoreError> {
        let before = Timestamp::from_millis(self.clock.now().as_millis() - UNDO.as_millis() as i64);
        while let Some(id) = self.store.remove_old_page(before).await? {
            tracing::info!(profile = %id, "removed a page that was deleted 30 days ago");
        }
        Ok(())
    }
}
