//! One upload: its files are taken in one after the other, and at its end they are posts, or gone (contract A2, A3).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{FileName, MAX_FILES, Post, PostFile};
use nameplate_core::time::Timestamp;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::BlobError;
use nameplate_media::kind::MediaKind;
use nameplate_media::receive::{Incoming, ReceiveError};
use nameplate_store::{Appended, Conflict, StoreError};

use super::answer::{self, Refused, Uploaded};
use super::meter::Meter;
use super::{Broken, Inner, PostForm, Rejection, UploadFault};
use crate::accounts::Caller;
use crate::files::Dimensions;
use crate::posts::{PostFault, description, title};

/// How often another code is tried when the first is taken.
const TRIES: usize = 4;

/// Why a file was not taken: it alone, or with the whole upload.
pub(super) enum Halt {
    Rejected(Rejection),
    Fault(UploadFault),
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<UploadFault> for Halt {
    fn from(fault: UploadFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "an upload could not be reserved");
        Self::Fault(UploadFault::Unavailable)
    }
}

impl<E: Into<Halt>> From<ReceiveError<E>> for Halt {
    fn from(error: ReceiveError<E>) -> Self {
        match error {
            ReceiveError::Source(cause) => cause.into(),
            ReceiveError::Unsupported(_) => Rejection::Unsupported.into(),
            ReceiveError::Damaged => Rejection::Damaged.into(),
            ReceiveError::TooLarge { .. } | ReceiveError::Blob(BlobError::TooLarge { .. }) => {
                Rejection::TooLarge.into()
            }
            ReceiveError::Blob(BlobError::Full) => UploadFault::Full.into(),
            ReceiveError::Blob(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an upload could not be stored");
                UploadFault::Unavailable.into()
            }
        }
    }
}

impl From<Broken> for Halt {
    fn from(broken: Broken) -> Self {
        Self::Fault(broken.into())
    }
}

/// A file that is stored, and not yet of any post.
pub(super) struct Taken {
    /// Its place among the files of the request.
    pub(super) index: usize,
    pub(super) file: PostFile,
    pub(super) dimensions: Option<Dimensions>,
}

/// An upload under way. It must come to an end by [`Upload::finish`], [`Upload::give_up`] or [`Upload::abort`].
pub struct Upload {
    service: Arc<Inner>,
    owner: UserId,
    max_file_size: u64,
    meter: Meter,
    /// The post that gets the files; none for new ones.
    post: Option<Post>,
    began: Timestamp,
    /// How many files the request has brought.
    seen: usize,
    taken: Vec<Taken>,
    rejected: Vec<(usize, Rejection)>,
}

impl Upload {
    pub(super) fn new(
        service: Arc<Inner>,
        caller: &Caller,
        post: Option<Post>,
        expected: Option<u64>,
    ) -> Self {
        let began = service.clock.now();
        let limits = service.plans.of(caller.user().plan(began));
        let reservation = service.store.new_reservation(&caller.id());
        let expected = expected.unwrap_or(u64::MAX);
        let (store, clock) = (service.store.clone(), service.clock.clone());
        Self {
            meter: Meter::new(store, clock, reservation, limits.quota, expected),
            service,
            owner: caller.id(),
            max_file_size: limits.max_file_size.unwrap_or(u64::MAX),
            post,
            began,
            seen: 0,
            taken: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Takes the request's next file in. Answers whether it was taken; if not, it is among the rejected, and what is
    /// left of its stream is the caller's to read.
    ///
    /// # Errors
    /// The whole upload must be aborted.
    pub async fn take(
        &mut self,
        name: &str,
        stream: BoxStream<'_, Result<Bytes, Broken>>,
    ) -> Result<bool, UploadFault> {
        let index = self.seen;
        if index >= MAX_FILES {
            return Err(UploadFault::TooManyFiles);
        }
        self.seen += 1;
        match self.store(name, stream).await {
            Ok((file, dimensions)) => {
                self.meter.keep(file.size);
                self.taken.push(Taken { index, file, dimensions });
                Ok(true)
            }
            Err(Halt::Rejected(rejection)) => {
                self.rejected.push((index, rejection));
                Ok(false)
            }
            Err(Halt::Fault(fault)) => Err(fault),
        }
    }

    async fn store(
        &mut self,
        name: &str,
        stream: BoxStream<'_, Result<Bytes, Broken>>,
    ) -> Result<(PostFile, Option<Dimensions>), Halt> {
        let before = self.post.as_ref().map_or(0, |post| post.files.len());
        if before + self.taken.len() >= MAX_FILES {
            return Err(Rejection::AlbumFull.into());
        }
        let incoming = Incoming::judge(name, stream).await?;
        let kind = incoming.kind;
        let name = FileName::generate(&*self.service.entropy, kind.extension());
        let name = name.map_err(|_| Rejection::Unsupported)?;
        self.meter.begin(name.clone());
        let key = BlobKey::Upload { owner: self.owner, name: name.clone() };
        let files = &self.service.files;
        let watched = incoming.watched(|body| self.meter.watch(body));
        let stored = watched.store(files.blobs(), &key, self.max_file_size).await?;
        let size = self.turn(&key, kind, stored.size).await;
        let dimensions = self.service.files.dimensions(&key, kind, size).await;
        Ok((PostFile { name, size, mime: kind.mime().into() }, dimensions))
    }

    /// Lets a video begin to play at once, where that can be done within the quota. Answers its size then.
    async fn turn(&mut self, key: &BlobKey, kind: MediaKind, size: u64) -> u64 {
        let blobs = self.service.files.blobs();
        let Some(faststart) = &self.service.faststart else { return size };
        let Some(turned) = faststart.turn(blobs, key, kind, size).await else { return size };
        if self.meter.cover(turned.size, true).await.is_err() {
            return size;
        }
        match turned.store(blobs, key).await {
            Ok(stored) => stored.size,
            Err(error) => {
                tracing::warn!(%error, "a video stays as it came");
                size
            }
        }
    }

    /// Makes the files that were taken into posts.
    pub async fn finish(mut self, form: PostForm) -> Result<Uploaded, UploadFault> {
        if self.seen == 0 {
            return Err(UploadFault::NoFile);
        }
        if self.taken.is_empty() {
            let refused = Refused::of(self.first_index(), &self.rejected);
            self.abort().await;
            return Err(UploadFault::Refused(Box::new(refused)));
        }
        match self.post.take() {
            None => self.insert(form).await,
            Some(post) => self.append(post).await,
        }
    }

    /// Ends the upload over the file that was rejected last, without waiting for the rest of the request.
    pub async fn give_up(self) -> UploadFault {
        let last = self.rejected.last().copied();
        self.abort().await;
        last.map_or(UploadFault::NoFile, |last| UploadFault::Refused(Box::new(Refused::of(0, &[last]))))
    }

    /// Ends the upload without a trace. What cannot be removed now lapses.
    pub async fn abort(self) {
        if !self.meter.has_begun() {
            return;
        }
        let names: Vec<_> = self.taken.into_iter().map(|taken| taken.file.name).collect();
        if self.service.remove(self.owner, &names).await
            && let Err(error) = self.service.store.release_usage(&self.meter.reservation).await
        {
            tracing::warn!(%error, "a reservation could not be released; it lapses");
        }
    }

    async fn insert(self, form: PostForm) -> Result<Uploaded, UploadFault> {
        let now = self.service.clock.now();
        let mut tries = TRIES;
        let posts = loop {
            let posts = self.posts(&form, now);
            match self.service.store.insert_upload(&posts, &self.meter.reservation, now).await {
                Ok(()) => break posts,
                Err(StoreError::Conflict(Conflict::Code)) if tries > 1 => tries -= 1,
                Err(error) => return Err(self.unsettled(error).await),
            }
        };
        let view = answer::View {
            files: &self.service.files,
            first: 0,
            taken: &self.taken,
            rejected: &self.rejected,
            elapsed: now.since(self.began),
        };
        Ok(view.of_new(&posts, self.seen, form.is_individual))
    }

    /// The posts that the files make: one, or one for each.
    fn posts(&self, form: &PostForm, now: Timestamp) -> Vec<Post> {
        let post = |number: u64, files: Vec<PostFile>| {
            Some(Post {
                code: PostCode::parse(&self.service.entropy.alphanumeric(PostCode::LENGTH)).ok()?,
                owner: self.owner,
                privacy: form.privacy,
                title: title(&form.title),
                description: description(&form.description),
                // Each a moment after the one before, so that lists keep their order.
                created: now.plus(Duration::from_millis(number)),
                is_moderated: false,
                views: 0,
                files,
            })
        };
        let files = self.taken.iter().map(|taken| taken.file.clone());
        match form.is_individual {
            true => files.zip(0..).filter_map(|(file, number)| post(number, vec![file])).collect(),
            false => post(0, files.collect()).into_iter().collect(),
        }
    }

    async fn append(self, post: Post) -> Result<Uploaded, UploadFault> {
        let now = self.service.clock.now();
        let files: Vec<_> = self.taken.iter().map(|taken| taken.file.clone()).collect();
        let most = MAX_FILES as u64;
        let (store, reservation) = (&self.service.store, &self.meter.reservation);
        let before = match store.append_files(&post.code, &files, most, reservation, now).await {
            Ok(Appended::Behind(before)) => before as usize,
            Ok(Appended::NoPost) => {
                self.abort().await;
                return Err(PostFault::NotFound.into());
            }
            Ok(Appended::Full) => {
                self.abort().await;
                return Err(PostFault::Full.into());
            }
            Err(error) => return Err(self.unsettled(error).await),
        };
        let view = answer::View {
            files: &self.service.files,
            first: before,
            taken: &self.taken,
            rejected: &self.rejected,
            elapsed: now.since(self.began),
        };
        Ok(view.of_appended(&post, before + files.len()))
    }

    /// The rows were not written. A database that went away may have written them all the same: then the files stay,
    /// and what has no rows in the end lapses with the reservation.
    async fn unsettled(self, error: StoreError) -> UploadFault {
        tracing::warn!(%error, "an upload could not be settled");
        if !matches!(error, StoreError::Unavailable(_)) {
            self.abort().await;
        }
        UploadFault::Unavailable
    }

    fn first_index(&self) -> usize {
        self.post.as_ref().map_or(0, |post| post.files.len())
    }
}
