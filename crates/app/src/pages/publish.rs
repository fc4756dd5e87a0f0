//! From the draft to what everybody sees: at once, at a moment to come, and back.
//!
//! A schedule takes what the draft is when it is made. The page is public from then on but for the moment, which is
//! judged at each request as its end is, so it goes live on every node without anybody touching it.

use nameplate_core::id::ProfileId;
use nameplate_core::profile::{Page, Visibility};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;

use super::{Expected, PageFault, PageView, Pages};

impl Pages {
    /// Shows the draft.
    pub async fn publish(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
    ) -> Result<PageView, PageFault> {
        let own = self.change(owner, id, expected, |page, now| {
            if page.profile.expires_at.is_some_and(|end| end <= now) {
                page.profile.expires_at = None;
            }
            page.profile.publish_at = None;
            Ok(show(page, now))
        });
        Ok(self.view(owner, &own.await?))
    }

    /// Hides the page. What was shown stays what is published.
    pub async fn unpublish(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
    ) -> Result<PageView, PageFault> {
        let own = self.change(owner, id, expected, |page, _| {
            hide(page);
            Ok(false)
        });
        Ok(self.view(owner, &own.await?))
    }
}

/// Sets or takes away the moment at which a page goes live. Answers whether there is a new content.
pub(super) fn schedule(
    page: &mut Page,
    begin: Option<Timestamp>,
    owner: &User,
    now: Timestamp,
) -> Result<bool, PageFault> {
    let visibility = page.profile.visibility(owner.is_suspended, now);
    let is_waiting = page.profile.publish_at.is_some_and(|begin| now < begin);
    let Some(begin) = begin else {
        if is_waiting {
            hide(page);
            page.published_at = None;
        }
        return Ok(false);
    };
    if begin <= now {
        return Err(PageFault::Moment("publishAt", "The moment must lie in the future."));
    }
    let is_live = page.profile.is_public && !is_waiting;
    if is_live && visibility != Visibility::Expired {
        return Err(PageFault::AlreadyLive);
    }
    page.profile.publish_at = Some(begin);
    Ok(show(page, begin))
}

/// Makes the draft what is shown from a moment on. Answers whether it is new.
fn show(page: &mut Page, from: Timestamp) -> bool {
    let before = page.profile.content.clone();
    let was_published = page.published_at.is_some();
    if let Some(draft) = page.draft.take() {
        page.profile.content = Some(draft);
    }
    (page.profile.is_public, page.published_at) = (true, Some(from));
    page.profile.content != before || !was_published
}

fn hide(page: &mut Page) {
    (page.profile.is_public, page.profile.publish_at) = (false, None);
}
