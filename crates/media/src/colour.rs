//! Carries a picture's colours over to sRGB, since its colour profile is dropped with the rest of the metadata.
//!
//! Phones take pictures in a wider space: without this step they would look pale.

use image::{ColorType, DynamicImage, RgbImage, RgbaImage};
use qcms::{DataType, Intent, Profile, Transform};

/// Profiles in use are a few kilobytes; one with a printer's tables, a few hundred.
const MAX_PROFILE_BYTES: usize = 1 << 20;

/// `image`, 8-bit RGB or RGBA; as it is when `profile` makes no sense for it.
pub(crate) fn to_srgb(image: DynamicImage, profile: &[u8]) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let pixels = match image.color() {
        ColorType::Rgb8 => DataType::RGB8,
        ColorType::Rgba8 => DataType::RGBA8,
        _ => return image,
    };
    let Some(transform) = transform(profile, pixels) else { return image };
    let mut bytes = image.into_bytes();
    transform.apply(&mut bytes);
    let converted = match pixels {
        DataType::RGB8 => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
        _ => RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from),
    };
    converted.unwrap_or_default()
}

fn transform(profile: &[u8], pixels: DataType) -> Option<Transform> {
    // ICC.1, 7.2: the header's colour space. Pixels of a grey or CMYK picture are RGB by now.
    let is_rgb = profile.get(16..20) == Some(b"RGB ");
    if !is_rgb || profile.len() > MAX_PROFILE_BYTES {
        return None;
    }
    let source = Profile::new_from_slice(profile, false)?;
    let mut target = Profile::new_sRGB();
    target.precache_output_transform();
    Transform::new(&source, &target, pixels, Intent::Perceptual)
}
