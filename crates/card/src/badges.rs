//! The look of each badge: a coloured disc with a white sign, and a word. The signs are drawn for this product.

use crate::{Badge, Rgb};

/// One stroke or surface of a sign, in a 24 × 24 box.
pub(crate) struct Part {
    pub(crate) path: &'static str,
    /// Width of the round pen; without one the path is filled.
    pub(crate) pen: Option<f32>,
}

/// How a badge is drawn.
pub(crate) struct Look {
    pub(crate) label: &'static str,
    pub(crate) color: Rgb,
    pub(crate) parts: &'static [Part],
}

const fn filled(path: &'static str) -> Part {
    Part { path, pen: None }
}

const fn drawn(path: &'static str, pen: f32) -> Part {
    Part { path, pen: Some(pen) }
}

const CHECK: &[Part] = &[drawn("M6.6,12.5 L10.4,16.2 L17.4,8.4", 2.6)];
const SHIELD: &[Part] =
    &[filled("M12,3.2 L19,5.8 V11.4 C19,16 16.2,19.3 12,21 C7.8,19.3 5,16 5,11.4 V5.8 Z")];
const RINGS: &[Part] = &[
    drawn("M12.6,12 A4.4,4.4 0 1 1 3.8,12 A4.4,4.4 0 1 1 12.6,12 Z", 2.2),
    drawn("M20.2,12 A4.4,4.4 0 1 1 11.4,12 A4.4,4.4 0 1 1 20.2,12 Z", 2.2),
];
const BUG: &[Part] = &[
    filled(
        "M12,8.4 C15.2,8.4 17,10.9 17,14 C17,17.6 14.8,20.2 12,20.2 C9.2,20.2 7,17.6 7,14 C7,10.9 8.8,8.4 12,8.4 Z",
    ),
    filled("M8.9,7.6 A3.2,3.2 0 0 1 15.1,7.6 Z"),
    drawn(
        "M9.4,5 L7.8,3.2 M14.6,5 L16.2,3.2 M6.6,11.4 L3.6,9.8 M17.4,11.4 L20.4,9.8 M6.2,14.6 H3 M17.8,14.6 H21",
        1.7,
    ),
    drawn("M6.8,17.4 L4,19.4 M17.2,17.4 L20,19.4", 1.7),
];
const GLOBE: &[Part] = &[
    drawn("M20.2,12 A8.2,8.2 0 1 1 3.8,12 A8.2,8.2 0 1 1 20.2,12 Z", 1.9),
    drawn("M12,3.8 C8.2,7.6 8.2,16.4 12,20.2 C15.8,16.4 15.8,7.6 12,3.8 Z", 1.9),
    drawn("M4,12 H20", 1.9),
];
const SPARK: &[Part] = &[
    filled(
        "M11,3 C11.9,8.9 14.1,11.1 20,12 C14.1,12.9 11.9,15.1 11,21 C10.1,15.1 7.9,12.9 2,12 C7.9,11.1 10.1,8.9 11,3 Z",
    ),
    filled(
        "M19,2.6 C19.4,5 20.2,5.8 22.6,6.2 C20.2,6.6 19.4,7.4 19,9.8 C18.6,7.4 17.8,6.6 15.4,6.2 C17.8,5.8 18.6,5 19,2.6 Z",
    ),
];
const GEM: &[Part] = &[filled("M7.4,4.6 H16.6 L21,10 L12,20.4 L3,10 Z")];

/// The look of a badge.
pub(crate) fn look(badge: Badge) -> Look {
    let (label, color, parts) = match badge {
        Badge::Verified => ("Verified", 0x1d9bf0, CHECK),
        Badge::Staff => ("Staff", 0x5865f2, SHIELD),
        Badge::Partner => ("Partner", 0x8b5cf6, RINGS),
        Badge::BugHunter1 => ("Bug hunter", 0x22a06b, BUG),
        Badge::BugHunter2 => ("Bug hunter", 0xd99a06, BUG),
        Badge::Translator => ("Translator", 0x0e93a8, GLOBE),
        Badge::Plus => ("Plus", 0xe2488a, SPARK),
        Badge::Enterprise => ("Enterprise", 0x64748b, GEM),
    };
    Look { label, color: Rgb::hex(color), parts }
}

/// The scalloped seal behind the check of a verified account: a disc and eight smaller ones on its rim.
pub(crate) const SEAL: &str = "M20,12 A8,8 0 1 1 4,12 A8,8 0 1 1 20,12 Z \
    M22.9,12 A3.7,3.7 0 1 1 15.5,12 A3.7,3.7 0 1 1 22.9,12 Z M20.79,17.09 A3.7,3.7 0 1 1 13.39,17.09 A3.7,3.7 0 1 1 20.79,17.09 Z \
    M15.7,19.2 A3.7,3.7 0 1 1 8.3,19.2 A3.7,3.7 0 1 1 15.7,19.2 Z M10.61,17.09 A3.7,3.7 0 1 1 3.21,17.09 A3.7,3.7 0 1 1 10.61,17.09 Z \
    M8.5,12 A3.7,3.7 0 1 1 1.1,12 A3.7,3.7 0 1 1 8.5,12 Z M10.61,6.91 A3.7,3.7 0 1 1 3.21,6.91 A3.7,3.7 0 1 1 10.61,6.91 Z \
    M15.7,4.8 A3.7,3.7 0 1 1 8.3,4.8 A3.7,3.7 0 1 1 15.7,4.8 Z M20.79,6.91 A3.7,3.7 0 1 1 13.39,6.91 A3.7,3.7 0 1 1 20.79,6.91 Z";
