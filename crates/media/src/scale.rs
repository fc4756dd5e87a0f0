//! Makes pictures smaller, never larger. What comes out is 8-bit RGB or RGBA.

use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{InnerPixel, U8x3, U8x4};
use fast_image_resize::{MulDiv, ResizeOptions, Resizer};
use image::{ColorType, DynamicImage, RgbImage, RgbaImage};

use crate::picture::PictureError;

/// The middle square.
pub(crate) fn square(image: DynamicImage, max_side: u32) -> Result<DynamicImage, PictureError> {
    let side = image.width().min(image.height()).min(max_side);
    resize(image, side, side)
}

/// The whole picture, its longer side at most `max_side`.
pub(crate) fn fit(image: DynamicImage, max_side: u32) -> Result<DynamicImage, PictureError> {
    let (width, height) = (image.width(), image.height());
    let longer = width.max(height);
    if longer <= max_side {
        return resize(image, width, height);
    }
    let scaled = |side: u32| {
        let exact = (u64::from(side) * u64::from(max_side) + u64::from(longer / 2)) / u64::from(longer);
        u32::try_from(exact).unwrap_or(max_side).max(1)
    };
    resize(image, scaled(width), scaled(height))
}

/// Takes the largest middle part that has the new ratio.
fn resize(image: DynamicImage, width: u32, height: u32) -> Result<DynamicImage, PictureError> {
    let image = to_8_bit(image);
    if (image.width(), image.height()) == (width, height) {
        return Ok(image);
    }
    let scaled = if image.color().has_alpha() {
        RgbaImage::from_raw(width, height, resample_transparent(image, width, height)?)
            .map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, resample_opaque(image, width, height)?).map(DynamicImage::from)
    };
    scaled.ok_or(PictureError::Broken)
}

// Both ways name the pixel's type: the resizer's untyped face would be compiled for every type that it knows.

fn resample_opaque(image: DynamicImage, width: u32, height: u32) -> Result<Vec<u8>, PictureError> {
    let (from_width, from_height) = (image.width(), image.height());
    let mut pixels = image.into_bytes();
    let source = TypedImage::<U8x3>::from_buffer(from_width, from_height, &mut pixels).map_err(broken)?;
    let mut target = vec![0; width as usize * height as usize * U8x3::size()];
    let mut view = TypedImage::<U8x3>::from_buffer(width, height, &mut target).map_err(broken)?;
    Resizer::new().resize_typed(&source, &mut view, &options()).map_err(broken)?;
    Ok(target)
}

/// Colours are weighted by their alpha, or transparent pixels would bleed into their neighbours. That is done in
/// place: the resizer's own way makes a copy of the whole source.
fn resample_transparent(image: DynamicImage, width: u32, height: u32) -> Result<Vec<u8>, PictureError> {
    let (from_width, from_height) = (image.width(), image.height());
    let mut pixels = image.into_bytes();
    let mut source = TypedImage::<U8x4>::from_buffer(from_width, from_height, &mut pixels).map_err(broken)?;
    let mut target = vec![0; width as usize * height as usize * U8x4::size()];
    let mut view = TypedImage::<U8x4>::from_buffer(width, height, &mut target).map_err(broken)?;
    let weights = MulDiv::new();
    weights.multiply_alpha_inplace_typed(&mut source).map_err(broken)?;
    Resizer::new().resize_typed(&source, &mut view, &options()).map_err(broken)?;
    weights.divide_alpha_inplace_typed(&mut view).map_err(broken)?;
    Ok(target)
}

fn options() -> ResizeOptions {
    ResizeOptions::new().fit_into_destination(None).use_alpha(false)
}

fn broken<E>(_: E) -> PictureError {
    PictureError::Broken
}

fn to_8_bit(image: DynamicImage) -> DynamicImage {
    match image.color() {
        ColorType::Rgb8 | ColorType::Rgba8 => image,
        color if color.has_alpha() => image.into_rgba8().into(),
        _ => image.into_rgb8().into(),
    }
}
