//! The ground of a card without a picture: the ramp, and on it two large circles one within the other, touched by the
//! accent colour, that give it depth. Within a circle the rows are pieces of one line again, so they cost the file little.

use crate::{
    frame::{Frame, Pixel, WIDTH, blend},
    ramp::{Line, Ramp},
};

/// Centre from the end of the line, distance from the top, and radius, in pixels; the larger circle first.
const CIRCLES: [(f32, f32, f32); 2] = [(96.0, 26.0, 470.0), (96.0, 26.0, 290.0)];

/// Paints the whole frame with the plain ramp and the ones under the circles.
pub(crate) fn paint(frame: &mut Frame, ramps: &[Ramp; 3], is_mirrored: bool) {
    let [base, circles @ ..] = ramps.each_ref().map(Ramp::line);
    for (row, y) in frame.rows_mut().zip(0..) {
        base.paint(row, 0, y);
        for ((from_end, top, radius), line) in CIRCLES.iter().zip(&circles) {
            let centre = if is_mirrored { *from_end } else { WIDTH as f32 - from_end };
            chord(row, line, y, (centre, y as f32 + 0.5 - top, *radius));
        }
    }
}

/// Paints `line` where row `y` crosses a circle, given as its centre, the row's distance from that, and its radius. Pixels
/// on the rim get the share of which they lie within.
fn chord(row: &mut [Pixel], line: &Line, y: usize, (centre, rise, radius): (f32, f32, f32)) {
    let half = |radius: f32| (radius * radius - rise * rise).max(0.0).sqrt();
    let column = |x: f32| x.clamp(0.0, WIDTH as f32) as usize;
    let (inner, outer) = (half(radius - 0.5), half(radius + 0.5));
    let (start, first) = (column((centre - outer).floor()), column((centre - inner).ceil()));
    let (last, end) = (column((centre + inner).floor()), column((centre + outer).ceil()));
    let first = first.min(last);
    if let Some(pixels) = row.get_mut(first..last) {
        line.paint(pixels, first, y);
    }
    for x in (start..first).chain(last..end) {
        let distance = (x as f32 + 0.5 - centre).hypot(rise);
        let mut ink = [[0; 3]];
        line.paint(&mut ink, x, y);
        if let Some(pixel) = row.get_mut(x) {
            let [ink] = ink;
            blend(pixel, ink, ((radius + 0.5 - distance).clamp(0.0, 1.0) * 255.0) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rgb;

    #[test]
    fn circles_are_round_and_stand_at_the_end_of_the_line() {
        let [black, grey, white] = [0x000000, 0x808080, 0xffffff].map(|color| Ramp::solid(Rgb::hex(color)));
        let mut frame = Frame::new();
        paint(&mut frame, &[black, grey, white], false);
        let rows: Vec<Vec<Pixel>> = frame.rows_mut().map(|row| row.to_vec()).collect();
        for (y, row) in rows.iter().enumerate() {
            for (x, pixel) in row.iter().enumerate() {
                let distance = (x as f32 + 0.5 - 1104.0).hypot(y as f32 + 0.5 - 26.0);
                match distance {
                    0.0..289.0 => assert_eq!(*pixel, [255; 3], "{x},{y}"),
                    291.0..469.0 => assert_eq!(*pixel, [128; 3], "{x},{y}"),
                    471.0.. => assert_eq!(*pixel, [0; 3], "{x},{y}"),
                    _ => {}
                }
            }
        }
    }
}
