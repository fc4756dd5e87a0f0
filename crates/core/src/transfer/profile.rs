//! Profiles as the file holds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TransferFault;
use crate::content::Content;
use crate::host::{Host, Zones};
use crate::id::{ProfileId, UserId};
use crate::profile::Profile;
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
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub updated: Option<Timestamp>,
    /// The page; left out or null, it is made from the user's fields. See content.schema.json.
    #[serde(default)]
    pub content: Option<serde_json::Value>,
}

impl ProfileRecord {
    pub(super) fn check(self, path: &str, zones: &Zones, now: Timestamp) -> Result<Profile, TransferFault> {
        zones
            .check_domain(&self.domain)
            .map_err(|error| TransferFault::new(format!("{path}.domain"), error))?;
        if let Some(content) = &self.content {
            Content::from_value(content).map_err(|fault| {
                let place = if fault.path == "." { String::new() } else { format!(".{}", fault.path) };
                TransferFault::new(format!("{path}.content{place}"), fault.message)
            })?;
        }
        let created = self.created.unwrap_or(now);
        Ok(Profile {
            id: self.id,
            owner: self.owner,
            domain: self.domain,
            is_verified: self.verified,
            is_public: self.is_public,
            is_suspended: self.suspended,
            expires_at: self.expires_at,
            content: self.content,
            created,
            updated: self.updated.unwrap_or(created),
        })
    }
}

impl From<Profile> for ProfileRecord {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id,
            owner: profile.owner,
            domain: profile.domain,
            verified: profile.is_verified,
            is_public: profile.is_public,
            suspended: profile.is_suspended,
            expires_at: profile.expires_at,
            created: Some(profile.created),
            updated: Some(profile.updated),
            content: profile.content,
        }
    }
}
