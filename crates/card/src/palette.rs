//! The colours of one card, chosen so that everything written on it can be read: ink is light or dark by contrast, and a
//! ground on which neither reads is itself moved towards black or white until one does.

use crate::{Background, Rgb, color::worst_contrast, ramp::Ramp};

const LIGHT: Rgb = Rgb::hex(0xffffff);
const DARK: Rgb = Rgb::hex(0x0d1017);
/// The contrast of names and bios with their ground; WCAG 2 asks for 4.5 and calls 7 enhanced.
const READABLE: f32 = 5.5;
/// The contrast of the quieter texts.
const QUIET: f32 = 4.5;
/// The contrast of shapes.
const VISIBLE: f32 = 3.0;

/// How much of the accent colour shines in the inner circle of the ground; in the outer one half as much.
const GLOW: f32 = 0.1;

/// The colours of one card.
pub(crate) struct Palette {
    /// Names and bios.
    pub(crate) ink: Rgb,
    /// Handle and address.
    pub(crate) quiet: Rgb,
    /// Ring, bar and monogram.
    pub(crate) accent: Rgb,
    /// Whether the ink is light.
    pub(crate) is_dark: bool,
    /// The ground as far as it is painted by us: plain, and under the outer and the inner circle.
    pub(crate) ramps: Option<[Ramp; 3]>,
}

impl Palette {
    pub(crate) fn of(background: &Background, accent: Rgb) -> Self {
        match background {
            Background::Solid(color) => Self::on_ramp(Ramp::solid(*color), accent),
            Background::Gradient { from, via, to, angle } => {
                Self::on_ramp(Ramp::gradient(*from, *via, *to, *angle), accent)
            }
            Background::Picture(layer) => Self::on_grounds(&[layer.lightest, Rgb::hex(0)], LIGHT, accent),
        }
    }

    fn on_ramp(ramp: Ramp, accent: Rgb) -> Self {
        let (light, dark) = (worst_contrast(LIGHT, ramp.colors()), worst_contrast(DARK, ramp.colors()));
        // White is given the benefit of the doubt: on saturated colours it looks calmer than the figures say.
        let (ink, shade) = if light * 1.6 >= dark { (LIGHT, DARK) } else { (DARK, LIGHT) };
        let scrims = (0..=20u8).map(|step| ramp.tinted(shade, f32::from(step) / 20.0));
        let glow = |ramp: &Ramp| ramp.tinted(accent, GLOW);
        let reads = |ramp: &Ramp| worst_contrast(ink, ramp.colors()) >= READABLE;
        let ramp = scrims.into_iter().find(|ramp| reads(ramp) && reads(&glow(ramp))).unwrap_or(ramp);
        let (inner, outer) = (glow(&ramp), ramp.tinted(accent, GLOW / 2.0));
        let grounds = [ramp.colors(), inner.colors()].concat();
        Self { ramps: Some([ramp, outer, inner]), ..Self::on_grounds(&grounds, ink, accent) }
    }

    fn on_grounds(grounds: &[Rgb], ink: Rgb, accent: Rgb) -> Self {
        let middle = grounds.get(grounds.len() / 2).copied().unwrap_or(ink);
        let quiet = ink.mix(middle, 0.3).readable_on(grounds, ink, QUIET);
        let accent = accent.readable_on(grounds, ink, VISIBLE);
        Self { ink, quiet, accent, is_dark: ink == LIGHT, ramps: None }
    }
}

/// White or black, whichever reads better on `ground`.
pub(crate) fn ink_on(ground: Rgb) -> Rgb {
    if LIGHT.contrast(ground) * 1.6 >= DARK.contrast(ground) { LIGHT } else { DARK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_on_every_ground() {
        let colors = [
            0x000000, 0xffffff, 0x808080, 0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0x5865f2, 0xff8866,
            0x777777,
        ];
        for from in colors {
            for to in colors {
                let ground =
                    Background::Gradient { from: Rgb::hex(from), via: None, to: Rgb::hex(to), angle: 135 };
                let palette = Palette::of(&ground, Rgb::hex(to));
                let ramps = palette.ramps.unwrap();
                let grounds = &ramps.iter().flat_map(Ramp::colors).copied().collect::<Vec<_>>();
                assert!(worst_contrast(palette.ink, grounds) >= READABLE, "{from:06x} to {to:06x}");
                assert!(worst_contrast(palette.quiet, grounds) >= QUIET, "{from:06x} to {to:06x}");
                assert!(worst_contrast(palette.accent, grounds) >= VISIBLE, "{from:06x} to {to:06x}");
            }
        }
    }

    #[test]
    fn a_ground_that_reads_is_left_alone() {
        let night = Background::Solid(Rgb::hex(0x14161f));
        assert_eq!(Palette::of(&night, Rgb::hex(0xff8800)).ramps.unwrap()[0].colors(), [Rgb::hex(0x14161f)]);
        assert!(Palette::of(&night, Rgb::hex(0xff8800)).is_dark);
        assert!(!Palette::of(&Background::Solid(Rgb::hex(0xfaf7f0)), Rgb::hex(0xff8800)).is_dark);
    }
}
