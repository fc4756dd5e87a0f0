//! Claims: profiles that want a domain of their owner's own, until its owner has proved it (contract W3).

use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::error::{Conflict, StoreError};
use crate::rows::{domain, from_json, millis, moment, read, to_json, unreadable, word};
use crate::statements as sql;
use crate::{Durability, Store};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimStatus {
    /// Nobody has looked yet, or no record was found.
    Waiting,
    Proved,
    /// The record says something else, or somebody else has proved the domain.
    Failed,
}

impl ClaimStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Proved => "proved",
            Self::Failed => "failed",
        }
    }
}

/// What a profile wants, and what the DNS said when it was last asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainClaim {
    pub profile: ProfileId,
    pub domain: Host,
    pub status: ClaimStatus,
    /// The values of the record that were found.
    pub found: Vec<String>,
    /// Whether the name leads to this instance; `None` when nobody could tell.
    pub points: Option<bool>,
    /// The addresses of the name.
    pub points_to: Vec<String>,
    pub created: Timestamp,
    pub checked_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct ClaimRow {
    profile: String,
    domain: String,
    status: String,
    found: String,
    points: Option<bool>,
    points_to: String,
    created: i64,
    checked_at: Option<i64>,
}

impl TryFrom<ClaimRow> for DomainClaim {
    type Error = StoreError;

    fn try_from(row: ClaimRow) -> Result<Self, StoreError> {
        Ok(Self {
            profile: ProfileId::parse(&row.profile).map_err(|_| unreadable("claims.profile"))?,
            domain: domain(&row.domain)?,
            status: word("claims.status", &row.status)?,
            found: from_json("claims.found", Some(row.found))?.unwrap_or_default(),
            points: row.points,
            points_to: from_json("claims.points_to", Some(row.points_to))?.unwrap_or_default(),
            created: Timestamp::from_millis(row.created),
            checked_at: moment(row.checked_at),
        })
    }
}

impl Store {
    pub async fn find_claim(&self, profile: &ProfileId) -> Result<Option<DomainClaim>, StoreError> {
        let row: Option<ClaimRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::FIND_CLAIM)).bind(profile.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// A profile has one claim; another one takes its place.
    pub async fn upsert_claim(&self, claim: &DomainClaim) -> Result<(), StoreError> {
        let (found, points_to) = (to_json(Some(&claim.found))?, to_json(Some(&claim.points_to))?);
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::UPSERT_CLAIM))
                .bind(claim.profile.as_str())
                .bind(claim.domain.as_str())
                .bind(claim.status.as_str())
                .bind(&found)
                .bind(claim.points)
                .bind(&points_to)
                .bind(claim.created.as_millis())
                .bind(millis(claim.checked_at));
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    pub async fn delete_claim(&self, profile: &ProfileId) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::DELETE_CLAIM)).bind(profile.as_str());
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(was_there)
        })
    }

    /// Gives a proved domain to a profile. Whoever has it without a proof goes to the slot `spare`. Answers whether the
    /// profile is there.
    ///
    /// # Errors
    /// [`Conflict::Domain`] when another profile has proved it.
    pub async fn take_domain(
        &self,
        profile: &ProfileId,
        host: &Host,
        spare: &Host,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query =
                sqlx::query_scalar::<_, String>(db.text(sql::LOCK_PROFILE_DOMAIN)).bind(profile.as_str());
            let Some(before) = query.fetch_optional(&mut *tx).await? else { return Ok((false, None)) };
            let query =
                sqlx::query_as::<_, (String, bool)>(db.text(sql::FIND_DOMAIN_HOLDER)).bind(host.as_str());
            let holder = query.fetch_optional(&mut *tx).await?.filter(|(id, _)| id != profile.as_str());
            let is_moved = holder.is_some();
            if let Some((id, is_verified)) = holder {
                if is_verified {
                    return Err(Conflict::Domain.into());
                }
                let query =
                    sqlx::query(db.text(sql::MOVE_PROFILE)).bind(&id).bind(spare.as_str()).bind(false);
                query.bind(now.as_millis()).execute(&mut *tx).await?;
            }
            let query = sqlx::query(db.text(sql::MOVE_PROFILE)).bind(profile.as_str()).bind(host.as_str());
            query.bind(true).bind(now.as_millis()).execute(&mut *tx).await?;
            let one = || {
                Ok::<_, StoreError>(Change::Profile(profile.clone(), vec![domain(&before)?, host.clone()]))
            };
            (true, Some(if is_moved { Change::Everything } else { one()? }))
        })
    }
}
