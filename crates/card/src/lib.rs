//! Card content in, PNG out: the picture that a link to a profile shows on other sites (section 3 of the contract).
//!
//! A pure function with its fonts compiled in: no file, no network, no clock, nothing of the machine it runs on, so the
//! same [`CardContent`] gives the same bytes everywhere (O4). Profiles, visibility, caching and HTTP are left to the
//! callers; so is the thread, since a [`Renderer::render`] computes for a few milliseconds.

mod backdrop;
mod badges;
mod color;
mod content;
mod error;
mod fonts;
mod frame;
mod glyphs;
mod pack;
mod palette;
mod picture;
mod png_out;
mod ramp;
mod render;
mod shape;
mod stencils;
mod template;
mod text;

pub use color::Rgb;
pub use content::{AvatarShape, Background, Badge, CardContent};
pub use error::{CardError, PictureError};
pub use frame::{HEIGHT, WIDTH};
pub use picture::{Avatar, Layer};
pub use render::Renderer;
