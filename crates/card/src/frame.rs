//! The picture while it is being drawn: rows of 8-bit RGB, and the few ways to lay colour over them. Nothing here knows
//! what is drawn; everything outside of the frame is cut off.

use std::ops::Range;

use crate::Rgb;

/// The card's width in pixels (O1).
pub const WIDTH: usize = 1200;
/// The card's height in pixels (O1).
pub const HEIGHT: usize = 630;

pub(crate) type Pixel = [u8; 3];

/// The pixels of one card.
pub(crate) struct Frame {
    pixels: Vec<Pixel>,
}

/// How much of each pixel of a rectangle is covered, 0 to 255.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mask {
    pub(crate) width: usize,
    pub(crate) coverage: Vec<u8>,
}

/// A rectangle of colour with premultiplied alpha.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sprite {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Frame {
    pub(crate) fn new() -> Self {
        Self { pixels: vec![[0; 3]; WIDTH * HEIGHT] }
    }

    pub(crate) fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [Pixel]> {
        self.pixels.chunks_exact_mut(WIDTH)
    }

    pub(crate) fn copy_from(&mut self, pixels: &[Pixel]) {
        if pixels.len() == self.pixels.len() {
            self.pixels.copy_from_slice(pixels);
        }
    }

    /// Lays `ink` over the pixels that `mask`, with its top left corner at (`x`, `y`), covers; `opacity` is 0 to 255.
    pub(crate) fn stain(&mut self, mask: &Mask, x: i32, y: i32, ink: Rgb, opacity: u8) {
        let ink = ink.bytes();
        self.each_row(mask.width, mask.coverage.len(), (x, y), |row, part| {
            let coverage = mask.coverage.get(part).unwrap_or_default();
            // Most of a mask is empty or full, so it is looked at eight pixels at a time.
            let ((eights, rest), (covers, last)) = (row.as_chunks_mut::<8>(), coverage.as_chunks::<8>());
            for (pixels, coverage) in eights.iter_mut().zip(covers) {
                match u64::from_ne_bytes(*coverage) {
                    0 => {}
                    u64::MAX if opacity == 255 => *pixels = [ink; 8],
                    _ => tint(pixels, coverage, ink, opacity),
                }
            }
            tint(rest, last, ink, opacity);
        });
    }

    /// Draws a sprite with its top left corner at (`x`, `y`).
    pub(crate) fn draw(&mut self, sprite: &Sprite, x: i32, y: i32) {
        self.each_row(sprite.width, sprite.pixels.len(), (x, y), |row, part| {
            let sources = sprite.pixels.get(part).unwrap_or_default();
            row.iter_mut().zip(sources).for_each(|(pixel, source)| lay(pixel, *source));
        });
    }

    /// Draws a sprite of the mask's size where `mask` covers it.
    pub(crate) fn paste(&mut self, sprite: &Sprite, mask: &Mask, x: i32, y: i32) {
        self.each_row(sprite.width, sprite.pixels.len(), (x, y), |row, part| {
            let sources = sprite.pixels.get(part.clone()).unwrap_or_default();
            let coverage = mask.coverage.get(part).unwrap_or_default();
            for ((pixel, source), coverage) in row.iter_mut().zip(sources).zip(coverage) {
                match (source, coverage) {
                    (_, 0) => {}
                    ([red, green, blue, 255], 255) => *pixel = [*red, *green, *blue],
                    (source, coverage) => lay(pixel, source.map(|channel| scale(channel, *coverage))),
                }
            }
        });
    }

    /// Walks the rows of a rectangle of `count` values, `width` to a row, whose top left corner is at `at`: hands over the
    /// pixels within the frame and where their values are.
    fn each_row(
        &mut self,
        width: usize,
        count: usize,
        (x, y): (i32, i32),
        mut lay: impl FnMut(&mut [Pixel], Range<usize>),
    ) {
        for line in 0..count.checked_div(width).unwrap_or(0) {
            let y = y.saturating_add(i32::try_from(line).unwrap_or(i32::MAX));
            if let Some((row, skip)) = self.span(x, y, width) {
                let start = line * width + skip;
                let end = start + row.len();
                lay(row, start..end);
            }
        }
    }

    /// The pixels of row `y` that lie in the frame, of the `width` pixels from `x` on, and how many are cut off before.
    fn span(&mut self, x: i32, y: i32, width: usize) -> Option<(&mut [Pixel], usize)> {
        let y = usize::try_from(y).ok().filter(|y| *y < HEIGHT)?;
        let start = usize::try_from(x.max(0)).ok()?;
        let end = usize::try_from(i64::from(x) + width as i64).ok()?.min(WIDTH);
        let skip = usize::try_from(-i64::from(x.min(0))).ok()?;
        self.pixels.get_mut(y * WIDTH + start.min(end)..y * WIDTH + end).map(|row| (row, skip))
    }
}

/// Lays a premultiplied colour over `pixel`.
fn lay(pixel: &mut Pixel, [red, green, blue, alpha]: [u8; 4]) {
    for (channel, source) in pixel.iter_mut().zip([red, green, blue]) {
        *channel = source.saturating_add(scale(*channel, 255 - alpha));
    }
}

/// `value` × `share` / 255, rounded.
fn scale(value: u8, share: u8) -> u8 {
    let product = u16::from(value) * u16::from(share) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// Moves each pixel towards `ink` by its coverage and the opacity.
fn tint(pixels: &mut [Pixel], coverage: &[u8], ink: Pixel, opacity: u8) {
    for (pixel, coverage) in pixels.iter_mut().zip(coverage) {
        blend(pixel, ink, scale(*coverage, opacity));
    }
}

/// Moves `pixel` towards `ink` by `coverage` of 255.
pub(crate) fn blend(pixel: &mut Pixel, ink: Pixel, coverage: u8) {
    let (share, rest) = (u16::from(coverage), u16::from(255 - coverage));
    for (channel, ink) in pixel.iter_mut().zip(ink) {
        // At most 255 × 255 + 128, and what is added to that fits as well.
        let sum = u16::from(*channel) * rest + u16::from(ink) * share + 128;
        *channel = ((sum + (sum >> 8)) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_coverage_is_the_ink_and_none_leaves_the_ground() {
        let mut pixel = [10, 200, 77];
        blend(&mut pixel, [255, 0, 128], 0);
        assert_eq!(pixel, [10, 200, 77]);
        blend(&mut pixel, [255, 0, 128], 255);
        assert_eq!(pixel, [255, 0, 128]);
        assert!((0..=255).all(|value| scale(value, 255) == value && scale(value, 0) == 0));
    }

    #[test]
    fn what_leaves_the_frame_is_cut_off() {
        let mut frame = Frame::new();
        let mask = Mask { width: 4, coverage: vec![255; 16] };
        for (x, y) in [
            (-2, -2),
            (1198, 628),
            (-4, 0),
            (1200, 0),
            (0, -4),
            (0, 630),
            (i32::MAX, i32::MAX),
            (i32::MIN, 0),
        ] {
            frame.stain(&mask, x, y, Rgb::hex(0xffffff), 255);
        }
        let lit = frame.pixels.iter().filter(|pixel| **pixel == [255; 3]).count();
        assert_eq!(lit, 8);
        assert_eq!(frame.pixels[WIDTH + 1], [255; 3]);
        assert_eq!(frame.pixels[WIDTH * HEIGHT - 1], [255; 3]);
    }
}
