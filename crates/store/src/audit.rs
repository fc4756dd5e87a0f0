//! What operators and owners did, for whoever asks later.

use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
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

#[derive(FromRow)]
struct AuditRow {
    at: i64,
    actor: String,
    action: String,
    object: String,
    note: Option<String>,
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
        let entry = |row: AuditRow| AuditEntry {
            at: Timestamp::from_millis(row.at),
            actor: row.actor,
            action: row.action,
            object: row.object,
            note: row.note,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}
