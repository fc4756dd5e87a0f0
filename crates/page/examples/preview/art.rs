//! Sample pictures, drawn as SVG from a number: the same number gives the same picture.

/// A small generator of even numbers, enough for hills and stars.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low)
    }
}

fn svg(width: u64, height: u64, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">{body}</svg>\n"
    )
}

/// Sky, a sun and ranges of hills, the nearer the darker.
pub(crate) fn landscape(seed: u64, sky: [&str; 2], far: &str, near: &str) -> String {
    let mut dice = Dice(seed);
    let mut body = format!(
        "<defs><linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient></defs>\
         <rect width=\"1600\" height=\"1000\" fill=\"url(#s)\"/><circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#fff\" opacity=\".82\"/>",
        sky[0],
        sky[1],
        dice.between(250, 1350),
        dice.between(180, 460),
        dice.between(50, 120)
    );
    for layer in 0..5_u64 {
        let ridge = 430 + layer * 105;
        let mut points = format!("M0 1000V{ridge}");
        let mut x = 0;
        while x < 1600 {
            let (step, rise) = (dice.between(120, 300), dice.below(170));
            points.push_str(&format!("q{} -{} {} {}", step / 2, rise, step, 0));
            x += step;
        }
        points.push_str("V1000z");
        let share = layer * 22;
        body.push_str(&format!(
            "<path d=\"{points}\" fill=\"{far}\"/><path d=\"{points}\" fill=\"{near}\" opacity=\".{:02}\"/>",
            (share + 10).min(99)
        ));
    }
    svg(1600, 1000, &body)
}

/// A head and shoulders in flat colours.
pub(crate) fn portrait(ground: &str, coat: &str, skin: &str, hair: &str, style: u64) -> String {
    let locks = match style {
        0 => format!(
            "<path d=\"M96 150c0-70 128-70 128 0v-6c0-80-128-80-128 0z\" fill=\"{hair}\"/><path d=\"M94 152c-6-84 50-96 78-90 40 4 64 40 54 92-10-34-40-44-66-44s-54 8-66 42z\" fill=\"{hair}\"/>"
        ),
        1 => format!(
            "<path d=\"M84 250c-14-140 10-196 76-196s92 56 76 196c-22-8-24-80-26-106-30 4-76-2-92-22-8 50-8 118-34 128z\" fill=\"{hair}\"/>"
        ),
        2 => format!(
            "<circle cx=\"160\" cy=\"58\" r=\"30\" fill=\"{hair}\"/><path d=\"M98 146c-4-50 26-76 62-76s66 26 62 76c-16-26-30-36-62-36s-46 10-62 36z\" fill=\"{hair}\"/>"
        ),
        3 => format!(
            "<path d=\"M78 320c-12-170 6-262 82-262s96 92 84 262h-40c14-70 10-130-2-160-30-22-56-22-84 0-12 30-16 90-4 160z\" fill=\"{hair}\"/>"
        ),
        _ => format!(
            "<path d=\"M92 138c6-10 0-40 24-56 20-14 44-20 66-10 34 4 48 40 46 66-14-16-32-26-68-26s-54 10-68 26z\" fill=\"{hair}\"/><path d=\"M116 196c10 44 78 44 88 0 6 60-94 60-88 0z\" fill=\"{hair}\"/>"
        ),
    };
    let back = if style == 3 || style == 1 { locks.clone() } else { String::new() };
    let front = if style == 3 {
        format!("<path d=\"M100 150c0-66 120-66 120 0-20-34-40-40-60-40s-40 6-60 40z\" fill=\"{hair}\"/>")
    } else if style == 1 {
        format!(
            "<path d=\"M102 150c0-50 40-70 62-70 30 0 56 24 54 66-16-8-40-30-46-44-10 22-40 40-70 48z\" fill=\"{hair}\"/>"
        )
    } else {
        locks
    };
    svg(
        320,
        320,
        &format!(
            "<rect width=\"320\" height=\"320\" fill=\"{ground}\"/><circle cx=\"250\" cy=\"70\" r=\"120\" fill=\"#fff\" opacity=\".16\"/>{back}\
         <path d=\"M40 320c8-62 60-84 120-84s112 22 120 84z\" fill=\"{coat}\"/><path d=\"M136 196h48v54c-10 18-38 18-48 0z\" fill=\"{skin}\"/>\
         <path d=\"M136 222c16 14 32 14 48 0v12c-14 16-34 16-48 0z\" opacity=\".16\"/><ellipse cx=\"160\" cy=\"156\" rx=\"56\" ry=\"66\" fill=\"{skin}\"/>{front}\
         <circle cx=\"138\" cy=\"156\" r=\"5\" fill=\"#241c1c\"/><circle cx=\"182\" cy=\"156\" r=\"5\" fill=\"#241c1c\"/>\
         <path d=\"M143 188q17 13 34 0\" fill=\"none\" stroke=\"#241c1c\" stroke-width=\"4\" stroke-linecap=\"round\" opacity=\".7\"/>"
        ),
    )
}

/// Overlapping discs and bars, as on a record's sleeve or a print.
pub(crate) fn abstraction(seed: u64, colors: [&str; 4]) -> String {
    let mut dice = Dice(seed);
    let mut body = format!("<rect width=\"640\" height=\"640\" fill=\"{}\"/>", colors[0]);
    for turn in 0..7 {
        let color = colors.get(1 + turn % 3).copied().unwrap_or_default();
        let (x, y, size) = (dice.below(640), dice.below(640), dice.between(70, 260));
        body.push_str(&match dice.below(4) {
            0 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{size}\" fill=\"{color}\" opacity=\".9\"/>"),
            1 => format!("<rect x=\"{x}\" y=\"{y}\" width=\"{size}\" height=\"640\" fill=\"{color}\" opacity=\".85\"/>"),
            2 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{size}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\"/>", dice.between(6, 44)),
            _ => format!("<path d=\"M{x} {y}l{size} {}l-{} {size}z\" fill=\"{color}\"/>", size / 3, size / 2),
        });
    }
    svg(640, 640, &body)
}

/// Towers with lit windows under a glowing sky.
pub(crate) fn city(seed: u64, sky: [&str; 2], tower: &str, light: &str) -> String {
    let mut dice = Dice(seed);
    let mut body = format!(
        "<defs><linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient></defs>\
         <rect width=\"1600\" height=\"1000\" fill=\"url(#s)\"/>",
        sky[0], sky[1]
    );
    let mut x = 0;
    while x < 1600 {
        let (width, height) = (dice.between(70, 170), dice.between(240, 760));
        let top = 1000 - height;
        body.push_str(&format!(
            "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{tower}\"/>"
        ));
        for row in 0..height / 40 {
            for column in 0..width / 26 {
                if dice.below(3) == 0 {
                    body.push_str(&format!(
                        "<rect x=\"{}\" y=\"{}\" width=\"11\" height=\"16\" fill=\"{light}\" opacity=\".{}\"/>",
                        x + 8 + column * 26, top + 14 + row * 40, dice.between(25, 95)
                    ));
                }
            }
        }
        x += width + dice.below(18);
    }
    svg(1600, 1000, &body)
}
