//! Pictures on a page: our own files and, through us, those of other sites (contract P10).
//!
//! A visitor's browser asks nobody but the page's own host. The JSON of presences keeps the original addresses; pages
//! and cards get theirs here.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use nameplate_core::id::PostCode;
use nameplate_media::art::{Art, ArtError, ArtImage};
use nameplate_media::picture::PictureError;
use nameplate_media::pool::PicturePool;
use nameplate_page::art_url;

use crate::files::{FileFault, Files};
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

impl From<FileFault> for ArtFault {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::NotFound | FileFault::BadLink => Self::NotFound,
            FileFault::Unavailable => Self::Busy,
        }
    }
}

impl From<ArtError> for ArtFault {
    fn from(error: ArtError) -> Self {
        match error {
            ArtError::NotAllowed | ArtError::NotFound | ArtError::TooBig | ArtError::NotAnImage => {
                Self::NotFound
            }
            ArtError::Unreachable => Self::Unreachable,
            ArtError::Busy => Self::Busy,
        }
    }
}

#[derive(Clone)]
pub struct Arts(Arc<Inner>);

struct Inner {
    files: Files,
    art: Art,
    pictures: PicturePool,
    links: Links,
}

impl Arts {
    pub(crate) fn new(files: Files, art: Art, pictures: PicturePool, links: Links) -> Self {
        Self(Arc::new(Inner { files, art, pictures, links }))
    }

    /// The address under which a page shows a picture: on the page's own host. `None` where it cannot be shown.
    pub fn local_url(&self, url: &str) -> Option<String> {
        match (url.strip_prefix('/'), self.own_path(url)) {
            // A short id is at home on the page's host.
            (Some(path), _) if !path.contains('/') => Some(url.to_owned()),
            (_, Some(path)) => Some(art_url(&format!("{}{path}", self.0.links.files()))),
            (_, None) => self.0.art.is_allowed(url).then(|| art_url(url)),
        }
    }

    /// The path on the file host of a picture of ours.
    fn own_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix('/').or_else(|| self.0.links.own_path(url))
    }

    /// Whether a picture of another site may be shown (P10).
    pub fn is_allowed(&self, url: &str) -> bool {
        self.0.art.is_allowed(url)
    }

    /// The picture at an address: one of ours, or of another site.
    pub async fn image(&self, url: &str) -> Result<ArtPicture, ArtFault> {
        match self.own_path(url) {
            Some(path) => self.own(path).await,
            None => self.0.art.fetch(url).await?.as_ref().try_into(),
        }
    }

    /// One of our own pictures by its path on the file host, or by its short id.
    async fn own(&self, path: &str) -> Result<ArtPicture, ArtFault> {
        let files = &self.0.files;
        let file = match PostCode::of_path(path) {
            Some(code) => files.find_by_code(&code, None).await?.1,
            None => files.find_by_path(path, "").await?,
        };
        if !file.mime.starts_with("image/") {
            return Err(ArtFault::NotFound);
        }
        let etag = HeaderValue::try_from(&file.info.etag).map_err(|_| ArtFault::NotFound)?;
        let bytes = files.whole(&file, MAX_PICTURE).await?;
        Ok(ArtPicture { bytes, mime: HeaderValue::from_static(file.mime), etag })
    }

    /// The bytes of a picture, for a card; `None` where it cannot be had.
    pub(crate) async fn bytes(&self, url: &str) -> Option<Bytes> {
        self.image(url).await.ok().map(|picture| picture.bytes)
    }

    /// Works on pixels off the async threads.
    pub(crate) async fn on_pool<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let done = self.0.pictures.run(move || Ok::<_, PictureError>(work())).await;
        done.inspect_err(|error| tracing::warn!(%error, "a picture was not worked on")).ok()
    }
}
