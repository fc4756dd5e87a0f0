//! An instance as it stands in the export file: every list in the order of its ids (contract W2).

use nameplate_core::transfer::{Account, Instance};

use crate::Store;
use crate::error::StoreError;
use crate::keys::AccountRow;
use crate::posts::{codes, with_files};
use crate::rows::{FileRow, PageRow, PostRow};
use crate::statements as sql;

/// Rows to a page.
const PAGE: i64 = 1000;

/// Reads pages of rows behind the key of the last one, until there are no more.
macro_rules! pages {
    ($db:ident, $tx:ident, $statement:expr, $row:ty, $($key:ident).+, |$page:ident| $body:block) => {
        let mut after = String::new();
        loop {
            let query = sqlx::query_as::<_, $row>($db.text($statement)).bind(&after).bind(PAGE);
            let $page = query.fetch_all(&mut *$tx).await?;
            let Some(last) = $page.last() else { break };
            after = last.$($key).+.clone();
            $body
        }
    };
}

impl Store {
    /// All users with their keys, profiles and posts, as they are at one moment.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a sealed key does not open: the file would lose it.
    pub async fn export(&self) -> Result<Instance, StoreError> {
        let mut instance = Instance::default();
        each!(self, |db| {
            let mut tx = db.begin_snapshot().await?;
            pages!(db, tx, sql::LIST_ACCOUNTS, AccountRow, user.id, |page| {
                for row in page {
                    instance.accounts.push(self.read_whole_account(row)?);
                }
            });
            pages!(db, tx, sql::LIST_PAGES, PageRow, profile.profile_id, |page| {
                for row in page {
                    instance.profiles.push(row.try_into()?);
                }
            });
            pages!(db, tx, sql::LIST_POSTS, PostRow, code, |page| {
                let query =
                    sqlx::query_as::<_, FileRow>(db.text(sql::LIST_FILES_OF_POSTS)).bind(codes(&page)?);
                let files = query.fetch_all(&mut *tx).await?;
                instance.posts.extend(with_files(page, files)?);
            });
        });
        Ok(instance)
    }

    fn read_whole_account(&self, row: AccountRow) -> Result<Account, StoreError> {
        match self.read_account(row)? {
            (account, None) => Ok(account),
            (account, Some(_)) => Err(StoreError::corrupt(format_args!("a key of user {}", account.user.id))),
        }
    }
}
