//! Uploaded files: who may have which of them, under which address, and their bytes (contract R6, A5, A6).

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{FileName, Post, PostFile, Privacy};
use nameplate_core::size;
use nameplate_core::time::Clock;
use nameplate_core::user::User;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::{BlobBody, BlobError, BlobInfo, Blobs};
use nameplate_media::kind::MediaKind;
use nameplate_media::picture;
use nameplate_media::pool::PicturePool;
use nameplate_media::signed::LinkSigner;
use nameplate_store::{Store, StoreError};
use serde::Serialize;

use crate::links::Links;

/// How much of a picture is read to learn its size in pixels.
const HEADER_BYTES: u64 = 64 << 10;

/// Why there is no file.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FileFault {
    /// Missing, private or moderated: to a visitor these are the same.
    #[error("there is no such file")]
    NotFound,
    /// The signed link to a private file is forged or has ended.
    #[error("the link is not valid or has ended")]
    BadLink,
    #[error("the database or the blob store is out of reach")]
    Unavailable,
}

/// A file that whoever asked may have.
#[derive(Clone, Debug)]
pub struct OpenFile {
    key: BlobKey,
    pub info: BlobInfo,
    pub mime: &'static str,
    /// Whether a signed link was needed.
    pub is_private: bool,
}

/// Pixels, as the picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dimensions {
    pub width: u32,
    pub height: u32,
}

impl From<Dimensions> for (u32, u32) {
    fn from(Dimensions { width, height }: Dimensions) -> Self {
        (width, height)
    }
}

/// What the account API tells of a file.
#[derive(Serialize)]
pub struct FileView {
    size: u64,
    size_formatted: String,
    mime_type: String,
    dimensions: Option<Dimensions>,
}

impl FileView {
    pub(crate) fn new(file: &PostFile, dimensions: Option<Dimensions>) -> Self {
        let size_formatted = size::formatted(file.size);
        Self { size: file.size, size_formatted, mime_type: file.mime.clone(), dimensions }
    }
}

/// The files of the instance.
#[derive(Clone)]
pub struct Files {
    store: Store,
    blobs: Blobs,
    links: Links,
    signer: LinkSigner,
    pictures: PicturePool,
    clock: Arc<dyn Clock>,
}

impl Files {
    pub(crate) fn new(
        store: Store,
        blobs: Blobs,
        links: Links,
        signer: LinkSigner,
        pictures: PicturePool,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, blobs, links, signer, pictures, clock }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn pictures(&self) -> &PicturePool {
        &self.pictures
    }

    /// Whether the blob store answers.
    pub(crate) async fn check(&self) -> Result<(), BlobError> {
        self.blobs.check().await
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    pub(crate) fn links(&self) -> &Links {
        &self.links
    }

    /// The address of an upload; a private one's is signed, and good for a day (A5).
    pub(crate) fn url(&self, owner: &UserId, name: &FileName, privacy: Privacy) -> String {
        let url = self.links.upload(owner, name);
        match privacy {
            Privacy::Private => format!("{url}?{}", self.signer.sign(*owner, name, self.clock.now())),
            Privacy::Public | Privacy::Unlisted => url,
        }
    }

    /// Whose files they are, while they may be seen.
    pub(crate) async fn owner(&self, id: &UserId) -> Result<User, FileFault> {
        let owner = self.store.find_user(id).await.map_err(unavailable)?;
        owner.filter(|owner| !owner.is_suspended).ok_or(FileFault::NotFound)
    }

    /// The file at a path of the file host: avatars and banners, and uploads whose post is not moderated. A private one
    /// wants a signed `query`.
    pub async fn find_by_path(&self, path: &str, query: &str) -> Result<OpenFile, FileFault> {
        let key = BlobKey::parse(path).ok_or(FileFault::NotFound)?;
        let privacy = match &key {
            BlobKey::Avatar { .. } | BlobKey::Banner { .. } => Privacy::Public,
            BlobKey::Thumb { owner, name } => return self.thumb(*owner, name).await,
            BlobKey::Upload { owner, name } => {
                let post = self.store.find_post_by_file(owner, name).await.map_err(unavailable)?;
                let post = post.filter(|post| !post.is_moderated).ok_or(FileFault::NotFound)?;
                if post.privacy == Privacy::Private {
                    self.check_link(*owner, name, query)?;
                }
                self.owner(owner).await?;
                post.privacy
            }
        };
        self.open(key, privacy).await
    }

    /// A private file without a link is as if it did not exist.
    fn check_link(&self, owner: UserId, name: &FileName, query: &str) -> Result<(), FileFault> {
        let is_signed = query.split('&').any(|pair| pair.starts_with("s=") || pair.starts_with("e="));
        let verified = self.signer.verify(owner, name, query, self.clock.now());
        verified.map_err(|_| if is_signed { FileFault::BadLink } else { FileFault::NotFound })
    }

    /// The size in pixels of a stored picture; none of a video, or of what cannot be read.
    pub(crate) async fn dimensions(&self, key: &BlobKey, kind: MediaKind, size: u64) -> Option<Dimensions> {
        if !kind.is_picture() || size == 0 {
            return None;
        }
        let body = self.blobs.read(key, Some(0..size.min(HEADER_BYTES))).await.ok()?;
        let header: Vec<Bytes> = body.chunks.try_collect().await.ok()?;
        let (width, height) = picture::dimensions(&header.concat()).ok()?;
        Some(Dimensions { width, height })
    }

    /// A post and its first file by its short id, which on a profile's host must be of the profile's owner (R6).
    pub(crate) async fn find_by_code(
        &self,
        code: &PostCode,
        owner: Option<UserId>,
    ) -> Result<(Post, OpenFile), FileFault> {
        let post = self.store.find_post(code).await.map_err(unavailable)?.filter(is_open);
        let post =
            post.filter(|post| owner.is_none_or(|owner| post.owner == owner)).ok_or(FileFault::NotFound)?;
        self.owner(&post.owner).await?;
        let name = post.files.first().ok_or(FileFault::NotFound)?.name.clone();
        let file = self.open(BlobKey::Upload { owner: post.owner, name }, post.privacy).await?;
        Ok((post, file))
    }

    pub(crate) async fn open(&self, key: BlobKey, privacy: Privacy) -> Result<OpenFile, FileFault> {
        let info = self.blobs.head(&key).await.map_err(blob_fault)?;
        let mime = MediaKind::of(key.name()).map_or("application/octet-stream", MediaKind::mime);
        Ok(OpenFile { key, info, mime, is_private: privacy == Privacy::Private })
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

pub(crate) fn unavailable(error: StoreError) -> FileFault {
    tracing::warn!(%error, "a file's post could not be looked up");
    FileFault::Unavailable
}

pub(crate) fn blob_fault(error: BlobError) -> FileFault {
    match error {
        BlobError::NotFound => FileFault::NotFound,
        error => {
            tracing::warn!(%error, "a file could not be read");
            FileFault::Unavailable
        }
    }
}
