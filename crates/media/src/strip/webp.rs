//! WebP: chunks inside one RIFF container, whose size stands at its start (RFC 9649).
//!
//! The size is written before it is known what will go, so metadata is blanked instead of cut out.

use super::{MAX_EXIF_BYTES, Pipe, StripError, orientation_only};

const KEPT: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// In the flags of `VP8X`: there is XMP.
const XMP_FLAG: u8 = 0x04;

pub(super) async fn strip(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    let head = pipe.read::<12>().await?;
    pipe.put(&head).await?;
    let [_, _, _, _, a, b, c, d, ..] = head;
    let mut left = u64::from(u32::from_le_bytes([a, b, c, d])).checked_sub(4).ok_or(StripError::Damaged)?;
    while left >= 8 {
        let kind = pipe.read::<4>().await?;
        let size = pipe.read::<4>().await?;
        let body = u64::from(u32::from_le_bytes(size));
        let padded = body + body % 2;
        left = (left - 8).checked_sub(padded).ok_or(StripError::Damaged)?;
        pipe.put(&kind).await?;
        pipe.put(&size).await?;
        chunk(pipe, &kind, padded).await?;
    }
    pipe.pass(left).await
}

async fn chunk(pipe: &mut Pipe<'_>, kind: &[u8; 4], padded: u64) -> Result<(), StripError> {
    if kind == b"VP8X" && padded > 0 {
        let [flags] = pipe.read().await?;
        pipe.put(&[flags & !XMP_FLAG]).await?;
        return pipe.pass(padded - 1).await;
    }
    if KEPT.contains(&kind) {
        return pipe.pass(padded).await;
    }
    let mut blanked = padded;
    if kind == b"EXIF" && padded <= MAX_EXIF_BYTES {
        let block = pipe.read_vec(padded).await?;
        if let Some(orientation) = orientation_only(&block)
            && padded >= orientation.len() as u64
        {
            pipe.put(&orientation).await?;
            blanked -= orientation.len() as u64;
        }
    } else {
        pipe.skip(padded).await?;
    }
    blank(pipe, blanked).await
}

async fn blank(pipe: &mut Pipe<'_>, count: u64) -> Result<(), StripError> {
    const ZEROS: [u8; 4096] = [0; 4096];
    let mut count = count;
    while count > 0 {
        let piece = count.min(ZEROS.len() as u64);
        pipe.put(ZEROS.get(..piece as usize).unwrap_or_default()).await?;
        count -= piece;
    }
    Ok(())
}
