//! Coverage masks of plain shapes: rounded rectangles, rings, and icons given as SVG path data. It exists so that the
//! template can speak of shapes and the frame only of masks; rasterising is done by zeno.

use swash::zeno::{Cap, Fill, Join, Mask as Rasteriser, Stroke, Style, Transform};

use crate::frame::Mask;

/// A rectangle with round corners; a disc when `radius` is half its side.
pub(crate) fn rounded(width: f32, height: f32, radius: f32) -> Mask {
    fill(&outline(0.0, width, height, radius), Fill::NonZero, width, height)
}

/// The band of `thickness` just within a rounded square.
pub(crate) fn band(side: f32, radius: f32, thickness: f32) -> Mask {
    let inner =
        outline(thickness, side - 2.0 * thickness, side - 2.0 * thickness, (radius - thickness).max(0.0));
    fill(&(outline(0.0, side, side, radius) + &inner), Fill::EvenOdd, side, side)
}

/// SVG path data in a 24 × 24 box, drawn `side` pixels wide: filled, or stroked with a round pen of that width.
pub(crate) fn icon(path: &str, pen: Option<f32>, side: f32) -> Mask {
    let stroke = pen.map(|width| *Stroke::new(width).cap(Cap::Round).join(Join::Round));
    let style = stroke.map_or(Style::Fill(Fill::NonZero), Style::Stroke);
    rasterise(path, style, side / 24.0, side, side)
}

fn fill(path: &str, rule: Fill, width: f32, height: f32) -> Mask {
    rasterise(path, Style::Fill(rule), 1.0, width, height)
}

fn rasterise(path: &str, style: Style<'_>, scale: f32, width: f32, height: f32) -> Mask {
    let (width, height) = (width.ceil() as u32, height.ceil() as u32);
    let mut coverage = vec![0; (width * height) as usize];
    Rasteriser::new(path)
        .style(style)
        .transform(Some(Transform::scale(scale, scale)))
        .size(width, height)
        .render_into(&mut coverage, None);
    Mask { width: width as usize, coverage }
}

/// The path of a rounded rectangle whose top left corner is at (`inset`, `inset`).
fn outline(inset: f32, width: f32, height: f32, radius: f32) -> String {
    let (right, bottom) = (inset + width, inset + height);
    let (near_x, far_x, near_y, far_y) = (inset + radius, right - radius, inset + radius, bottom - radius);
    let arc = format!("A{radius},{radius} 0 0 1 ");
    format!(
        "M{near_x},{inset} L{far_x},{inset} {arc}{right},{near_y} L{right},{far_y} {arc}{far_x},{bottom} \
         L{near_x},{bottom} {arc}{inset},{far_y} L{inset},{near_y} {arc}{near_x},{inset} Z "
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(mask: &Mask) -> f32 {
        mask.coverage.iter().map(|coverage| f32::from(*coverage) / 255.0).sum()
    }

    #[test]
    fn shapes_cover_the_area_that_geometry_gives_them() {
        let disc = std::f32::consts::PI * 50.0 * 50.0;
        assert!((area(&rounded(100.0, 100.0, 50.0)) - disc).abs() < 20.0);
        assert!((area(&rounded(100.0, 40.0, 0.0)) - 4_000.0).abs() < 1.0);
        let hole = std::f32::consts::PI * 40.0 * 40.0;
        assert!((area(&band(100.0, 50.0, 10.0)) - (disc - hole)).abs() < 30.0);
        assert!((area(&icon("M2,2 H22 V22 H2 Z", None, 48.0)) - 1_600.0).abs() < 2.0);
    }
}
