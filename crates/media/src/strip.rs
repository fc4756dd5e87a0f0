//! Takes the place where a picture was taken, and everything else that is not needed to show it, out of an upload
//! while it streams by (contract A2, A4).
//!
//! Only the container is read: pixels are copied as they are, so nothing is compressed again and a file of any size
//! passes through a few kilobytes of memory. What is kept is listed, the rest goes: comments, EXIF, XMP, IPTC, previews
//! and whatever follows the picture's end. Of EXIF the orientation alone stays, in a block of our own.

mod gif;
mod jpeg;
mod pipe;
mod png;
mod webp;

use image::metadata::Orientation;

use crate::blobs::BlobError;
use crate::kind::MediaKind;
pub(crate) use pipe::Pipe;

/// A larger block of metadata is dropped unread.
const MAX_EXIF_BYTES: u64 = 1 << 20;

#[derive(Debug)]
pub(crate) enum StripError {
    /// The stream broke; the caller knows why.
    Source,
    TooLarge,
    Damaged,
    Blob(BlobError),
}

impl From<BlobError> for StripError {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}

/// Copies a file from one end of the pipe to the other. Videos pass as they are.
pub(crate) async fn strip(kind: MediaKind, pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    match kind {
        MediaKind::Jpeg => jpeg::strip(pipe).await,
        MediaKind::Png => png::strip(pipe).await,
        MediaKind::Webp => webp::strip(pipe).await,
        MediaKind::Gif => gif::strip(pipe).await,
        MediaKind::Mp4 | MediaKind::Mov | MediaKind::Mkv => pipe.pass_all().await,
    }
}

/// The EXIF block that says no more than `exif` about how to turn the picture; nothing when it is upright.
fn orientation_only(exif: &[u8]) -> Option<[u8; 26]> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let orientation =
        Orientation::from_exif_chunk(exif).filter(|found| *found != Orientation::NoTransforms)?;
    let mut block = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    block[19] = orientation.to_exif();
    Some(block)
}
