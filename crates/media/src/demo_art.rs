//! Pictures for the demo, drawn by us: soft gradients, each clearly different.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// Two colours for each picture.
const PAIRS: [([f32; 3], [f32; 3]); 8] = [
    ([250., 190., 140.], [180., 70., 120.]),
    ([120., 90., 220.], [250., 120., 170.]),
    ([30., 60., 90.], [90., 200., 180.]),
    ([250., 220., 160.], [230., 110., 80.]),
    ([250., 170., 200.], [120., 190., 240.]),
    ([20., 20., 50.], [90., 60., 240.]),
    ([230., 200., 150.], [40., 110., 110.]),
    ([210., 220., 230.], [120., 140., 160.]),
];

/// A square PNG.
pub fn avatar(index: usize) -> Vec<u8> {
    draw(index, 512, 512, ImageFormat::Png)
}

/// A wide JPEG.
pub fn background(index: usize) -> Vec<u8> {
    draw(index, 1600, 1000, ImageFormat::Jpeg)
}

fn draw(index: usize, width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let Some((from, to)) = PAIRS.get(index % PAIRS.len()) else { return Vec::new() };
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let share = (x as f32 / width as f32 + y as f32 / height as f32) / 2.0;
        let mix = |one: f32, other: f32| (one + (other - one) * share) as u8;
        let [[r, g, b], [s, h, c]] = [*from, *to];
        Rgb([mix(r, s), mix(g, h), mix(b, c)])
    });
    let mut bytes = Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, format);
    written.map(|()| bytes.into_inner()).unwrap_or_default()
}
