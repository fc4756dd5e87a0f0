//! The draft: what an owner works on until it is published.

use nameplate_core::content::Content;
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::profile::Page;
use nameplate_core::theme::Template;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use serde_json::Value;

use super::publish::schedule;
use super::view::draft_of;
use super::{Expected, PageFault, PageView, PageWithContent, Pages};

/// The tokens of a theme that are the owner's colours; the others belong to a design.
const COLOURS: [&str; 3] = ["accent", "background", "scheme"];

/// What of a page is to be changed; what is left out stays. The inner `None` takes a moment away.
#[derive(Clone, Debug, Default)]
pub struct PageEdit {
    /// The draft.
    pub content: Option<Value>,
    pub slug: Option<String>,
    pub publish_at: Option<Option<Timestamp>>,
    pub expires_at: Option<Option<Timestamp>>,
}

impl Pages {
    /// Changes what was sent, or nothing.
    pub async fn edit(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
        edit: PageEdit,
    ) -> Result<PageView, PageFault> {
        let PageEdit { content, slug, publish_at, expires_at } = edit;
        if content.is_none() && slug.is_none() && publish_at.is_none() && expires_at.is_none() {
            return Err(PageFault::Nothing);
        }
        content.as_ref().map(Content::from_value).transpose()?;
        let slot = slug.as_deref().map(|slug| self.slot(slug)).transpose()?;
        let own = self.change(owner, id, expected, |page, now| {
            if let Some(content) = content {
                set_draft(page, content);
            }
            if let Some(slot) = slot {
                move_to(page, slot);
            }
            if let Some(end) = expires_at {
                page.profile.expires_at = end;
            }
            let is_new = publish_at.map_or(Ok(false), |begin| schedule(page, begin, owner, now))?;
            check_moments(page, expires_at.flatten(), now)?;
            Ok(is_new)
        });
        Ok(self.view(owner, &own.await?))
    }

    /// Gives the draft another design. Blocks and colours stay; fonts, corners and density are the design's own. With
    /// `keeps_content` off it begins anew.
    pub async fn apply_template(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
        template: Template,
        keeps_content: bool,
    ) -> Result<PageWithContent, PageFault> {
        let own = self.change(owner, id, expected, |page, _| {
            let content = match keeps_content {
                true => dressed(draft_of(page, Some(owner)), template),
                false => Content::starter(template, owner.socials.as_ref()).to_value(),
            };
            set_draft(page, content);
            Ok(false)
        });
        Ok(self.with_content(owner, &own.await?))
    }

    /// Back to what is shown.
    pub async fn discard(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
    ) -> Result<PageWithContent, PageFault> {
        let own = self.change(owner, id, expected, |page, _| {
            if !page.has_published() {
                return Err(PageFault::NeverPublished);
            }
            page.draft = None;
            Ok(false)
        });
        Ok(self.with_content(owner, &own.await?))
    }

    /// Brings a version back, as the draft.
    pub async fn restore_version(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
        number: u64,
    ) -> Result<PageWithContent, PageFault> {
        let content = self.version(owner, id, number).await?;
        let own = self.change(owner, id, expected, |page, _| {
            set_draft(page, content);
            Ok(false)
        });
        Ok(self.with_content(owner, &own.await?))
    }
}

/// What is the same as what is shown is no draft.
fn set_draft(page: &mut Page, content: Value) {
    let is_same = page.profile.content.as_ref() == Some(&content);
    page.draft = (!is_same).then_some(content);
}

fn move_to(page: &mut Page, slot: Host) {
    if page.profile.domain != slot {
        (page.profile.domain, page.profile.is_verified) = (slot, false);
    }
}

fn check_moments(page: &Page, end: Option<Timestamp>, now: Timestamp) -> Result<(), PageFault> {
    if end.is_some_and(|end| end <= now) {
        return Err(PageFault::Moment("expiresAt", "The end must lie in the future."));
    }
    match (page.profile.publish_at, page.profile.expires_at) {
        (Some(begin), Some(end)) if end <= begin => {
            Err(PageFault::Moment("expiresAt", "The page must not end before it begins."))
        }
        _ => Ok(()),
    }
}

fn dressed(mut content: Value, template: Template) -> Value {
    if let Some(content) = content.as_object_mut() {
        content.insert("template".into(), template.name().into());
        if let Some(theme) = content.get_mut("theme").and_then(Value::as_object_mut) {
            theme.retain(|token, _| COLOURS.contains(&token.as_str()));
        }
    }
    content
}
