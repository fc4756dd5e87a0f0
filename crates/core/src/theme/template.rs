//! The six templates and the look that each has when its owner sets nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Rgb;
use super::palette::Tone;
use super::{Corner, Density, Font};

/// A design. What it looks like beyond its colours is the `page` crate's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Template {
    /// Type, hairlines and air.
    // The example of the import file (section 10) leaves the name open, and means this one.
    #[serde(alias = "...")]
    Minimal,
    /// A frosted sheet over light.
    Glass,
    /// A shell session.
    Terminal,
    /// A printed page: masthead, columns, drop cap.
    Magazine,
    /// A grid of tiles.
    Tiles,
    /// A head-up display.
    Neon,
}

/// What a template looks like before the owner's tokens.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub accent: Rgb,
    pub light: Rgb,
    pub dark: Rgb,
    /// The tone in which the design is at home; pictures of the page that cannot follow a visitor's system use it.
    pub native: Tone,
    /// Whether the ground is a gradient of the accent's neighbours rather than a plain colour.
    pub has_glow: bool,
    pub heading: Font,
    pub text: Font,
    pub corner: Corner,
    pub density: Density,
}

impl Template {
    pub const ALL: [Self; 6] =
        [Self::Minimal, Self::Glass, Self::Terminal, Self::Magazine, Self::Tiles, Self::Neon];

    /// The word that names it in a document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Glass => "glass",
            Self::Terminal => "terminal",
            Self::Magazine => "magazine",
            Self::Tiles => "tiles",
            Self::Neon => "neon",
        }
    }

    pub const fn look(self) -> Look {
        let plain = Look {
            accent: Rgb::hex(0x2f_5bea),
            light: Rgb::hex(0xfb_faf8),
            dark: Rgb::hex(0x12_1214),
            native: Tone::Light,
            has_glow: false,
            heading: Font::Inter,
            text: Font::Inter,
            corner: Corner::Soft,
            density: Density::Cosy,
        };
        match self {
            Self::Minimal => plain,
            Self::Glass => Look {
                accent: Rgb::hex(0x7c_5cff),
                light: Rgb::hex(0xe9_ecf7),
                dark: Rgb::hex(0x0f_1020),
                native: Tone::Dark,
                has_glow: true,
                corner: Corner::Round,
                ..plain
            },
            Self::Terminal => Look {
                accent: Rgb::hex(0x3d_d68c),
                light: Rgb::hex(0xe8_e4d8),
                dark: Rgb::hex(0x0b_0f0e),
                native: Tone::Dark,
                heading: Font::JetbrainsMono,
                text: Font::JetbrainsMono,
                density: Density::Compact,
                ..plain
            },
            Self::Magazine => Look {
                accent: Rgb::hex(0xd1_3f1f),
                light: Rgb::hex(0xf6_f1e7),
                dark: Rgb::hex(0x17_1513),
                heading: Font::InstrumentSerif,
                text: Font::Newsreader,
                corner: Corner::Sharp,
                density: Density::Roomy,
                ..plain
            },
            Self::Tiles => Look {
                accent: Rgb::hex(0xff_6b4a),
                light: Rgb::hex(0xf1_f0ed),
                dark: Rgb::hex(0x14_1416),
                heading: Font::Bricolage,
                text: Font::Inter,
                corner: Corner::Round,
                ..plain
            },
            Self::Neon => Look {
                accent: Rgb::hex(0x22_e6ff),
                light: Rgb::hex(0xe9_ecf4),
                dark: Rgb::hex(0x07_0814),
                native: Tone::Dark,
                heading: Font::ChakraPetch,
                text: Font::Inter,
                corner: Corner::Sharp,
                ..plain
            },
        }
    }
}
