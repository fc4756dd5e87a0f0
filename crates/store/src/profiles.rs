//! Profiles: find by id or domain, list, insert and change. Whether one can be seen is core's `Profile::visibility`.

use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::profile::Profile;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use serde::Serialize;
use sqlx::FromRow;

use crate::Store;
use crate::error::StoreError;
use crate::rows::{
    OwnedProfileRow, ProfileRow, domain, json, millis, moment, read, read_all, to_json, unreadable,
};
use crate::statements::{self as sql, Statement};

/// What is counted of a profile, and goes with it.
pub(crate) const DELETE_NUMBERS: [Statement; 3] =
    [sql::DELETE_VIEW_DAYS_OF, sql::DELETE_NUMBER_HOURS_OF, sql::DELETE_NUMBER_NAMES_OF];

/// The most profiles of one owner that are listed.
pub(crate) const OWN_PROFILES: i64 = 1000;

/// What the answer to "may this domain have a certificate?" needs of a profile (W8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedDomain {
    pub host: Host,
    pub profile: ProfileId,
    pub is_verified: bool,
    /// Public, and neither the profile nor its owner is suspended.
    pub is_visible: bool,
    pub publish_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct ServedRow {
    domain: String,
    profile_id: String,
    is_verified: bool,
    is_visible: bool,
    publish_at: Option<i64>,
    expires_at: Option<i64>,
}

impl TryFrom<ServedRow> for ServedDomain {
    type Error = StoreError;

    fn try_from(row: ServedRow) -> Result<Self, StoreError> {
        Ok(Self {
            host: domain(&row.domain)?,
            profile: ProfileId::parse(&row.profile_id).map_err(|_| unreadable("profiles.id"))?,
            is_verified: row.is_verified,
            is_visible: row.is_visible,
            publish_at: moment(row.publish_at),
            expires_at: moment(row.expires_at),
        })
    }
}

impl Store {
    pub async fn find_profile(&self, id: &ProfileId) -> Result<Option<(Profile, User)>, StoreError> {
        let row: Option<OwnedProfileRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::FIND_PROFILE)).bind(id.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// What the owner of a domain publishes to prove that it is theirs; the same for ever.
    pub fn domain_token(&self, domain: &Host, owner: &UserId) -> String {
        self.inner.keyring.domain_token(domain, owner)
    }

    pub async fn find_profile_by_domain(&self, domain: &Host) -> Result<Option<(Profile, User)>, StoreError> {
        Ok(self.list_profiles_by_domain(std::slice::from_ref(domain)).await?.pop())
    }

    /// The profiles that these domains belong to, in any order.
    pub async fn list_profiles_by_domain(
        &self,
        domains: &[Host],
    ) -> Result<Vec<(Profile, User)>, StoreError> {
        #[derive(Serialize)]
        struct Row<'a> {
            domain: &'a str,
        }
        let wanted: Vec<_> = domains.iter().map(|domain| Row { domain: domain.as_str() }).collect();
        let wanted = json(&wanted)?;
        let rows: Vec<OwnedProfileRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_PROFILES_BY_DOMAIN)).bind(&wanted);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// An owner's profiles, in the order of their ids.
    pub async fn list_profiles_of(&self, owner: &UserId) -> Result<Vec<Profile>, StoreError> {
        self.list_profile_rows(sql::LIST_PROFILES_OF, owner.as_str(), OWN_PROFILES).await
    }

    /// The next profiles behind `after`, in the order of their ids.
    pub async fn list_profiles(
        &self,
        after: Option<&ProfileId>,
        limit: u32,
    ) -> Result<Vec<Profile>, StoreError> {
        self.list_profile_rows(sql::LIST_PROFILES, after.map_or("", ProfileId::as_str), limit.into()).await
    }

    async fn list_profile_rows(
        &self,
        list: Statement,
        key: &str,
        limit: i64,
    ) -> Result<Vec<Profile>, StoreError> {
        let rows: Vec<ProfileRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(list)).bind(key).bind(limit).fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// The next domains behind `after`, in their order: every profile's that is not deleted, slots and own domains alike.
    pub async fn list_served_domains(
        &self,
        after: Option<&Host>,
        limit: u32,
    ) -> Result<Vec<ServedDomain>, StoreError> {
        let after = after.map_or("", Host::as_str);
        let rows: Vec<ServedRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_SERVED_DOMAINS)).bind(after).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// # Errors
    /// [`Conflict`](crate::Conflict)`::{Profile, Domain, NoUser}`.
    pub async fn insert_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let row = json(&[ProfileRow::new(0, profile)?])?;
        change!(self, |db, tx| {
            sqlx::query(db.text(sql::INSERT_PROFILES)).bind(&row).execute(&mut *tx).await?;
            ((), Some(Change::Profile(profile.id.clone(), vec![profile.domain.clone()])))
        })
    }

    /// Writes the domain and whether it is verified, the end and the content. Answers whether the profile is there.
    ///
    /// # Errors
    /// [`Conflict::Domain`](crate::Conflict::Domain) when another profile has the domain.
    pub async fn update_profile(&self, profile: &Profile) -> Result<bool, StoreError> {
        let content = to_json(profile.content.as_ref())?;
        change!(self, |db, tx| {
            let query =
                sqlx::query_scalar::<_, String>(db.text(sql::LOCK_PROFILE_DOMAIN)).bind(profile.id.as_str());
            let before = query.fetch_optional(&mut *tx).await?;
            let query = sqlx::query(db.text(sql::UPDATE_PROFILE))
                .bind(profile.id.as_str())
                .bind(profile.domain.as_str())
                .bind(profile.is_verified)
                .bind(millis(profile.expires_at))
                .bind(&content)
                .bind(profile.updated.as_millis());
            query.execute(&mut *tx).await?;
            let mut domains = vec![profile.domain.clone()];
            domains.extend(
                before.as_deref().map(domain).transpose()?.filter(|before| *before != profile.domain),
            );
            (before.is_some(), before.map(|_| Change::Profile(profile.id.clone(), domains)))
        })
    }

    pub async fn set_public(
        &self,
        id: &ProfileId,
        is_public: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.set_profile_flag(id, sql::SET_PUBLIC, is_public, now).await
    }

    pub async fn set_profile_suspended(
        &self,
        id: &ProfileId,
        is_suspended: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.set_profile_flag(id, sql::SET_PROFILE_SUSPENDED, is_suspended, now).await
    }

    /// Whether an own domain was proved.
    pub async fn set_profile_verified(
        &self,
        id: &ProfileId,
        is_verified: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.set_profile_flag(id, sql::SET_PROFILE_VERIFIED, is_verified, now).await
    }

    async fn set_profile_flag(
        &self,
        id: &ProfileId,
        statement: Statement,
        is_set: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_scalar::<_, String>(db.text(statement)).bind(id.as_str()).bind(is_set);
            let found = query.bind(now.as_millis()).fetch_optional(&mut *tx).await?;
            let domain = found.as_deref().map(domain).transpose()?;
            (domain.is_some(), domain.map(|domain| Change::Profile(id.clone(), vec![domain])))
        })
    }

    /// Deletes the profile with its numbers; the single views go when they are old. Plays stay: they count
    /// for the owner.
    pub async fn delete_profile(&self, id: &ProfileId) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_scalar::<_, String>(db.text(sql::DELETE_PROFILE)).bind(id.as_str());
            let found = query.fetch_optional(&mut *tx).await?;
            for statement in DELETE_NUMBERS {
                sqlx::query(db.text(statement)).bind(id.as_str()).execute(&mut *tx).await?;
            }
            let domain = found.as_deref().map(domain).transpose()?;
            (domain.is_some(), domain.map(|domain| Change::Profile(id.clone(), vec![domain])))
        })
    }
}
