//! What was published of each profile: the newest few, to look at and to bring back. They are written where a page is
//! published (`pages.rs`).

use nameplate_core::id::ProfileId;
use nameplate_core::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;

use crate::Store;
use crate::error::StoreError;
use crate::rows::{from_json, signed, unsigned};
use crate::statements as sql;

/// How many of a profile are kept.
pub(crate) const VERSIONS: i64 = 50;

/// A version as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: u64,
    pub created: Timestamp,
    pub template: String,
    pub blocks: u64,
}

#[derive(FromRow)]
struct VersionRow {
    number: i64,
    created: i64,
    template: String,
    blocks: i64,
}

/// The columns of a version that its content says.
pub(crate) struct VersionValues {
    pub(crate) template: String,
    pub(crate) blocks: i64,
    pub(crate) content: String,
}

impl VersionValues {
    pub(crate) fn of(content: &Value) -> Result<Self, StoreError> {
        let template = content.get("template").and_then(Value::as_str).unwrap_or_default().to_owned();
        let blocks = content.get("blocks").and_then(Value::as_array).map_or(0, Vec::len) as i64;
        Ok(Self { template, blocks, content: serde_json::to_string(content).map_err(StoreError::corrupt)? })
    }
}

impl Store {
    /// Newest first.
    pub async fn list_versions(&self, profile: &ProfileId) -> Result<Vec<Version>, StoreError> {
        let rows: Vec<VersionRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_VERSIONS)).bind(profile.as_str()).bind(VERSIONS);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        let version = |row: VersionRow| Version {
            number: unsigned(row.number),
            created: Timestamp::from_millis(row.created),
            template: row.template,
            blocks: unsigned(row.blocks),
        };
        Ok(rows.into_iter().map(version).collect())
    }

    /// The content of one version.
    pub async fn find_version(&self, profile: &ProfileId, number: u64) -> Result<Option<Value>, StoreError> {
        let content: Option<String> = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::FIND_VERSION)).bind(profile.as_str());
            Ok(query.bind(signed(number)).fetch_optional(db.reader()).await?)
        })?;
        from_json("versions.content", content)
    }
}
