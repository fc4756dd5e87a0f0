//! How a page looks: the six templates, the tokens an owner may set, and the colours that follow from both.
//!
//! Whatever an owner picks, text stays readable: inks are computed from what lies behind them ([`Palette`]), never
//! taken as given. The page and the share card draw from the same [`ResolvedTheme`]. Layout is the page's own matter.

mod color;
mod palette;
mod template;

pub use color::{Rgb, contrast};
pub use palette::{Ground, Palette, ResolvedTheme, Scrim, Tone};
pub use template::{Look, Template};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::{ImageUrl, List};

/// What an owner may set; what is left out is the template's choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// The colour of buttons, marks and links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Rgb>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Scheme>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<Font>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corner: Option<Corner>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density: Option<Density>,
}

/// What lies behind the page. A colour or gradient decides by itself whether the page is light or dark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Background {
    Color(Rgb),
    Gradient(Gradient),
    Picture(ImageUrl),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gradient {
    /// Two or three, evenly spread.
    pub colors: List<Rgb, 2, 3>,
    #[serde(default, skip_serializing_if = "Angle::is_usual")]
    pub angle: Angle,
}

/// The direction of a gradient as in CSS, in degrees: 0 points up, 90 to the right. A multiple of 45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub struct Angle(u16);

impl Angle {
    pub const fn degrees(self) -> u16 {
        self.0
    }

    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Angle {
    fn default() -> Self {
        Self(135)
    }
}

impl From<Angle> for u16 {
    fn from(angle: Angle) -> Self {
        angle.0
    }
}

impl TryFrom<u16> for Angle {
    type Error = &'static str;

    fn try_from(degrees: u16) -> Result<Self, Self::Error> {
        if degrees < 360 && degrees.is_multiple_of(45) {
            Ok(Self(degrees))
        } else {
            Err("must be a multiple of 45 below 360")
        }
    }
}

/// Whether the page is light, dark, or what the visitor's system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Scheme {
    #[default]
    Auto,
    Light,
    Dark,
}

/// The typefaces that ship with Nameplate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Font {
    /// A quiet sans.
    Inter,
    /// A sans with a voice.
    Bricolage,
    /// A soft, round sans.
    Nunito,
    /// A serif for reading.
    Newsreader,
    /// A serif for large letters.
    InstrumentSerif,
    /// Every letter equally wide.
    JetbrainsMono,
    /// Squared, for games and machines.
    ChakraPetch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Corner {
    Sharp,
    Soft,
    Round,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    Compact,
    Cosy,
    Roomy,
}

#[cfg(test)]
mod tests;
