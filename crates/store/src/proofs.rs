//! Proofs: domains whose record was found once, and is looked for again (contract W3).

use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::rows::{domain, millis, moment, read, unreadable, unsigned, user_id};
use crate::statements::{self as sql, Statement};
use crate::{Durability, Store};

/// That a profile's domain is its owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub profile: ProfileId,
    pub domain: Host,
    pub checked_at: Timestamp,
    /// How many looks in a row found no record.
    pub misses: u64,
    /// When the first of them was.
    pub missing_since: Option<Timestamp>,
}

impl Proof {
    /// A record that was found just now.
    pub fn new(profile: ProfileId, domain: Host, now: Timestamp) -> Self {
        Self { profile, domain, checked_at: now, misses: 0, missing_since: None }
    }
}

#[derive(FromRow)]
struct ProofRow {
    profile: String,
    domain: String,
    checked_at: i64,
    misses: i64,
    missing_since: Option<i64>,
}

#[derive(FromRow)]
struct DueRow {
    #[sqlx(flatten)]
    proof: ProofRow,
    owner: String,
}

impl TryFrom<ProofRow> for Proof {
    type Error = StoreError;

    fn try_from(row: ProofRow) -> Result<Self, StoreError> {
        Ok(Self {
            profile: ProfileId::parse(&row.profile).map_err(|_| unreadable("proofs.profile"))?,
            domain: domain(&row.domain)?,
            checked_at: Timestamp::from_millis(row.checked_at),
            misses: unsigned(row.misses),
            missing_since: moment(row.missing_since),
        })
    }
}

impl Store {
    pub async fn find_proof(&self, profile: &ProfileId) -> Result<Option<Proof>, StoreError> {
        let row: Option<ProofRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::FIND_PROOF)).bind(profile.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// Profiles at a proved domain that nobody has looked at since `before`, with their owners; the one that waits longest
    /// comes first.
    pub async fn list_due_proofs(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<(Proof, UserId)>, StoreError> {
        let rows: Vec<DueRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_DUE_PROOFS)).bind(before.as_millis());
            Ok(query.bind(i64::from(limit)).fetch_all(db.reader()).await?)
        })?;
        let due = |row: DueRow| Ok((Proof::try_from(row.proof)?, user_id("profiles.owner", &row.owner)?));
        rows.into_iter().map(due).collect()
    }

    /// A profile has one proof; that of another domain takes its place.
    pub async fn upsert_proof(&self, proof: &Proof) -> Result<(), StoreError> {
        self.write_proof(sql::UPSERT_PROOF, proof).await
    }

    /// What a look found; nothing, if the profile has moved to another domain meanwhile.
    pub async fn update_proof(&self, proof: &Proof) -> Result<(), StoreError> {
        self.write_proof(sql::UPDATE_PROOF, proof).await
    }

    async fn write_proof(&self, statement: Statement, proof: &Proof) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(statement))
                .bind(proof.profile.as_str())
                .bind(proof.domain.as_str())
                .bind(proof.checked_at.as_millis())
                .bind(i64::try_from(proof.misses).unwrap_or(i64::MAX))
                .bind(millis(proof.missing_since));
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// A profile's domain is not proved any more. Answers whether it was until now.
    pub async fn end_proof(&self, proof: &Proof, now: Timestamp) -> Result<bool, StoreError> {
        let Proof { profile, domain: host, .. } = proof;
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::DELETE_PROOF)).bind(profile.as_str()).bind(host.as_str());
            query.execute(&mut *tx).await?;
            let query = sqlx::query(db.text(sql::END_PROOF)).bind(profile.as_str()).bind(host.as_str());
            let was_proved = query.bind(now.as_millis()).execute(&mut *tx).await?.rows_affected() > 0;
            (was_proved, was_proved.then(|| Change::Profile(profile.clone(), vec![host.clone()])))
        })
    }
}
