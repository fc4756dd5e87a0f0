//! Profiles as the file holds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TransferFault;
use crate::content::Content;
use crate::host::{Host, Zones};
use crate::id::{ProfileId, UserId};
use crate::profile::{Page, Profile};
use crate::time::Timestamp;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileRecord {
    pub id: ProfileId,
    pub owner: UserId,
    /// `<slug>.<base domain>`, or a domain of the owner's own.
    pub domain: Host,
    #[serde(default)]
    pub verified: bool,
    #[serde(default)]
    pub is_public: bool,
    #[serde(default)]
    pub suspended: bool,
    /// When a scheduled page goes live.
    #[serde(default)]
    pub publish_at: Option<Timestamp>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When the content was last published, or will be.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    /// When its owner deleted it; 30 days later it is removed for good.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub updated: Option<Timestamp>,
    /// The page; left out or null, it is made from the user's fields. See content.schema.json.
    #[serde(default)]
    pub content: Option<serde_json::Value>,
    /// What its owner works on and has not published; left out or null, there is nothing of the kind.
    #[serde(default)]
    pub draft: Option<serde_json::Value>,
}

impl ProfileRecord {
    pub(super) fn check(self, path: &str, zones: &Zones, now: Timestamp) -> Result<Page, TransferFault> {
        zones
            .check_domain(&self.domain)
            .map_err(|error| TransferFault::new(format!("{path}.domain"), error))?;
        check_content(path, "content", self.content.as_ref())?;
        check_content(path, "draft", self.draft.as_ref())?;
        let created = self.created.unwrap_or(now);
        let profile = Profile {
            id: self.id,
            owner: self.owner,
            domain: self.domain,
            is_verified: self.verified,
            is_public: self.is_public,
            is_suspended: self.suspended,
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            deleted_at: self.deleted_at,
            content: self.content,
            created,
            updated: self.updated.unwrap_or(created),
        };
        Ok(Page { draft: self.draft, published_at: self.published_at, ..Page::new(profile) })
    }
}

fn check_content(path: &str, field: &str, content: Option<&serde_json::Value>) -> Result<(), TransferFault> {
    let Some(content) = content else { return Ok(()) };
    Content::from_value(content).map(drop).map_err(|fault| {
        let place = if fault.path == "." { String::new() } else { format!(".{}", fault.path) };
        TransferFault::new(format!("{path}.{field}{place}"), fault.message)
    })
}

impl From<Page> for ProfileRecord {
    fn from(page: Page) -> Self {
        let Page { profile, draft, published_at, .. } = page;
        Self {
            id: profile.id,
            owner: profile.owner,
            domain: profile.domain,
            verified: profile.is_verified,
            is_public: profile.is_public,
            suspended: profile.is_suspended,
            publish_at: profile.publish_at,
            expires_at: profile.expires_at,
            published_at,
            deleted_at: profile.deleted_at,
            created: Some(profile.created),
            updated: Some(profile.updated),
            content: profile.content,
            draft,
        }
    }
}
