//! Uploads: files taken in, kept within their owner's plan, and made into posts (contract A2 to A4, U9).
//!
//! An [`Upload`] is a request under way. Its quota is reserved before a byte is stored, in the name of its files; so
//! what a crash leaves behind is known, and cleared away once the reservation has lapsed. Reading the request is the
//! caller's concern; its work belongs into [`Uploads::run`], where nobody who goes away can cut it in half.

mod answer;
mod meter;
mod under_way;

use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::{PostCode, UserId};
use nameplate_core::plan::PlanTable;
use nameplate_core::post::{FileName, MAX_FILES, Privacy};
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::faststart::Faststart;
use nameplate_store::{Lapsed, Store, StoreError};
use tokio_util::task::TaskTracker;

use crate::accounts::Caller;
use crate::files::Files;
use crate::posts::{PostFault, own_post};

pub use answer::{Failure, Refused, Uploaded};
pub use under_way::Upload;

/// How often what lapsed is looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// The request's body did not come to its end.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the request broke off")]
pub struct Broken;

/// Why one file was not taken.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Rejection {
    #[error("Unsupported file type. Only .png, .jpg, .webp, .gif, .mov, .mp4, .mkv files are supported.")]
    Unsupported,
    #[error("Failed to process file.")]
    Damaged,
    #[error("File exceeds your plan's size limit.")]
    TooLarge,
    #[error("Weekly usage limit exceeded.")]
    OverQuota { quota: u64, used: u64, resets_at: Option<Timestamp> },
    #[error("Album cap of {MAX_FILES} files exceeded")]
    AlbumFull,
}

/// Why an upload as a whole came to nothing. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum UploadFault {
    #[error("No file uploaded.")]
    NoFile,
    #[error("A request may bring 1 to {MAX_FILES} files.")]
    TooManyFiles,
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("no file was taken")]
    Refused(Box<Refused>),
    #[error(transparent)]
    Post(#[from] PostFault),
    #[error("no space is left in the blob store")]
    Full,
    #[error("the database or the blob store is out of reach")]
    Unavailable,
}

/// What a post is to be, as its owner says it.
#[derive(Clone, Debug, Default)]
pub struct PostForm {
    /// Private, unless something else is said.
    pub privacy: Privacy,
    pub title: String,
    pub description: String,
    /// A post for each of several files, rather than an album.
    pub is_individual: bool,
}

#[derive(Clone)]
pub struct Uploads(Arc<Inner>);

struct Inner {
    store: Store,
    files: Files,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    plans: PlanTable,
    /// There when the operator has ffmpeg.
    faststart: Option<Faststart>,
    tracker: TaskTracker,
}

impl Uploads {
    pub(crate) fn new(
        store: Store,
        files: Files,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        plans: PlanTable,
        faststart: Option<Faststart>,
        tracker: TaskTracker,
    ) -> Self {
        Self(Arc::new(Inner { store, files, clock, entropy, plans, faststart, tracker }))
    }

    /// Runs the work of an upload to its end, whatever becomes of who waits for it: its body ends with the connection,
    /// and it cleans up after itself. `None` if it panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        self.0.tracker.spawn(work).await.ok()
    }

    /// Begins an upload of new posts. `expected` is how many bytes the request says that it brings.
    pub fn begin(&self, caller: &Caller, expected: Option<u64>) -> Upload {
        Upload::new(self.0.clone(), caller, None, expected)
    }

    /// Begins an upload of more files for a post.
    pub async fn begin_append(
        &self,
        caller: &Caller,
        code: &PostCode,
        expected: Option<u64>,
    ) -> Result<Upload, PostFault> {
        let post = own_post(&self.0.store, caller, code).await?;
        if post.files.len() >= MAX_FILES {
            return Err(PostFault::Full);
        }
        Ok(Upload::new(self.0.clone(), caller, Some(post), expected))
    }

    /// Clears away what uploads left behind that never ended, again and again.
    pub(crate) async fn keep_clean(self) {
        let mut ticks = tokio::time::interval(SWEEP);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.0.sweep().await {
                tracing::warn!(%error, "what unfinished uploads left behind could not be cleared away");
            }
        }
    }
}

impl Inner {
    async fn sweep(&self) -> Result<(), StoreError> {
        while let Some(Lapsed { owner, files }) = self.store.take_lapsed_reservation(self.clock.now()).await?
        {
            let mut orphans = Vec::new();
            for name in files {
                if self.store.find_post_by_file(&owner, &name).await?.is_none() {
                    orphans.push(name);
                }
            }
            tracing::info!(files = orphans.len(), "clearing away an upload that never ended");
            self.remove(owner, &orphans).await;
        }
        Ok(())
    }

    /// Deletes the bytes of files that have no row. Answers whether they are gone.
    async fn remove(&self, owner: UserId, names: &[FileName]) -> bool {
        let keys = names.iter().map(|name| BlobKey::Upload { owner, name: name.clone() });
        let removed = self.files.blobs().delete_many(keys).await;
        removed.inspect_err(|error| tracing::warn!(%error, "files could not be deleted")).is_ok()
    }
}
