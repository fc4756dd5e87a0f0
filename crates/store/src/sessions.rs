//! Browsers that are signed in, and the links that sign them in. Of what they show, the database holds a hash alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use nameplate_core::id::UserId;
use nameplate_core::secret::Token;
use nameplate_core::time::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::error::StoreError;
use crate::rows::{read, read_all, user_id};
use crate::statements as sql;
use crate::{Durability, Store};

/// The most sessions of one user that are listed.
const LISTED: i64 = 1_000;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names it to its owner, and opens nothing.
    pub id: String,
    pub owner: UserId,
    pub created: Timestamp,
    pub last_seen: Timestamp,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

/// Whom a login link signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginLink {
    Of(UserId),
    /// Whoever sets up the instance.
    FirstRun,
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    owner: String,
    created: i64,
    last_seen: i64,
    agent: Option<String>,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            owner: user_id("sessions.owner", &row.owner)?,
            created: Timestamp::from_millis(row.created),
            last_seen: Timestamp::from_millis(row.last_seen),
            agent: row.agent,
        })
    }
}

/// Chance of 256 bits needs no salt and no slow hash.
fn hash(token: &Token) -> String {
    BASE64.encode(Sha256::digest(token.expose()))
}

fn link(owner: Option<&str>) -> Result<LoginLink, StoreError> {
    owner.map_or(Ok(LoginLink::FirstRun), |id| Ok(LoginLink::Of(user_id("login_links.owner", id)?)))
}

impl Store {
    /// # Errors
    /// [`Conflict::NoUser`](crate::Conflict::NoUser) when the owner is gone.
    pub async fn insert_session(&self, session: &Session, token: &Token) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::INSERT_SESSION))
                .bind(&session.id)
                .bind(hash(token))
                .bind(session.owner.as_str())
                .bind(session.created.as_millis())
                .bind(session.last_seen.as_millis())
                .bind(&session.agent);
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    pub async fn find_session(&self, token: &Token) -> Result<Option<Session>, StoreError> {
        let row: Option<SessionRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::FIND_SESSION)).bind(hash(token));
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// The sessions of a user, the one that was seen last first.
    pub async fn list_sessions(&self, owner: &UserId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<SessionRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_SESSIONS)).bind(owner.as_str()).bind(LISTED);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// Notes that a session is in use.
    pub async fn touch_session(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query(db.text(sql::TOUCH_SESSION)).bind(id).bind(now.as_millis());
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// Ends a session of a user. Answers whether it was there.
    pub async fn delete_session(&self, owner: &UserId, id: &str) -> Result<bool, StoreError> {
        self.delete_sessions_of(sql::DELETE_SESSION, owner, id).await
    }

    /// Ends all sessions of a user but one. Answers whether there were any.
    pub async fn delete_other_sessions(&self, owner: &UserId, kept: &str) -> Result<bool, StoreError> {
        self.delete_sessions_of(sql::DELETE_OTHER_SESSIONS, owner, kept).await
    }

    async fn delete_sessions_of(
        &self,
        statement: sql::Statement,
        owner: &UserId,
        id: &str,
    ) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(statement)).bind(owner.as_str()).bind(id);
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(was_there)
        })
    }

    /// Clears away sessions that were not seen since `seen` or began before `begun`, and links that ended before `now`.
    pub async fn delete_ended_sessions(
        &self,
        seen: Timestamp,
        begun: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            let query = sqlx::query(db.text(sql::DELETE_ENDED_SESSIONS)).bind(seen.as_millis());
            query.bind(begun.as_millis()).execute(&mut *tx).await?;
            let query = sqlx::query(db.text(sql::DELETE_ENDED_LOGIN_LINKS)).bind(now.as_millis());
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// # Errors
    /// [`Conflict::NoUser`](crate::Conflict::NoUser).
    pub async fn insert_login_link(
        &self,
        token: &Token,
        link: LoginLink,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let owner = match &link {
            LoginLink::Of(owner) => Some(owner.as_str()),
            LoginLink::FirstRun => None,
        };
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::INSERT_LOGIN_LINK)).bind(hash(token)).bind(owner);
            query.bind(now.as_millis()).bind(expires_at.as_millis()).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// Whom a link would sign in, if it has not been used and its time is not over.
    pub async fn find_login_link(
        &self,
        token: &Token,
        now: Timestamp,
    ) -> Result<Option<LoginLink>, StoreError> {
        let owner: Option<Option<String>> = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::FIND_LOGIN_LINK)).bind(hash(token));
            Ok(query.bind(now.as_millis()).fetch_optional(db.reader()).await?)
        })?;
        owner.map(|owner| link(owner.as_deref())).transpose()
    }

    /// Uses a link up. Of several who try at the same time, one gets it.
    pub async fn take_login_link(
        &self,
        token: &Token,
        now: Timestamp,
    ) -> Result<Option<LoginLink>, StoreError> {
        let owner: Option<Option<String>> = on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query_scalar(db.text(sql::TAKE_LOGIN_LINK)).bind(hash(token));
            let owner = query.bind(now.as_millis()).fetch_optional(&mut *tx).await?;
            tx.commit().await?;
            Ok(owner)
        })?;
        owner.map(|owner| link(owner.as_deref())).transpose()
    }
}
