//! An instance as it stands in the export file: every list in the order of its ids (contract W2).

use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::transfer::{Account, Instance};

use crate::Store;
use crate::error::StoreError;
use crate::keys::AccountRow;
use crate::statements as sql;

/// Rows to a page.
const PAGE: u32 = 1000;

impl Store {
    /// All users with their keys, profiles and posts. Writes that happen meanwhile may be in it or not.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a sealed key does not open: the file would lose it.
    pub async fn export(&self) -> Result<Instance, StoreError> {
        let mut instance = Instance::default();
        loop {
            let after = instance.accounts.last().map(|account| account.user.id);
            let page = self.list_accounts(after.as_ref()).await?;
            let is_last = page.len() < PAGE as usize;
            instance.accounts.extend(page);
            if is_last {
                break;
            }
        }
        loop {
            let after: Option<ProfileId> = instance.profiles.last().map(|profile| profile.id.clone());
            let page = self.list_profiles(after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            instance.profiles.extend(page);
            if is_last {
                break;
            }
        }
        loop {
            let after: Option<PostCode> = instance.posts.last().map(|post| post.code.clone());
            let page = self.list_posts(after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            instance.posts.extend(page);
            if is_last {
                break;
            }
        }
        Ok(instance)
    }

    async fn list_accounts(&self, after: Option<&UserId>) -> Result<Vec<Account>, StoreError> {
        let after = after.map_or("", UserId::as_str);
        let rows: Vec<AccountRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_ACCOUNTS)).bind(after).bind(i64::from(PAGE));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        let whole = |row| match self.read_account(row)? {
            (account, None) => Ok(account),
            (account, Some(_)) => Err(StoreError::corrupt(format_args!("a key of user {}", account.user.id))),
        };
        rows.into_iter().map(whole).collect()
    }
}
