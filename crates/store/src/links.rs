//! Short links: a code that redirects to an address (contract A7).

use nameplate_core::id::{PostCode, UserId};
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::rows::user_id;
use crate::statements as sql;
use crate::{Durability, Store};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub code: PostCode,
    pub owner: UserId,
    /// An absolute URL.
    pub target: String,
    pub created: Timestamp,
}

#[derive(FromRow)]
struct LinkRow {
    owner: String,
    target: String,
    created: i64,
}

impl Store {
    /// # Errors
    /// [`Conflict`](crate::Conflict)`::{Code, NoUser}`.
    pub async fn insert_link(&self, link: &Link) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query =
                sqlx::query(db.text(sql::INSERT_LINK)).bind(link.code.as_str()).bind(link.owner.as_str());
            query.bind(&link.target).bind(link.created.as_millis()).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    pub async fn find_link(&self, code: &PostCode) -> Result<Option<Link>, StoreError> {
        let row: Option<LinkRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_LINK))
                .bind(code.as_str())
                .fetch_optional(db.reader())
                .await?)
        })?;
        let link = |row: LinkRow| {
            Ok(Link {
                code: code.clone(),
                owner: user_id("links.owner", &row.owner)?,
                target: row.target,
                created: Timestamp::from_millis(row.created),
            })
        };
        row.map(link).transpose()
    }

    pub async fn delete_link(&self, code: &PostCode) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::DELETE_LINK)).bind(code.as_str());
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(was_there)
        })
    }
}
