//! Profiles: one public page each, and the rule that says whether it can be seen.

use std::time::Duration;

use crate::host::{Host, Zones};
use crate::id::{ProfileId, UserId};
use crate::time::Timestamp;

/// One public page. Its content is kept as the JSON document that [`crate::content::Content`] reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub id: ProfileId,
    pub owner: UserId,
    /// A slot `<slug>.B`, or the owner's own domain.
    pub domain: Host,
    /// Whether an own domain was proved; slots need no proof.
    pub is_verified: bool,
    pub is_public: bool,
    pub is_suspended: bool,
    /// Until when a scheduled page is not shown yet.
    pub publish_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// When its owner deleted it: gone for everybody, but its owner may take that back for [`UNDO`].
    pub deleted_at: Option<Timestamp>,
    /// What everybody sees; a draft is its owner's ([`Page`]). `None` is a default page made from the owner's fields.
    pub content: Option<serde_json::Value>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Profile {
    /// Whether the profile can be seen at `now` (section 0: "available").
    pub fn visibility(&self, is_owner_suspended: bool, now: Timestamp) -> Visibility {
        match () {
            () if self.deleted_at.is_some() => Visibility::Deleted,
            () if self.is_suspended || is_owner_suspended => Visibility::Suspended,
            () if !self.is_public => Visibility::NotPublic,
            () if self.publish_at.is_some_and(|begin| now < begin) => Visibility::Scheduled,
            () if self.expires_at.is_some_and(|end| end <= now) => Visibility::Expired,
            () => Visibility::Visible,
        }
    }

    /// Whether the profile's domain may be served: a slot, or an own domain that was proved (R5).
    pub fn is_domain_served(&self, zones: &Zones) -> bool {
        zones.may_serve(&self.domain, self.is_verified)
    }
}

/// Whether a profile can be seen, or why not. To a visitor every reason looks as if it did not exist (R7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Visible,
    NotPublic,
    Suspended,
    /// Goes live by itself.
    Scheduled,
    Expired,
    Deleted,
}

impl Visibility {
    /// The word of the studio.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::NotPublic | Self::Deleted => "draft",
            Self::Scheduled => "scheduled",
            Self::Expired => "expired",
            Self::Visible => "live",
        }
    }
}

/// How long a deleted page can be taken back, and keeps its domain.
pub const UNDO: Duration = Duration::from_secs(30 * 24 * 3600);

/// A profile as its owner works on it: what is shown, and beside it what will be.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub profile: Profile,
    /// What the owner works on; `None` is what is shown.
    pub draft: Option<serde_json::Value>,
    /// Counts the owner's changes, so that a stale one is noticed.
    pub revision: u64,
    /// When the content was last published, or will be.
    pub published_at: Option<Timestamp>,
    /// The owner's last change, also of the draft.
    pub edited_at: Option<Timestamp>,
}

impl Page {
    pub fn new(profile: Profile) -> Self {
        Self { profile, draft: None, revision: 1, published_at: None, edited_at: None }
    }

    /// Whether anything was ever shown or is to be.
    pub fn has_published(&self) -> bool {
        self.profile.is_public || self.profile.content.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R7
    #[test]
    fn a_profile_is_seen_only_while_public_begun_unsuspended_unexpired_and_there() {
        let now = Timestamp::from_millis(1_000);
        let visible = Profile {
            id: ProfileId::parse("p").unwrap(),
            owner: UserId::parse("123456789012345678").unwrap(),
            domain: Host::parse("ada.localhost").unwrap(),
            is_verified: false,
            is_public: true,
            is_suspended: false,
            publish_at: None,
            expires_at: Some(Timestamp::from_millis(1_001)),
            deleted_at: None,
            content: None,
            created: now,
            updated: now,
        };
        assert_eq!(visible.visibility(false, now), Visibility::Visible);
        assert_eq!(visible.visibility(true, now), Visibility::Suspended);
        assert_eq!(visible.visibility(false, Timestamp::from_millis(1_001)), Visibility::Expired);
        assert_eq!(
            Profile { is_public: false, ..visible.clone() }.visibility(false, now),
            Visibility::NotPublic
        );
        assert_eq!(
            Profile { is_suspended: true, ..visible.clone() }.visibility(false, now),
            Visibility::Suspended
        );
        let deleted = Profile { deleted_at: Some(now), is_suspended: true, ..visible.clone() };
        assert_eq!(deleted.visibility(false, now), Visibility::Deleted);
        let planned =
            Profile { publish_at: Some(Timestamp::from_millis(1_001)), expires_at: None, ..visible.clone() };
        assert_eq!(planned.visibility(false, now), Visibility::Scheduled);
        assert_eq!(planned.visibility(false, Timestamp::from_millis(1_001)), Visibility::Visible);

        let zones = Zones::new(Host::parse("localhost").unwrap(), Vec::new());
        assert!(visible.is_domain_served(&zones));
        let own = Profile { domain: Host::parse("ada.example").unwrap(), ..visible };
        assert!(!own.is_domain_served(&zones));
        assert!(Profile { is_verified: true, ..own }.is_domain_served(&zones));
    }
}
