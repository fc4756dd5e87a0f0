//! Pixels to PNG. The way is chosen by what lies behind the card: rows of a gradient repeat each other and want plain
//! matching, rows of a picture resemble each other and want a filter.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, chunk};

use crate::{
    CardError,
    frame::{HEIGHT, Pixel, WIDTH},
    pack::pack,
};

/// What the compressor may expect of the pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// Rows repeat each other, each moved by so many pixels to the left.
    Regular(isize),
    /// A photograph.
    Photographic,
}

/// An opaque 8-bit RGB PNG of `pixels`, which are whole rows of the card (O1).
pub(crate) fn encode(pixels: &[Pixel], grain: Grain) -> Result<Vec<u8>, CardError> {
    let mut bytes = Vec::with_capacity(512 << 10);
    let mut encoder = Encoder::new(&mut bytes, WIDTH as u32, HEIGHT as u32);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_deflate_compression(DeflateCompression::FdeflateUltraFast);
    encoder.set_filter(Filter::Paeth);
    let mut writer = encoder.write_header()?;
    match grain {
        Grain::Regular(shift) => writer.write_chunk(chunk::IDAT, &pack(pixels.chunks_exact(WIDTH), shift))?,
        Grain::Photographic => writer.write_image_data(pixels.as_flattened())?,
    }
    writer.finish()?;
    // Cards are kept: what is not used of their memory would be kept with them.
    bytes.shrink_to_fit();
    Ok(bytes)
}
