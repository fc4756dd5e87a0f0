//! Writes finished pictures: a JPEG for photographs, a PNG for what is transparent or drawn in flat colours.
//!
//! The only WebP encoder at hand is lossless, which makes a photograph five to ten times as large as a JPEG.

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder};

use crate::kind::MediaKind;
use crate::picture::{Picture, PictureError, on_white};

const JPEG_QUALITY: u8 = 88;

/// In the format that suits it.
pub(crate) fn smallest(image: &DynamicImage) -> Result<Picture, PictureError> {
    let lossless = png(image)?;
    if image.color().has_alpha() {
        return Ok(lossless);
    }
    let lossy = jpeg(image)?;
    // Exact edges are worth a few bytes.
    let is_drawn = lossless.bytes.len() <= lossy.bytes.len() + lossy.bytes.len() / 4;
    Ok(if is_drawn { lossless } else { lossy })
}

pub(crate) fn jpeg(image: &DynamicImage) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    let flat = match image {
        DynamicImage::ImageRgb8(_) => image.to_rgb8(),
        _ => on_white(image),
    };
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .encode_image(&flat)
        .map_err(|_| PictureError::Broken)?;
    Ok(picture(image, MediaKind::Jpeg, bytes))
}

pub(crate) fn png(image: &DynamicImage) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(image.as_bytes(), image.width(), image.height(), image.color().into())
        .map_err(|_| PictureError::Broken)?;
    Ok(picture(image, MediaKind::Png, bytes))
}

fn picture(image: &DynamicImage, kind: MediaKind, bytes: Vec<u8>) -> Picture {
    Picture { bytes: Bytes::from(bytes), kind, width: image.width(), height: image.height() }
}
