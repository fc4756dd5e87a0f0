//! Where a page is: slots under the base domain, and which are to be had (contract R3).

use nameplate_core::host::{BadDomain, Host};
use nameplate_core::id::ProfileId;
use nameplate_core::text::cut_chars;
use nameplate_core::user::User;
use nameplate_store::{Conflict, StoreError};
use serde::Serialize;

use super::{PageFault, Pages};

/// The longest part of a name that becomes a slug.
const LONGEST: usize = 40;
/// How many slots are tried for somebody who names none.
const TRIES: u32 = 8;

/// Why a slug is not to be had.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SlugFault {
    #[error("This address is taken.")]
    Taken,
    #[error("This name is reserved.")]
    Reserved,
    #[error("An address is letters, digits and inner hyphens, at most 63 of them.")]
    Invalid,
}

impl SlugFault {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Taken => "slug_taken",
            Self::Reserved => "slug_reserved",
            Self::Invalid => "slug_invalid",
        }
    }
}

/// Where an owner's pages are, and where a new one can be.
#[derive(Clone, Debug, Serialize)]
pub struct EligibleDomains {
    pub base: Host,
    pub domains: Vec<EligibleDomain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<AskedSlug>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EligibleDomain {
    pub domain: Host,
    /// `slot` or `own`.
    pub kind: &'static str,
    pub is_free: bool,
    pub profile_id: Option<ProfileId>,
}

/// A slug that somebody thinks of.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedSlug {
    pub slug: String,
    pub domain: Option<Host>,
    pub is_free: bool,
    pub code: Option<&'static str>,
    pub why: Option<String>,
}

impl Pages {
    /// The owner's addresses, one that is free, and what becomes of the slug that is asked for.
    pub async fn eligible(&self, owner: &User, slug: Option<&str>) -> Result<EligibleDomains, PageFault> {
        let pages = self.store.list_pages_of(&owner.id).await?;
        let kept = pages.into_iter().map(|own| own.page.profile).filter(|page| page.deleted_at.is_none());
        let taken = kept.map(|profile| EligibleDomain {
            kind: if self.zones.slug(&profile.domain).is_some() { "slot" } else { "own" },
            domain: profile.domain,
            is_free: false,
            profile_id: Some(profile.id),
        });
        let mut domains: Vec<_> = taken.collect();
        let domain = self.free_slot(owner).await?;
        domains.push(EligibleDomain { domain, kind: "slot", is_free: true, profile_id: None });
        let slug = match slug {
            Some(slug) => Some(self.ask(slug).await?),
            None => None,
        };
        Ok(EligibleDomains { base: self.zones.base().clone(), domains, slug })
    }

    pub(crate) async fn ask(&self, slug: &str) -> Result<AskedSlug, PageFault> {
        let slot = self.slot(slug);
        let fault = match &slot {
            Ok(domain) if self.is_taken(domain).await? => Some(SlugFault::Taken),
            Ok(_) => None,
            Err(fault) => Some(*fault),
        };
        Ok(AskedSlug {
            slug: cut_chars(slug, 63).to_owned(),
            domain: slot.ok(),
            is_free: fault.is_none(),
            code: fault.map(SlugFault::code),
            why: fault.map(|fault| fault.to_string()),
        })
    }

    /// The slot of a slug, whoever has it.
    pub(super) fn slot(&self, slug: &str) -> Result<Host, SlugFault> {
        let slug = slug.trim();
        if slug.is_empty() || slug.contains(['.', '_']) {
            return Err(SlugFault::Invalid);
        }
        let host = Host::parse(&format!("{slug}.{}", self.zones.base())).map_err(|_| SlugFault::Invalid)?;
        self.zones.check_domain(&host).map_err(|fault| match fault {
            BadDomain::Reserved => SlugFault::Reserved,
            BadDomain::Slug | BadDomain::TooShort => SlugFault::Invalid,
        })?;
        Ok(host)
    }

    /// A slot that nobody has, like the owner's name as far as that goes.
    pub(super) async fn free_slot(&self, owner: &User) -> Result<Host, PageFault> {
        let name = as_slug(&owner.username);
        for attempt in 0..TRIES {
            let slug = match (attempt, name.as_str()) {
                (0, name) => name.to_owned(),
                (_, "") => self.random(10),
                (_, name) => format!("{name}-{}", self.random(4)),
            };
            if let Ok(host) = self.slot(&slug)
                && !self.is_taken(&host).await?
            {
                return Ok(host);
            }
        }
        Err(SlugFault::Taken.into())
    }

    /// A slot that is nobody's by its length.
    pub(super) fn spare_slot(&self) -> Host {
        self.zones.base().below(&format!("page-{}", self.random(16)))
    }

    fn random(&self, length: usize) -> String {
        self.entropy.alphanumeric(length).to_ascii_lowercase()
    }

    async fn is_taken(&self, domain: &Host) -> Result<bool, PageFault> {
        Ok(self.store.find_profile_by_domain(domain).await?.is_some())
    }

    pub(super) fn full(&self, owner: &User, error: StoreError) -> PageFault {
        match error {
            StoreError::Conflict(Conflict::Full) => PageFault::Full(self.limit(owner)),
            error => error.into(),
        }
    }
}

fn as_slug(name: &str) -> String {
    let letter =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let text: String = name.chars().map(letter).take(LONGEST).collect();
    text.trim_matches('-').to_owned()
}
