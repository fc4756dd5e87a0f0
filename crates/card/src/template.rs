//! The one layout of a card: the portrait beside name, handle, badges and bio, the site's address below. Written for
//! left-to-right; a name in a right-to-left script mirrors it. Everything that matters lies within the middle 2:1 area,
//! since some crawlers cut the rest off.

use parley::Layout;

use crate::{
    Background, Badge, CardContent, Rgb, backdrop, badges,
    frame::{Mask, WIDTH},
    glyphs::{Bounds, GlyphCache},
    palette::{Palette, ink_on},
    picture::AVATAR,
    render::Desk,
    shape,
    stencils::{DISC, RING, SEAL, SIGN_INSET, Stencils},
    text::{
        clean::{Breaks, clean},
        dress::{Dressed, dress},
        layout::{Room, Style},
    },
};

const MARGIN: f32 = 84.0;
/// Between portrait and text.
const GUTTER: f32 = 54.0;
const COLUMN: f32 = WIDTH as f32 - 2.0 * MARGIN - RING - GUTTER;
/// The height around which portrait and text are centred.
const AXIS: f32 = 290.0;
const FOOTER_TOP: f32 = 540.0;

/// From one line beside nothing else down to two lines; the first is for cards without a bio.
const NAME_SIZES: [f32; 5] = [92.0, 78.0, 68.0, 60.0, 54.0];
const HANDLE: Style = Style { size: 33.0, weight: 400.0, leading: 42.0, tracking: 0.0 };
const BIO: Style = Style { size: 31.0, weight: 400.0, leading: 44.0, tracking: 0.0 };
const LABEL: Style = Style { size: 23.0, weight: 600.0, leading: 30.0, tracking: 0.0 };
const FOOTER: Style = Style { size: 27.0, weight: 600.0, leading: 36.0, tracking: 0.0 };
const MONOGRAM: Style = Style { size: 112.0, weight: 700.0, leading: 120.0, tracking: 0.0 };
/// The extent of the letter of a monogram, to which letters of all scripts are brought near, and of an emoji.
const LETTER: f32 = 92.0;
const EMOJI: f32 = 128.0;

/// From baseline to baseline of a name, in ems.
const NAME_LEADING: f32 = 1.16;
/// Between a name and the seal behind it.
const SEAL_GAP: f32 = 16.0;
const PILL: f32 = 44.0;
/// More badges than this are shown without their words.
const MOST_LABELS: usize = 3;
const WHITE: Rgb = Rgb::hex(0xffffff);

/// A card being drawn.
struct Card<'a> {
    desk: &'a mut Desk,
    glyphs: &'a GlyphCache,
    stencils: &'a Stencils,
    palette: Palette,
    is_mirrored: bool,
}

/// A piece of the text column: what to draw and how much height it takes, with the gap before it.
struct Piece {
    gap: f32,
    height: f32,
    part: Part,
}

enum Part {
    Text(Layout<()>, Rgb),
    Name(Layout<()>, bool),
    Badges(Vec<Badge>),
}

/// Draws `content` on the desk's frame.
pub(crate) fn draw(content: &CardContent, desk: &mut Desk, glyphs: &GlyphCache, stencils: &Stencils) {
    let palette = Palette::of(&content.background, content.accent);
    let mut name = dress(&clean(&content.name, 64, Breaks::Join));
    let mut handle = dress(&clean(&content.handle, 64, Breaks::Join));
    let bio = dress(&clean(content.bio.as_deref().unwrap_or_default(), 400, Breaks::Keep));
    if name.is_empty() {
        name = std::mem::take(&mut handle);
    }
    let footer = dress(&clean(&content.footer, 80, Breaks::Join));
    desk.typesetter.read_language(&[&name, &bio]);
    let is_mirrored = desk.typesetter.is_rtl(&name);
    let mut card = Card { desk, glyphs, stencils, palette, is_mirrored };
    card.ground(&content.background);
    card.portrait(content, &name);
    let pieces = card.pieces(content, &name, &handle, &bio);
    card.column(pieces);
    card.footer(&footer);
}

impl Card<'_> {
    fn ground(&mut self, background: &Background) {
        let frame = &mut self.desk.frame;
        match (background, &self.palette.ramps) {
            (Background::Picture(layer), _) => frame.copy_from(&layer.pixels),
            (_, Some(ramps)) => backdrop::paint(frame, ramps, self.is_mirrored),
            (_, None) => {}
        }
    }

    /// The left edge of a box that is `width` wide and stands `from_start` behind the start of the line.
    fn x(&self, from_start: f32, width: f32) -> f32 {
        if self.is_mirrored { WIDTH as f32 - from_start - width } else { from_start }
    }

    fn portrait(&mut self, content: &CardContent, name: &Dressed) {
        let Some(portrait) = self.stencils.portrait(content.avatar_shape) else { return };
        let (left, top) = (self.x(MARGIN, RING), AXIS - RING / 2.0);
        self.desk.frame.stain(&portrait.ring, left as i32, top as i32, self.palette.accent, 255);
        let inset = (RING - AVATAR as f32) / 2.0;
        let (x, y) = ((left + inset) as i32, (top + inset) as i32);
        match &content.avatar {
            Some(avatar) => {
                let plate = self.palette.ink.mix(self.palette.accent, 0.3);
                if avatar.is_translucent {
                    self.desk.frame.stain(&portrait.inner, x, y, plate, 255);
                }
                self.desk.frame.paste(&avatar.sprite, &portrait.inner, x, y);
            }
            None => self.monogram(&portrait.inner, x, y, name),
        }
    }

    fn monogram(&mut self, outline: &Mask, x: i32, y: i32, name: &Dressed) {
        let ground = self.palette.accent;
        self.desk.frame.stain(outline, x, y, ground, 255);
        let ink = ink_on(ground);
        let Some(initial) = initial(name) else {
            self.desk.frame.stain(&self.stencils.person, x, y, ink, 255);
            return;
        };
        let (letter, bounds) = self.letter(&initial, MONOGRAM.size);
        let wanted = if initial.is_emoji() { EMOJI } else { LETTER };
        let extent = bounds.map_or(wanted, |bounds| bounds.height().max(bounds.width() * 0.8));
        let size = (MONOGRAM.size * (wanted / extent.max(1.0)).clamp(0.8, 1.4) / 4.0).round() * 4.0;
        let (letter, bounds) =
            if size == MONOGRAM.size { (letter, bounds) } else { self.letter(&initial, size) };
        let Some((middle_x, middle_y)) = bounds.map(Bounds::middle) else { return };
        let (x, y) = (x as f32 + AVATAR as f32 / 2.0 - middle_x, y as f32 + AVATAR as f32 / 2.0 - middle_y);
        self.desk.pen.write(self.glyphs, &mut self.desk.frame, &letter, x.round(), y.round(), ink);
    }

    /// The letter of a monogram and the box around its ink.
    fn letter(&mut self, initial: &Dressed, size: f32) -> (Layout<()>, Option<Bounds>) {
        let room = Room { width: AVATAR as f32, lines: 1, is_right: false };
        let letter = self.desk.typesetter.set(initial, Style { size, ..MONOGRAM }, room);
        let bounds = self.desk.pen.bounds(self.glyphs, &letter);
        (letter, bounds)
    }

    fn pieces(
        &mut self,
        content: &CardContent,
        name: &Dressed,
        handle: &Dressed,
        bio: &Dressed,
    ) -> Vec<Piece> {
        let mut badges = distinct(&content.badges);
        let is_verified = badges.contains(&Badge::Verified);
        badges.retain(|badge| *badge != Badge::Verified);
        let mut pieces = Vec::new();
        if !name.is_empty() {
            let layout = self.name(name, is_verified, bio.is_empty());
            pieces.push(Piece { gap: 0.0, height: layout.height(), part: Part::Name(layout, is_verified) });
        }
        if !handle.is_empty() {
            let layout = self.set(handle, HANDLE, 1);
            pieces.push(Piece {
                gap: 4.0,
                height: layout.height(),
                part: Part::Text(layout, self.palette.quiet),
            });
        }
        if !badges.is_empty() {
            pieces.push(Piece { gap: 20.0, height: PILL, part: Part::Badges(badges) });
        }
        if !bio.is_empty() {
            let layout = self.set(bio, BIO, 3);
            pieces.push(Piece {
                gap: 20.0,
                height: layout.height(),
                part: Part::Text(layout, self.palette.ink),
            });
        }
        pieces
    }

    fn set(&mut self, text: &Dressed, style: Style, lines: usize) -> Layout<()> {
        self.desk.typesetter.set(text, style, Room { width: COLUMN, lines, is_right: self.is_mirrored })
    }

    /// The name on one line at the largest size that has room, else on two lines at the smallest.
    fn name(&mut self, name: &Dressed, is_verified: bool, is_alone: bool) -> Layout<()> {
        let seal = if is_verified { SEAL + SEAL_GAP } else { 0.0 };
        let [largest, .., smallest] = NAME_SIZES;
        let width = self.desk.typesetter.measure(name, name_style(largest)) / largest;
        let sizes = NAME_SIZES.into_iter().skip(usize::from(!is_alone));
        let size = sizes.into_iter().find(|size| width * size <= COLUMN - seal);
        let lines = if size.is_some() { 1 } else { 2 };
        let room = Room { width: COLUMN - seal, lines, is_right: self.is_mirrored };
        self.desk.typesetter.set(name, name_style(size.unwrap_or(smallest)), room)
    }

    fn column(&mut self, pieces: Vec<Piece>) {
        let height: f32 = pieces.iter().map(|piece| piece.gap + piece.height).sum();
        let x = self.x(MARGIN + RING + GUTTER, COLUMN);
        let mut y = (AXIS - height / 2.0).round();
        for piece in pieces {
            y += piece.gap;
            match piece.part {
                Part::Text(layout, ink) => self.write(&layout, x, y, ink),
                Part::Name(layout, is_verified) => self.write_name(&layout, x, y, is_verified),
                Part::Badges(badges) => self.badges(&badges, y),
            }
            y += piece.height;
        }
    }

    fn write(&mut self, layout: &Layout<()>, x: f32, y: f32, ink: Rgb) {
        self.desk.pen.write(self.glyphs, &mut self.desk.frame, layout, x, y, ink);
    }

    fn write_name(&mut self, layout: &Layout<()>, x: f32, y: f32, is_verified: bool) {
        let seal = if is_verified { SEAL + SEAL_GAP } else { 0.0 };
        let x = if self.is_mirrored { x + seal } else { x };
        self.write(layout, x, y, self.palette.ink);
        let Some(line) = layout.lines().last().filter(|_| is_verified) else { return };
        let metrics = line.metrics();
        let left = if self.is_mirrored {
            x + metrics.offset - SEAL - SEAL_GAP
        } else {
            x + metrics.offset + metrics.advance - metrics.hanging_advance + SEAL_GAP
        };
        // The middle of the capitals, which are 0.73 em high.
        let middle = y + metrics.baseline - metrics.line_height * 0.73 / NAME_LEADING / 2.0;
        let (left, top) = (left.round() as i32, (middle - SEAL / 2.0).round() as i32);
        self.desk.frame.stain(&self.stencils.seal, left, top, badges::look(Badge::Verified).color, 255);
        self.desk.frame.stain(&self.stencils.check, left, top, WHITE, 255);
    }

    fn badges(&mut self, badges: &[Badge], y: f32) {
        let mut start = MARGIN + RING + GUTTER;
        for badge in badges {
            let label = (badges.len() <= MOST_LABELS).then(|| {
                let room = Room { width: COLUMN, lines: 1, is_right: false };
                self.desk.typesetter.set(&dress(badges::look(*badge).label), LABEL, room)
            });
            start += self.badge(*badge, label, start, y) + 12.0;
        }
    }

    /// Draws one badge and returns its width.
    fn badge(&mut self, badge: Badge, label: Option<Layout<()>>, start: f32, y: f32) -> f32 {
        let inset = (PILL - DISC) / 2.0;
        let width = label.as_ref().map_or(PILL, |label| inset + DISC + 10.0 + label.width() + 18.0).round();
        let (x, disc_x) = (self.x(start, width) as i32, self.x(start + inset, DISC) as i32);
        let disc_y = (y + inset) as i32;
        let opacity = if self.palette.is_dark { 28 } else { 18 };
        let frame = &mut self.desk.frame;
        frame.stain(&shape::rounded(width, PILL, PILL / 2.0), x, y as i32, self.palette.ink, opacity);
        frame.stain(&self.stencils.disc, disc_x, disc_y, badges::look(badge).color, 255);
        for mask in self.stencils.sign(badge) {
            frame.stain(mask, disc_x + SIGN_INSET, disc_y + SIGN_INSET, WHITE, 255);
        }
        if let Some(label) = label {
            let x = self.x(start + inset + DISC + 10.0, label.width());
            self.write(&label, x, y + (PILL - LABEL.leading) / 2.0, self.palette.ink);
        }
        width
    }

    fn footer(&mut self, address: &Dressed) {
        if address.is_empty() {
            return;
        }
        let icon_x = self.x(MARGIN, 28.0) as i32;
        for mask in &self.stencils.link {
            self.desk.frame.stain(mask, icon_x, FOOTER_TOP as i32 + 4, self.palette.accent, 255);
        }
        let room = Room { width: WIDTH as f32 - 2.0 * MARGIN - 42.0, lines: 1, is_right: self.is_mirrored };
        let layout = self.desk.typesetter.set(address, FOOTER, room);
        let x = self.x(MARGIN + 42.0, room.width);
        self.write(&layout, x, FOOTER_TOP, self.palette.quiet);
    }
}

/// The badges in their order, each once.
fn distinct(badges: &[Badge]) -> Vec<Badge> {
    let mut distinct = Vec::new();
    for badge in badges {
        if !distinct.contains(badge) {
            distinct.push(*badge);
        }
    }
    distinct
}

fn name_style(size: f32) -> Style {
    Style { size, weight: 700.0, leading: (size * NAME_LEADING).round(), tracking: size * -0.022 }
}

/// The first cluster of a name that is not punctuation, as a capital where there is one.
fn initial(name: &Dressed) -> Option<Dressed> {
    let starts = std::iter::once(0).chain(name.ends.iter().copied());
    let clusters = starts.zip(&name.ends).filter_map(|(start, end)| name.text.get(start..*end));
    let first =
        clusters.clone().find(|cluster| !cluster.chars().all(|c| c.is_ascii_punctuation() || c == ' '))?;
    let upper = first.to_uppercase();
    let is_one = upper.chars().count() == first.chars().count();
    Some(dress(if is_one { &upper } else { first }))
}
