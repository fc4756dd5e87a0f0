//! Why a page was not changed.

use nameplate_core::content::ContentFault;
use nameplate_core::profile::Page;
use nameplate_core::time::{Timestamp, millis};
use nameplate_store::{Conflict, StoreError};
use serde::Serialize;
use serde_json::Value;

use super::address::SlugFault;

/// What is there instead of what an editor began with, for its owner to choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stale {
    pub revision: u64,
    pub draft: Value,
    #[serde(serialize_with = "millis::serialize")]
    pub updated: Timestamp,
}

impl Stale {
    pub(super) fn of(page: &Page) -> Self {
        Self {
            revision: page.revision,
            draft: super::view::draft_of(page, None),
            updated: super::view::edited(page),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PageFault {
    #[error("There is no such page.")]
    NotFound,
    #[error("The page was changed elsewhere meanwhile.")]
    Stale(Box<Stale>),
    #[error("{0}.")]
    Content(#[from] ContentFault),
    #[error(transparent)]
    Slug(#[from] SlugFault),
    #[error("Your plan has room for {0} pages.")]
    Full(u32),
    #[error("The page is live already: unpublish it first, or publish the draft now.")]
    AlreadyLive,
    #[error("The page was never published, so there is nothing to go back to.")]
    NeverPublished,
    #[error("{1}")]
    Moment(&'static str, &'static str),
    #[error("Send at least one field to change.")]
    Nothing,
    #[error("{0}")]
    Domain(&'static str),
    #[error("Another page has proved this domain. Its owner has to give it up first.")]
    DomainTaken,
    #[error("The address {0}.")]
    Link(String),
    #[error("The database does not answer. Try again in a moment.")]
    Unavailable,
}

impl PageFault {
    /// The word by which a program knows the fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Stale(_) => "revision_stale",
            Self::Content(_) => "bad_content",
            Self::Slug(fault) => fault.code(),
            Self::Full(_) => "limit_reached",
            Self::AlreadyLive => "already_live",
            Self::NeverPublished => "never_published",
            Self::Moment(..) => "bad_moment",
            Self::Domain(_) => "domain_invalid",
            Self::DomainTaken => "domain_taken",
            Self::Nothing => "nothing_to_change",
            Self::Link(_) => "bad_link",
            Self::Unavailable => "unavailable",
        }
    }

    /// Which field of the request is at fault.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Content(fault) if fault.path == "." => Some("content".into()),
            Self::Content(fault) => Some(format!("content.{}", fault.path)),
            Self::Slug(_) => Some("slug".into()),
            Self::Moment(field, _) => Some((*field).into()),
            Self::Domain(_) | Self::DomainTaken => Some("domain".into()),
            Self::Link(_) => Some("url".into()),
            _ => None,
        }
    }
}

impl From<Stale> for PageFault {
    fn from(stale: Stale) -> Self {
        Self::Stale(Box::new(stale))
    }
}

impl From<StoreError> for PageFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Domain) => Self::Slug(SlugFault::Taken),
            error => {
                tracing::warn!(%error, "a page could not be read or changed");
                Self::Unavailable
            }
        }
    }
}
