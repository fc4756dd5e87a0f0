//! The one inline style of a page: fonts, the theme's tokens, the shared rules and those of the design.
//!
//! Inline, since a visitor of a profile usually comes once: the page is complete with its first answer.

use std::fmt::Write as _;
use std::sync::LazyLock;

use nameplate_core::theme::{
    Corner, Density, Font, Ground, Palette, ResolvedTheme, Rgb, Scheme, Template, Tone, contrast,
};

use crate::assets;
use crate::brand;

/// The rules that all designs share and then those of one, in the parts in which pages take them.
struct Sheet(Vec<Part>);

/// What stands behind a line such as `/* for links */` in a file: rules that only pages with such blocks need.
struct Part {
    /// The kinds of blocks; none for what every page needs (`/* for all */`, and the beginning of a file).
    kinds: Vec<&'static str>,
    css: String,
}

macro_rules! sheets {
    ($($template:ident $file:literal),*) => {
        fn sheet(template: Template) -> &'static Sheet {
            match template {
                $(Template::$template => {
                    static SHEET: LazyLock<Sheet> = LazyLock::new(|| Sheet::new(&[BASE, include_str!(concat!("../styles/", $file, ".css"))]));
                    &SHEET
                })*
            }
        }
    };
}

sheets!(Minimal "minimal", Glass "glass", Terminal "terminal", Magazine "magazine", Tiles "tiles", Neon "neon");

const BASE: &str = include_str!("../styles/base.css");

impl Sheet {
    fn new(files: &[&'static str]) -> Self {
        Self(files.iter().flat_map(|file| parts(file)).collect())
    }

    /// The rules for a page with blocks of these kinds; no trace of others (P8).
    fn push(&self, style: &mut String, kinds: &[&str]) {
        let is_needed =
            |part: &&Part| part.kinds.is_empty() || part.kinds.iter().any(|kind| kinds.contains(kind));
        self.0.iter().filter(is_needed).for_each(|part| style.push_str(&part.css));
    }
}

fn parts(file: &'static str) -> impl Iterator<Item = Part> {
    let marked = file.split("/* for ").skip(1).filter_map(|part| part.split_once(" */"));
    let first = file.split("/* for ").take(1).map(|css| ("all", css));
    first.chain(marked).map(|(kinds, css)| Part {
        kinds: kinds.split(' ').filter(|kind| *kind != "all").collect(),
        css: squeeze(css),
    })
}

/// Without comments, indentation, line ends and the spaces around punctuation. Our own files only: no string of theirs
/// goes over a line's end, and all stand in double quotes.
pub(crate) fn squeeze(css: &str) -> String {
    let mut lines = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        push_lines(&mut lines, before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    push_lines(&mut lines, rest);
    let between_strings = |(at, piece): (usize, &str)| match at % 2 {
        0 => TIGHT.iter().fold(piece.to_owned(), |css, (loose, tight)| css.replace(loose, tight)),
        _ => piece.to_owned(),
    };
    lines.split('"').enumerate().map(between_strings).collect::<Vec<_>>().join("\"")
}

/// Spaces that mean nothing. One before a colon does: `.page :hover` is not `.page:hover`.
const TIGHT: [(&str, &str); 8] =
    [(" {", "{"), ("{ ", "{"), (": ", ":"), ("; ", ";"), (", ", ","), (" }", "}"), (";}", "}"), (" > ", ">")];

fn push_lines(squeezed: &mut String, css: &str) {
    for line in css.lines().map(str::trim).filter(|line| !line.is_empty()) {
        squeezed.push_str(line);
        if !line.ends_with(['{', '}', ';', ',']) {
            squeezed.push(' ');
        }
    }
}

/// The style of a profile's page but for [`of_brands`].
pub(crate) fn of_site(theme: &ResolvedTheme, kinds: &[&str]) -> String {
    let mut style = String::with_capacity(16 * 1024);
    push_fonts(&mut style, &[theme.text, theme.heading]);
    push_tokens(&mut style, theme);
    sheet(theme.template).push(&mut style, kinds);
    style.shrink_to_fit();
    style
}

/// The colours of the brands whose icons are on a page.
pub(crate) fn of_brands(brands: &[&'static str]) -> String {
    let mut style = String::new();
    brands.iter().for_each(|name| push_brand(&mut style, name));
    style
}

/// Fonts and tokens of the plain house style, for pages that belong to nobody.
pub(crate) fn of_house(rules: &str) -> String {
    let mut theme = ResolvedTheme::new(Template::Minimal, &nameplate_core::theme::Theme::default());
    theme.heading = Font::Bricolage;
    let mut style = String::with_capacity(rules.len() + 4096);
    push_fonts(&mut style, &[theme.text, theme.heading]);
    push_tokens(&mut style, &theme);
    static SHEET: LazyLock<Sheet> = LazyLock::new(|| Sheet::new(&[BASE]));
    SHEET.push(&mut style, &[]);
    style.push_str(&squeeze(rules));
    style
}

const LATIN: &str = "U+0-FF,U+131,U+152-153,U+2BB-2BC,U+2C6,U+2DA,U+2DC,U+304,U+308,U+329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const LATIN_EXT: &str = "U+100-2BA,U+2BD-2C5,U+2C7-2CC,U+2CE-2D7,U+2DD-2FF,U+304,U+308,U+329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";

struct Face {
    file: &'static str,
    weight: &'static str,
    style: &'static str,
}

impl Face {
    const fn of(file: &'static str, weight: &'static str) -> Self {
        Self { file, weight, style: "normal" }
    }
}

/// The family's name in our style, its faces, and what stands in for it.
fn family(font: Font) -> (&'static str, &'static [Face], &'static str) {
    const SANS: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif";
    const SERIF: &str = "Georgia,'Times New Roman','Noto Serif',serif";
    const MONO: &str = "ui-monospace,'SF Mono',Menlo,Consolas,'Noto Sans Mono',monospace";
    match font {
        Font::Inter => ("Inter", const { &[Face::of("inter", "100 900")] }, SANS),
        Font::Bricolage => ("Bricolage", const { &[Face::of("bricolage", "200 800")] }, SANS),
        Font::Nunito => ("Nunito", const { &[Face::of("nunito", "200 1000")] }, SANS),
        Font::Newsreader => ("Newsreader", const { &[Face::of("newsreader", "200 800")] }, SERIF),
        Font::InstrumentSerif => (
            "Instrument",
            const {
                &[
                    Face::of("instrument-serif", "400 700"),
                    Face { file: "instrument-serif-italic", weight: "400 700", style: "italic" },
                ]
            },
            SERIF,
        ),
        Font::JetbrainsMono => ("JetBrains", const { &[Face::of("jetbrains-mono", "100 800")] }, MONO),
        Font::ChakraPetch => (
            "Chakra",
            const { &[Face::of("chakra-petch", "400"), Face::of("chakra-petch-bold", "500 700")] },
            SANS,
        ),
    }
}

fn push_fonts(style: &mut String, fonts: &[Font]) {
    for (at, font) in fonts.iter().enumerate() {
        if fonts.iter().take(at).any(|earlier| earlier == font) {
            continue;
        }
        let (name, faces, _) = family(*font);
        for Face { file, weight, style: slant } in faces {
            for (suffix, range) in [("", LATIN), ("-ext", LATIN_EXT)] {
                let url = assets::url(&format!("{file}{suffix}.woff2"));
                let _ = write!(
                    style,
                    "@font-face{{font-family:'{name}';font-weight:{weight};font-style:{slant};font-display:swap;\
                     src:url({url}) format('woff2');unicode-range:{range}}}"
                );
            }
        }
    }
}

/// The URL of the file that the first letters of a page need, to be asked for early.
pub(crate) fn first_font(theme: &ResolvedTheme) -> &'static str {
    let (_, faces, _) = family(theme.heading);
    faces
        .last()
        .filter(|face| face.style == "normal")
        .or(faces.first())
        .map_or("", |face| assets::url(&format!("{}.woff2", face.file)))
}

fn push_tokens(style: &mut String, theme: &ResolvedTheme) {
    let (heading, _, heading_fallback) = family(theme.heading);
    let (text, _, text_fallback) = family(theme.text);
    let corner = match theme.corner {
        Corner::Sharp => "0px",
        Corner::Soft => "12px",
        Corner::Round => "22px",
    };
    let unit = match theme.density {
        Density::Compact => "13px",
        Density::Cosy => "16px",
        Density::Roomy => "20px",
    };
    let _ = write!(
        style,
        ":root{{--head:'{heading}',{heading_fallback};--text:'{text}',{text_fallback};--r:{corner};--u:{unit};"
    );
    match theme.scheme {
        Scheme::Light => push_palette(style, &theme.light),
        Scheme::Dark => push_palette(style, &theme.dark),
        Scheme::Auto => {
            push_palette(style, &theme.light);
            style.push_str("}@media(prefers-color-scheme:dark){:root{");
            push_palette(style, &theme.dark);
            style.push('}');
        }
    }
    style.push('}');
}

fn push_palette(style: &mut String, palette: &Palette) {
    let is_dark = palette.tone == Tone::Dark;
    // The end of the scale that every ink is far from: whatever is mixed towards it only gains contrast.
    let away = if is_dark { Rgb::BLACK } else { Rgb::WHITE };
    let veil = palette.scrim.map_or((palette.surface, 0), |scrim| (scrim.color, scrim.percent));
    let sheet = palette
        .scrim
        .map_or((palette.base.mix(away, 0.78), 58), |scrim| (scrim.color, scrim.percent.max(58)));
    for (name, color) in [
        ("base", palette.base),
        ("surface", palette.surface),
        ("ink", palette.ink),
        ("muted", palette.muted),
        ("accent", palette.accent),
        ("on-accent", palette.on_accent),
        ("accent-ink", palette.accent_ink),
        ("line", palette.line),
        ("edge", palette.edge),
        ("away", away),
    ] {
        let _ = write!(style, "--{name}:{color};");
    }
    let _ = write!(
        style,
        "--veil:{};--sheet:{};{}--dark:{};color-scheme:{}",
        clear(veil),
        clear(sheet),
        ground(&palette.ground),
        u8::from(is_dark),
        if is_dark { "dark" } else { "light" }
    );
}

fn clear((color, percent): (Rgb, u8)) -> String {
    format!("rgb({} {} {}/{percent}%)", color.r, color.g, color.b)
}

/// What is painted behind everything, and its colours by themselves (`--g1` to `--g3`) for designs that arrange them anew.
fn ground(ground: &Ground) -> String {
    let (image, colors) = match ground {
        Ground::Plain(color) => (format!("linear-gradient({color},{color})"), [*color; 3]),
        Ground::Gradient { colors, angle } => {
            let stops: Vec<String> = colors.iter().map(ToString::to_string).collect();
            let [first, last] =
                [colors.first(), colors.last()].map(|color| color.copied().unwrap_or(Rgb::BLACK));
            let middle = colors.get(1).filter(|_| colors.len() > 2).copied().unwrap_or(first.mix(last, 0.5));
            (format!("linear-gradient({angle}deg,{})", stops.join(",")), [first, middle, last])
        }
        Ground::Picture(_) => return "--ground:none;".into(),
    };
    format!("--ground:{image};--g1:{};--g2:{};--g3:{};", colors[0], colors[1], colors[2])
}

/// A brand's colour for its icon's chip, with an ink that reads on it.
fn push_brand(style: &mut String, name: &str) {
    let Some((_, colour)) = brand::COLOURS.iter().find(|(known, _)| *known == name) else { return };
    let colour = Rgb::hex(*colour);
    let ink = if contrast(colour, Rgb::WHITE) >= 3.0 { Rgb::WHITE } else { Rgb::hex(0x14_1416) };
    let _ = write!(style, ".c-{name}{{--brand:{colour};--on-brand:{ink}}}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_written_without_comments_and_indentation() {
        assert_eq!(
            squeeze("/* a */\n.x,\n.y > i {\n  color: red; /* b */\n  margin: 0\n    1px;\n}\n"),
            ".x,.y>i{color:red;margin:0 1px}"
        );
        assert_eq!(
            squeeze(r#"a :hover { content: "$ a: b; c" / "" }"#),
            r#"a :hover{content:"$ a: b; c" / ""}"#
        );
    }

    /// P8
    #[test]
    fn a_page_takes_the_rules_of_its_own_blocks_only() {
        for template in Template::ALL {
            let theme = ResolvedTheme::new(template, &nameplate_core::theme::Theme::default());
            let [quiet, live] = [&["links"][..], &["links", "presence"]].map(|kinds| of_site(&theme, kinds));
            for (rule, in_quiet) in
                [(".page{", true), (".links a{", true), (".cover{", false), (".dot{", false)]
            {
                assert_eq!(quiet.contains(rule), in_quiet, "{template:?} {rule}");
                assert!(live.contains(rule), "{template:?} {rule}");
            }
            assert!(!live.contains(".player{") && !live.contains(".write{"), "{template:?}");
        }
    }

    #[test]
    fn every_font_has_its_files() {
        for font in [
            Font::Inter,
            Font::Bricolage,
            Font::Nunito,
            Font::Newsreader,
            Font::InstrumentSerif,
            Font::JetbrainsMono,
            Font::ChakraPetch,
        ] {
            for face in family(font).1 {
                for suffix in ["", "-ext"] {
                    assert!(
                        !assets::url(&format!("{}{suffix}.woff2", face.file)).is_empty(),
                        "{}",
                        face.file
                    );
                }
            }
        }
    }
}
