//! Posts and their files: find, list, change, delete (contract U7, A2, A5). New ones come with `uploads.rs`; their bytes
//! are the `media` crate's.

use std::collections::HashMap;

use nameplate_core::change::Change;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{FileName, OwnUpload, Post, PostFile, Privacy, PublicUpload};
use serde::Serialize;

use crate::error::StoreError;
use crate::rows::{
    FileRow, OwnUploadRow, PostRow, file_name, json, post_code, public_uploads, read_all, unsigned, user_id,
};
use crate::statements as sql;
use crate::uploads::check_text;
use crate::{Durability, Store};

/// Which posts of an owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostFilter {
    pub privacy: Option<Privacy>,
    /// What stands in the title, the description or the code, whatever its case.
    pub text: String,
}

impl PostFilter {
    fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for letter in self.text.trim().to_lowercase().chars() {
            if matches!(letter, '!' | '%' | '_') {
                pattern.push('!');
            }
            pattern.push(letter);
        }
        if pattern.len() > 1 {
            pattern.push('%');
        }
        pattern
    }
}

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a str,
}

/// What the files of these posts are asked for with.
pub(crate) fn codes(posts: &[PostRow]) -> Result<String, StoreError> {
    json(&posts.iter().map(|post| CodeRow { code: &post.code }).collect::<Vec<_>>())
}

/// The posts with their files, which come in the order of posts and places.
pub(crate) fn with_files(posts: Vec<PostRow>, rows: Vec<FileRow>) -> Result<Vec<Post>, StoreError> {
    let mut files: HashMap<String, Vec<PostFile>> = HashMap::new();
    for row in rows {
        files.entry(row.post.clone()).or_default().push(row.try_into()?);
    }
    let post = |row: PostRow| {
        let files = files.remove(&row.code)?;
        Some(row.with_files(files))
    };
    posts.into_iter().filter_map(post).collect()
}

impl Store {
    pub async fn find_post(&self, code: &PostCode) -> Result<Option<Post>, StoreError> {
        let code = code.as_str();
        let row: Option<PostRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_POST)).bind(code).fetch_optional(db.reader()).await?)
        })?;
        let Some(post) = row else { return Ok(None) };
        let files: Vec<FileRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::LIST_FILES_OF_POST)).bind(code).fetch_all(db.reader()).await?)
        })?;
        // A post that is being deleted loses its files first.
        if files.is_empty() { Ok(None) } else { post.with_files(read_all(files)?).map(Some) }
    }

    /// The post that holds a file of `owner`'s.
    pub async fn find_post_by_file(
        &self,
        owner: &UserId,
        name: &FileName,
    ) -> Result<Option<Post>, StoreError> {
        let code: Option<String> = on_both!(self, |db| {
            let query =
                sqlx::query_scalar(db.text(sql::FIND_FILE_POST)).bind(owner.as_str()).bind(name.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        match code {
            Some(code) => self.find_post(&post_code(&code)?).await,
            None => Ok(None),
        }
    }

    /// The next posts behind `after`, in the order of their codes.
    pub async fn list_posts(&self, after: Option<&PostCode>, limit: u32) -> Result<Vec<Post>, StoreError> {
        let after = after.map_or("", PostCode::as_str);
        let rows: Vec<PostRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_POSTS)).bind(after).bind(i64::from(limit));
            Ok(query.fetch_all(db.reader()).await?)
        })?;
        self.read_posts(rows).await
    }

    /// An owner's posts of every privacy, newest first.
    pub async fn list_posts_of(
        &self,
        owner: &UserId,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<Post>, StoreError> {
        let rows: Vec<PostRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_POSTS_OF)).bind(owner.as_str());
            Ok(query.bind(i64::from(limit)).bind(i64::from(offset)).fetch_all(db.reader()).await?)
        })?;
        self.read_posts(rows).await
    }

    /// The same of those posts that fit, and how many fit in all.
    pub async fn list_some_posts_of(
        &self,
        owner: &UserId,
        only: &PostFilter,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<Post>, u64), StoreError> {
        let (privacy, pattern) = (only.privacy.map_or("", Privacy::as_str), only.pattern());
        let (rows, count): (Vec<PostRow>, i64) = on_both!(self, |db| {
            let count = sqlx::query_scalar(db.text(sql::COUNT_SOME_POSTS_OF)).bind(owner.as_str());
            let count = count.bind(privacy).bind(&pattern).fetch_one(db.reader()).await?;
            let rows = sqlx::query_as(db.text(sql::LIST_SOME_POSTS_OF)).bind(owner.as_str());
            let rows = rows.bind(privacy).bind(&pattern).bind(i64::from(limit)).bind(i64::from(offset));
            Ok((rows.fetch_all(db.reader()).await?, count))
        })?;
        Ok((self.read_posts(rows).await?, unsigned(count)))
    }

    async fn read_posts(&self, posts: Vec<PostRow>) -> Result<Vec<Post>, StoreError> {
        if posts.is_empty() {
            return Ok(Vec::new());
        }
        let codes = codes(&posts)?;
        let files = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::LIST_FILES_OF_POSTS)).bind(&codes).fetch_all(db.reader()).await?)
        })?;
        with_files(posts, files)
    }

    /// Public, unmoderated posts, newest first (U7): one scan of one index.
    pub async fn list_public_uploads(
        &self,
        owner: &UserId,
        limit: u32,
    ) -> Result<Vec<PublicUpload>, StoreError> {
        let lists: String = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::LIST_PUBLIC_UPLOADS)).bind(owner.as_str());
            Ok(query.bind(i64::from(limit)).fetch_one(db.reader()).await?)
        })?;
        public_uploads(&lists)
    }

    /// All files of an owner, those of the newest post first.
    pub async fn list_uploads(&self, owner: &UserId, limit: u32) -> Result<Vec<OwnUpload>, StoreError> {
        let rows: Vec<OwnUploadRow> = on_both!(self, |db| {
            let query = sqlx::query_as(db.text(sql::LIST_UPLOADS)).bind(owner.as_str());
            Ok(query.bind(i64::from(limit)).fetch_all(db.reader()).await?)
        })?;
        read_all(rows)
    }

    /// The file of an owner's whose name has these 32 digits before its extension.
    pub async fn find_file_by_stem(
        &self,
        owner: &UserId,
        stem: &str,
    ) -> Result<Option<FileName>, StoreError> {
        // The character behind a full stop is a slash.
        let (from, to) = (format!("{stem}."), format!("{stem}/"));
        let name: Option<String> = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::FIND_FILE_BETWEEN)).bind(owner.as_str());
            Ok(query.bind(&from).bind(&to).fetch_optional(db.reader()).await?)
        })?;
        name.as_deref().map(file_name).transpose()
    }

    /// A user's stored files, whatever their privacy (U3).
    pub async fn count_files(&self, owner: &UserId) -> Result<u64, StoreError> {
        let files: i64 = on_both!(self, |db| {
            Ok(sqlx::query_scalar(db.text(sql::COUNT_FILES))
                .bind(owner.as_str())
                .fetch_one(db.reader())
                .await?)
        })?;
        Ok(unsigned(files))
    }

    /// Writes privacy, title and description. Answers whether the post is there.
    pub async fn update_post(&self, post: &Post) -> Result<bool, StoreError> {
        check_text(post)?;
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::UPDATE_POST))
                .bind(post.code.as_str())
                .bind(post.privacy.as_str())
                .bind(&post.title)
                .bind(&post.description);
            let is_found = query.execute(&mut *tx).await?.rows_affected() > 0;
            (is_found, is_found.then_some(Change::Posts(post.owner)))
        })
    }

    /// Hides the post from everybody but its owner, who may read why; or shows it again.
    pub async fn set_moderated(
        &self,
        code: &PostCode,
        is_moderated: bool,
        note: Option<&str>,
    ) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_scalar::<_, String>(db.text(sql::SET_MODERATED)).bind(code.as_str());
            let owner = query.bind(is_moderated).bind(note).fetch_optional(&mut *tx).await?;
            let owner = owner.as_deref().map(|owner| user_id("posts.owner", owner)).transpose()?;
            (owner.is_some(), owner.map(Change::Posts))
        })
    }

    /// Why a moderated post was hidden, if somebody wrote it down.
    pub async fn find_moderation_note(&self, code: &PostCode) -> Result<Option<String>, StoreError> {
        on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::FIND_MODERATION_NOTE)).bind(code.as_str());
            let note: Option<Option<String>> = query.fetch_optional(db.reader()).await?;
            Ok(note.flatten())
        })
    }

    /// Counts one view of a post.
    pub async fn count_post_view(&self, code: &PostCode) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Batched).await?;
            sqlx::query(db.text(sql::COUNT_POST_VIEW)).bind(code.as_str()).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }

    pub async fn delete_post(&self, post: &Post) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query(db.text(sql::DELETE_POST)).bind(post.code.as_str());
            let was_there = query.execute(&mut *tx).await?.rows_affected() > 0;
            (was_there, was_there.then_some(Change::Posts(post.owner)))
        })
    }

    /// Deletes one file, and its post with the last of them. Answers whether the file was there.
    pub async fn delete_file(&self, owner: &UserId, name: &FileName) -> Result<bool, StoreError> {
        change!(self, |db, tx| {
            let query = sqlx::query_scalar::<_, String>(db.text(sql::DELETE_FILE)).bind(owner.as_str());
            let post = query.bind(name.as_str()).fetch_optional(&mut *tx).await?;
            if let Some(code) = &post {
                // What became of the post depends on the files that are left, so nobody may add one meanwhile.
                sqlx::query(db.text(sql::LOCK_POST)).bind(code).fetch_all(&mut *tx).await?;
                sqlx::query(db.text(sql::DELETE_EMPTY_POST)).bind(code).execute(&mut *tx).await?;
                sqlx::query(db.text(sql::REFRESH_POST)).bind(code).execute(&mut *tx).await?;
            }
            (post.is_some(), post.map(|_| Change::Posts(*owner)))
        })
    }
}
