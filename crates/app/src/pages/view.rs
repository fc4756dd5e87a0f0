//! Pages as the studio shows them.

use nameplate_core::content::Content;
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::profile::{Page, Profile};
use nameplate_core::time::{Timestamp, maybe_millis, millis};
use nameplate_core::user::User;
use nameplate_store::{OwnPage, Version};
use serde::Serialize;
use serde_json::Value;

use super::trash::DeletedPage;
use super::{PageFault, Pages};

/// A page in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageView {
    pub id: ProfileId,
    pub domain: Host,
    pub slug: Option<String>,
    pub url: String,
    pub is_verified: bool,
    pub is_public: bool,
    pub is_suspended: bool,
    /// `draft`, `live`, `scheduled`, `expired` or `suspended`.
    pub status: &'static str,
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub publish_at: Option<Timestamp>,
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub expires_at: Option<Timestamp>,
    pub has_unpublished: bool,
    pub revision: u64,
    pub template: String,
    pub card_url: String,
    #[serde(serialize_with = "millis::serialize")]
    pub created: Timestamp,
    #[serde(serialize_with = "millis::serialize")]
    pub updated: Timestamp,
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub published_at: Option<Timestamp>,
    pub views: u64,
}

/// A page with what its owner works on, and what is shown.
#[derive(Clone, Debug, Serialize)]
pub struct PageWithContent {
    #[serde(flatten)]
    pub page: PageView,
    pub draft: Value,
    pub published: Option<Value>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PageList {
    pub profiles: Vec<PageView>,
    pub deleted: Vec<DeletedPage>,
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct VersionView {
    pub number: u64,
    #[serde(serialize_with = "millis::serialize")]
    pub created: Timestamp,
    pub template: String,
    pub blocks: u64,
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        let Version { number, created, template, blocks } = version;
        Self { number, created, template, blocks }
    }
}

/// A profile that nobody sees yet.
pub(super) fn new_profile(id: ProfileId, owner: &User, domain: Host, now: Timestamp) -> Profile {
    Profile {
        id,
        owner: owner.id,
        domain,
        is_verified: false,
        is_public: false,
        is_suspended: false,
        publish_at: None,
        expires_at: None,
        deleted_at: None,
        content: None,
        created: now,
        updated: now,
    }
}

/// What is shown, where something was ever meant to be.
pub(super) fn published_of(page: &Page, owner: Option<&User>) -> Option<Value> {
    page.has_published().then(|| {
        let default = || Content::default_for(owner.and_then(|owner| owner.socials.as_ref())).to_value();
        page.profile.content.clone().unwrap_or_else(default)
    })
}

/// What the owner works on.
pub(super) fn draft_of(page: &Page, owner: Option<&User>) -> Value {
    let default = || Content::default_for(owner.and_then(|owner| owner.socials.as_ref())).to_value();
    page.draft.clone().or_else(|| page.profile.content.clone()).unwrap_or_else(default)
}

/// When the page or its draft was last changed.
pub(super) fn edited(page: &Page) -> Timestamp {
    page.edited_at.unwrap_or(page.profile.updated).max(page.profile.updated)
}

impl Pages {
    pub(super) fn view(&self, owner: &User, own: &OwnPage) -> PageView {
        let OwnPage { page, views } = own;
        let profile = &page.profile;
        let visibility = profile.visibility(owner.is_suspended, self.clock.now());
        let content = page.draft.as_ref().or(profile.content.as_ref());
        let template = content.and_then(|content| content.get("template")?.as_str()).unwrap_or("minimal");
        PageView {
            id: profile.id.clone(),
            slug: self.zones.slug(&profile.domain).map(str::to_owned),
            url: self.links.host(&profile.domain),
            domain: profile.domain.clone(),
            is_verified: profile.is_verified,
            is_public: profile.is_public,
            is_suspended: profile.is_suspended,
            status: visibility.status(),
            publish_at: profile.publish_at.filter(|at| self.clock.now() < *at),
            expires_at: profile.expires_at,
            has_unpublished: page.draft.is_some() && page.draft != profile.content,
            revision: page.revision,
            template: template.to_owned(),
            card_url: self.links.card(&profile.id, &profile.updated.as_millis().to_string()),
            created: profile.created,
            updated: edited(page),
            published_at: page.published_at.filter(|at| *at <= self.clock.now()),
            views: *views,
        }
    }

    pub(super) fn with_content(&self, owner: &User, own: &OwnPage) -> PageWithContent {
        PageWithContent {
            page: self.view(owner, own),
            draft: draft_of(&own.page, Some(owner)),
            published: published_of(&own.page, Some(owner)),
        }
    }

    /// The newest versions of what was published, newest first.
    pub async fn versions(&self, owner: &User, id: &ProfileId) -> Result<Vec<VersionView>, PageFault> {
        self.own(owner, id).await?;
        Ok(self.store.list_versions(id).await?.into_iter().map(VersionView::from).collect())
    }

    /// The content of one version.
    pub async fn version(&self, owner: &User, id: &ProfileId, number: u64) -> Result<Value, PageFault> {
        self.own(owner, id).await?;
        self.store.find_version(id, number).await?.ok_or(PageFault::NotFound)
    }
}
