//! Profiles: publish, hide, suspend.

use nameplate_core::host::{Host, Zones};
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::profile::Profile;
use nameplate_core::time::{Timestamp, millis};
use nameplate_core::user::User;
use nameplate_store::{AuditFilter, ListedProfile, Part};
use serde::Serialize;

use super::{Acted, OperatorFault, Operators, PAGE, kept};
use crate::links::Links;

/// The most characters of a reason for a suspension.
const MAX_REASON: usize = 500;

/// Somebody in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    /// As the account has it; who shows it makes it one of their own host's.
    pub avatar_url: Option<String>,
}

impl From<&User> for PersonView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            display_name: user.display_name().to_owned(),
            avatar_url: user.avatar.clone(),
        }
    }
}

#[derive(Serialize)]
pub struct ProfilesView {
    pub profiles: Vec<ProfileView>,
    pub page: u32,
    pub pages: u64,
    pub total: u64,
}

/// A profile as operators see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    pub id: ProfileId,
    pub domain: String,
    /// `slot` or `own`.
    pub kind: &'static str,
    pub url: String,
    pub owner: PersonView,
    pub is_public: bool,
    pub is_suspended: bool,
    pub suspended_reason: Option<String>,
    pub is_verified: bool,
    pub status: &'static str,
    pub views: u64,
    #[serde(with = "millis")]
    pub updated: Timestamp,
    /// When its domain was last looked at.
    #[serde(skip)]
    pub checked_at: Option<Timestamp>,
    /// For those who are to forget it.
    #[serde(skip)]
    pub host: Option<Host>,
}

/// A profile of a user's, in short.
#[derive(Serialize)]
pub struct SiteView {
    pub id: ProfileId,
    pub domain: String,
    pub url: String,
    pub status: &'static str,
}

fn status(profile: &Profile, owner: &User, now: Timestamp) -> &'static str {
    profile.visibility(owner.is_suspended, now).status()
}

impl ProfileView {
    fn new(listed: ListedProfile, links: &Links, zones: &Zones, now: Timestamp) -> Self {
        let ListedProfile { profile, owner, views, reason, checked_at } = listed;
        Self {
            kind: if zones.slug(&profile.domain).is_some() { "slot" } else { "own" },
            url: links.host(&profile.domain),
            domain: profile.domain.to_string(),
            owner: PersonView::from(&owner),
            is_public: profile.is_public,
            is_suspended: profile.is_suspended,
            suspended_reason: reason,
            is_verified: profile.is_verified,
            status: status(&profile, &owner, now),
            views,
            updated: profile.updated,
            checked_at,
            host: Some(profile.domain),
            id: profile.id,
        }
    }
}

fn object(id: &ProfileId) -> String {
    format!("profile {id}")
}

impl Operators {
    /// Profiles in the order of their domains.
    pub async fn profiles(
        &self,
        search: &str,
        page: u32,
        links: &Links,
        zones: &Zones,
    ) -> Result<ProfilesView, OperatorFault> {
        let page = page.max(1);
        let part = Part { limit: PAGE, offset: PAGE.saturating_mul(page - 1) };
        let (found, total) = self.store.search_profiles(search, part).await?;
        let now = self.clock.now();
        let view = |listed| ProfileView::new(listed, links, zones, now);
        let profiles = found.into_iter().map(view).collect();
        Ok(ProfilesView { profiles, page, pages: total.div_ceil(PAGE.into()).max(1), total })
    }

    pub async fn profile(
        &self,
        id: &ProfileId,
        links: &Links,
        zones: &Zones,
    ) -> Result<ProfileView, OperatorFault> {
        let found = self.store.find_profile(id).await?;
        let (profile, owner) = found.ok_or_else(|| OperatorFault::NotFound(object(id)))?;
        let filter = AuditFilter {
            object: Some(id.to_string()),
            action: Some("suspended".into()),
            ..AuditFilter::default()
        };
        let (last, _) = self.store.search_audit(&filter, Part { limit: 1, offset: 0 }).await?;
        let reason = last.into_iter().next().and_then(|record| record.entry.note);
        let reason = reason.filter(|_| profile.is_suspended);
        let views = self.store.count_views(id).await?.total;
        let listed = ListedProfile { profile, owner, views, reason, checked_at: None };
        Ok(ProfileView::new(listed, links, zones, self.clock.now()))
    }

    /// The profiles of a user.
    pub async fn pages_of(&self, owner: &UserId, links: &Links) -> Result<Vec<SiteView>, OperatorFault> {
        let user = self.store.find_user(owner).await?;
        let user = user.ok_or_else(|| OperatorFault::NotFound(format!("user {owner}")))?;
        let now = self.clock.now();
        let site = |profile: Profile| SiteView {
            domain: profile.domain.to_string(),
            url: links.host(&profile.domain),
            status: status(&profile, &user, now),
            id: profile.id,
        };
        Ok(self.store.list_profiles_of(owner).await?.into_iter().map(site).collect())
    }

    /// Hides the profile against its owner's will, or shows it again.
    pub async fn suspend_profile(&self, id: &ProfileId, is_suspended: bool, reason: Option<&str>) -> Acted {
        let reason = kept(reason, MAX_REASON)?;
        let is_found = self.store.set_profile_suspended(id, is_suspended, self.clock.now()).await?;
        let action = if is_suspended { "suspended" } else { "restored" };
        self.note(is_found, action, object(id), reason).await
    }

    /// Lets everybody see the profile, or nobody.
    pub async fn publish_profile(&self, id: &ProfileId, is_public: bool) -> Acted {
        let is_found = self.store.set_public(id, is_public, self.clock.now()).await?;
        self.note(is_found, if is_public { "published" } else { "unpublished" }, object(id), None).await
    }
}
