//! Pictures on a page: our own files and, through us, those of other sites (contract P10).
//!
//! A visitor's browser asks nobody but the page's own host. The JSON of presences keeps the original addresses; pages
//! and cards get theirs here.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use nameplate_core::post::Privacy;
use nameplate_media::art::{Art, ArtError, ArtImage};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::{BlobError, Blobs};
use nameplate_media::picture::PictureError;
use nameplate_media::pool::PicturePool;
use nameplate_page::art_url;
use nameplate_store::Store;

use crate::links::Links;

/// The largest picture of our own that is read whole, in bytes.
const MAX_PICTURE: u64 = 16 * 1024 * 1024;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArtFault {
    /// Missing, of a host that is not allowed, or no picture.
    #[error("there is no such picture")]
    NotFound,
    #[error("the picture's site did not answer")]
    Unreachable,
    #[error("too many pictures wait")]
    Busy,
}

/// A picture, ready to send.
#[derive(Clone, Debug)]
pub struct ArtPicture {
    pub bytes: Bytes,
    pub mime: HeaderValue,
    pub etag: HeaderValue,
}

impl TryFrom<&ArtImage> for ArtPicture {
    type Error = ArtFault;

    fn try_from(image: &ArtImage) -> Result<Self, ArtFault> {
        let etag = HeaderValue::try_from(&image.etag).map_err(|_| ArtFault::NotFound)?;
        Ok(Self { bytes: image.bytes.clone(), mime: HeaderValue::from_static(image.mime), etag })
    }
}

impl From<ArtError> for ArtFault {
    fn from(error: ArtError) -> Self {
        match error {
            ArtError::NotAllowed | ArtError::NotFound | ArtError::TooBig | ArtError::NotAnImage => Self::NotFound,
            ArtError::Unreachable => Self::Unreachable,
            ArtError::Busy => Self::Busy,
        }
    }
}

#[derive(Clone)]
pub struct Arts(Arc<Inner>);

struct Inner {
    store: Store,
    art: Art,
    blobs: Blobs,
    pictures: PicturePool,
    links: Links,
}

impl Arts {
    pub(crate) fn new(store: Store, art: Art, blobs: Blobs, pictures: PicturePool, links: Links) -> Self {
        Self(Arc::new(Inner { store, art, blobs, pictures, links }))
    }

    /// The address under which a page shows a picture: on the page's own host. `None` where it cannot be shown.
    pub fn local_url(&self, url: &str) -> Option<String> {
        if url.starts_with('/') {
            return Some(url.to_owned());
        }
        let is_shown = url.starts_with(self.0.links.files()) || self.0.art.is_allowed(url);
        is_shown.then(|| art_url(url))
    }

    /// The picture at an address: one of ours, or of another site.
    pub async fn image(&self, url: &str) -> Result<ArtPicture, ArtFault> {
        match url.strip_prefix(self.0.links.files()) {
            Some(path) => self.own(path).await,
            None => self.0.art.fetch(url).await?.as_ref().try_into(),
        }
    }

    /// One of our own pictures by its path on the file host.
    pub async fn own(&self, path: &str) -> Result<ArtPicture, ArtFault> {
        let key = BlobKey::parse(path).ok_or(ArtFault::NotFound)?;
        if !self.is_open(&key).await? {
            return Err(ArtFault::NotFound);
        }
        let bytes = self.0.blobs.get(&key, MAX_PICTURE).await.map_err(|error| match error {
            BlobError::NotFound => ArtFault::NotFound,
            error => {
                tracing::warn!(%error, "a picture could not be read");
                ArtFault::Unreachable
            }
        })?;
        let mime = match key.name().as_str().rsplit('.').next() {
            Some("png") => "image/png",
            Some("webp") => "image/webp",
            Some("gif") => "image/gif",
            _ => "image/jpeg",
        };
        // The name is the hash of the content, or as random as one.
        let etag = HeaderValue::try_from(format!("\"{}\"", key.name().as_str())).map_err(|_| ArtFault::NotFound)?;
        Ok(ArtPicture { bytes, mime: HeaderValue::from_static(mime), etag })
    }

    /// Whether everybody may have a file: avatars and banners, and uploads whose post is not private or moderated.
    async fn is_open(&self, key: &BlobKey) -> Result<bool, ArtFault> {
        match key {
            BlobKey::Avatar { .. } | BlobKey::Banner { .. } => Ok(true),
            BlobKey::Thumb { .. } => Ok(false),
            BlobKey::Upload { owner, name } => match self.0.store.find_post_by_file(owner, name).await {
                Ok(post) => Ok(post.is_some_and(|post| post.privacy != Privacy::Private && !post.is_moderated)),
                Err(error) => {
                    tracing::warn!(%error, "a file's post could not be looked up");
                    Err(ArtFault::Busy)
                }
            },
        }
    }

    /// The bytes of a picture, for a card; `None` where it cannot be had.
    pub(crate) async fn bytes(&self, url: &str) -> Option<Bytes> {
        self.image(url).await.ok().map(|picture| picture.bytes)
    }

    /// Works on pixels off the async threads.
    pub(crate) async fn on_pool<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let done = self.0.pictures.run(move || Ok::<_, PictureError>(work())).await;
        done.inspect_err(|error| tracing::warn!(%error, "a picture was not worked on")).ok()
    }
}
