//! A domain of the owner's own: claimed, proved by a record in the DNS, and only then the page's (contract W3, R5).
//!
//! Anybody may claim any name, for a claim is no more than a wish: the page stays where it is, and the name shows what it
//! showed before. Only the proof decides, and it never takes a name from somebody who has proved it.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::profile::Profile;
use nameplate_core::time::{Timestamp, maybe_millis};
use nameplate_core::user::User;
use nameplate_store::{ClaimStatus, Conflict, DomainClaim, Proof, StoreError};
use serde::Serialize;

use super::draft::PageEdit;
use super::proofs::GRACE;
use super::{Expected, PageFault, Pages};
use crate::domain_proof::{DomainProof, ProofFault, ProofRecord, shown};

/// How long the DNS is left alone between two looks that nobody asked for.
const PAUSE: Duration = Duration::from_secs(20);
/// The addresses of a name that are shown.
const SHOWN: usize = 8;

/// Where a page is, and where it wants to be.
#[derive(Clone, Debug, Serialize)]
pub struct DomainView {
    pub domain: Host,
    pub claim: Option<ClaimView>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimView {
    pub domain: Host,
    pub record: ProofRecord,
    pub status: ClaimStatus,
    /// What the record says now.
    pub found: Vec<String>,
    /// Whether the name leads to this instance; `None` when nobody could tell.
    pub points: Option<bool>,
    pub points_to: Vec<String>,
    /// `not used`, `allowed`, or unknown.
    pub certificate: Option<&'static str>,
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub checked_at: Option<Timestamp>,
    /// Since when the record of a proved domain is missing, and until when it is kept without.
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub missing_since: Option<Timestamp>,
    #[serde(serialize_with = "maybe_millis::serialize")]
    pub kept_until: Option<Timestamp>,
    /// Why the last look told nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What the DNS says of a name.
struct Seen {
    found: Result<Vec<String>, ProofFault>,
    points: Option<bool>,
    points_to: Vec<String>,
}

impl Pages {
    /// Where the page is. A claim that waits is looked at again by itself, now and then.
    pub async fn domain(&self, owner: &User, id: &ProfileId) -> Result<DomainView, PageFault> {
        let profile = self.own(owner, id).await?.page.profile;
        let claim = self.claim_of(&profile).await?;
        let is_due = |claim: &DomainClaim| {
            let last = claim.checked_at.unwrap_or(claim.created);
            claim.status != ClaimStatus::Proved && self.clock.now().since(last) >= PAUSE
        };
        if claim.as_ref().is_some_and(is_due) {
            return self.check_domain(owner, id).await;
        }
        self.domain_view(profile, claim, None).await
    }

    /// Begins a claim. The page stays where it is until the name is proved.
    pub async fn claim_domain(
        &self,
        owner: &User,
        id: &ProfileId,
        domain: &str,
    ) -> Result<DomainView, PageFault> {
        let profile = self.own(owner, id).await?.page.profile;
        let host = Host::parse(domain.trim())
            .map_err(|_| PageFault::Domain("This is not a domain such as ada.example.org."))?;
        if host == *self.zones.base() || self.zones.slug(&host).is_some() || self.zones.is_exempt(&host) {
            return Err(PageFault::Domain(
                "This name belongs to the instance: choose an address under it instead.",
            ));
        }
        self.zones
            .check_domain(&host)
            .map_err(|_| PageFault::Domain("A domain has at least two parts, as in ada.example.org."))?;
        let is_there = profile.domain == host && profile.is_verified;
        let claim = new_claim(&profile, host, is_there, self.clock.now());
        self.store.upsert_claim(&claim).await?;
        self.domain_view(profile, Some(claim), None).await
    }

    /// Looks now, and moves the page if the name is proved.
    pub async fn check_domain(&self, owner: &User, id: &ProfileId) -> Result<DomainView, PageFault> {
        let mut profile = self.own(owner, id).await?.page.profile;
        let Some(mut claim) = self.claim_of(&profile).await? else {
            return Err(PageFault::Domain("There is no domain to look for: claim one first."));
        };
        let record = ProofRecord::new(&self.store, &claim.domain, &owner.id);
        let seen = self.look(&record, &claim.domain).await;
        (claim.points, claim.points_to) = (seen.points, seen.points_to);
        claim.checked_at = Some(self.clock.now());
        let mut problem = None;
        match seen.found {
            Ok(found) if found.contains(&record.value) => match self.take(&profile, &claim.domain).await {
                Ok(moved) => {
                    (profile, claim.status, claim.found) = (moved, ClaimStatus::Proved, shown(&found))
                }
                Err(PageFault::DomainTaken) => {
                    (claim.status, claim.found) = (ClaimStatus::Failed, shown(&found));
                    problem = Some(PageFault::DomainTaken.to_string());
                }
                Err(fault) => return Err(fault),
            },
            // Who has proved a name keeps it for a while when the record is away.
            Ok(found) => {
                claim.found = shown(&found);
                if let Some(proof) =
                    self.proof_of(&profile).await?.filter(|proof| proof.domain == claim.domain)
                {
                    profile.is_verified = self.note_proof(proof, Some(false)).await?.is_some();
                }
                if profile.domain != claim.domain || !profile.is_verified {
                    claim.status = if found.is_empty() { ClaimStatus::Waiting } else { ClaimStatus::Failed };
                }
            }
            Err(fault) => problem = Some(format!("{fault}.")),
        }
        self.store.upsert_claim(&claim).await?;
        self.domain_view(profile, Some(claim), problem).await
    }

    /// Gives a claim up, and the page back to a slot if it is at a domain of its owner's own.
    pub async fn leave_domain(
        &self,
        owner: &User,
        id: &ProfileId,
        slug: Option<&str>,
    ) -> Result<DomainView, PageFault> {
        let profile = self.own(owner, id).await?.page.profile;
        self.store.delete_claim(id).await?;
        let is_slot = self.zones.slug(&profile.domain).is_some();
        let slug = match slug {
            Some(slug) => Some(slug.to_owned()),
            None if is_slot => None,
            None => self.zones.slug(&self.free_slot(owner).await?).map(str::to_owned),
        };
        if slug.is_some() {
            let edit = PageEdit { slug, ..PageEdit::default() };
            self.edit(owner, id, &Expected::Any, edit).await?;
        }
        self.domain(owner, id).await
    }

    /// The claim, or what stands for one where an operator gave the page its domain.
    async fn claim_of(&self, profile: &Profile) -> Result<Option<DomainClaim>, PageFault> {
        let claim = self.store.find_claim(&profile.id).await?;
        let is_slot = self.zones.slug(&profile.domain).is_some();
        let own = || new_claim(profile, profile.domain.clone(), profile.is_verified, profile.updated);
        let is_there = |claim: &DomainClaim| claim.domain == profile.domain && profile.is_verified;
        // What was proved once need not be any more.
        let claim = claim.map(|claim| match claim.status {
            ClaimStatus::Proved if !is_there(&claim) => DomainClaim { status: ClaimStatus::Waiting, ..claim },
            _ => claim,
        });
        Ok(claim.or_else(|| (!is_slot).then(own)))
    }

    /// The proof of the domain that a page has; none, if an operator has vouched for it.
    async fn proof_of(&self, profile: &Profile) -> Result<Option<Proof>, PageFault> {
        let proof = self.store.find_proof(&profile.id).await?;
        Ok(proof.filter(|proof| profile.is_verified && proof.domain == profile.domain))
    }

    async fn take(&self, profile: &Profile, domain: &Host) -> Result<Profile, PageFault> {
        let now = self.clock.now();
        if profile.domain != *domain || !profile.is_verified {
            let taken = self.store.take_domain(&profile.id, domain, &self.spare_slot(), now).await;
            let is_there = taken.map_err(|error| match error {
                StoreError::Conflict(Conflict::Domain) => PageFault::DomainTaken,
                error => error.into(),
            })?;
            if !is_there {
                return Err(PageFault::NotFound);
            }
            let hosts = vec![profile.domain.clone(), domain.clone()];
            self.sites.apply(&Change::Profile(profile.id.clone(), hosts)).await;
            tracing::info!(profile = %profile.id, %domain, "a domain was proved");
        }
        self.store.upsert_proof(&Proof::new(profile.id.clone(), domain.clone(), now)).await?;
        Ok(Profile { domain: domain.clone(), is_verified: true, ..profile.clone() })
    }

    /// Asks for the record, and where the name and our own lead.
    async fn look(&self, record: &ProofRecord, domain: &Host) -> Seen {
        let proof = match DomainProof::new(self.store.clone(), self.resolver) {
            Ok(proof) => proof,
            Err(fault) => return Seen { found: Err(fault), points: None, points_to: Vec::new() },
        };
        let (found, there, here) =
            tokio::join!(proof.values(record), proof.addresses(domain), proof.addresses(self.zones.base()));
        let points = match (&there, &here) {
            (Ok(there), _) if there.is_empty() => Some(false),
            (Ok(there), Ok(here)) if !here.is_empty() => Some(!there.is_disjoint(here)),
            _ => None,
        };
        let there: BTreeSet<IpAddr> = there.unwrap_or_default();
        Seen { found, points, points_to: there.iter().take(SHOWN).map(ToString::to_string).collect() }
    }

    async fn domain_view(
        &self,
        profile: Profile,
        claim: Option<DomainClaim>,
        problem: Option<String>,
    ) -> Result<DomainView, PageFault> {
        let proof = self.proof_of(&profile).await?;
        let missing_since = proof.and_then(|proof| proof.missing_since);
        let claim = claim.map(|claim| ClaimView {
            missing_since: missing_since.filter(|_| claim.domain == profile.domain),
            kept_until: missing_since
                .filter(|_| claim.domain == profile.domain)
                .map(|since| since.plus(GRACE)),
            record: ProofRecord::new(&self.store, &claim.domain, &profile.owner),
            certificate: match self.links.is_https() {
                false => Some("not used"),
                true => self.domains.was_allowed(&claim.domain).then_some("allowed"),
            },
            domain: claim.domain,
            status: claim.status,
            found: claim.found,
            points: claim.points,
            points_to: claim.points_to,
            checked_at: claim.checked_at,
            problem,
        });
        Ok(DomainView { domain: profile.domain, claim })
    }
}

fn new_claim(profile: &Profile, domain: Host, is_proved: bool, now: Timestamp) -> DomainClaim {
    DomainClaim {
        profile: profile.id.clone(),
        domain,
        status: if is_proved { ClaimStatus::Proved } else { ClaimStatus::Waiting },
        found: Vec::new(),
        points: None,
        points_to: Vec::new(),
        created: now,
        checked_at: None,
    }
}
