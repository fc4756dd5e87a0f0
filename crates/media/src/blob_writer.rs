//! A blob on its way in: gathered while it is small, a multipart upload from the first full part on.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use crate::blobs::{BlobError, Stored};

/// Writes one blob; made by [`crate::blobs::Blobs::writer`]. Nothing can be read before [`BlobWriter::finish`] is done,
/// and a writer that is dropped leaves no blob.
pub struct BlobWriter {
    store: Arc<dyn ObjectStore>,
    place: Path,
    part_bytes: usize,
    limit: u64,
    size: u64,
    digest: Sha256,
    gathered: Vec<Bytes>,
    upload: Option<WriteMultipart>,
}

impl BlobWriter {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, place: Path, part_bytes: usize, limit: u64) -> Self {
        let (digest, gathered, upload) = (Sha256::new(), Vec::new(), None);
        Self { store, place, part_bytes, limit, size: 0, digest, gathered, upload }
    }

    pub async fn write(&mut self, chunk: Bytes) -> Result<(), BlobError> {
        self.size += chunk.len() as u64;
        if self.size > self.limit {
            return Err(BlobError::TooLarge { limit: self.limit });
        }
        self.digest.update(&chunk);
        match &mut self.upload {
            Some(upload) => {
                upload.wait_for_capacity(1).await?;
                upload.put(chunk);
            }
            None => {
                self.gathered.push(chunk);
                if self.size >= self.part_bytes as u64 {
                    self.begin().await?;
                }
            }
        }
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), BlobError> {
        let upload = self.store.put_multipart(&self.place).await?;
        let upload = self.upload.insert(WriteMultipart::new_with_chunk_size(upload, self.part_bytes));
        self.gathered.drain(..).for_each(|chunk| upload.put(chunk));
        Ok(())
    }

    /// Makes the blob appear, whole and durable.
    pub async fn finish(self) -> Result<Stored, BlobError> {
        match self.upload {
            Some(upload) => upload.finish().await?,
            None => self.store.put(&self.place, self.gathered.into_iter().collect()).await?,
        };
        Ok(Stored { size: self.size, sha256: self.digest.finalize().into() })
    }

    /// Gives up and removes what was written. Dropping the writer does the same on a disk; in a bucket the parts would
    /// stay until its lifecycle rule takes them.
    pub async fn abort(self) {
        if let Some(upload) = self.upload
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}
