//! JPEG: segments up to the first end-of-image marker (ITU-T T.81, annex B).

use super::{Pipe, StripError, orientation_only};

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

pub(super) async fn strip(pipe: &mut Pipe<'_>) -> Result<(), StripError> {
    pipe.pass(2).await?;
    let mut has_pixels = false;
    let mut marker = next_marker(pipe).await?;
    while let Some(code) = marker.filter(|code| *code != END) {
        segment(pipe, code).await?;
        has_pixels |= code == SCAN;
        marker = if code == SCAN { pass_pixels(pipe).await? } else { next_marker(pipe).await? };
    }
    // Some cameras forget the end marker; without a scan there is no picture.
    if !has_pixels {
        return Err(StripError::Damaged);
    }
    pipe.put(&[0xff, END]).await
}

/// The code of the next marker; nothing at the end of the file.
async fn next_marker(pipe: &mut Pipe<'_>) -> Result<Option<u8>, StripError> {
    let mut last = 0;
    while let Some(byte) = pipe.byte().await? {
        if last == 0xff && byte != 0xff && byte != 0 {
            return Ok(Some(byte));
        }
        last = byte;
    }
    Ok(None)
}

async fn segment(pipe: &mut Pipe<'_>, code: u8) -> Result<(), StripError> {
    if code == 0x01 || is_restart(code) {
        return pipe.put(&[0xff, code]).await;
    }
    let length = u16::from_be_bytes(pipe.read().await?);
    let body = u64::from(length).checked_sub(2).ok_or(StripError::Damaged)?;
    match code {
        // EXIF or XMP
        0xe1 => exif(pipe, body).await,
        // A colour profile, or pointers to further pictures, which are cut off
        0xe2 => colour_profile(pipe, length, body).await,
        // JFIF and Adobe's notes on colours are needed to decode; the other applications' data and comments are not.
        0xe3..=0xed | 0xef | 0xfe => pipe.skip(body).await,
        _ => {
            put_head(pipe, code, length).await?;
            pipe.pass(body).await
        }
    }
}

async fn exif(pipe: &mut Pipe<'_>, body: u64) -> Result<(), StripError> {
    let block = pipe.read_vec(body).await?;
    if let Some(orientation) = block.strip_prefix(b"Exif\0\0").and_then(orientation_only) {
        put_head(pipe, 0xe1, 2 + 6 + orientation.len() as u16).await?;
        pipe.put(b"Exif\0\0").await?;
        pipe.put(&orientation).await?;
    }
    Ok(())
}

async fn colour_profile(pipe: &mut Pipe<'_>, length: u16, body: u64) -> Result<(), StripError> {
    const NAME: &[u8] = b"ICC_PROFILE\0";
    let name = pipe.read_vec(body.min(NAME.len() as u64)).await?;
    let rest = body - name.len() as u64;
    if name != NAME {
        return pipe.skip(rest).await;
    }
    put_head(pipe, 0xe2, length).await?;
    pipe.put(NAME).await?;
    pipe.pass(rest).await
}

async fn put_head(pipe: &mut Pipe<'_>, code: u8, length: u16) -> Result<(), StripError> {
    let [high, low] = length.to_be_bytes();
    pipe.put(&[0xff, code, high, low]).await
}

/// Copies compressed pixels and gives the marker that ends them. Inside them 0xff is followed by 0 or a restart.
async fn pass_pixels(pipe: &mut Pipe<'_>) -> Result<Option<u8>, StripError> {
    loop {
        let arrived = pipe.peek().await?;
        let plain = arrived.iter().position(|byte| *byte == 0xff).unwrap_or(arrived.len());
        if plain > 0 {
            pipe.pass(plain as u64).await?;
            continue;
        }
        match next_code(pipe).await? {
            Some(code) if code == 0 || is_restart(code) => pipe.put(&[0xff, code]).await?,
            end => return Ok(end),
        }
    }
}

/// What follows one or more 0xff; nothing at the end of the file.
async fn next_code(pipe: &mut Pipe<'_>) -> Result<Option<u8>, StripError> {
    loop {
        match pipe.byte().await? {
            Some(0xff) => {}
            other => return Ok(other),
        }
    }
}

const fn is_restart(code: u8) -> bool {
    matches!(code, 0xd0..=0xd7)
}
