//! Uploaded bytes, stored and read back (contract A2, A6, W5).
//!
//! One [`Blobs`] for every kind of store: a blob appears whole or not at all, is read in ranges, and is never held in
//! memory as a whole on its way in. Which user may read what, and what a file's row says, is decided elsewhere.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use nameplate_core::post::FileName;
use nameplate_core::time::Timestamp;
use object_store::{
    GetOptions, GetRange, GetResult, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::blob_key::BlobKey;
use crate::blob_store::{self, BlobSettings, BlobSetupError};
use crate::blob_writer::BlobWriter;

/// What a store may take to say what it has, or to begin to give it.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// The blob store; cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Only a local folder has leftovers to sweep.
    folder: Option<PathBuf>,
    /// What an upload holds in memory at most; a smaller blob is one write.
    part_bytes: usize,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Bytes.
    pub size: u64,
    pub sha256: [u8; 32],
}

/// What is known of a blob without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobInfo {
    /// Bytes.
    pub size: u64,
    /// A strong entity tag, with its quotes.
    pub etag: String,
    pub modified: Timestamp,
}

/// A blob or a range of it, being read.
pub struct BlobBody {
    pub info: BlobInfo,
    /// The bytes that `chunks` yields, end exclusive.
    pub range: Range<u64>,
    pub chunks: BoxStream<'static, Result<Bytes, BlobError>>,
}

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("no such blob")]
    NotFound,
    #[error("the blob is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("no space is left in the blob store")]
    Full,
    #[error("the blob store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a stream was not stored. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum PutStreamError<E> {
    /// The stream itself broke, in its own words.
    #[error("the upload broke off")]
    Source(E),
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl Blobs {
    /// Opens the store, making a local folder that is not there yet.
    pub fn open(settings: &BlobSettings) -> Result<Self, BlobSetupError> {
        let opened = blob_store::open(settings)?;
        Ok(Self { store: opened.store, folder: opened.folder, part_bytes: opened.part_bytes })
    }

    /// Whether the store answers, and in time; for readiness.
    pub async fn check(&self) -> Result<(), BlobError> {
        let place = object_store::path::Path::from("readiness");
        match in_time(self.store.head(&place)).await {
            Ok(_) | Err(BlobError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a blob, replacing an older one.
    pub async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<Stored, BlobError> {
        let stored = Stored { size: bytes.len() as u64, sha256: Sha256::digest(&bytes).into() };
        self.store.put(&place(key), bytes.into()).await?;
        Ok(stored)
    }

    /// Begins a blob that is written piece by piece; more than `limit` bytes are refused.
    pub fn writer(&self, key: &BlobKey, limit: u64) -> BlobWriter {
        BlobWriter::new(self.store.clone(), place(key), self.part_bytes, limit)
    }

    /// Writes a blob as its bytes arrive; more than `limit` bytes are refused. A stream that fails, or a caller that
    /// drops this future, leaves no blob. Uploads come in through [`crate::receive`], which cleans them on the way.
    pub async fn put_stream<E>(
        &self,
        key: &BlobKey,
        stream: impl Stream<Item = Result<Bytes, E>>,
        limit: u64,
    ) -> Result<Stored, PutStreamError<E>> {
        let mut stream = std::pin::pin!(stream);
        let mut writer = self.writer(key, limit);
        while let Some(chunk) = stream.next().await {
            let written = match chunk {
                Ok(chunk) => writer.write(chunk).await.map_err(PutStreamError::Blob),
                Err(error) => Err(PutStreamError::Source(error)),
            };
            if let Err(error) = written {
                writer.abort().await;
                return Err(error);
            }
        }
        Ok(writer.finish().await?)
    }

    /// Reads a whole blob of at most `limit` bytes.
    pub async fn get(&self, key: &BlobKey, limit: u64) -> Result<Bytes, BlobError> {
        let body = self.read(key, None).await?;
        if body.info.size > limit {
            return Err(BlobError::TooLarge { limit });
        }
        let mut whole = BytesMut::with_capacity(body.info.size as usize);
        let mut chunks = body.chunks;
        while let Some(chunk) = chunks.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Opens a blob, or the range of it that the caller took from [`Blobs::head`]'s size.
    pub async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<BlobBody, BlobError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let result = in_time(self.store.get_opts(&place(key), options)).await?;
        let (info, range) = (info(&result.meta), result.range.clone());
        Ok(BlobBody { info, range, chunks: chunks(result).await? })
    }

    pub async fn head(&self, key: &BlobKey) -> Result<BlobInfo, BlobError> {
        Ok(info(&in_time(self.store.head(&place(key))).await?))
    }

    /// Deletes a blob; one that is not there counts as deleted.
    pub async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        self.delete_many([key.clone()]).await
    }

    /// Deletes blobs in as few requests as the store allows. Stops at the first failure; doing it again is harmless.
    pub async fn delete_many(&self, keys: impl IntoIterator<Item = BlobKey>) -> Result<(), BlobError> {
        let places: Vec<_> = keys.into_iter().map(|key| Ok(place(&key))).collect();
        let mut deleted = self.store.delete_stream(futures_util::stream::iter(places).boxed());
        while let Some(result) = deleted.next().await {
            match result.map_err(BlobError::from) {
                Ok(_) | Err(BlobError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Removes what uploads cut off by a crash left in a local folder, and says how many files that were. For the
    /// start, before anything is uploaded. (A bucket needs a lifecycle rule for unfinished multipart uploads.)
    pub async fn sweep(&self) -> Result<usize, BlobError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let swept = tokio::task::spawn_blocking(move || sweep_folder(&folder)).await;
        swept
            .map_err(|error| BlobError::Failed(error.into()))?
            .map_err(|error| BlobError::Failed(error.into()))
    }
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::NotFound;
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(current) = cause {
            let kind = current.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
            if matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)) {
                return Self::Full;
            }
            cause = current.source();
        }
        Self::Failed(Box::new(error))
    }
}

async fn in_time<T>(answer: impl Future<Output = object_store::Result<T>>) -> Result<T, BlobError> {
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, answer).await;
    Ok(answer.map_err(|late| BlobError::Failed(late.into()))??)
}

fn place(key: &BlobKey) -> object_store::path::Path {
    object_store::path::Path::from(key.path())
}

fn info(meta: &ObjectMeta) -> BlobInfo {
    let modified = Timestamp::from_millis(meta.last_modified.timestamp_millis());
    let tag = meta.e_tag.as_deref().map(|tag| tag.trim_start_matches("W/").trim_matches('"'));
    let etag = match tag {
        Some(tag) => format!("\"{tag}\""),
        None => format!("\"{:x}-{:x}\"", modified.as_millis(), meta.size),
    };
    BlobInfo { size: meta.size, etag, modified }
}

/// The store's own stream reads a file in pieces of 8 KiB, one hop to the blocking pool each; ours are larger.
async fn chunks(result: GetResult) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
    const CHUNK_BYTES: usize = 128 << 10;
    let range = result.range.clone();
    match result.payload {
        GetResultPayload::File(file, _) => {
            let mut file = tokio::fs::File::from_std(file);
            file.seek(std::io::SeekFrom::Start(range.start))
                .await
                .map_err(|error| BlobError::Failed(error.into()))?;
            let wanted = file.take(range.end - range.start);
            Ok(ReaderStream::with_capacity(wanted, CHUNK_BYTES)
                .map_err(|error| BlobError::Failed(error.into()))
                .boxed())
        }
        GetResultPayload::Stream(stream) => Ok(stream.map_err(BlobError::from).boxed()),
    }
}

/// A write in progress is `{file name}#{number}` beside its place.
fn sweep_folder(folder: &Path) -> std::io::Result<usize> {
    let mut folders = vec![folder.to_path_buf()];
    let mut removed = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if is_leftover(&entry.file_name().to_string_lossy()) {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

fn is_leftover(name: &str) -> bool {
    name.split_once('#').is_some_and(|(stem, number)| {
        FileName::parse(stem).is_ok()
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R17
    #[test]
    fn a_full_disk_is_told_apart_from_other_failures() {
        let failed = |kind: ErrorKind| object_store::Error::Generic {
            store: "test",
            source: Box::new(object_store::Error::Generic {
                store: "test",
                source: Box::new(std::io::Error::from(kind)),
            }),
        };
        assert!(matches!(BlobError::from(failed(ErrorKind::StorageFull)), BlobError::Full));
        assert!(matches!(BlobError::from(failed(ErrorKind::QuotaExceeded)), BlobError::Full));
        assert!(matches!(BlobError::from(failed(ErrorKind::PermissionDenied)), BlobError::Failed(_)));
    }
}
