//! Posts as the file holds them, with the places of their files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TransferFault, check_text};
use crate::id::{PostCode, UserId};
use crate::post::{FileName, Post, PostFile, Privacy};
use crate::time::Timestamp;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostRecord {
    pub code: PostCode,
    pub owner: UserId,
    #[serde(default)]
    pub privacy: Privacy,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub moderated: bool,
    #[serde(default)]
    pub views: u64,
    #[schemars(length(min = 1, max = 50))]
    pub files: Vec<FileRecord>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// 32 lower-case hex digits, a dot and the extension.
    pub name: FileName,
    /// Bytes.
    pub size: u64,
    pub mime: String,
    /// Where the bytes are, relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl PostRecord {
    pub(super) fn check(self, path: &str, now: Timestamp) -> Result<Post, TransferFault> {
        check_text(path, "title", self.title.as_deref(), 200)?;
        check_text(path, "description", self.description.as_deref(), 2000)?;
        if !(1..=50).contains(&self.files.len()) {
            return Err(TransferFault::new(format!("{path}.files"), "must hold 1 to 50 files"));
        }
        for (index, file) in self.files.iter().enumerate() {
            check_text(path, &format!("files[{index}].mime"), Some(&file.mime), 100)?;
        }
        Ok(Post {
            code: self.code,
            owner: self.owner,
            privacy: self.privacy,
            title: self.title,
            description: self.description,
            created: self.created.unwrap_or(now),
            is_moderated: self.moderated,
            views: self.views,
            files: self
                .files
                .into_iter()
                .map(|file| PostFile { name: file.name, size: file.size, mime: file.mime })
                .collect(),
        })
    }
}

impl From<Post> for PostRecord {
    fn from(post: Post) -> Self {
        let file =
            |file: PostFile| FileRecord { name: file.name, size: file.size, mime: file.mime, source: None };
        Self {
            code: post.code,
            owner: post.owner,
            privacy: post.privacy,
            title: post.title,
            description: post.description,
            created: Some(post.created),
            moderated: post.is_moderated,
            views: post.views,
            files: post.files.into_iter().map(file).collect(),
        }
    }
}
