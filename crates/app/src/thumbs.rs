//! Small pictures of uploads, for galleries: made when one is first asked for, and kept as blobs (contract A6).

use nameplate_core::id::UserId;
use nameplate_core::post::{FileName, Privacy};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::BlobError;
use nameplate_media::kind::MediaKind;
use nameplate_media::picture::{self, PictureError};

use crate::files::{FileFault, Files, OpenFile, blob_fault, unavailable};

/// The largest upload that is read whole, in bytes.
const MAX_PICTURE: u64 = 32 << 20;

impl Files {
    /// The small picture of an upload that everybody may have. A picture that is too large to be decoded stands for
    /// itself.
    pub(crate) async fn thumb(&self, owner: UserId, thumb: &FileName) -> Result<OpenFile, FileFault> {
        let found = self.store().find_file_by_stem(&owner, thumb.stem()).await.map_err(unavailable)?;
        let name = found.ok_or(FileFault::NotFound)?;
        let post = self.store().find_post_by_file(&owner, &name).await.map_err(unavailable)?;
        let post = post.filter(|post| post.privacy != Privacy::Private && !post.is_moderated);
        let privacy = post.ok_or(FileFault::NotFound)?.privacy;
        self.owner(&owner).await?;
        if !MediaKind::of(&name).is_some_and(MediaKind::is_picture) {
            return Err(FileFault::NotFound);
        }
        let key = BlobKey::thumb_of(owner, &name);
        match self.open(key.clone(), privacy).await {
            Err(FileFault::NotFound) => {}
            found => return found,
        }
        let original = BlobKey::Upload { owner, name };
        let bytes = match self.blobs().get(&original, MAX_PICTURE).await {
            Err(BlobError::TooLarge { .. }) => return self.open(original, privacy).await,
            bytes => bytes.map_err(blob_fault)?,
        };
        match self.pictures().run(move || picture::thumbnail(&bytes)).await {
            Ok(made) => {
                self.blobs().put(&key, made.bytes).await.map_err(blob_fault)?;
                self.open(key, privacy).await
            }
            Err(PictureError::Busy) => Err(FileFault::Unavailable),
            Err(_) => self.open(original, privacy).await,
        }
    }
}
