//! Pictures that people uploaded, made ready for cards. Decoding and scaling cost more than drawing a whole card, so they
//! are done once, within hard limits, and what is kept has the size at which it is drawn.

use std::io::Cursor;

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, pixels::U8x4,
};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use crate::{
    PictureError, Rgb,
    frame::{HEIGHT, Pixel, Sprite, WIDTH},
    png_out::{self, Grain},
};

/// The longest side of a picture that is decoded, in pixels.
const LONGEST_SIDE: u32 = 4096;
/// The most memory that a decoder may take, in bytes.
const MOST_MEMORY: u64 = 32 << 20;
/// The side of a prepared avatar in pixels.
pub(crate) const AVATAR: usize = 224;
/// A background picture of at most this size, in bytes, leaves room for what is drawn on it (O1).
const LARGEST_LAYER: usize = 330 << 10;
/// How wide a background becomes on its way, in pixels: the first width at which it is small enough is taken.
const SOFTER: [u32; 9] = [600, 480, 400, 320, 240, 160, 100, 60, 30];
/// No channel of a background gets brighter than this, so that white reads on all of it with a contrast above 5.
const BRIGHTEST: f32 = 104.0;

/// An avatar at the size in which cards show it.
#[derive(Debug)]
pub struct Avatar {
    pub(crate) sprite: Sprite,
    pub(crate) is_translucent: bool,
    digest: [u8; 32],
}

impl Avatar {
    /// Decodes a PNG, JPEG, GIF (first frame) or WebP, turns it upright and scales its middle square. Takes some
    /// milliseconds of computing: not for an async thread.
    pub fn prepare(bytes: &[u8]) -> Result<Self, PictureError> {
        let picture = decode(bytes)?;
        let side = AVATAR as u32;
        let scaled = cover(&picture, side, side, FilterType::Lanczos3)?;
        let premultiplied = |[red, green, blue, alpha]: &[u8; 4]| {
            let [red, green, blue] =
                [red, green, blue].map(|c| (u16::from(*c) * u16::from(*alpha) / 255) as u8);
            [red, green, blue, *alpha]
        };
        let pixels: Vec<_> = scaled.buffer().as_chunks().0.iter().map(premultiplied).collect();
        let digest = Sha256::digest(pixels.as_flattened()).into();
        let is_translucent = pixels.iter().any(|[.., alpha]| *alpha < 255);
        Ok(Self { is_translucent, sprite: Sprite { width: AVATAR, pixels }, digest })
    }

    /// SHA-256 of the prepared pixels.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

/// A background picture at the size of the card, darkened so that white text reads on it, and soft enough to compress.
#[derive(Debug)]
pub struct Layer {
    pub(crate) pixels: Vec<Pixel>,
    /// The lightest colour that occurs.
    pub(crate) lightest: Rgb,
    digest: [u8; 32],
}

impl Layer {
    /// Decodes and scales as [`Avatar::prepare`] does, filling the card. Takes some tens of milliseconds of computing.
    pub fn prepare(bytes: &[u8]) -> Result<Self, PictureError> {
        let picture = decode(bytes)?;
        let shades: Vec<u8> = (0..=255u8).map(shade).collect();
        let dark = |value: u8, alpha: u8| {
            let over_black = u16::from(value) * u16::from(alpha) / 255;
            shades.get(usize::from(over_black)).copied().unwrap_or_default()
        };
        let mut pixels = Vec::new();
        // Fine grain is what makes a photograph large: from step to step less of it is kept.
        for width in SOFTER {
            let height = width * HEIGHT as u32 / WIDTH as u32;
            let small = cover(&picture, width, height, FilterType::Bilinear)?;
            let soft = resize(&small, WIDTH as u32, HEIGHT as u32, FilterType::Gaussian)?;
            let darkened = |[red, green, blue, alpha]: &[u8; 4]| {
                [red, green, blue].map(|channel| dark(*channel, *alpha))
            };
            pixels = soft.buffer().as_chunks().0.iter().map(darkened).collect::<Vec<Pixel>>();
            let size = png_out::encode(&pixels, Grain::Photographic).map_or(usize::MAX, |png| png.len());
            if size <= LARGEST_LAYER {
                break;
            }
        }
        Ok(Self::new(pixels))
    }

    fn new(pixels: Vec<Pixel>) -> Self {
        let digest = Sha256::digest(pixels.as_flattened()).into();
        let brightness = |pixel: &&Pixel| pixel.iter().map(|channel| u32::from(*channel)).sum::<u32>();
        let [red, green, blue] = pixels.iter().max_by_key(brightness).copied().unwrap_or_default();
        Self { pixels, lightest: Rgb(red, green, blue), digest }
    }

    /// SHA-256 of the prepared pixels.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

/// A channel darkened: shadows keep three quarters of their light, highlights bend towards [`BRIGHTEST`]. Every other step
/// is left out, which nobody sees in the dark and which buys sharpness at the same size.
fn shade(channel: u8) -> u8 {
    let value = f32::from(channel) * 0.75;
    (value / (1.0 + (value / BRIGHTEST).powi(3)).cbrt() / 2.0).round() as u8 * 2
}

/// Decodes a picture after its header has passed the limits (threats M6: a 60 kB file can claim gigabytes).
fn decode(bytes: &[u8]) -> Result<Image<'static>, PictureError> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| PictureError::Format)?;
    if !matches!(
        reader.format(),
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)
    ) {
        return Err(PictureError::Format);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(PictureError::TooLarge);
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    Image::from_vec_u8(width, height, picture.into_raw(), PixelType::U8x4)
        .map_err(|error| PictureError::Scale(error.into()))
}

fn refused(error: ImageError) -> PictureError {
    if matches!(error, ImageError::Limits(_)) { PictureError::TooLarge } else { PictureError::Decode(error) }
}

/// Scales a picture so that it fills `width` × `height`, cutting off what stands over on both sides.
fn cover(
    picture: &Image<'_>,
    width: u32,
    height: u32,
    filter: FilterType,
) -> Result<Image<'static>, PictureError> {
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .fit_into_destination(Some((0.5, 0.5)));
    scale(picture, width, height, &options)
}

/// Stretches a picture to `width` × `height`.
fn resize(
    picture: &Image<'_>,
    width: u32,
    height: u32,
    filter: FilterType,
) -> Result<Image<'static>, PictureError> {
    scale(picture, width, height, &ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)))
}

fn scale(
    picture: &Image<'_>,
    width: u32,
    height: u32,
    options: &ResizeOptions,
) -> Result<Image<'static>, PictureError> {
    let mut target = Image::new(width, height, PixelType::U8x4);
    // The pixel's type is named: the untyped face would be compiled for every type that it knows.
    if let (Some(from), Some(mut into)) = (picture.typed_image::<U8x4>(), target.typed_image_mut::<U8x4>()) {
        let scaled = Resizer::new().resize_typed(&from, &mut into, options);
        scaled.map_err(|error| PictureError::Scale(error.into()))?;
    }
    Ok(target)
}
