//! Colours of a card: sRGB triples, how light they are and how well they read on each other. It exists so that the
//! renderer can choose ink by the contrast rule of WCAG 2 instead of by taste; what is drawn with it is not known here.

use std::sync::LazyLock;

/// An opaque colour, 8 bits a channel, in sRGB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The colour written as `0xRRGGBB`.
    pub const fn hex(value: u32) -> Self {
        let [_, red, green, blue] = value.to_be_bytes();
        Self(red, green, blue)
    }

    /// The colour as bytes in drawing order.
    pub(crate) fn bytes(self) -> [u8; 3] {
        [self.0, self.1, self.2]
    }

    /// This colour with `share` (0 to 1) of `other` laid over it.
    pub(crate) fn mix(self, other: Self, share: f32) -> Self {
        let channel =
            |from: u8, to: u8| (f32::from(from) + (f32::from(to) - f32::from(from)) * share).round() as u8;
        Self(channel(self.0, other.0), channel(self.1, other.1), channel(self.2, other.2))
    }

    /// Relative luminance, 0 (black) to 1 (white), as WCAG 2 defines it.
    pub(crate) fn luminance(self) -> f32 {
        let [red, green, blue] = self.bytes().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast ratio to another colour, 1 to 21, as WCAG 2 defines it.
    pub(crate) fn contrast(self, other: Self) -> f32 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour moved towards `towards` until it reaches `ratio` on every one of `grounds`, or as far as it goes.
    pub(crate) fn readable_on(self, grounds: &[Self], towards: Self, ratio: f32) -> Self {
        let mut steps = (0..=20u8).map(|step| self.mix(towards, f32::from(step) / 20.0));
        steps.find(|color| worst_contrast(*color, grounds) >= ratio).unwrap_or(towards)
    }
}

/// The lowest contrast of `ink` on any of `grounds`.
pub(crate) fn worst_contrast(ink: Rgb, grounds: &[Rgb]) -> f32 {
    grounds.iter().map(|ground| ink.contrast(*ground)).fold(21.0, f32::min)
}

/// One sRGB channel as linear light. A palette asks thousands of times, so the powers are taken once.
pub(crate) fn linear(channel: u8) -> f32 {
    static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
        std::array::from_fn(|channel| {
            let value = channel as f32 / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    });
    LIGHT.get(usize::from(channel)).copied().unwrap_or_default()
}

/// Linear light as an sRGB channel.
pub(crate) fn encoded(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_agrees_with_the_published_examples() {
        assert!((Rgb::hex(0xffffff).contrast(Rgb::hex(0x000000)) - 21.0).abs() < 0.01);
        assert!((Rgb::hex(0x777777).contrast(Rgb::hex(0xffffff)) - 4.48).abs() < 0.01);
    }

    #[test]
    fn a_colour_moves_until_it_reads() {
        let blue = Rgb::hex(0x2030a0);
        let night = [Rgb::hex(0x101018)];
        let moved = blue.readable_on(&night, Rgb::hex(0xffffff), 4.5);
        assert!(blue.contrast(night[0]) < 4.5);
        assert!(moved.contrast(night[0]) >= 4.5);
        assert_ne!(moved, Rgb::hex(0xffffff));
    }
}
