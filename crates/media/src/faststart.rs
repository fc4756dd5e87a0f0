//! Videos whose index stands at their end, turned round so that they play before all of them is there (contract A2).
//!
//! ffmpeg does it where the operator has it. Otherwise, and whenever anything goes wrong, a video stays as it came. The
//! streams are copied as they are, and the reader is told what the file is: nothing in it makes ffmpeg open another.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio_util::io::ReaderStream;

use crate::blob_key::BlobKey;
use crate::blobs::{BlobError, Blobs, PutStreamError, Stored};
use crate::gate::Gate;
use crate::kind::MediaKind;

/// A larger video stays as it is: it would be copied twice.
const MAX_BYTES: u64 = 1 << 30;
/// How long ffmpeg may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How many atoms of a file are looked at.
const MAX_ATOMS: usize = 64;

/// Turns videos round, one at a time.
#[derive(Debug)]
pub struct Faststart {
    program: PathBuf,
    gate: Gate,
}

/// A video that was turned round, in a folder of its own that goes with it.
#[derive(Debug)]
pub struct Turned {
    folder: TempDir,
    /// Bytes.
    pub size: u64,
}

impl Faststart {
    /// `program` is ffmpeg.
    pub fn new(program: PathBuf) -> Self {
        Self { program, gate: Gate::new(1, 4) }
    }

    /// The stored video with its index in front; none if it is so already, or cannot be made so.
    pub async fn turn(&self, blobs: &Blobs, key: &BlobKey, kind: MediaKind, size: u64) -> Option<Turned> {
        let format = match kind {
            MediaKind::Mp4 => "mp4",
            MediaKind::Mov => "mov",
            _ => return None,
        };
        if size > MAX_BYTES || !is_index_last(blobs, key, size).await.ok()? {
            return None;
        }
        let _pass = self.gate.enter().await.ok()?;
        match self.run(blobs, key, format).await {
            Ok(turned) => turned,
            Err(error) => {
                tracing::warn!(%error, "a video stays as it came");
                None
            }
        }
    }

    async fn run(&self, blobs: &Blobs, key: &BlobKey, format: &str) -> Result<Option<Turned>, BlobError> {
        let failed = |error: std::io::Error| BlobError::Failed(error.into());
        let folder = tempfile::tempdir().map_err(failed)?;
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        let mut file = tokio::fs::File::create(&before).await.map_err(failed)?;
        let mut body = blobs.read(key, None).await?;
        while let Some(chunk) = body.chunks.try_next().await? {
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        let words =
            ["-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", "mov", "-i"].map(OsStr::new);
        let copy = ["-map", "0", "-c", "copy", "-movflags", "+faststart", "-f", format].map(OsStr::new);
        let mut command = Command::new(&self.program);
        command.args(words).arg(&before).args(copy).arg(&after).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().map_err(failed)?;
        let Ok(ended) = tokio::time::timeout(LIMIT, child.wait()).await else {
            tracing::warn!("ffmpeg took too long; a video stays as it came");
            return Ok(None);
        };
        if !ended.map_err(failed)?.success() {
            return Ok(None);
        }
        let size = tokio::fs::metadata(&after).await.map_err(failed)?.len();
        Ok((size > 0).then_some(Turned { folder, size }))
    }
}

impl Turned {
    /// Puts it in the place of the video as it came.
    pub async fn store(self, blobs: &Blobs, key: &BlobKey) -> Result<Stored, BlobError> {
        let failed = |error: std::io::Error| BlobError::Failed(error.into());
        let file = tokio::fs::File::open(self.folder.path().join("after")).await.map_err(failed)?;
        blobs.put_stream(key, ReaderStream::new(file), self.size).await.map_err(|error| match error {
            PutStreamError::Source(error) => failed(error),
            PutStreamError::Blob(error) => error,
        })
    }
}

/// Whether the atom `moov` stands behind `mdat` (ISO/IEC 14496-12, 4.2).
async fn is_index_last(blobs: &Blobs, key: &BlobKey, size: u64) -> Result<bool, BlobError> {
    let (mut at, mut has_data) = (0_u64, false);
    for _ in 0..MAX_ATOMS {
        if at + 16 > size {
            break;
        }
        let head = read(blobs, key, at..at + 16).await?;
        let [a, b, c, d, kind @ .., e, f, g, h, i, j, k, l] = &*head else { break };
        match kind {
            b"moov" => return Ok(has_data),
            b"mdat" => has_data = true,
            _ => {}
        }
        let length = match u32::from_be_bytes([*a, *b, *c, *d]) {
            0 => break,
            1 => u64::from_be_bytes([*e, *f, *g, *h, *i, *j, *k, *l]),
            length => u64::from(length),
        };
        at = at.saturating_add(length.max(8));
    }
    Ok(false)
}

async fn read(blobs: &Blobs, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
    let chunks: Vec<Bytes> = blobs.read(key, Some(range)).await?.chunks.try_collect().await?;
    Ok(chunks.concat())
}
