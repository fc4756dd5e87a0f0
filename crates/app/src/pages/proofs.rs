//! Proved domains are looked at again (T45): who has lost a domain, and its DNS with it, keeps its page there for a few days
//! at most. A name server that does not answer says nothing about a record.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::time::Timestamp;
use nameplate_store::{AuditEntry, Proof, StoreError};

use super::Pages;
use crate::domain_proof::{DomainProof, ProofRecord};

/// Between two looks at a domain.
const DAY: Duration = Duration::from_secs(86_400);
/// A domain is let go after so many looks in a row that found no record, and not before the first of them is so long ago.
const MISSES: u64 = 3;
pub(super) const GRACE: Duration = Duration::from_secs(3 * 86_400);
/// How often those are looked for whose day is over, with up to a quarter more by chance.
const SWEEP: Duration = Duration::from_secs(3600);
/// Domains that are read at once, and those of them that are looked at side by side.
const BATCH: u32 = 64;
const AT_ONCE: usize = 8;
/// What one node at a time does, and how long one that vanished keeps others from it.
const HELD: &str = "proofs";
const LEASE: Duration = Duration::from_secs(300);

impl Pages {
    /// Looks at each proved domain once a day.
    pub(crate) async fn keep_proved(&self) {
        loop {
            if let Err(error) = self.look_again().await {
                tracing::warn!(%error, "proved domains could not be looked at");
            }
            let chance = self.entropy.below(SWEEP.as_millis() as u64 / 4);
            tokio::time::sleep(SWEEP + Duration::from_millis(chance)).await;
        }
    }

    async fn look_again(&self) -> Result<(), StoreError> {
        self.live.connected().await;
        let proof = match DomainProof::new(self.store.clone(), self.resolver) {
            Ok(proof) => proof,
            Err(fault) => {
                tracing::warn!(%fault, "no name server can be asked about domains");
                return Ok(());
            }
        };
        while self.live.hold(HELD, LEASE).await == Some(true) {
            let before = Timestamp::from_millis(self.clock.now().as_millis() - DAY.as_millis() as i64);
            let due = self.store.list_due_proofs(before, BATCH).await?;
            if due.is_empty() {
                break;
            }
            let looks = stream::iter(due).map(|(known, owner)| self.look_at(&proof, known, owner));
            looks.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        self.live.release(HELD).await;
        Ok(())
    }

    async fn look_at(&self, proof: &DomainProof, known: Proof, owner: UserId) -> Result<(), StoreError> {
        let record = ProofRecord::new(&self.store, &known.domain, &owner);
        let is_there = proof.values(&record).await.ok().map(|found| found.contains(&record.value));
        self.note_proof(known, is_there).await.map(|_| ())
    }

    /// Notes whether the record was there, if that could be told; answers what is left of the proof.
    pub(super) async fn note_proof(
        &self,
        known: Proof,
        is_there: Option<bool>,
    ) -> Result<Option<Proof>, StoreError> {
        let now = self.clock.now();
        let known = judged(known, is_there, now);
        if !is_over(&known, now) {
            self.store.update_proof(&known).await?;
            return Ok(Some(known));
        }
        if self.store.end_proof(&known, now).await? {
            let Proof { profile, domain, misses, .. } = &known;
            tracing::info!(%profile, %domain, "a domain is not proved any more");
            self.sites.apply(&Change::Profile(profile.clone(), vec![domain.clone()])).await;
            let entry = AuditEntry {
                at: now,
                actor: "nameplate".into(),
                action: "unproved".into(),
                object: format!("profile {profile}"),
                note: Some(format!("the TXT record of {domain} was missing {misses} times in a row")),
            };
            self.store.insert_audit(&entry).await?;
        }
        Ok(None)
    }
}

/// A proof after a look at the record.
fn judged(known: Proof, is_there: Option<bool>, now: Timestamp) -> Proof {
    let looked = Proof { checked_at: now, ..known };
    match is_there {
        None => looked,
        Some(true) => Proof { misses: 0, missing_since: None, ..looked },
        Some(false) => Proof {
            misses: looked.misses.saturating_add(1),
            missing_since: looked.missing_since.or(Some(now)),
            ..looked
        },
    }
}

fn is_over(proof: &Proof, now: Timestamp) -> bool {
    proof.misses >= MISSES && proof.missing_since.is_some_and(|since| now.since(since) >= GRACE)
}

#[cfg(test)]
mod tests {
    use nameplate_core::host::Host;
    use nameplate_core::id::ProfileId;

    use super::*;

    /// W3, T45
    #[test]
    fn a_domain_is_let_go_after_three_misses_in_a_row_over_three_days_and_not_before() {
        let hour = |hour: i64| Timestamp::from_millis(hour * 3_600_000);
        let proof = Proof::new(
            ProfileId::parse("p_ada").unwrap(),
            Host::parse("ada.example").unwrap(),
            Timestamp::from_millis(0),
        );
        let after = |looks: &[(i64, Option<bool>)]| {
            let looked = |proof, (at, is_there): &(i64, Option<bool>)| judged(proof, *is_there, hour(*at));
            let proof = looks.iter().fold(proof.clone(), looked);
            is_over(&proof, proof.checked_at)
        };
        let (gone, back, unknown) = (Some(false), Some(true), None);
        assert!(after(&[(24, gone), (48, gone), (72, gone), (96, gone)]));
        assert!(!after(&[(24, gone), (48, gone), (72, gone)]), "two days are not enough");
        assert!(!after(&[(24, gone), (25, gone), (26, gone), (27, gone)]), "nor are many looks in one");
        assert!(!after(&[(24, gone), (96, gone)]), "nor are two looks");
        assert!(!after(&[(24, gone), (48, back), (72, gone), (96, gone), (119, gone)]), "in a row");
        assert!(!after(&[(24, gone), (48, unknown), (72, unknown), (96, unknown)]), "silence is no miss");
        assert!(after(&[(24, gone), (48, unknown), (72, gone), (96, gone)]));
    }
}
