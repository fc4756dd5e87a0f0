//! Pictures that people send: judged by their header, decoded within hard limits, and made anew (contract A4,
//! security M6).
//!
//! Nothing of the sent file survives but its pixels: no metadata, no location, no trailing bytes. Colours are carried
//! over to sRGB and the orientation is applied. Of an animation the first picture is taken. These functions are
//! CPU-heavy and run on a [`crate::pool::PicturePool`]; at the limits one of them takes up to 160 MiB for a moment.

use std::io::Cursor;

use bytes::Bytes;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::encode;
use crate::kind::MediaKind;
use crate::scale;

/// The largest side of a picture that is decoded, in pixels.
pub const MAX_SIDE: u32 = 4096;
/// The largest side of a banner, which may be long when it is low.
pub const MAX_BANNER_SIDE: u32 = 8192;

/// An avatar's largest side once stored, in pixels.
pub const AVATAR_SIDE: u32 = 512;
/// A banner's largest side once stored, in pixels.
pub const BANNER_SIDE: u32 = 2048;
/// A thumbnail's largest side, in pixels.
pub const THUMB_SIDE: u32 = 640;

/// What the decoded pixels may take: 4096x4096 in RGBA.
const PIXEL_BYTES: u64 = 64 << 20;
/// What a decoder may take besides, profiles and other metadata included.
const WORK_BYTES: u64 = 8 << 20;

/// A picture that this module made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub bytes: Bytes,
    pub kind: MediaKind,
    /// Pixels.
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PictureError {
    #[error("must be a png, jpg, webp or gif picture")]
    NotAPicture,
    #[error("must be at most {side} pixels on each side and 16 megapixels in all")]
    TooManyPixels { side: u32 },
    #[error("the picture is damaged")]
    Broken,
    /// Nothing is wrong with the picture: try again later.
    #[error("too many pictures are being worked on")]
    Busy,
}

/// The middle square, at most [`AVATAR_SIDE`] large.
pub fn avatar(bytes: &[u8]) -> Result<Picture, PictureError> {
    let decoded = decode(bytes, MAX_SIDE)?;
    encode::smallest(&decoded.finish(|image| scale::square(image, AVATAR_SIDE))?)
}

/// The whole picture in its own ratio, at most [`BANNER_SIDE`] large.
pub fn banner(bytes: &[u8]) -> Result<Picture, PictureError> {
    let decoded = decode(bytes, MAX_BANNER_SIDE)?;
    encode::smallest(&decoded.finish(|image| scale::fit(image, BANNER_SIDE))?)
}

/// A JPEG of the whole picture, at most [`THUMB_SIDE`] large; what is transparent becomes white.
pub fn thumbnail(bytes: &[u8]) -> Result<Picture, PictureError> {
    let decoded = decode(bytes, MAX_BANNER_SIDE)?;
    encode::jpeg(&decoded.finish(|image| scale::fit(image, THUMB_SIDE))?)
}

/// The whole picture, at most `side` large, in the format that makes it smallest.
pub fn scaled(bytes: &[u8], side: u32) -> Result<Picture, PictureError> {
    let decoded = decode(bytes, MAX_SIDE)?;
    encode::smallest(&decoded.finish(|image| scale::fit(image, side))?)
}

/// Width and height in pixels as the picture is shown, read from the header: cheap for a picture of any size, and for
/// one that was cleaned by [`crate::receive`] its first 64 KiB suffice unless it has a large colour profile.
pub fn dimensions(bytes: &[u8]) -> Result<(u32, u32), PictureError> {
    let mut decoder = open(bytes, u32::MAX)?;
    let (width, height) = decoder.dimensions();
    let turned = matches!(
        decoder.orientation().unwrap_or(Orientation::NoTransforms),
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    Ok(if turned { (height, width) } else { (width, height) })
}

/// Pixels with what is needed to show them right.
struct Decoded {
    image: DynamicImage,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

impl Decoded {
    /// Scales first, so that colours and orientation are worked out on few pixels.
    fn finish(
        self,
        scale: impl FnOnce(DynamicImage) -> Result<DynamicImage, PictureError>,
    ) -> Result<DynamicImage, PictureError> {
        let mut image = scale(self.image)?;
        if let Some(profile) = self.profile {
            image = crate::colour::to_srgb(image, &profile);
        }
        image.apply_orientation(self.orientation);
        Ok(drop_full_alpha(image))
    }
}

fn decode(bytes: &[u8], side: u32) -> Result<Decoded, PictureError> {
    let mut decoder = open(bytes, side)?;
    let pixel_bytes = decoder.total_bytes();
    if pixel_bytes > PIXEL_BYTES {
        return Err(PictureError::TooManyPixels { side });
    }
    decoder
        .set_limits(limits(side, PIXEL_BYTES + WORK_BYTES - pixel_bytes))
        .map_err(|error| judge(&error, side))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| judge(&error, side))?;
    Ok(Decoded { image, orientation, profile })
}

/// Reads the header, up to the first pixel, with little memory.
fn open(bytes: &[u8], side: u32) -> Result<impl ImageDecoder, PictureError> {
    let format = match MediaKind::sniff(bytes) {
        Some(MediaKind::Png) => ImageFormat::Png,
        Some(MediaKind::Jpeg) => ImageFormat::Jpeg,
        Some(MediaKind::Webp) => ImageFormat::WebP,
        Some(MediaKind::Gif) => ImageFormat::Gif,
        _ => return Err(PictureError::NotAPicture),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(side, WORK_BYTES));
    let decoder = reader.into_decoder().map_err(|error| judge(&error, side))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 { Err(PictureError::Broken) } else { Ok(decoder) }
}

fn limits(side: u32, bytes: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(side);
    limits.max_image_height = Some(side);
    limits.max_alloc = Some(bytes);
    limits
}

fn judge(error: &ImageError, side: u32) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooManyPixels { side },
        _ => PictureError::Broken,
    }
}

/// Many opaque pictures carry an alpha channel; without it they can be a JPEG.
fn drop_full_alpha(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageRgba8(rgba) if rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) => {
            DynamicImage::ImageRgba8(rgba).into_rgb8().into()
        }
        other => other,
    }
}

/// `image` over white.
pub(crate) fn on_white(image: &DynamicImage) -> RgbImage {
    let mut canvas = image.to_rgba8();
    for pixel in canvas.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            ((mixed + 127) / 255) as u8
        };
        pixel.0 = [over(red), over(green), over(blue), u8::MAX];
    }
    DynamicImage::ImageRgba8(canvas).into_rgb8()
}
