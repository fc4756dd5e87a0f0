//! The renderer: what is shared between cards (glyph pictures, masks) and between the steps of one card (frame, layout
//! scratch). It is called from several threads at once; each call borrows a desk of its own, so nobody waits while
//! somebody draws. How many draw at once is the caller's business (O6).

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::{
    Background, CardContent, CardError,
    frame::Frame,
    glyphs::{GlyphCache, Pen},
    png_out::{self, Grain},
    ramp,
    stencils::Stencils,
    template,
    text::layout::Typesetter,
};

/// Draws cards. Making one costs nothing; fonts are read when a text first needs them.
pub struct Renderer {
    pub(crate) glyphs: GlyphCache,
    stencils: OnceLock<Stencils>,
    idle: Mutex<Vec<Desk>>,
}

/// What one card needs while it is drawn; kept for the next.
pub(crate) struct Desk {
    pub(crate) frame: Frame,
    pub(crate) typesetter: Typesetter,
    pub(crate) pen: Pen,
}

impl Renderer {
    /// A renderer with empty caches.
    pub fn new() -> Self {
        Self { glyphs: GlyphCache::new(), stencils: OnceLock::new(), idle: Mutex::new(Vec::new()) }
    }

    /// The card as PNG: 1200 × 630, 8-bit RGB, opaque, at most 600 kB (O1). The same content gives the same bytes (O4).
    /// Takes a few milliseconds of computing: not for an async thread.
    pub fn render(&self, content: &CardContent) -> Result<Vec<u8>, CardError> {
        let mut desk = self.idle().pop().unwrap_or_else(Desk::new);
        let stencils = self.stencils.get_or_init(Stencils::new);
        template::draw(content, &mut desk, &self.glyphs, stencils);
        let grain = match content.background {
            Background::Solid(_) => Grain::Regular(0),
            Background::Gradient { angle, .. } => Grain::Regular(ramp::shift(angle)),
            Background::Picture(_) => Grain::Photographic,
        };
        let png = png_out::encode(desk.frame.pixels(), grain);
        self.idle().push(desk);
        png
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Desk>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Desk {
    fn new() -> Self {
        Self { frame: Frame::new(), typesetter: Typesetter::new(), pen: Pen::new() }
    }
}
