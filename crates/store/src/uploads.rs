//! New posts and files, settled with their usage in one transaction (contract A3).

use nameplate_core::change::Change;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{Post, PostFile};
use nameplate_core::time::Timestamp;

use crate::Store;
use crate::error::{Conflict, StoreError};
use crate::rows::{FileRow, PostRow, json, millis, signed, unsigned};
use crate::statements as sql;
use crate::usage::{Reservation, UsageRow};

/// The most bytes of a post's title and description together. PostgreSQL keeps them in an index, whose entries are
/// limited to a third of a page; what fits one database must fit the other.
pub(crate) const MAX_TEXT: usize = 2400;

pub(crate) fn check_text(post: &Post) -> Result<(), StoreError> {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    if length(&post.title) + length(&post.description) <= MAX_TEXT {
        return Ok(());
    }
    Err(StoreError::Unsupported(format!("a post's title and description may have {MAX_TEXT} bytes together")))
}

/// Files that join a post, new or old.
struct Upload<'a> {
    owner: UserId,
    /// New posts; their files are among `files`.
    posts: &'a [Post],
    /// An old post that gets `files` at its end.
    album: Option<&'a PostCode>,
    /// How many files that may have then.
    most: u64,
    files: &'a [PostFile],
    settled: Option<(&'a Reservation, Timestamp)>,
}

/// What became of files that were to join a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// They are behind so many others.
    Behind(u64),
    /// There is no such post.
    NoPost,
    /// The post would have more files than it may.
    Full,
}

impl Upload<'_> {
    fn files(&self) -> impl Iterator<Item = &PostFile> {
        self.posts.iter().flat_map(|post| &post.files).chain(self.files)
    }

    fn rows(&self, position: i64) -> Vec<FileRow> {
        let new = self.posts.iter().flat_map(|post| FileRow::of(0, post.owner, &post.code, &post.files, 0));
        let old = self.album.map(|code| FileRow::of(0, self.owner, code, self.files, position));
        new.chain(old.into_iter().flatten()).collect()
    }
}

impl Store {
    /// A post that costs its owner no quota.
    ///
    /// # Errors
    /// [`Conflict`](crate::Conflict)`::{Code, File, NoUser}`.
    pub async fn insert_post(&self, post: &Post) -> Result<(), StoreError> {
        let posts = std::slice::from_ref(post);
        self.write(Upload { owner: post.owner, posts, album: None, most: 0, files: &[], settled: None })
            .await
            .map(drop)
    }

    /// New posts of one upload, whose sizes count in place of what was reserved.
    ///
    /// # Errors
    /// [`Conflict`](crate::Conflict)`::{Code, File, NoUser, NoReservation}`.
    pub async fn insert_upload(
        &self,
        posts: &[Post],
        reservation: &Reservation,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let settled = Some((reservation, now));
        self.write(Upload { owner: reservation.owner, posts, album: None, most: 0, files: &[], settled })
            .await
            .map(drop)
    }

    /// More files for a post, which may have `most` then, and whose sizes count in place of what was reserved. Unless the
    /// files join it, nothing is settled.
    ///
    /// # Errors
    /// [`Conflict`](crate::Conflict)`::{File, NoReservation}`.
    pub async fn append_files(
        &self,
        code: &PostCode,
        files: &[PostFile],
        most: u64,
        reservation: &Reservation,
        now: Timestamp,
    ) -> Result<Appended, StoreError> {
        let settled = Some((reservation, now));
        let upload = Upload { owner: reservation.owner, posts: &[], album: Some(code), most, files, settled };
        self.write(upload).await
    }

    async fn write(&self, upload: Upload<'_>) -> Result<Appended, StoreError> {
        upload.posts.iter().try_for_each(check_text)?;
        let posts = json(&upload.posts.iter().map(|post| PostRow::new(0, post)).collect::<Vec<_>>())?;
        let bytes = upload.files().map(|file| file.size).sum::<u64>();
        let count = upload.files().count() as u64;
        change!(self, |db, tx| {
            let (mut position, mut before) = (0, 0);
            if let Some(code) = upload.album {
                let query = sqlx::query(db.text(sql::LOCK_POST)).bind(code.as_str());
                if query.fetch_optional(&mut *tx).await?.is_none() {
                    return Ok((Appended::NoPost, None));
                }
                let query = sqlx::query_scalar(db.text(sql::COUNT_FILES_OF_POST)).bind(code.as_str());
                before = unsigned(query.fetch_one(&mut *tx).await?);
                if before + count > upload.most {
                    return Ok((Appended::Full, None));
                }
                let query = sqlx::query_scalar(db.text(sql::NEXT_POSITION)).bind(code.as_str());
                position = query.fetch_one(&mut *tx).await?;
            }
            sqlx::query(db.text(sql::INSERT_POSTS)).bind(&posts).execute(&mut *tx).await?;
            let files = json(&upload.rows(position))?;
            sqlx::query(db.text(sql::INSERT_FILES)).bind(&files).execute(&mut *tx).await?;
            if let Some(code) = upload.album {
                sqlx::query(db.text(sql::REFRESH_POST)).bind(code.as_str()).execute(&mut *tx).await?;
            }
            if let Some((reservation, now)) = upload.settled {
                let owner = reservation.owner.as_str();
                let query = sqlx::query_as::<_, UsageRow>(db.text(sql::LOCK_USAGE)).bind(owner);
                let usage = query.fetch_one(&mut *tx).await?.at(now);
                let query = sqlx::query(db.text(sql::SET_USAGE))
                    .bind(owner)
                    .bind(signed(usage.used.saturating_add(bytes)));
                query.bind(millis(usage.window_start.or(Some(now)))).execute(&mut *tx).await?;
                let query = sqlx::query(db.text(sql::COUNT_USAGE_DAY)).bind(owner).bind(now.day());
                query.bind(signed(bytes)).bind(signed(count)).execute(&mut *tx).await?;
                let query = sqlx::query(db.text(sql::DELETE_RESERVATION)).bind(&reservation.id);
                if query.execute(&mut *tx).await?.rows_affected() == 0 {
                    return Err(Conflict::NoReservation.into());
                }
            }
            (Appended::Behind(before), Some(Change::Posts(upload.owner)))
        })
    }
}
