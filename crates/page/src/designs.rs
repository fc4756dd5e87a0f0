//! The designs as somebody chooses among them: a name, a word about each, and a picture.

use nameplate_core::theme::Template;

use crate::assets;

/// The name of a design and what it is like.
pub const fn about(template: Template) -> (&'static str, &'static str) {
    match template {
        Template::Minimal => ("Minimal", "Type, hairlines and air."),
        Template::Glass => ("Glass", "A frosted sheet over light."),
        Template::Terminal => ("Terminal", "A shell session, for those who live in one."),
        Template::Magazine => ("Magazine", "A printed page: masthead, columns, drop cap."),
        Template::Tiles => ("Tiles", "A grid of tiles, big and small."),
        Template::Neon => ("Neon", "A head-up display that glows."),
    }
}

/// The URL path of a picture of a page in a design.
pub fn picture_url(template: Template) -> &'static str {
    assets::url(match template {
        Template::Minimal => "design-minimal.webp",
        Template::Glass => "design-glass.webp",
        Template::Terminal => "design-terminal.webp",
        Template::Magazine => "design-magazine.webp",
        Template::Tiles => "design-tiles.webp",
        Template::Neon => "design-neon.webp",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_design_has_a_picture() {
        for template in Template::ALL {
            let picture = assets::get(picture_url(template)).unwrap();
            assert!(picture.mime == "image/webp" && picture.bytes.len() < 40_000, "{}", picture.bytes.len());
        }
    }
}
