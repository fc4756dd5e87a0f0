//! Linear gradients as a line of colours: every row of a gradient at a multiple of 45 degrees is a piece of one and the
//! same line, so painting is copying, and a compressor finds each row in the one above it.

use crate::{
    Rgb,
    frame::{HEIGHT, Pixel, WIDTH},
};

/// Samples between which the line is straight in sRGB; in between the colours are mixed as the eye sees them.
const KNOTS: usize = 33;

/// A line of colours and how the rows lie on it.
pub(crate) struct Ramp {
    knots: Vec<Rgb>,
    flow: Flow,
}

/// Where on the line the pixel (x, y) lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// At x.
    Across,
    /// At y.
    Down,
    /// At x + y.
    Falling,
    /// At x - y, counted from the bottom left corner.
    Rising,
}

/// The pixels of a ramp after tinting: one line for the whole card.
pub(crate) struct Line {
    pixels: Vec<Pixel>,
    flow: Flow,
}

/// By how many pixels a row of a gradient at `angle` is moved to the left of the one above it.
pub(crate) fn shift(angle: u16) -> isize {
    match Flow::of(eighth(angle)) {
        Flow::Down | Flow::Across => 0,
        Flow::Falling => 1,
        Flow::Rising => -1,
    }
}

/// The multiple of 45 degrees nearest to `angle`.
fn eighth(angle: u16) -> u16 {
    (angle % 360 + 22) / 45 % 8
}

impl Flow {
    fn of(eighth: u16) -> Self {
        match eighth % 4 {
            0 => Self::Down,
            1 => Self::Rising,
            2 => Self::Across,
            _ => Self::Falling,
        }
    }
}

impl Ramp {
    /// One colour everywhere.
    pub(crate) fn solid(color: Rgb) -> Self {
        Self { knots: vec![color], flow: Flow::Down }
    }

    /// A gradient at the multiple of 45 degrees nearest to `angle` (CSS: 0 is upwards, 90 to the right).
    pub(crate) fn gradient(from: Rgb, via: Option<Rgb>, to: Rgb, angle: u16) -> Self {
        let eighth = eighth(angle);
        let flow = Flow::of(eighth);
        let mut knots: Vec<Rgb> =
            (0..KNOTS).map(|knot| sample(from, via, to, knot as f32 / (KNOTS - 1) as f32)).collect();
        // Upwards and the three directions to the left are their opposites read backwards.
        if matches!(eighth, 0 | 5..=7) {
            knots.reverse();
        }
        Self { knots, flow }
    }

    /// Colours that stand for all of the ramp.
    pub(crate) fn colors(&self) -> &[Rgb] {
        &self.knots
    }

    /// The ramp with `share` of `tint` laid over it.
    pub(crate) fn tinted(&self, tint: Rgb, share: f32) -> Self {
        Self { knots: self.knots.iter().map(|knot| knot.mix(tint, share)).collect(), flow: self.flow }
    }

    /// The ramp drawn out to the card's size. It is not dithered: noise would hide steps that hardly anybody sees, and
    /// make the file half as large again.
    pub(crate) fn line(&self) -> Line {
        let length = match self.flow {
            Flow::Across => WIDTH,
            Flow::Down => HEIGHT,
            Flow::Falling | Flow::Rising => WIDTH + HEIGHT - 1,
        };
        let pixels = (0..length).map(|at| {
            let position = at as f32 / (length - 1) as f32 * (self.knots.len() - 1) as f32;
            let below = self.knots.get(position as usize).copied().unwrap_or_default();
            let above = self.knots.get(position as usize + 1).copied().unwrap_or(below);
            below.mix(above, position.fract()).bytes()
        });
        Line { pixels: pixels.collect(), flow: self.flow }
    }
}

impl Line {
    /// Paints `row`, a piece of row `y` that begins at `x`.
    pub(crate) fn paint(&self, row: &mut [Pixel], x: usize, y: usize) {
        let start = match self.flow {
            Flow::Down => {
                row.fill(self.pixels.get(y).copied().unwrap_or_default());
                return;
            }
            Flow::Across => x,
            Flow::Falling => x + y,
            Flow::Rising => x + HEIGHT - 1 - y.min(HEIGHT - 1),
        };
        if let Some(pixels) = self.pixels.get(start..start + row.len()) {
            row.copy_from_slice(pixels);
        }
    }
}

/// The colour at `position` (0 to 1) of a gradient, mixed in the Oklab space, where the middle of two vivid colours stays
/// vivid.
fn sample(from: Rgb, via: Option<Rgb>, to: Rgb, position: f32) -> Rgb {
    let (start, end, share) = match via {
        Some(via) if position < 0.5 => (from, via, position * 2.0),
        Some(via) => (via, to, position * 2.0 - 1.0),
        None => (from, to, position),
    };
    let (start, end) = (oklab(start), oklab(end));
    let [light, green_red, blue_yellow] = std::array::from_fn(|axis| {
        let at = |lab: [f32; 3]| lab.get(axis).copied().unwrap_or_default();
        at(start) + (at(end) - at(start)) * share
    });
    from_oklab(light, green_red, blue_yellow)
}

/// sRGB to Oklab; the matrices are the ones its author published.
fn oklab(color: Rgb) -> [f32; 3] {
    let [r, g, b] = color.bytes().map(crate::color::linear);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn from_oklab(light: f32, green_red: f32, blue_yellow: f32) -> Rgb {
    let cube = |value: f32| value * value * value;
    let l = cube(light + 0.396_337_78 * green_red + 0.215_803_76 * blue_yellow);
    let m = cube(light - 0.105_561_346 * green_red - 0.063_854_17 * blue_yellow);
    let s = cube(light - 0.089_484_18 * green_red - 1.291_485_5 * blue_yellow);
    let red = 4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s;
    let green = -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s;
    Rgb(crate::color::encoded(red), crate::color::encoded(green), crate::color::encoded(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners(angle: u16) -> [u8; 4] {
        let line = Ramp::gradient(Rgb::hex(0), None, Rgb::hex(0xffffff), angle).line();
        let at = |x, y| {
            let mut pixel = [[9; 3]];
            line.paint(&mut pixel, x, y);
            pixel[0][0]
        };
        [at(0, 0), at(WIDTH - 1, 0), at(0, HEIGHT - 1), at(WIDTH - 1, HEIGHT - 1)]
    }

    #[test]
    fn gradients_run_the_way_css_says() {
        assert_eq!(corners(0), [255, 255, 0, 0]);
        assert_eq!(corners(90), [0, 255, 0, 255]);
        assert_eq!(corners(180), [0, 0, 255, 255]);
        assert_eq!(corners(270), [255, 0, 255, 0]);
        let diagonal = |angle| {
            corners(angle).map(|value| match value {
                0 => 0,
                255 => 2,
                _ => 1,
            })
        };
        assert_eq!(diagonal(45), [1, 2, 0, 1]);
        assert_eq!(diagonal(135), [0, 1, 1, 2]);
        assert_eq!(diagonal(225), [1, 0, 2, 1]);
        assert_eq!(diagonal(315), [2, 1, 1, 0]);
        assert_eq!(corners(359), corners(0));
        assert_eq!(corners(u16::MAX), corners(u16::MAX % 360));
    }

    #[test]
    fn the_ends_and_the_middle_have_the_colours_that_were_asked_for() {
        let (red, green, blue) = (Rgb::hex(0xe03040), Rgb::hex(0x20c060), Rgb::hex(0x2040e0));
        let ramp = Ramp::gradient(red, Some(green), blue, 90);
        assert_eq!(ramp.colors()[0], red);
        assert_eq!(ramp.colors()[KNOTS / 2], green);
        assert_eq!(ramp.colors()[KNOTS - 1], blue);
    }
}
