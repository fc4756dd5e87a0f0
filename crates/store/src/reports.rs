//! Reports: what users say about posts, until an operator has looked (contract A2).

use nameplate_core::id::{PostCode, UserId};
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::rows::{post_code, user_id};
use crate::statements as sql;
use crate::{Durability, Store};

/// A report that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub post: PostCode,
    /// The post's.
    pub owner: UserId,
    pub reporter: UserId,
    pub reason: Option<String>,
    pub created: Timestamp,
}

#[derive(FromRow)]
struct ReportRow {
    post: String,
    owner: String,
    reporter: String,
    reason: Option<String>,
    created: i64,
}

impl TryFrom<ReportRow> for Report {
    type Error = StoreError;

    fn try_from(row: ReportRow) -> Result<Self, StoreError> {
        Ok(Self {
            post: post_code(&row.post)?,
            owner: user_id("posts.owner", &row.owner)?,
            reporter: user_id("reports.reporter", &row.reporter)?,
            reason: row.reason,
            created: Timestamp::from_millis(row.created),
        })
    }
}

impl Store {
    /// A second report of the same post by the same user replaces the first one's reason.
    ///
    /// # Errors
    /// A [`Conflict`](crate::Conflict) when the post or the reporter is gone.
    pub async fn upsert_report(
        &self,
        post: &PostCode,
        reporter: &UserId,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::UPSERT_REPORT)).bind(post.as_str()).bind(reporter.as_str());
            query.bind(reason).bind(now.as_millis()).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// The reports that wait longest, oldest first.
    pub async fn list_reports(&self, limit: u32) -> Result<Vec<Report>, StoreError> {
        let rows: Vec<ReportRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_REPORTS)).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        rows.into_iter().map(Report::try_from).collect()
    }

    /// Answers how many reports of the post there were.
    pub async fn delete_reports_of(&self, post: &PostCode) -> Result<u64, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::DELETE_REPORTS_OF)).bind(post.as_str());
            let deleted = query.execute(&mut *tx).await?.rows_affected();
            tx.commit().await?;
            Ok(deleted)
        })
    }
}
