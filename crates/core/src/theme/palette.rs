//! From tokens to the colours that are drawn: inks that stay readable on whatever the owner put behind them.

use super::color::{Rgb, contrast};
use super::template::{Look, Template};
use super::{Background, Corner, Density, Font, Scheme, Theme};
use crate::content::ImageUrl;

/// WCAG AA for text.
const TEXT: f64 = 4.5;
/// What running text gets where the ground allows it, so that quieter text still has room above [`TEXT`].
const COMFORT: f64 = 8.0;
/// WCAG AA for the edges of controls.
const EDGE: f64 = 3.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Light,
    Dark,
}

/// What is painted behind everything.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    Plain(Rgb),
    /// Two or three colours, evenly spread, in the direction of `angle` (degrees, as in CSS).
    Gradient {
        colors: Vec<Rgb>,
        angle: u16,
    },
    /// Any picture at all: only the scrim makes text on it readable.
    Picture(ImageUrl),
}

/// A veil between the ground and text that stands on it directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrim {
    pub color: Rgb,
    /// Of 100.
    pub percent: u8,
}

/// The colours of one tone. Every ink has at least 4.5:1 on `surface` and on the ground under its scrim.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub tone: Tone,
    pub ground: Ground,
    /// One colour for the ground under its scrim: itself, its middle, or what shows until the picture is there.
    pub base: Rgb,
    pub scrim: Option<Scrim>,
    /// Cards, panels, buttons.
    pub surface: Rgb,
    pub ink: Rgb,
    /// Second-rank text.
    pub muted: Rgb,
    /// The owner's colour, for fills; text on it is `on_accent`.
    pub accent: Rgb,
    pub on_accent: Rgb,
    /// The owner's colour as an ink.
    pub accent_ink: Rgb,
    /// Hairlines; carries no meaning.
    pub line: Rgb,
    /// Borders of controls: at least 3:1.
    pub edge: Rgb,
}

/// A theme with nothing left open.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedTheme {
    pub template: Template,
    pub scheme: Scheme,
    pub light: Palette,
    pub dark: Palette,
    native: Tone,
    pub heading: Font,
    pub text: Font,
    pub corner: Corner,
    pub density: Density,
}

impl ResolvedTheme {
    pub fn new(template: Template, theme: &Theme) -> Self {
        let look = template.look();
        let accent = theme.accent.unwrap_or(look.accent);
        let palette =
            |tone| Palette::new(tone, accent, ground(tone, accent, &look, theme.background.as_ref()));
        // A colour or gradient of the owner's own is light or dark by itself.
        let scheme = match theme.background.as_ref().and_then(tone_of) {
            Some(Tone::Light) => Scheme::Light,
            Some(Tone::Dark) => Scheme::Dark,
            None => theme.scheme.unwrap_or_default(),
        };
        Self {
            template,
            scheme,
            light: palette(Tone::Light),
            dark: palette(Tone::Dark),
            native: look.native,
            heading: theme.font.unwrap_or(look.heading),
            text: theme.font.unwrap_or(look.text),
            corner: theme.corner.unwrap_or(look.corner),
            density: theme.density.unwrap_or(look.density),
        }
    }

    /// The colours for a picture, which cannot follow the visitor's system.
    pub fn still(&self) -> &Palette {
        match (self.scheme, self.native) {
            (Scheme::Light, _) | (Scheme::Auto, Tone::Light) => &self.light,
            (Scheme::Dark, _) | (Scheme::Auto, Tone::Dark) => &self.dark,
        }
    }
}

/// The tone of a background that has one; a picture may be anything.
fn tone_of(background: &Background) -> Option<Tone> {
    let colors = match background {
        Background::Color(color) => std::slice::from_ref(color),
        Background::Gradient(gradient) => &gradient.colors,
        Background::Picture(_) => return None,
    };
    let is_dark = contrast(middle(colors), Rgb::WHITE) > contrast(middle(colors), Rgb::BLACK);
    Some(if is_dark { Tone::Dark } else { Tone::Light })
}

fn ground(tone: Tone, accent: Rgb, look: &Look, background: Option<&Background>) -> Ground {
    let plain = match tone {
        Tone::Light => look.light,
        Tone::Dark => look.dark,
    };
    match background {
        Some(Background::Color(color)) => Ground::Plain(*color),
        Some(Background::Gradient(gradient)) => {
            Ground::Gradient { colors: gradient.colors.to_vec(), angle: gradient.angle.degrees() }
        }
        Some(Background::Picture(url)) => Ground::Picture(url.clone()),
        None if look.has_glow => Ground::Gradient { colors: glow(tone, accent), angle: 135 },
        None => Ground::Plain(plain),
    }
}

/// The accent between its neighbours on the colour wheel, light or deep as the tone asks.
fn glow(tone: Tone, accent: Rgb) -> Vec<Rgb> {
    let lch = accent.to_lch();
    let (lightness, chroma) = match tone {
        Tone::Light => ([0.86, 0.80, 0.89], 0.10),
        Tone::Dark => ([0.48, 0.36, 0.30], 0.16),
    };
    let around = [-0.75, 0.0, 0.85].into_iter().zip(lightness);
    around.map(|(turn, l)| super::color::Lch { l, c: lch.c.min(chroma), h: lch.h + turn }.to_rgb()).collect()
}

fn middle(colors: &[Rgb]) -> Rgb {
    let mean = |channel: fn(&Rgb) -> u8| {
        (colors.iter().map(|color| u32::from(channel(color))).sum::<u32>() / colors.len().max(1) as u32) as u8
    };
    Rgb { r: mean(|color| color.r), g: mean(|color| color.g), b: mean(|color| color.b) }
}

impl Ground {
    /// Two colours between whose luminances every pixel of the ground lies.
    fn extremes(&self) -> [Rgb; 2] {
        let bound = |colors: &[Rgb], pick: fn(u8, u8) -> u8, start: u8| Rgb {
            r: colors.iter().map(|color| color.r).fold(start, pick),
            g: colors.iter().map(|color| color.g).fold(start, pick),
            b: colors.iter().map(|color| color.b).fold(start, pick),
        };
        match self {
            Self::Plain(color) => [*color; 2],
            Self::Gradient { colors, .. } => [bound(colors, u8::min, 255), bound(colors, u8::max, 0)],
            Self::Picture(_) => [Rgb::BLACK, Rgb::WHITE],
        }
    }
}

impl Palette {
    fn new(tone: Tone, accent: Rgb, ground: Ground) -> Self {
        let base = match (&ground, tone) {
            (Ground::Plain(color), _) => *color,
            (Ground::Gradient { colors, .. }, _) => middle(colors),
            (Ground::Picture(_), Tone::Light) => Rgb::hex(0xf2_f2f4),
            (Ground::Picture(_), Tone::Dark) => Rgb::hex(0x12_1216),
        };
        // The ink's own side decides, not the tone that was asked for: a plain colour has one side only.
        let is_dark = contrast(base, Rgb::WHITE) > contrast(base, Rgb::BLACK);
        let full = if is_dark { Rgb::WHITE } else { Rgb::BLACK };
        let veil = shifted(base, if is_dark { 0.13 } else { 0.985 });
        let scrim = scrim(&ground, veil, full);
        let under =
            ground.extremes().map(|color| scrim.map_or(color, |scrim| color.mix(scrim.color, scrim.share())));
        let base = scrim.map_or(base, |scrim| base.mix(scrim.color, scrim.share()));
        let surface = surface(base, is_dark, full);
        let grounds = [under[0], under[1], surface];
        let soft = shifted(base, if is_dark { 0.965 } else { 0.2 });
        let ink = readable(soft, full, &grounds, COMFORT);
        let muted = quietest(ink, surface, full, &grounds);
        Self {
            tone: if is_dark { Tone::Dark } else { Tone::Light },
            base,
            scrim,
            surface,
            ink,
            muted,
            accent,
            on_accent: most_readable(accent),
            accent_ink: readable(accent, full, &grounds, TEXT),
            line: surface.mix(ink, if is_dark { 0.16 } else { 0.13 }),
            edge: readable(surface.mix(ink, 0.3), full, &grounds, EDGE),
            ground,
        }
    }
}

impl Scrim {
    fn share(self) -> f64 {
        f64::from(self.percent) / 100.0
    }
}

/// The thinnest veil under which `full` stays well readable on every pixel of the ground.
fn scrim(ground: &Ground, veil: Rgb, full: Rgb) -> Option<Scrim> {
    let wanted = if matches!(ground, Ground::Picture(_)) { 7.0 } else { 5.0 };
    let is_enough = |percent: &u8| {
        let share = f64::from(*percent) / 100.0;
        ground.extremes().iter().all(|color| contrast(color.mix(veil, share), full) >= wanted)
    };
    let percent = (0..=100).find(is_enough).unwrap_or(100);
    let is_needed = percent > 0 && !matches!(ground, Ground::Plain(_));
    is_needed.then_some(Scrim { color: veil, percent })
}

/// A step in front of the ground, but never so far that the ink on the ground could not stand on it.
fn surface(base: Rgb, is_dark: bool, full: Rgb) -> Rgb {
    let lch = base.to_lch();
    let step = if is_dark { lch.l + 0.055 } else { lch.l + (1.0 - lch.l) * 0.75 };
    let raised = super::color::Lch { l: step.min(1.0), c: lch.c.min(0.06), h: lch.h }.to_rgb();
    if contrast(raised, full) >= TEXT.max(contrast(base, full).min(COMFORT)) { raised } else { base }
}

/// The same hue at another lightness, and nearly grey.
fn shifted(color: Rgb, lightness: f64) -> Rgb {
    let lch = color.to_lch();
    super::color::Lch { l: lightness, c: lch.c.min(0.018), h: lch.h }.to_rgb()
}

fn most_readable(on: Rgb) -> Rgb {
    let (dark, light) = (Rgb::hex(0x0d_0d10), Rgb::WHITE);
    let pick = if contrast(on, light) >= contrast(on, dark) { light } else { dark };
    // Between the two lies a band of middle tones on which only true black reaches 4.5.
    if contrast(on, pick) >= TEXT { pick } else { Rgb::BLACK }
}

fn worst(color: Rgb, grounds: &[Rgb]) -> f64 {
    grounds.iter().map(|ground| contrast(color, *ground)).fold(f64::INFINITY, f64::min)
}

/// `color`, moved towards `full` as little as reaches `ratio` on every ground.
fn readable(color: Rgb, full: Rgb, grounds: &[Rgb], ratio: f64) -> Rgb {
    let steps = (0..=50).map(|step| color.mix(full, f64::from(step) / 50.0));
    steps.into_iter().find(|moved| worst(*moved, grounds) >= ratio).unwrap_or(full)
}

/// `ink`, moved towards the surface as far as it still reads as text.
fn quietest(ink: Rgb, surface: Rgb, full: Rgb, grounds: &[Rgb]) -> Rgb {
    let steps = (0..=18).rev().map(|step| ink.mix(surface, f64::from(step) / 40.0));
    steps
        .into_iter()
        .find(|moved| worst(*moved, grounds) >= TEXT + 0.2)
        .unwrap_or_else(|| readable(ink, full, grounds, TEXT))
}
