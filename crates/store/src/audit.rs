//! What operators and owners did, for whoever asks later.

use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::operators::Part;
use crate::rows::unsigned;
use crate::statements as sql;
use crate::{Durability, Store};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// Who: a user's id, or `operator`.
    pub actor: String,
    /// A verb, as in `suspend`.
    pub action: String,
    /// To what: as in `user 123456789012345678`.
    pub object: String,
    /// Never a secret.
    pub note: Option<String>,
}

/// Which entries of the log.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    /// The id of a user, a profile or a post.
    pub object: Option<String>,
    pub action: Option<String>,
}

/// An entry with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    pub id: i64,
    pub entry: AuditEntry,
}

#[derive(FromRow)]
struct AuditRow {
    #[sqlx(default)]
    id: i64,
    at: i64,
    actor: String,
    action: String,
    object: String,
    note: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            at: Timestamp::from_millis(row.at),
            actor: row.actor,
            action: row.action,
            object: row.object,
            note: row.note,
        }
    }
}

impl Store {
    pub async fn insert_audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::INSERT_AUDIT))
                .bind(entry.at.as_millis())
                .bind(&entry.actor)
                .bind(&entry.action)
                .bind(&entry.object)
                .bind(&entry.note);
            query.execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// The newest entries, newest first.
    pub async fn list_audit(&self, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<AuditRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_AUDIT)).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }

    /// The entries that a filter lets through, newest first, and how many there are of them in all.
    pub async fn search_audit(
        &self,
        filter: &AuditFilter,
        part: Part,
    ) -> Result<(Vec<AuditRecord>, u64), StoreError> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (actor, object, action) = (text(&filter.actor), text(&filter.object), text(&filter.action));
        let (rows, total): (Vec<AuditRow>, i64) = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_AUDIT_OF)).bind(&actor).bind(&object).bind(&action);
            let query = query.bind(i64::from(part.limit)).bind(i64::from(part.offset));
            let rows = query.fetch_all(db.reader()).await?;
            let query = sqlx::query_scalar(db.text(sql::COUNT_AUDIT_OF)).bind(&actor);
            Ok((rows, query.bind(&object).bind(&action).fetch_one(db.reader()).await?))
        })?;
        let record = |row: AuditRow| AuditRecord { id: row.id, entry: row.into() };
        Ok((rows.into_iter().map(record).collect(), unsigned(total)))
    }
}
