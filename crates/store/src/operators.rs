//! What operators see of the whole instance: users, profiles, reported posts, badges and totals, in pages.
//!
//! Why somebody is suspended stands in the audit log, where the operator wrote it, and nowhere else.

use nameplate_core::id::PostCode;
use nameplate_core::profile::Profile;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use sqlx::FromRow;

use crate::Store;
use crate::error::StoreError;
use crate::rows::{OwnedProfileRow, UserRow, moment, post_code, unsigned};
use crate::statements::{self as sql, Statement};

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub limit: u32,
    pub offset: u32,
}

/// A user in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedUser {
    pub user: User,
    pub profiles: u64,
    /// Why the user was suspended last.
    pub reason: Option<String>,
}

/// A profile in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedProfile {
    pub profile: Profile,
    pub owner: User,
    pub views: u64,
    /// Why the profile was suspended last.
    pub reason: Option<String>,
    /// When its domain was last looked at.
    pub checked_at: Option<Timestamp>,
}

/// What somebody says about a post.
#[derive(Clone, Debug, PartialEq)]
pub struct PostReport {
    pub by: User,
    pub reason: Option<String>,
    pub created: Timestamp,
}

/// How many have each badge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BadgeHolders {
    pub verified: u64,
    pub staff: u64,
    pub partner: u64,
    /// By tier: 1 and 2.
    pub bug_hunters: [u64; 2],
    pub translator: u64,
    pub plus: u64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub users: u64,
    pub profiles: u64,
    pub uploads: u64,
    pub messages: u64,
}

#[derive(FromRow)]
struct ListedUserRow {
    #[sqlx(flatten)]
    user: UserRow,
    profiles: i64,
    reason: Option<String>,
}

#[derive(FromRow)]
struct ListedProfileRow {
    #[sqlx(flatten)]
    owned: OwnedProfileRow,
    views: i64,
    reason: Option<String>,
    checked_at: Option<i64>,
}

#[derive(FromRow)]
struct PostReportRow {
    #[sqlx(flatten)]
    by: UserRow,
    reason: Option<String>,
    reported: i64,
}

#[derive(FromRow)]
struct BadgesRow {
    verified: i64,
    staff: i64,
    partner: i64,
    bug_hunter: i64,
    elite_bug_hunter: i64,
    translator: i64,
    plus: i64,
}

#[derive(FromRow)]
struct TotalsRow {
    users: i64,
    profiles: i64,
    uploads: i64,
    messages: i64,
}

/// A pattern that finds the text anywhere, whatever its case; nothing in it is a wildcard.
fn pattern(search: &str) -> String {
    let plain = search.trim().to_lowercase();
    format!("%{}%", plain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

impl Store {
    /// Users whose name, nickname or id holds `search`, the newest first, and how many there are in all.
    pub async fn search_users(&self, search: &str, part: Part) -> Result<(Vec<ListedUser>, u64), StoreError> {
        let pattern = pattern(search);
        let (rows, total): (Vec<ListedUserRow>, i64) = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::SEARCH_USERS)).bind(&pattern);
            let query = query.bind(i64::from(part.limit)).bind(i64::from(part.offset));
            let rows = query.fetch_all(db.reader()).await?;
            let query = sqlx::query_scalar(db.text(sql::COUNT_USERS_FOUND)).bind(&pattern);
            Ok((rows, query.fetch_one(db.reader()).await?))
        })?;
        let listed = |row: ListedUserRow| {
            let (profiles, reason) = (unsigned(row.profiles), row.reason);
            Ok(ListedUser { user: row.user.try_into()?, profiles, reason })
        };
        Ok((rows.into_iter().map(listed).collect::<Result<_, StoreError>>()?, unsigned(total)))
    }

    /// Profiles whose domain, id or owner's name holds `search`, in the order of their domains.
    pub async fn search_profiles(
        &self,
        search: &str,
        part: Part,
    ) -> Result<(Vec<ListedProfile>, u64), StoreError> {
        let pattern = pattern(search);
        let (rows, total): (Vec<ListedProfileRow>, i64) = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::SEARCH_PROFILES)).bind(&pattern);
            let query = query.bind(i64::from(part.limit)).bind(i64::from(part.offset));
            let rows = query.fetch_all(db.reader()).await?;
            let query = sqlx::query_scalar(db.text(sql::COUNT_PROFILES_FOUND)).bind(&pattern);
            Ok((rows, query.fetch_one(db.reader()).await?))
        })?;
        let listed = |row: ListedProfileRow| {
            let (views, reason, checked_at) = (unsigned(row.views), row.reason, moment(row.checked_at));
            let (profile, owner) = row.owned.try_into()?;
            Ok(ListedProfile { profile, owner, views, reason, checked_at })
        };
        Ok((rows.into_iter().map(listed).collect::<Result<_, StoreError>>()?, unsigned(total)))
    }

    /// Posts that were reported and not looked at, the one with the newest report first.
    pub async fn list_reported_posts(&self, part: Part) -> Result<(Vec<PostCode>, u64), StoreError> {
        self.list_codes(sql::LIST_REPORTED_POSTS, sql::COUNT_REPORTED_POSTS, part).await
    }

    /// Posts that an operator hid, the newest first.
    pub async fn list_hidden_posts(&self, part: Part) -> Result<(Vec<PostCode>, u64), StoreError> {
        self.list_codes(sql::LIST_HIDDEN_POSTS, sql::COUNT_HIDDEN_POSTS, part).await
    }

    async fn list_codes(
        &self,
        list: Statement,
        count: Statement,
        part: Part,
    ) -> Result<(Vec<PostCode>, u64), StoreError> {
        let (codes, total): (Vec<String>, i64) = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(list)).bind(i64::from(part.limit));
            let codes = query.bind(i64::from(part.offset)).fetch_all(db.reader()).await?;
            Ok((codes, sqlx::query_scalar(db.text(count)).fetch_one(db.reader()).await?))
        })?;
        Ok((codes.iter().map(|code| post_code(code)).collect::<Result<_, _>>()?, unsigned(total)))
    }

    /// The reports of a post that wait, the newest first.
    pub async fn list_reports_of(&self, post: &PostCode, limit: u32) -> Result<Vec<PostReport>, StoreError> {
        let rows: Vec<PostReportRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_REPORTS_OF)).bind(post.as_str());
            Ok(query.bind(i64::from(limit)).fetch_all(db.reader()).await?)
        })?;
        let report = |row: PostReportRow| {
            let created = Timestamp::from_millis(row.reported);
            Ok(PostReport { by: row.by.try_into()?, reason: row.reason, created })
        };
        rows.into_iter().map(report).collect()
    }

    pub async fn count_badges(&self, now: Timestamp) -> Result<BadgeHolders, StoreError> {
        let row: BadgesRow = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::COUNT_BADGES))
                .bind(now.as_millis())
                .fetch_one(db.reader())
                .await?)
        })?;
        Ok(BadgeHolders {
            verified: unsigned(row.verified),
            staff: unsigned(row.staff),
            partner: unsigned(row.partner),
            bug_hunters: [unsigned(row.bug_hunter), unsigned(row.elite_bug_hunter)],
            translator: unsigned(row.translator),
            plus: unsigned(row.plus),
        })
    }

    pub async fn count_everything(&self) -> Result<Totals, StoreError> {
        let row: TotalsRow = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::COUNT_EVERYTHING)).fetch_one(db.reader()).await?)
        })?;
        Ok(Totals {
            users: unsigned(row.users),
            profiles: unsigned(row.profiles),
            uploads: unsigned(row.uploads),
            messages: unsigned(row.messages),
        })
    }
}
