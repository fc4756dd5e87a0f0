//! What a card shows. The content is a plain value: it can be built from anywhere, compared by [`CardContent::fingerprint`]
//! and drawn by any [`crate::Renderer`] with the same result (O4). Where it comes from, and who may see it, is decided
//! by the caller.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::{Avatar, Layer, Rgb, fonts};

/// Moves with every change of the drawing or the packing, so that an old cache entry or `ETag` never stands for other bytes.
const TEMPLATE_VERSION: u32 = 2;

/// Everything that is drawn on a card, as the owner wrote it: the renderer cleans and shortens the texts itself (O5).
#[derive(Clone, Debug)]
pub struct CardContent {
    /// The display name; when nothing of it can be drawn, the handle takes its place.
    pub name: String,
    /// The handle as it is to be read, for example `@ada`; may be empty.
    pub handle: String,
    /// A few sentences; up to three lines are shown.
    pub bio: Option<String>,
    /// Drawn in this order; a badge named twice is drawn once.
    pub badges: Vec<Badge>,
    /// Without one a monogram of the name is drawn.
    pub avatar: Option<Arc<Avatar>>,
    /// The outline of the avatar or the monogram.
    pub avatar_shape: AvatarShape,
    /// What lies behind everything.
    pub background: Background,
    /// The colour of ring, bar and monogram; it is made lighter or darker where it would not read.
    pub accent: Rgb,
    /// The address of the site, for example `ada.example.org`; may be empty.
    pub footer: String,
}

/// A distinction of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Badge {
    /// The account is who it says it is.
    Verified,
    /// Works for the instance.
    Staff,
    /// Partner of the instance.
    Partner,
    /// Bug hunter, first tier.
    BugHunter1,
    /// Bug hunter, second tier.
    BugHunter2,
    /// Translates the product.
    Translator,
    /// Has the plus plan.
    Plus,
    /// Has the enterprise plan.
    Enterprise,
}

impl Badge {
    /// Every badge.
    pub const ALL: [Self; 8] = [
        Self::Verified,
        Self::Staff,
        Self::Partner,
        Self::BugHunter1,
        Self::BugHunter2,
        Self::Translator,
        Self::Plus,
        Self::Enterprise,
    ];
}

/// The outline of an avatar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AvatarShape {
    /// A disc.
    #[default]
    Circle,
    /// A square with round corners.
    Rounded,
    /// A square with barely softened corners.
    Square,
}

/// What lies behind everything. Whether the writing on it is light or dark follows from it.
#[derive(Clone, Debug)]
pub enum Background {
    /// One colour.
    Solid(Rgb),
    /// A linear gradient.
    Gradient {
        /// The colour it begins with.
        from: Rgb,
        /// The colour in the middle, if it has one of its own.
        via: Option<Rgb>,
        /// The colour it ends with.
        to: Rgb,
        /// Degrees as in CSS (0 is upwards, 90 to the right), drawn at the nearest multiple of 45: only there do
        /// the rows repeat each other, which keeps the file small.
        angle: u16,
    },
    /// A picture, prepared beforehand.
    Picture(Arc<Layer>),
}

impl CardContent {
    /// SHA-256 over the version of the template, the version of the fonts and every drawn field: equal fingerprints
    /// mean equal bytes, so it serves as strong `ETag` and as cache key (O1, O4).
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Fields(Sha256::new());
        hash.add(&TEMPLATE_VERSION.to_be_bytes());
        hash.add(fonts::VERSION.as_bytes());
        hash.add(self.name.as_bytes());
        hash.add(self.handle.as_bytes());
        hash.add_optional(self.bio.as_deref().map(str::as_bytes));
        hash.add(&self.badges.iter().map(|badge| *badge as u8).collect::<Vec<_>>());
        hash.add_optional(self.avatar.as_ref().map(|avatar| avatar.digest().as_slice()));
        hash.add(&[self.avatar_shape as u8]);
        hash.add_background(&self.background);
        hash.add(&self.accent.bytes());
        hash.add(self.footer.as_bytes());
        hash.0.finalize().into()
    }
}

/// Hashes fields with their lengths, so that no two different lists of fields feed the same bytes.
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, field: &[u8]) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn add_optional(&mut self, field: Option<&[u8]>) {
        self.add(&[u8::from(field.is_some())]);
        self.add(field.unwrap_or_default());
    }

    fn add_background(&mut self, background: &Background) {
        match background {
            Background::Solid(color) => {
                self.add(b"solid");
                self.add(&color.bytes());
            }
            Background::Gradient { from, via, to, angle } => {
                self.add(b"gradient");
                self.add(&from.bytes());
                self.add_optional(via.map(Rgb::bytes).as_ref().map(<[u8; 3]>::as_slice));
                self.add(&to.bytes());
                self.add(&angle.to_be_bytes());
            }
            Background::Picture(layer) => {
                self.add(b"picture");
                self.add(layer.digest());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> CardContent {
        CardContent {
            name: "Ada".into(),
            handle: "@ada".into(),
            bio: Some("Engines".into()),
            badges: vec![Badge::Verified],
            avatar: None,
            avatar_shape: AvatarShape::Circle,
            background: Background::Solid(Rgb::hex(0x202030)),
            accent: Rgb::hex(0xff8800),
            footer: "ada.example.org".into(),
        }
    }

    /// O4
    #[test]
    fn every_drawn_field_changes_the_fingerprint() {
        let base = content();
        let gradient = |via, angle| Background::Gradient { from: Rgb::hex(1), via, to: Rgb::hex(2), angle };
        let changed = [
            CardContent { name: "Adb".into(), ..content() },
            CardContent { handle: "@adb".into(), ..content() },
            CardContent { bio: None, ..content() },
            CardContent { bio: Some(String::new()), ..content() },
            CardContent { badges: vec![], ..content() },
            CardContent { badges: vec![Badge::Staff], ..content() },
            CardContent { avatar_shape: AvatarShape::Square, ..content() },
            CardContent { background: Background::Solid(Rgb::hex(0x202031)), ..content() },
            CardContent { background: gradient(None, 90), ..content() },
            CardContent { background: gradient(Some(Rgb::hex(0)), 90), ..content() },
            CardContent { background: gradient(None, 180), ..content() },
            CardContent { accent: Rgb::hex(0xff8801), ..content() },
            CardContent { footer: "adb.example.org".into(), ..content() },
            CardContent { name: "Ada@".into(), handle: "ada".into(), ..content() },
        ];
        let mut seen: Vec<_> = changed.iter().map(CardContent::fingerprint).collect();
        seen.push(base.fingerprint());
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        assert_eq!(base.fingerprint(), content().fingerprint());
    }
}
