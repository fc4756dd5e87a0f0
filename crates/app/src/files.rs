//! Uploaded files: which of them everybody may have, and their bytes (contract R6, A5, A6).

use std::ops::Range;

use bytes::Bytes;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{Post, Privacy};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::{BlobBody, BlobError, BlobInfo, Blobs};
use nameplate_store::{Store, StoreError};

/// Why there is no file.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FileFault {
    /// Missing, private or moderated: to a visitor these are the same.
    #[error("there is no such file")]
    NotFound,
    #[error("the database or the blob store is out of reach")]
    Unavailable,
}

/// A file that everybody may have.
#[derive(Clone, Debug)]
pub struct OpenFile {
    key: BlobKey,
    pub info: BlobInfo,
    pub mime: &'static str,
}

/// The files of the instance.
#[derive(Clone)]
pub struct Files {
    store: Store,
    blobs: Blobs,
}

impl Files {
    pub(crate) fn new(store: Store, blobs: Blobs) -> Self {
        Self { store, blobs }
    }

    /// Whether the blob store answers.
    pub(crate) async fn check(&self) -> Result<(), BlobError> {
        self.blobs.check().await
    }

    /// The file at a path of the file host: avatars and banners, and uploads whose post is neither private nor moderated.
    pub async fn find_by_path(&self, path: &str) -> Result<OpenFile, FileFault> {
        let key = BlobKey::parse(path).ok_or(FileFault::NotFound)?;
        match &key {
            BlobKey::Avatar { .. } | BlobKey::Banner { .. } => {}
            BlobKey::Thumb { .. } => return Err(FileFault::NotFound),
            BlobKey::Upload { owner, name } => {
                let post = self.store.find_post_by_file(owner, name).await.map_err(unavailable)?;
                post.filter(is_open).ok_or(FileFault::NotFound)?;
            }
        }
        self.open(key).await
    }

    /// The first file of a post by its short id, which on a profile's host must be of the profile's owner (R6).
    pub async fn find_by_code(&self, code: &PostCode, owner: Option<UserId>) -> Result<OpenFile, FileFault> {
        let post = self.store.find_post(code).await.map_err(unavailable)?.filter(is_open);
        let post =
            post.filter(|post| owner.is_none_or(|owner| post.owner == owner)).ok_or(FileFault::NotFound)?;
        let name = post.files.into_iter().next().ok_or(FileFault::NotFound)?.name;
        self.open(BlobKey::Upload { owner: post.owner, name }).await
    }

    async fn open(&self, key: BlobKey) -> Result<OpenFile, FileFault> {
        let info = self.blobs.head(&key).await.map_err(blob_fault)?;
        let mime = mime_of(key.name().as_str());
        Ok(OpenFile { key, info, mime })
    }

    /// The bytes, or a part of them, as a stream.
    pub async fn read(&self, file: &OpenFile, part: Option<Range<u64>>) -> Result<BlobBody, FileFault> {
        self.blobs.read(&file.key, part).await.map_err(blob_fault)
    }

    /// All bytes of a file of at most `limit` bytes.
    pub(crate) async fn whole(&self, file: &OpenFile, limit: u64) -> Result<Bytes, FileFault> {
        self.blobs.get(&file.key, limit).await.map_err(blob_fault)
    }
}

fn is_open(post: &Post) -> bool {
    post.privacy != Privacy::Private && !post.is_moderated
}

/// The type of a stored file: its extension was made from its content (A4).
fn mime_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        Some("mp4") => "video/mp4",
        Some("mov") => "video/quicktime",
        Some("mkv") => "video/x-matroska",
        _ => "application/octet-stream",
    }
}

fn unavailable(error: StoreError) -> FileFault {
    tracing::warn!(%error, "a file's post could not be looked up");
    FileFault::Unavailable
}

fn blob_fault(error: BlobError) -> FileFault {
    match error {
        BlobError::NotFound => FileFault::NotFound,
        error => {
            tracing::warn!(%error, "a file could not be read");
            FileFault::Unavailable
        }
    }
}
