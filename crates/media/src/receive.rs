//! Takes an upload in: judged by its first bytes, cleaned while it streams to its place (contract A2, A4).
//!
//! Names, quotas and rows are the caller's; so is what to do with a blob whose row could not be written.

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};

use crate::blob_key::BlobKey;
use crate::blobs::{BlobError, Blobs, Stored};
use crate::kind::{HEAD_BYTES, MediaKind, Unsupported};
use crate::strip::{Pipe, StripError, strip};

/// An upload whose type has been judged and whose body is still arriving.
pub struct Incoming<'a, E> {
    pub kind: MediaKind,
    body: BoxStream<'a, Result<Bytes, E>>,
}

/// Why an upload was not taken in. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError<E> {
    /// The stream itself broke, in its own words.
    #[error("the upload broke off")]
    Source(E),
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    #[error("the file is damaged")]
    Damaged,
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error(transparent)]
    Blob(BlobError),
}

impl<'a, E: Send + 'a> Incoming<'a, E> {
    /// Waits for the first bytes and judges them with the name that the sender gave the file.
    pub async fn judge(
        name: &str,
        stream: impl Stream<Item = Result<Bytes, E>> + Send + 'a,
    ) -> Result<Self, ReceiveError<E>> {
        let mut stream = stream.boxed();
        let mut head = BytesMut::new();
        while head.len() < HEAD_BYTES {
            match stream.next().await {
                Some(chunk) => head.extend_from_slice(&chunk.map_err(ReceiveError::Source)?),
                None => break,
            }
        }
        let kind = MediaKind::identify(name, &head)?;
        let head = futures_util::stream::iter([Ok(head.freeze())]);
        Ok(Self { kind, body: head.chain(stream).boxed() })
    }

    /// Puts something between the upload and its place that looks at every byte.
    pub fn watched<'b, F>(
        self,
        watch: impl FnOnce(BoxStream<'a, Result<Bytes, E>>) -> BoxStream<'b, Result<Bytes, F>>,
    ) -> Incoming<'b, F> {
        Incoming { kind: self.kind, body: watch(self.body) }
    }

    /// Stores the rest without what a picture tells about its maker. `limit` counts the bytes that arrive; what is
    /// stored may be fewer.
    pub async fn store(self, blobs: &Blobs, key: &BlobKey, limit: u64) -> Result<Stored, ReceiveError<E>> {
        let mut cause = None;
        let body = self.body.map(|chunk| chunk.map_err(|error| cause = Some(error)));
        let mut pipe = Pipe::new(body.boxed(), limit, blobs.writer(key, limit));
        let stored = match strip(self.kind, &mut pipe).await {
            Ok(()) => pipe.finish().await.map_err(StripError::Blob),
            Err(error) => {
                pipe.abort().await;
                Err(error)
            }
        };
        stored.map_err(|error| match (error, cause) {
            (StripError::Source, Some(cause)) => ReceiveError::Source(cause),
            (StripError::Blob(error), _) => ReceiveError::Blob(error),
            (StripError::TooLarge, _) => ReceiveError::TooLarge { limit },
            (StripError::Damaged | StripError::Source, _) => ReceiveError::Damaged,
        })
    }
}
