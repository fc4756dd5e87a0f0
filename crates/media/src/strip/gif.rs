//! GIF: a header, then images and extensions up to the trailer (GIF89a).

use super::{Pipe, StripError};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;

/// Application extensions that change how the picture looks; XMP is one that does not.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) async fn strip(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    let head = pipe.read::<13>().await?;
    pipe.put(&head).await?;
    pipe.pass(table_bytes(head[10])).await?;
    let mut has_image = false;
    loop {
        match pipe.byte().await? {
            Some(EXTENSION) => extension(pipe).await?,
            Some(IMAGE) => {
                image(pipe).await?;
                has_image = true;
            }
            // Browsers show a file that just stops, so it is given the end that it lacks.
            _ if has_image => return pipe.put(&[TRAILER]).await,
            _ => return Err(StripError::Damaged),
        }
    }
}

/// The size of the colour table that a descriptor's flags announce.
const fn table_bytes(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

async fn image(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    let descriptor = pipe.read::<9>().await?;
    pipe.put(&[IMAGE]).await?;
    pipe.put(&descriptor).await?;
    pipe.pass(table_bytes(descriptor[8]) + 1).await?;
    pass_blocks(pipe).await
}

async fn extension(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    let [label] = pipe.read().await?;
    match label {
        // Graphic control and plain text
        0xf9 | 0x01 => {
            pipe.put(&[EXTENSION, label]).await?;
            pass_blocks(pipe).await
        }
        0xff => application(pipe).await,
        _ => skip_blocks(pipe).await,
    }
}

async fn application(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    let [size] = pipe.read().await?;
    let name = pipe.read_vec(u64::from(size)).await?;
    if !KEPT.contains(&name.as_slice()) {
        return if size == 0 { Ok(()) } else { skip_blocks(pipe).await };
    }
    pipe.put(&[EXTENSION, 0xff, size]).await?;
    pipe.put(&name).await?;
    pass_blocks(pipe).await
}

/// Blocks of up to 255 bytes, ended by an empty one.
async fn pass_blocks(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    loop {
        let [size] = pipe.read().await?;
        pipe.put(&[size]).await?;
        if size == 0 {
            return Ok(());
        }
        pipe.pass(u64::from(size)).await?;
    }
}

async fn skip_blocks(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    loop {
        let [size] = pipe.read().await?;
        if size == 0 {
            return Ok(());
        }
        pipe.skip(u64::from(size)).await?;
    }
}
