//! An instance read from the import file, written in one transaction (contract W2).
//!
//! Rows with the same id are replaced. The work is a list of steps over the lists of the file, five hundred rows at a
//! time: what the rows take the place of is cleared away, then what is still in the way is a conflict, then the rows
//! are written. Any conflict undoes everything.

use std::collections::HashSet;

use nameplate_core::change::Change;
use nameplate_core::post::Post;
use nameplate_core::profile::Page;
use nameplate_core::secret::{AccountKey, Email, MusicKey};
use nameplate_core::time::Timestamp;
use nameplate_core::transfer::{Account, Instance};
use serde::Serialize;

use crate::Store;
use crate::error::StoreError;
use crate::keyring::SecretKind;
use crate::rows::{FileRow, PageRow, PostRow, UserRow, json};
use crate::statements::{self as sql, Statement};
use crate::uploads::check_text;

/// Rows to a statement. Pages may be large, and PostgreSQL's JSON ends at 256 MiB.
const CHUNK: usize = 500;

/// A row that cannot be written beside those that are there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{list}[{index}].{field}: {message}")]
pub struct ImportConflict {
    /// `users`, `profiles` or `posts`.
    pub list: &'static str,
    pub index: usize,
    pub field: String,
    pub message: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Conflict(#[from] ImportConflict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far an import is, counted in rows of all its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    pub done: usize,
    pub total: usize,
}

/// A list of rows, made a chunk at a time: an instance may hold more than should be in memory twice.
#[derive(Clone, Copy)]
enum List {
    Users,
    Secrets,
    Blocks,
    Profiles,
    Posts,
    Files,
}

enum Work {
    Run,
    /// The statement finds the first row that is in the way: its index and field.
    Check(&'static str),
}

/// What is done with each chunk of a list before the next list begins.
type Step = (List, &'static [(Statement, Work)]);

const STEPS: [Step; 7] = [
    (List::Users, &[(sql::UPSERT_USERS, Work::Run), (sql::FORGET_SECRETS, Work::Run)]),
    (
        List::Secrets,
        &[(sql::TAKEN_KEYS, Work::Check("belongs to another user")), (sql::INSERT_SECRETS, Work::Run)],
    ),
    (List::Blocks, &[(sql::FORGET_BLOCKS, Work::Run), (sql::INSERT_BLOCKS, Work::Run)]),
    (List::Profiles, &[(sql::MISSING_OWNERS, Work::Check(NO_OWNER)), (sql::PARK_DOMAINS, Work::Run)]),
    (
        List::Profiles,
        &[(sql::TAKEN_DOMAINS, Work::Check("belongs to another profile")), (sql::UPSERT_PROFILES, Work::Run)],
    ),
    (
        List::Posts,
        &[
            (sql::MISSING_OWNERS, Work::Check(NO_OWNER)),
            (sql::FORGET_FILES, Work::Run),
            (sql::UPSERT_POSTS, Work::Run),
        ],
    ),
    (List::Files, &[(sql::TAKEN_FILES, Work::Check(TAKEN_FILE)), (sql::INSERT_FILES, Work::Run)]),
];

const NO_OWNER: &str = "is nobody in the file or the database";
const TAKEN_FILE: &str = "holds a name that another file of the owner has";

#[derive(Serialize)]
struct SecretRow {
    index: usize,
    /// The field of the file.
    field: &'static str,
    owner: String,
    kind: &'static str,
    sealed: String,
    lookup: Option<String>,
}

#[derive(Serialize)]
struct BlockRow {
    owner: String,
    /// `None` stands for the user as such, whose other blocks are forgotten.
    target: Option<String>,
    created: i64,
}

impl Store {
    /// Writes the whole instance, or nothing. `progress` is told after each chunk.
    pub async fn import(
        &self,
        instance: &Instance,
        now: Timestamp,
        progress: impl FnMut(Imported) + Send,
    ) -> Result<(), ImportError> {
        self.import_rows(instance, now, true, progress).await?;
        self.tell(Change::Everything);
        Ok(())
    }

    /// Whether the instance could be written. Nothing is.
    pub async fn check_import(&self, instance: &Instance, now: Timestamp) -> Result<(), ImportError> {
        self.import_rows(instance, now, false, |_| {}).await
    }

    async fn import_rows(
        &self,
        instance: &Instance,
        now: Timestamp,
        is_kept: bool,
        mut progress: impl FnMut(Imported) + Send,
    ) -> Result<(), ImportError> {
        check_posts(&instance.posts)?;
        let total = STEPS.iter().map(|(list, ..)| list.length(instance)).sum();
        let mut done = 0;
        each!(self, |db| {
            let mut tx = db.begin_long().await?;
            for (list, statements) in STEPS {
                let length = list.length(instance);
                for start in (0..length).step_by(CHUNK) {
                    let rows = self.rows(list, instance, start, now)?;
                    for (statement, work) in statements {
                        if let Work::Check(message) = work {
                            let query = sqlx::query_as::<_, (i64, String)>(db.text(*statement)).bind(&rows);
                            let found = query.fetch_optional(&mut *tx).await.map_err(StoreError::from)?;
                            found.map_or(Ok(()), |found| Err(list.conflict(found, message)))?;
                        } else {
                            let query = sqlx::query(db.text(*statement)).bind(&rows);
                            query.execute(&mut *tx).await.map_err(StoreError::from)?;
                        }
                    }
                    done += CHUNK.min(length - start);
                    progress(Imported { done, total });
                }
            }
            if is_kept {
                db.announce(&mut tx, &Change::Everything).await?;
                tx.commit().await.map_err(StoreError::from)?;
            } else {
                tx.rollback().await.map_err(StoreError::from)?;
            }
        });
        Ok(())
    }

    /// The rows that the records from `start` on become.
    fn rows(
        &self,
        list: List,
        instance: &Instance,
        start: usize,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let accounts = || instance.accounts.iter().enumerate().skip(start).take(CHUNK);
        let posts = || instance.posts.iter().enumerate().skip(start).take(CHUNK);
        match list {
            List::Users => json(
                &accounts().map(|(_, account)| UserRow::new(&account.user)).collect::<Result<Vec<_>, _>>()?,
            ),
            List::Secrets => {
                let rows = accounts().flat_map(|(index, account)| self.secret_rows(index, account));
                json(&rows.collect::<Result<Vec<_>, _>>()?)
            }
            List::Blocks => {
                json(&accounts().flat_map(|(_, account)| block_rows(account, now)).collect::<Vec<_>>())
            }
            List::Profiles => {
                let profiles = instance.profiles.iter().enumerate().skip(start).take(CHUNK);
                let row = |(index, page): (usize, &Page)| PageRow::new(index, page);
                json(&profiles.map(row).collect::<Result<Vec<_>, _>>()?)
            }
            List::Posts => json(&posts().map(|(index, post)| PostRow::new(index, post)).collect::<Vec<_>>()),
            List::Files => {
                let rows = posts()
                    .flat_map(|(index, post)| FileRow::of(index, post.owner, &post.code, &post.files, 0));
                json(&rows.collect::<Vec<_>>())
            }
        }
    }

    fn secret_rows(
        &self,
        index: usize,
        account: &Account,
    ) -> impl Iterator<Item = Result<SecretRow, StoreError>> {
        let owner = account.user.id;
        let keys = [
            (SecretKind::Relay, "relayKey", account.relay_key.as_ref().map(AccountKey::expose)),
            (SecretKind::Api, "apiKey", account.api_key.as_ref().map(AccountKey::expose)),
            (SecretKind::Music, "music.key", account.music_key.as_ref().map(MusicKey::expose)),
            (SecretKind::Email, "email", account.email.as_ref().map(Email::expose)),
        ];
        keys.into_iter().filter_map(move |(kind, field, key)| {
            let (key, owner_id) = (key?, owner.to_string());
            let row = |sealed| SecretRow {
                index,
                field,
                owner: owner_id,
                kind: kind.as_str(),
                sealed,
                lookup: self.lookup(kind, key),
            };
            Some(self.seal(kind, &owner, key).map(row))
        })
    }
}

impl List {
    fn length(self, instance: &Instance) -> usize {
        match self {
            Self::Users | Self::Secrets | Self::Blocks => instance.accounts.len(),
            Self::Profiles => instance.profiles.len(),
            Self::Posts | Self::Files => instance.posts.len(),
        }
    }

    fn conflict(self, (index, field): (i64, String), message: &'static str) -> ImportConflict {
        let list = match self {
            Self::Users | Self::Secrets | Self::Blocks => "users",
            Self::Profiles => "profiles",
            Self::Posts | Self::Files => "posts",
        };
        ImportConflict { list, index: usize::try_from(index).unwrap_or_default(), field, message }
    }
}

fn block_rows(account: &Account, now: Timestamp) -> impl Iterator<Item = BlockRow> {
    let owner = account.user.id;
    std::iter::once(None).chain(account.blocks.iter().map(Some)).map(move |target| BlockRow {
        owner: owner.to_string(),
        target: target.map(ToString::to_string),
        created: now.as_millis(),
    })
}

/// What the file's own posts are in the way of each other with, and what no row can hold.
fn check_posts(posts: &[Post]) -> Result<(), ImportConflict> {
    let conflict =
        |index, field: &str, message| ImportConflict { list: "posts", index, field: field.into(), message };
    let mut names = HashSet::new();
    for (index, post) in posts.iter().enumerate() {
        if check_text(post).is_err() {
            return Err(conflict(
                index,
                "description",
                "must have at most 2400 bytes together with the title",
            ));
        }
        if !post.files.iter().all(|file| names.insert((post.owner, &file.name))) {
            return Err(conflict(index, "files", TAKEN_FILE));
        }
    }
    Ok(())
}
