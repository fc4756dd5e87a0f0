//! The ground of a card without a picture: the ramp, and on it two large circles one within the other, a shade lighter or
//! darker, that give it depth. Within a circle the rows are pieces of one line again, so they cost the file little.

use crate::{
    Rgb,
    frame::{Frame, Pixel, WIDTH, blend},
    ramp::{Line, Ramp},
};

/// Centre from the end of the line, distance from the top, and radius, in pixels; the larger circle first.
const CIRCLES: [(f32, f32, f32); 2] = [(96.0, 26.0, 470.0), (96.0, 26.0, 290.0)];

/// Paints the whole frame.
pub(crate) fn paint(frame: &mut Frame, ramp: &Ramp, is_dark: bool, is_mirrored: bool) {
    let base = ramp.line();
    let (tint, share) = if is_dark { (Rgb::hex(0xffffff), 0.035) } else { (Rgb::hex(0xffffff), 0.22) };
    let tints: Vec<Line> =
        (1..=CIRCLES.len()).map(|depth| ramp.tinted(tint, share * depth as f32).line()).collect();
    for (row, y) in frame.rows_mut().zip(0..) {
        base.paint(row, 0, y);
        for ((from_end, top, radius), line) in CIRCLES.iter().zip(&tints) {
            let centre = if is_mirrored { *from_end } else { WIDTH as f32 - from_end };
            let rise = y as f32 + 0.5 - top;
            let half = radius * radius - rise * rise;
            if half > 0.0 {
                chord(row, line, y, centre - half.sqrt(), centre + half.sqrt());
            }
        }
    }
}

/// Paints `line` on the pixels of a row from `start` to `end`, the outermost by the share that lies within.
fn chord(row: &mut [Pixel], line: &Line, y: usize, start: f32, end: f32) {
    let (start, end) = (start.max(0.0), end.min(WIDTH as f32));
    let (first, last) = (start.ceil() as usize, end.floor() as usize);
    if let Some(inner) = row.get_mut(first..last) {
        line.paint(inner, first, y);
    }
    for (x, share) in [(first.wrapping_sub(1), first as f32 - start), (last, end - last as f32)] {
        let mut ink = [[0; 3]];
        if let Some(pixel) = row.get_mut(x) {
            line.paint(&mut ink, x, y);
            let [ink] = ink;
            blend(pixel, ink, (share * 255.0) as u8);
        }
    }
}
