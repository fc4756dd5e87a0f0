//! Both ends of an upload that is being cleaned: a reader that knows how far it has come, a writer that gathers.

use bytes::{Buf, Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::StripError;
use crate::blob_writer::BlobWriter;
use crate::blobs::{BlobError, Stored};

/// Small pieces are gathered up to this size before they are written.
const GATHER_BYTES: usize = 64 << 10;

pub(crate) struct Pipe<'a> {
    stream: BoxStream<'a, Result<Bytes, ()>>,
    /// What of the stream has arrived and is not yet read.
    chunk: Bytes,
    /// How many more bytes may arrive.
    left: u64,
    writer: BlobWriter,
    gathered: BytesMut,
}

impl<'a> Pipe<'a> {
    /// An error of `stream` says no more than that there was one.
    pub(crate) fn new(stream: BoxStream<'a, Result<Bytes, ()>>, limit: u64, writer: BlobWriter) -> Self {
        Self { stream, chunk: Bytes::new(), left: limit, writer, gathered: BytesMut::new() }
    }

    pub(crate) async fn finish(mut self) -> Result<Stored, BlobError> {
        if !self.gathered.is_empty() {
            self.writer.write(self.gathered.split().freeze()).await?;
        }
        self.writer.finish().await
    }

    pub(crate) async fn abort(self) {
        self.writer.abort().await;
    }

    /// What has arrived, more of it if there was none; empty at the end of the stream.
    pub(super) async fn peek(&mut self) -> Result<&[u8], StripError> {
        while self.chunk.is_empty() {
            let Some(chunk) = self.stream.next().await else { break };
            self.chunk = chunk.map_err(|()| StripError::Source)?;
            self.left = self.left.checked_sub(self.chunk.len() as u64).ok_or(StripError::TooLarge)?;
        }
        Ok(&self.chunk)
    }

    /// Nothing at the end of the stream.
    pub(super) async fn byte(&mut self) -> Result<Option<u8>, StripError> {
        let byte = self.peek().await?.first().copied();
        self.chunk.advance(usize::from(byte.is_some()));
        Ok(byte)
    }

    pub(super) async fn read<const N: usize>(&mut self) -> Result<[u8; N], StripError> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte().await?.ok_or(StripError::Damaged)?;
        }
        Ok(bytes)
    }

    /// Reads bytes whose number the caller has checked.
    pub(super) async fn read_vec(&mut self, count: u64) -> Result<Vec<u8>, StripError> {
        let mut bytes = Vec::new();
        let mut count = count;
        while count > 0 {
            let piece = self.piece(count).await?;
            count -= piece.len() as u64;
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    pub(super) async fn pass(&mut self, count: u64) -> Result<(), StripError> {
        let mut count = count;
        while count > 0 {
            let piece = self.piece(count).await?;
            count -= piece.len() as u64;
            self.put(&piece).await?;
        }
        Ok(())
    }

    pub(super) async fn pass_all(&mut self) -> Result<(), StripError> {
        loop {
            let arrived = self.peek().await?.len() as u64;
            if arrived == 0 {
                return Ok(());
            }
            self.pass(arrived).await?;
        }
    }

    pub(super) async fn skip(&mut self, count: u64) -> Result<(), StripError> {
        let mut count = count;
        while count > 0 {
            count -= self.piece(count).await?.len() as u64;
        }
        Ok(())
    }

    pub(super) async fn put(&mut self, bytes: &[u8]) -> Result<(), StripError> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHER_BYTES {
            self.writer.write(self.gathered.split().freeze()).await?;
        }
        Ok(())
    }

    async fn piece(&mut self, most: u64) -> Result<Bytes, StripError> {
        let arrived = self.peek().await?.len();
        if arrived == 0 {
            return Err(StripError::Damaged);
        }
        Ok(self.chunk.split_to(arrived.min(usize::try_from(most).unwrap_or(arrived))))
    }
}
