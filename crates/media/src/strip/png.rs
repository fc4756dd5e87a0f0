//! PNG: a row of chunks up to `IEND` (PNG third edition, 5).

use flate2::Crc;

use super::{MAX_EXIF_BYTES, Pipe, StripError, orientation_only};

/// Chunks that change how the picture looks, animation included. Critical chunks are kept besides.
const KEPT: [&[u8; 4]; 16] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
    b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

pub(super) async fn strip(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    pipe.pass(8).await?;
    loop {
        let length = pipe.read::<4>().await?;
        let kind = pipe.read::<4>().await?;
        let body = u64::from(u32::from_be_bytes(length));
        let is_critical = kind[0].is_ascii_uppercase();
        if is_critical || KEPT.contains(&&kind) {
            pipe.put(&length).await?;
            pipe.put(&kind).await?;
            pipe.pass(body + 4).await?;
        } else if &kind == b"eXIf" && body <= MAX_EXIF_BYTES {
            let block = pipe.read_vec(body).await?;
            pipe.skip(4).await?;
            put_orientation(pipe, &block).await?;
        } else {
            pipe.skip(body + 4).await?;
        }
        if &kind == b"IEND" {
            return Ok(());
        }
    }
}

async fn put_orientation(pipe: &mut Pipe<'_>, exif: &[u8]) -> Result<(), StripError> {
    let Some(block) = orientation_only(exif) else { return Ok(()) };
    let mut crc = Crc::new();
    crc.update(b"eXIf");
    crc.update(&block);
    pipe.put(&(block.len() as u32).to_be_bytes()).await?;
    pipe.put(b"eXIf").await?;
    pipe.put(&block).await?;
    pipe.put(&crc.sum().to_be_bytes()).await
}
