//! Profiles as their owners work on them: with the draft, the revision and the way back after a deletion. What is shown
//! to everybody is `profiles.rs`, which reads none of this.

use nameplate_core::change::Change;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::profile::Page;
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::Store;
use crate::error::{Conflict, StoreError};
use crate::profiles::{DELETE_NUMBERS, OWN_PROFILES};
use crate::rows::{PageRow, domain, json, millis, read, read_all, signed, to_json, unreadable, unsigned};
use crate::statements as sql;
use crate::versions::{VERSIONS, VersionValues};

/// A page beside how often it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnPage {
    pub page: Page,
    pub views: u64,
}

#[derive(FromRow)]
struct OwnPageRow {
    #[sqlx(flatten)]
    page: PageRow,
    views: i64,
}

impl TryFrom<OwnPageRow> for OwnPage {
    type Error = StoreError;

    fn try_from(row: OwnPageRow) -> Result<Self, StoreError> {
        Ok(Self { page: row.page.try_into()?, views: unsigned(row.views) })
    }
}

impl Store {
    pub async fn find_page(&self, id: &ProfileId) -> Result<Option<OwnPage>, StoreError> {
        let row: Option<OwnPageRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_PAGE)).bind(id.as_str()).fetch_optional(db.reader()).await?)
        })?;
        read(row)
    }

    /// An owner's pages, oldest first, deleted ones among them.
    pub async fn list_pages_of(&self, owner: &UserId) -> Result<Vec<OwnPage>, StoreError> {
        let rows: Vec<OwnPageRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_PAGES_OF)).bind(owner.as_str()).bind(OWN_PROFILES);
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// `most` is how many the owner may have.
    ///
    /// # Errors
    /// [`Conflict`]`::{Full, Profile, Domain, NoUser}`.
    pub async fn insert_page(&self, page: &Page, most: u32) -> Result<(), StoreError> {
        let (row, owner) = (json(&[PageRow::new(0, page)?])?, page.profile.owner);
        change!(self, |db, tx| {
            // Of two at the same time the second one waits, and counts the first.
            sqlx::query(db.text(sql::LOCK_USAGE)).bind(owner.as_str()).execute(&mut *tx).await?;
            let count = sqlx::query_scalar::<_, i64>(db.text(sql::COUNT_PROFILES_OF)).bind(owner.as_str());
            let count = count.fetch_one(&mut *tx).await?;
            if count >= i64::from(most) {
                return Err(Conflict::Full.into());
            }
            sqlx::query(db.text(sql::INSERT_PROFILES)).bind(&row).execute(&mut *tx).await?;
            ((), Some(Change::Profile(page.profile.id.clone(), vec![page.profile.domain.clone()])))
        })
    }

    /// Changes a page that nobody else changes meanwhile, and counts its revision. `edit` answers whether what is shown
    /// is new, to be kept as a version; its own fault leaves everything as it was. `None` when there is no such page.
    /// Caches hear of it only if something of the profile changed: a draft is nobody else's business.
    ///
    /// # Errors
    /// [`Conflict::Domain`] when another profile has the domain.
    pub async fn edit_page<F: Send>(
        &self,
        id: &ProfileId,
        now: Timestamp,
        edit: impl FnOnce(&mut Page) -> Result<bool, F> + Send,
    ) -> Result<Option<Result<Page, F>>, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_as::<_, PageRow>(db.text(sql::LOCK_PAGE)).bind(id.as_str());
            let Some(old) = read::<_, Page>(query.fetch_optional(&mut *tx).await?)? else {
                return Ok((None, None));
            };
            let mut page = old.clone();
            let is_new = match edit(&mut page) {
                Ok(is_new) => is_new,
                Err(fault) => return Ok((Some(Err(fault)), None)),
            };
            (page.revision, page.edited_at) = (old.revision + 1, Some(now));
            let (content, draft) = (to_json(page.profile.content.as_ref())?, to_json(page.draft.as_ref())?);
            let query = sqlx::query(db.text(sql::UPDATE_PAGE))
                .bind(id.as_str())
                .bind(page.profile.domain.as_str())
                .bind(page.profile.is_verified)
                .bind(page.profile.is_public)
                .bind(millis(page.profile.publish_at))
                .bind(millis(page.profile.expires_at))
                .bind(millis(page.profile.deleted_at))
                .bind(&content)
                .bind(page.profile.updated.as_millis())
                .bind(&draft)
                .bind(millis(page.published_at))
                .bind(millis(page.edited_at))
                .bind(signed(page.revision));
            query.execute(&mut *tx).await?;
            // What was shown before there was a history begins it.
            let first = old
                .profile
                .content
                .as_ref()
                .map(|content| (sql::FIRST_VERSION, content, old.profile.updated));
            let new = page.profile.content.as_ref().map(|content| (sql::INSERT_VERSION, content, now));
            for (statement, content, created) in first.into_iter().chain(new).filter(|_| is_new) {
                let version = VersionValues::of(content)?;
                let query = sqlx::query(db.text(statement))
                    .bind(id.as_str())
                    .bind(created.as_millis())
                    .bind(&version.template)
                    .bind(version.blocks)
                    .bind(&version.content);
                query.execute(&mut *tx).await?;
            }
            if is_new {
                let query = sqlx::query(db.text(sql::DELETE_OLD_VERSIONS)).bind(id.as_str()).bind(VERSIONS);
                query.execute(&mut *tx).await?;
            }
            let domains = vec![page.profile.domain.clone(), old.profile.domain.clone()];
            let is_shown = page.profile != old.profile;
            (Some(Ok(page)), is_shown.then(|| Change::Profile(id.clone(), domains)))
        })
    }

    /// Takes a deletion back. Answers whether there was something to take back.
    ///
    /// # Errors
    /// [`Conflict::Full`].
    pub async fn restore_page(
        &self,
        id: &ProfileId,
        owner: &UserId,
        most: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            sqlx::query(db.text(sql::LOCK_USAGE)).bind(owner.as_str()).execute(&mut *tx).await?;
            let count = sqlx::query_scalar::<_, i64>(db.text(sql::COUNT_PROFILES_OF)).bind(owner.as_str());
            let count = count.fetch_one(&mut *tx).await?;
            if count >= i64::from(most) {
                return Err(Conflict::Full.into());
            }
            let query = sqlx::query_scalar::<_, String>(db.text(sql::RESTORE_PAGE)).bind(id.as_str());
            let found = query.bind(owner.as_str()).bind(now.as_millis()).fetch_optional(&mut *tx).await?;
            let domain = found.as_deref().map(domain).transpose()?;
            (domain.is_some(), domain.map(|domain| Change::Profile(id.clone(), vec![domain])))
        })
    }

    /// Removes one page that was deleted at `before` or earlier, with its views. `None` when there is none left.
    pub async fn remove_old_page(&self, before: Timestamp) -> Result<Option<ProfileId>, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_as::<_, (String, String)>(db.text(sql::DELETE_OLD_PAGE));
            let found = query.bind(before.as_millis()).fetch_optional(&mut *tx).await?;
            let Some((id, host)) = found else { return Ok((None, None)) };
            for statement in DELETE_NUMBERS {
                sqlx::query(db.text(statement)).bind(&id).execute(&mut *tx).await?;
            }
            let id = ProfileId::parse(&id).map_err(|_| unreadable("profiles.id"))?;
            (Some(id.clone()), Some(Change::Profile(id, vec![domain(&host)?])))
        })
    }

    /// Removes the longest deleted page of an owner who has more than `kept` of them.
    pub async fn remove_surplus_page(
        &self,
        owner: &UserId,
        kept: u32,
    ) -> Result<Option<ProfileId>, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_as::<_, (String, String)>(db.text(sql::DELETE_SURPLUS_PAGE));
            let query = query.bind(owner.as_str()).bind(i64::from(kept));
            let Some((id, host)) = query.fetch_optional(&mut *tx).await? else { return Ok((None, None)) };
            for statement in DELETE_NUMBERS {
                sqlx::query(db.text(statement)).bind(&id).execute(&mut *tx).await?;
            }
            let id = ProfileId::parse(&id).map_err(|_| unreadable("profiles.id"))?;
            (Some(id.clone()), Some(Change::Profile(id, vec![domain(&host)?])))
        })
    }
}
