//! Pictures of glyphs, kept for the next card. Rasterising is the dearest part of drawing text, and the same few hundred
//! glyphs come back on every card, so one bounded cache serves all threads of a [`crate::Renderer`].

use std::sync::{Arc, Mutex, PoisonError};

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, pixels::U8x4,
};
use lru::LruCache;
use parley::{Glyph, GlyphRun, Layout, PositionedLayoutItem};
use swash::{
    FontRef,
    scale::{Render, ScaleContext, Source, StrikeWith, image::Content},
    zeno::Vector,
};

use crate::{
    Rgb,
    frame::{Frame, Mask, Sprite},
};

/// Glyph pictures kept at once, in bytes.
const CACHE_BYTES: usize = 8 << 20;
/// Horizontal positions of a glyph within a pixel that get a picture of their own.
const PHASES: f32 = 4.0;
/// How much heavier a face without a bold gets, in ems.
const EMBOLDEN: f32 = 1.0 / 36.0;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    /// The identity of the font's bytes.
    font: u64,
    glyph: u16,
    /// The bits of the size in pixels per em.
    size: u32,
    phase: u8,
    is_emboldened: bool,
}

/// One glyph, ready to be laid on a frame, and where: the offset of its top left corner from the pen, y downwards.
struct Picture {
    left: i32,
    top: i32,
    ink: Ink,
}

enum Ink {
    Mask(Mask),
    Color(Sprite),
}

impl Picture {
    /// Width and height in pixels.
    fn size(&self) -> (usize, usize) {
        let (width, pixels) = match &self.ink {
            Ink::Mask(mask) => (mask.width, mask.coverage.len()),
            Ink::Color(sprite) => (sprite.width, sprite.pixels.len()),
        };
        (width, pixels / width.max(1))
    }

    fn bytes(&self) -> usize {
        let pixels = match &self.ink {
            Ink::Mask(mask) => mask.coverage.len(),
            Ink::Color(sprite) => sprite.pixels.len() * 4,
        };
        pixels + size_of::<Self>() + size_of::<Key>()
    }
}

/// A box in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Bounds {
    pub(crate) fn width(self) -> f32 {
        (self.right - self.left) as f32
    }

    pub(crate) fn height(self) -> f32 {
        (self.bottom - self.top) as f32
    }

    pub(crate) fn middle(self) -> (f32, f32) {
        ((self.left + self.right) as f32 / 2.0, (self.top + self.bottom) as f32 / 2.0)
    }

    fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// The glyphs drawn last, up to [`CACHE_BYTES`].
pub(crate) struct GlyphCache(Mutex<Kept>);

struct Kept {
    pictures: LruCache<Key, Arc<Picture>>,
    bytes: usize,
}

impl GlyphCache {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Kept { pictures: LruCache::unbounded(), bytes: 0 }))
    }

    fn get(&self, key: Key, draw: impl FnOnce() -> Picture) -> Arc<Picture> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(picture) = lock().pictures.get(&key) {
            return Arc::clone(picture);
        }
        let picture = Arc::new(draw());
        let mut kept = lock();
        kept.bytes += picture.bytes();
        if let Some((_, replaced)) = kept.pictures.push(key, Arc::clone(&picture)) {
            kept.bytes -= replaced.bytes();
        }
        while kept.bytes > CACHE_BYTES
            && let Some((_, oldest)) = kept.pictures.pop_lru()
        {
            kept.bytes -= oldest.bytes();
        }
        picture
    }
}

/// Draws glyphs for one thread.
pub(crate) struct Pen {
    scaler: ScaleContext,
    resizer: Resizer,
}

impl Pen {
    pub(crate) fn new() -> Self {
        Self { scaler: ScaleContext::new(), resizer: Resizer::new() }
    }

    /// Draws a laid out text with its top left corner at (`x`, `y`).
    pub(crate) fn write(
        &mut self,
        cache: &GlyphCache,
        frame: &mut Frame,
        text: &Layout<()>,
        x: f32,
        y: f32,
        ink: Rgb,
    ) {
        self.each(cache, text, (x, y), |picture, x, y| match &picture.ink {
            Ink::Mask(mask) => frame.stain(mask, x, y, ink, 255),
            Ink::Color(sprite) => frame.draw(sprite, x, y),
        });
    }

    /// The smallest box around everything that [`Pen::write`] would draw at (0, 0).
    pub(crate) fn bounds(&mut self, cache: &GlyphCache, text: &Layout<()>) -> Option<Bounds> {
        let mut whole: Option<Bounds> = None;
        self.each(cache, text, (0.0, 0.0), |picture, left, top| {
            let (width, height) = picture.size();
            let own = Bounds { left, top, right: left + width as i32, bottom: top + height as i32 };
            whole = Some(whole.map_or(own, |whole| whole.with(own)));
        });
        whole
    }

    /// Hands the picture of each glyph and its top left corner to `place`.
    fn each(
        &mut self,
        cache: &GlyphCache,
        text: &Layout<()>,
        at: (f32, f32),
        mut place: impl FnMut(&Picture, i32, i32),
    ) {
        for line in text.lines() {
            for item in line.items() {
                let PositionedLayoutItem::GlyphRun(run) = item else { continue };
                for glyph in run.positioned_glyphs() {
                    let (x, phase) = split(at.0 + glyph.x);
                    let picture = self.picture(cache, &run, glyph, phase);
                    place(&picture, x + picture.left, (at.1 + glyph.y).round() as i32 + picture.top);
                }
            }
        }
    }

    fn picture(
        &mut self,
        cache: &GlyphCache,
        run: &GlyphRun<'_, ()>,
        glyph: Glyph,
        phase: u8,
    ) -> Arc<Picture> {
        let font = &run.run().font().data;
        let key = Key {
            font: font.id(),
            glyph: glyph.id as u16,
            size: run.run().font_size().to_bits(),
            phase,
            is_emboldened: run.run().synthesis().embolden(),
        };
        cache.get(key, || self.rasterise(font.data(), key))
    }

    fn rasterise(&mut self, font: &[u8], key: Key) -> Picture {
        let blank = Picture { left: 0, top: 0, ink: Ink::Mask(Mask::default()) };
        let Some(font) = FontRef::from_index(font, 0) else { return blank };
        let size = f32::from_bits(key.size);
        // Colour bitmaps are taken as they are and scaled by a better filter than the scaler's.
        let mut scaler = self.scaler.builder_with_id(font, [key.font, 0]).size(0.0).build();
        if scaler.has_color_bitmaps() {
            let bitmap = scaler.scale_color_bitmap(key.glyph, StrikeWith::LargestSize);
            return bitmap.and_then(|bitmap| self.shrink(&bitmap, size)).unwrap_or(blank);
        }
        let mut scaler = self.scaler.builder_with_id(font, [key.font, 0]).size(size).build();
        let mut render = Render::new(&[Source::Outline]);
        render.offset(Vector::new(f32::from(key.phase) / PHASES, 0.0));
        if key.is_emboldened {
            render.embolden(size * EMBOLDEN);
        }
        render.render(&mut scaler, key.glyph).map_or(blank, |image| Picture {
            left: image.placement.left,
            top: -image.placement.top,
            ink: Ink::Mask(Mask { width: image.placement.width as usize, coverage: image.data }),
        })
    }

    /// A colour bitmap of the emoji font at `size` pixels per em.
    fn shrink(&mut self, bitmap: &swash::scale::image::Image, size: f32) -> Option<Picture> {
        if bitmap.content != Content::Color {
            return None;
        }
        let share = size / EMOJI_STRIKE;
        let length = |pixels: u32| ((pixels as f32 * share).round() as u32).max(1);
        let (width, height) = (length(bitmap.placement.width), length(bitmap.placement.height));
        let source = Image::from_vec_u8(
            bitmap.placement.width,
            bitmap.placement.height,
            bitmap.data.clone(),
            PixelType::U8x4,
        )
        .ok()?;
        let mut target = Image::new(width, height, PixelType::U8x4);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        // The pixel's type is named: the untyped face would be compiled for every type that it knows.
        let (from, mut into) = (source.typed_image::<U8x4>()?, target.typed_image_mut::<U8x4>()?);
        self.resizer.resize_typed(&from, &mut into, &options).ok()?;
        let premultiplied = |[red, green, blue, alpha]: [u8; 4]| {
            let [red, green, blue] =
                [red, green, blue].map(|c| (u16::from(c) * u16::from(alpha) / 255) as u8);
            [red, green, blue, alpha]
        };
        let pixels = target.buffer().as_chunks::<4>().0.iter().copied().map(premultiplied).collect();
        Some(Picture {
            left: (bitmap.placement.left as f32 * share).round() as i32,
            top: -(bitmap.placement.top as f32 * share + size * EMOJI_RISE).round() as i32,
            ink: Ink::Color(Sprite { width: width as usize, pixels }),
        })
    }
}

/// How far emoji are lifted to stand in the middle of capitals, in ems.
const EMOJI_RISE: f32 = 0.06;

/// Pixels per em at which the bitmaps of the emoji font are drawn.
const EMOJI_STRIKE: f32 = 109.0;

/// A horizontal position as whole pixels and a phase.
fn split(x: f32) -> (i32, u8) {
    let steps = (x * PHASES).round() as i32;
    (steps.div_euclid(PHASES as i32), steps.rem_euclid(PHASES as i32) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_split_into_pixels_and_quarters() {
        assert_eq!(split(3.0), (3, 0));
        assert_eq!(split(3.3), (3, 1));
        assert_eq!(split(3.9), (4, 0));
        assert_eq!(split(-0.25), (-1, 3));
    }

    #[test]
    fn the_cache_never_outgrows_its_bound() {
        let cache = GlyphCache::new();
        for glyph in 0..2_000u16 {
            let key = Key { font: 1, glyph, size: 0, phase: 0, is_emboldened: false };
            let coverage = vec![0; 20_000];
            cache.get(key, || Picture { left: 0, top: 0, ink: Ink::Mask(Mask { width: 100, coverage }) });
        }
        let kept = cache.0.lock().unwrap();
        let counted: usize = kept.pictures.iter().map(|(_, picture)| picture.bytes()).sum();
        assert_eq!(counted, kept.bytes);
        assert!(kept.bytes <= CACHE_BYTES && kept.pictures.len() > 300);
    }
}
