//! Users: find, list, insert and change. Keys are `keys.rs`, blocks `blocks.rs`, usage `usage.rs`.

use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::plan::Subscription;
use nameplate_core::post::PublicUpload;
use nameplate_core::presence::ActivityPreference;
use nameplate_core::user::User;
use serde::Serialize;
use sqlx::FromRow;

use crate::Store;
use crate::error::{Conflict, StoreError};
use crate::rows::{
    UserRow, json, millis, preference, preference_json, public_uploads, read, read_all, status_word, to_json,
    user_id, user_ids,
};
use crate::statements as sql;

/// Another user as a caller may see them (U4, U8).
#[derive(Clone, Debug, PartialEq)]
pub struct UserFace {
    pub user: User,
    pub is_blocked_by_caller: bool,
    pub has_blocked_caller: bool,
}

#[derive(FromRow)]
struct FaceRow {
    #[sqlx(flatten)]
    user: UserRow,
    is_blocked_by_caller: bool,
    has_blocked_caller: bool,
}

impl TryFrom<FaceRow> for UserFace {
    type Error = StoreError;

    fn try_from(row: FaceRow) -> Result<Self, StoreError> {
        let FaceRow { user, is_blocked_by_caller, has_blocked_caller } = row;
        Ok(Self { user: user.try_into()?, is_blocked_by_caller, has_blocked_caller })
    }
}

/// A user with the newest public uploads, and whom they blocked.
#[derive(Clone, Debug, PartialEq)]
pub struct UserWithUploads {
    pub user: User,
    pub blocks: Vec<UserId>,
    pub uploads: Vec<PublicUpload>,
}

#[derive(FromRow)]
struct WithUploadsRow {
    #[sqlx(flatten)]
    user: UserRow,
    blocked: Option<String>,
    uploads: String,
}

impl TryFrom<WithUploadsRow> for UserWithUploads {
    type Error = StoreError;

    fn try_from(row: WithUploadsRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: row.user.try_into()?,
            blocks: user_ids("blocks.target", row.blocked)?,
            uploads: public_uploads(&row.uploads)?,
        })
    }
}

/// A badge that the operator gives; `plus` follows from the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    Verified(bool),
    Staff(bool),
    Partner(bool),
    Translator(bool),
    /// 1 or 2, or none.
    BugHunter(Option<u8>),
}

#[derive(Serialize)]
struct IdRow<'a> {
    id: &'a UserId,
}

fn id_rows(ids: &[UserId]) -> Result<String, StoreError> {
    json(&ids.iter().map(|id| IdRow { id }).collect::<Vec<_>>())
}

impl Store {
    pub async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let row: Option<UserRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_USER)).bind(id.as_str()).fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// The user and the blocks between the user and `caller`, in one query.
    pub async fn find_user_face(&self, id: &UserId, caller: &UserId) -> Result<Option<UserFace>, StoreError> {
        let row: Option<FaceRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::FIND_USER_FACE)).bind(id.as_str()).bind(caller.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// Those of these users who exist, each with the newest public uploads and the blocks that the user made, in one query.
    pub async fn list_users_with_uploads(
        &self,
        ids: &[UserId],
        limit: u32,
    ) -> Result<Vec<UserWithUploads>, StoreError> {
        let ids = id_rows(ids)?;
        let rows: Vec<WithUploadsRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_USERS_WITH_UPLOADS)).bind(&ids);
            Ok(query.bind(i64::from(limit)).fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// The next users behind `after`, in the order of their ids.
    pub async fn list_users(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<User>, StoreError> {
        let after = after.map_or("", UserId::as_str);
        let rows: Vec<UserRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_USERS)).bind(after).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// Which of these users share their presence and are not suspended (S4).
    pub async fn list_sharing(&self, ids: &[UserId]) -> Result<Vec<UserId>, StoreError> {
        let rows = id_rows(ids)?;
        let found: Vec<String> = on_both!(self, |db| {
            Ok(sqlx::query_scalar(db.text(sql::LIST_SHARING)).bind(&rows).fetch_all(db.reader()).await?)
        })?;
        found.iter().map(|id| user_id("users.id", id)).collect()
    }

    /// The next users behind `after` who share their presence and are not suspended, in the order of their ids (S4),
    /// with what they prefer to show.
    pub async fn list_sharers(
        &self,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<(UserId, ActivityPreference)>, StoreError> {
        let after = after.map_or("", UserId::as_str);
        let found: Vec<(String, Option<String>)> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_SHARERS)).bind(after).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        found.into_iter().map(|(id, text)| Ok((user_id("users.id", &id)?, preference(text)?))).collect()
    }

    /// # Errors
    /// [`Conflict::User`](crate::Conflict::User) when the id is taken.
    pub async fn insert_user(&self, user: &User) -> Result<(), StoreError> {
        let row = json(&[UserRow::new(user)?])?;
        change!(self, |db, tx| {
            sqlx::query(db.text(sql::INSERT_USERS)).bind(&row).execute(&mut *tx).await?;
            ((), Some(Change::User(user.id)))
        })
    }

    /// The same for somebody who comes by oneself, and gets no name that somebody else has, whatever its case.
    ///
    /// # Errors
    /// [`Conflict::Username`], [`Conflict::User`].
    pub async fn register_user(&self, user: &User) -> Result<(), StoreError> {
        let row = json(&[UserRow::new(user)?])?;
        change!(self, |db, tx| {
            sqlx::query(db.text(sql::LOCK_USERNAME)).bind(&user.username).execute(&mut *tx).await?;
            let query = sqlx::query(db.text(sql::FIND_USERNAME)).bind(&user.username);
            if query.bind(user.id.as_str()).fetch_optional(&mut *tx).await?.is_some() {
                return Err(Conflict::Username.into());
            }
            sqlx::query(db.text(sql::INSERT_USERS)).bind(&row).execute(&mut *tx).await?;
            ((), Some(Change::User(user.id)))
        })
    }

    /// Changes what a user may change of the account: names, bio, pictures, socials, the embed template and what of their
    /// activities is shown. Nobody else writes the user meanwhile. Answers the user as it was, if there is one.
    ///
    /// # Errors
    /// [`Conflict::Username`] when somebody else has the new name, whatever its case.
    pub async fn edit_user(
        &self,
        id: &UserId,
        edit: impl FnOnce(&mut User) + Send,
    ) -> Result<Option<User>, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_as::<_, UserRow>(db.text(sql::LOCK_USER)).bind(id.as_str());
            let old: Option<User> = read(query.fetch_optional(&mut *tx).await?)?;
            let Some(old) = old else { return Ok((None, None)) };
            let mut user = old.clone();
            edit(&mut user);
            if user.username != old.username {
                let lock = sqlx::query(db.text(sql::LOCK_USERNAME)).bind(&user.username);
                lock.execute(&mut *tx).await?;
                let query = sqlx::query(db.text(sql::FIND_USERNAME)).bind(&user.username);
                if query.bind(id.as_str()).fetch_optional(&mut *tx).await?.is_some() {
                    return Err(Conflict::Username.into());
                }
            }
            let socials = to_json(user.socials.as_ref())?;
            let custom_embed = to_json(user.custom_embed.as_ref())?;
            let preference = preference_json(&user.activity_preference)?;
            let query = sqlx::query(db.text(sql::UPDATE_USER))
                .bind(id.as_str())
                .bind(&user.username)
                .bind(&user.nickname)
                .bind(&user.bio)
                .bind(&user.avatar)
                .bind(&user.banner)
                .bind(&socials)
                .bind(&custom_embed)
                .bind(&preference);
            query.execute(&mut *tx).await?;
            (Some(old), Some(Change::User(*id)))
        })
    }

    /// Deletes the user with everything that is theirs: keys, profiles, posts, statistics. Files in the blob store are
    /// the caller's to delete. Answers whether the user was there.
    pub async fn delete_user(&self, id: &UserId) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            for statement in [
                sql::DELETE_VIEW_DAYS_OF_OWNER,
                sql::DELETE_NUMBER_HOURS_OF_OWNER,
                sql::DELETE_NUMBER_NAMES_OF_OWNER,
                sql::DELETE_PLAY_TOTALS_OF_OWNER,
            ] {
                sqlx::query(db.text(statement)).bind(id.as_str()).execute(&mut *tx).await?;
            }
            let query = sqlx::query(db.text(sql::DELETE_USER)).bind(id.as_str());
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            (was_there, was_there.then_some(Change::Everything))
        })
    }

    pub async fn set_subscription(&self, id: &UserId, plan: &Subscription) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::SET_SUBSCRIPTION))
                .bind(id.as_str())
                .bind(plan.plan.as_str())
                .bind(plan.status.map(status_word))
                .bind(millis(plan.started_at))
                .bind(millis(plan.expires_at))
                .bind(plan.cancel_at_period_end)
                .bind(plan.gifted);
            let is_found = query.execute(&mut *tx).await?.rows_affected() > 0;
            (is_found, is_found.then_some(Change::User(*id)))
        })
    }

    pub async fn set_suspended(&self, id: &UserId, is_suspended: bool) -> Result<bool, StoreError> {
        self.set_flag(id, sql::SET_SUSPENDED, is_suspended).await
    }

    /// Lets a user run the instance, or no longer.
    pub async fn set_operator(&self, id: &UserId, is_operator: bool) -> Result<bool, StoreError> {
        self.set_flag(id, sql::SET_OPERATOR, is_operator).await
    }

    /// Whether anybody runs the instance from within.
    pub async fn has_operator(&self) -> Result<bool, StoreError> {
        let found: Option<String> = on_both!(self, |db| {
            Ok(sqlx::query_scalar(db.text(sql::FIND_OPERATOR)).fetch_optional(db.reader()).await?)
        })?;
        Ok(found.is_some())
    }

    pub async fn set_presence_sharing(&self, id: &UserId, is_sharing: bool) -> Result<bool, StoreError> {
        self.set_flag(id, sql::SET_PRESENCE_SHARING, is_sharing).await
    }

    pub async fn set_badge(&self, id: &UserId, badge: Badge) -> Result<bool, StoreError> {
        let (statement, has_badge) = match badge {
            Badge::Verified(has) => (sql::SET_VERIFIED, has),
            Badge::Staff(has) => (sql::SET_STAFF, has),
            Badge::Partner(has) => (sql::SET_PARTNER, has),
            Badge::Translator(has) => (sql::SET_TRANSLATOR, has),
            Badge::BugHunter(tier) => return self.set_bug_hunter_tier(id, tier).await,
        };
        self.set_flag(id, statement, has_badge).await
    }

    pub(crate) async fn set_flag(
        &self,
        id: &UserId,
        statement: sql::Statement,
        is_set: bool,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(statement)).bind(id.as_str()).bind(is_set);
            let is_found = query.execute(&mut *tx).await?.rows_affected() > 0;
            (is_found, is_found.then_some(Change::User(*id)))
        })
    }

    async fn set_bug_hunter_tier(&self, id: &UserId, tier: Option<u8>) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query =
                sqlx::query(db.text(sql::SET_BUG_HUNTER_TIER)).bind(id.as_str()).bind(tier.map(i16::from));
            let is_found = query.execute(&mut *tx).await?.rows_affected() > 0;
            (is_found, is_found.then_some(Change::User(*id)))
        })
    }

    /// One of core's `THEMES`, or none.
    pub async fn set_theme(&self, id: &UserId, theme: Option<&str>) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::SET_THEME)).bind(id.as_str()).bind(theme);
            let is_found = query.execute(&mut *tx).await?.rows_affected() > 0;
            (is_found, is_found.then_some(Change::User(*id)))
        })
    }
}
