//! Avatars and banners: taken in whole, made anew, and shown from the file host (contract A1, A4, A6).
//!
//! Pictures are small enough to be held while they are worked on; a budget over all of them keeps many large ones at the
//! same time from filling the memory.

use std::fmt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_core::user::User;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::picture::{self, Picture, PictureError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// The largest picture that may be sent, in bytes.
const MAX_PICTURE_BYTES: usize = 30 * MIB;

const MIB: usize = 1024 * 1024;

/// What pictures on their way in may take together, in MiB.
const BUDGET: usize = 128;

/// Which of a user's two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    Avatar,
    Banner,
}

impl PictureKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Banner => "banner",
        }
    }

    fn key(self, owner: UserId, name: FileName) -> BlobKey {
        match self {
            Self::Avatar => BlobKey::Avatar { owner, name },
            Self::Banner => BlobKey::Banner { owner, name },
        }
    }

    fn make(self, bytes: &[u8]) -> Result<Picture, PictureError> {
        match self {
            Self::Avatar => picture::avatar(bytes),
            Self::Banner => picture::banner(bytes),
        }
    }

    fn field(self, user: &mut User) -> &mut Option<String> {
        match self {
            Self::Avatar => &mut user.avatar,
            Self::Banner => &mut user.banner,
        }
    }
}

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PictureFault<E> {
    /// The request broke off, in its own words.
    #[error("the picture did not arrive")]
    Source(E),
    #[error("the picture is larger than 30 MB")]
    TooLarge,
    #[error(transparent)]
    Bad(PictureError),
    #[error("too many pictures are on their way in")]
    Busy,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The memory that pictures on their way in may take; a clone is the same one.
#[derive(Clone)]
pub(super) struct Budget(Arc<Semaphore>);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET)))
    }
}

impl Budget {
    /// Takes the place of one more MiB.
    fn grow<E>(&self, held: &mut Option<OwnedSemaphorePermit>) -> Result<(), PictureFault<E>> {
        let more = self.0.clone().try_acquire_owned().map_err(|_| PictureFault::Busy)?;
        match held {
            Some(held) => held.merge(more),
            None => *held = Some(more),
        }
        Ok(())
    }
}

impl Accounts {
    /// Takes a picture in, makes it the caller's, and answers its URL. The one before is deleted.
    pub async fn set_picture<E: fmt::Display>(
        &self,
        caller: &Caller,
        kind: PictureKind,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<String, PictureFault<E>> {
        let mut held = None;
        let bytes = self.receive(body, &mut held).await?;
        let made = self.pictures.run(move || kind.make(&bytes)).await.map_err(|error| match error {
            PictureError::Busy => PictureFault::Busy,
            error => PictureFault::Bad(error),
        })?;
        drop(held);
        let id = caller.id();
        let key = kind.key(id, self.new_name(made.kind.extension())?);
        let url = format!("{}{}", self.links.files(), key.path());
        self.blobs.put(&key, made.bytes).await.map_err(|error| {
            tracing::warn!(%error, "a picture could not be stored");
            Unavailable
        })?;
        let new = Some(url.clone());
        let edited = self.store.edit_user(&id, |user| kind.field(user).clone_from(&new)).await;
        self.forget(&id).await;
        match edited {
            Ok(Some(mut old)) => {
                self.remove_replaced(&id, kind, &Some(new), kind.field(&mut old).take()).await;
                Ok(url)
            }
            failed => {
                self.remove(&key).await;
                Err(failed.err().map_or(Unavailable, Unavailable::from).into())
            }
        }
    }

    async fn receive<E>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
        held: &mut Option<OwnedSemaphorePermit>,
    ) -> Result<Bytes, PictureFault<E>> {
        let mut body = std::pin::pin!(body);
        let mut bytes = BytesMut::new();
        let mut room = 0;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(PictureFault::Source)?;
            if bytes.len() + chunk.len() > MAX_PICTURE_BYTES {
                return Err(PictureFault::TooLarge);
            }
            while room < bytes.len() + chunk.len() {
                self.budget.grow(held)?;
                room += MIB;
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    fn new_name(&self, extension: &str) -> Result<FileName, Unavailable> {
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        let stem = format!("{:032x}", u128::from_be_bytes(random));
        FileName::parse(&format!("{stem}.{extension}")).map_err(|_| Unavailable)
    }

    /// The key of a picture that the user uploaded here; `None` for any other URL.
    pub(super) fn own_picture(&self, owner: &UserId, kind: PictureKind, url: &str) -> Option<BlobKey> {
        let key = BlobKey::parse(self.links.own_path(url)?)?;
        (key == kind.key(*owner, key.name().clone())).then_some(key)
    }

    /// Deletes a picture in whose place something else was put.
    pub(super) async fn remove_replaced(
        &self,
        owner: &UserId,
        kind: PictureKind,
        new: &Option<Option<String>>,
        old: Option<String>,
    ) {
        let is_replaced = new.as_ref().is_some_and(|new| *new != old);
        let key = old.filter(|_| is_replaced).and_then(|old| self.own_picture(owner, kind, &old));
        if let Some(key) = key {
            self.remove(&key).await;
        }
    }

    /// A picture that cannot be deleted now is in nobody's way.
    async fn remove(&self, key: &BlobKey) {
        if let Err(error) = self.blobs.delete(key).await {
            tracing::warn!(%error, path = key.path(), "a picture that is no longer used could not be deleted");
        }
    }
}
