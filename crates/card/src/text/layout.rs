//! Sets dressed text in lines: wraps it, breaks words that are longer than a line, and ends what does not fit with an
//! ellipsis after a whole cluster (O5).

use parley::{
    Alignment, AlignmentOptions, FontFamily, FontWeight, Layout, LayoutContext, LineHeight, OverflowWrap,
    StyleProperty, fontique::Language,
};

use super::dress::Dressed;
use crate::fonts::{FaceId, Fonts};

/// Emoji are drawn wider than an em; at this share of the size they sit well beside letters.
const EMOJI_SCALE: f32 = 0.86;
const ELLIPSIS: &str = "…";

/// How a block of text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Pixels per em.
    pub(crate) size: f32,
    /// CSS weight.
    pub(crate) weight: f32,
    /// Pixels from baseline to baseline.
    pub(crate) leading: f32,
    /// Pixels added between letters.
    pub(crate) tracking: f32,
}

const PLAIN: Style = Style { size: 16.0, weight: 400.0, leading: 20.0, tracking: 0.0 };

/// The room for a block of text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Pixels.
    pub(crate) width: f32,
    pub(crate) lines: usize,
    /// Whether lines end, rather than begin, at the same place.
    pub(crate) is_right: bool,
}

/// What layout needs between two texts; one for each thread that draws.
pub(crate) struct Typesetter {
    fonts: Fonts,
    layouts: LayoutContext<()>,
    language: Option<Language>,
}

impl Typesetter {
    pub(crate) fn new() -> Self {
        Self { fonts: Fonts::new(), layouts: LayoutContext::new(), language: None }
    }

    /// Chooses the form of Han characters for the texts that follow: Japanese beside kana, else the mainland's.
    pub(crate) fn read_language(&mut self, texts: &[&Dressed]) {
        let has = |first, last| {
            texts.iter().any(|dressed| dressed.text.chars().any(|c| (first..=last).contains(&c)))
        };
        let tag = if has('\u{3041}', '\u{30ff}') {
            Some("ja")
        } else if has('\u{4e00}', '\u{9fff}') && !has('\u{ac00}', '\u{d7a3}') {
            Some("zh-Hans")
        } else {
            None
        };
        self.language = tag.and_then(|tag| Language::parse(tag).ok());
    }

    /// Whether the text begins in a right-to-left script.
    pub(crate) fn is_rtl(&mut self, dressed: &Dressed) -> bool {
        self.build(dressed, dressed.text.len(), "", PLAIN).is_rtl()
    }

    /// The width of the text on one endless line, in pixels.
    pub(crate) fn measure(&mut self, dressed: &Dressed, style: Style) -> f32 {
        let mut layout = self.build(dressed, dressed.text.len(), "", style);
        layout.break_all_lines(None);
        layout.width()
    }

    /// The text in at most `room.lines` lines, with an ellipsis if something had to be left out.
    pub(crate) fn set(&mut self, dressed: &Dressed, style: Style, room: Room) -> Layout<()> {
        let mut layout = self.build(dressed, dressed.text.len(), "", style);
        layout.break_all_lines(Some(room.width));
        if layout.len() > room.lines {
            layout = self.shorten(dressed, style, room, &layout);
        }
        let alignment = if room.is_right { Alignment::Right } else { Alignment::Left };
        layout.align(alignment, AlignmentOptions::default());
        layout
    }

    /// Cuts clusters off what the last line holds until the ellipsis fits behind them.
    fn shorten(&mut self, dressed: &Dressed, style: Style, room: Room, full: &Layout<()>) -> Layout<()> {
        let last_line = room.lines.checked_sub(1).and_then(|line| full.get(line));
        let fits = last_line.map_or(0, |line| line.text_range().end);
        let mut kept = dressed.ends.partition_point(|end| *end <= fits);
        let mut step = 1;
        loop {
            let end = kept.checked_sub(1).and_then(|last| dressed.ends.get(last)).copied().unwrap_or(0);
            let start =
                dressed.text.get(..end).unwrap_or_default().trim_end_matches([' ', '\n', ',', '.', '…']);
            let mut layout = self.build(dressed, start.len(), ELLIPSIS, style);
            layout.break_all_lines(Some(room.width));
            if layout.len() <= room.lines || kept == 0 {
                return layout;
            }
            kept = kept.saturating_sub(step);
            step += 1;
        }
    }

    fn build(&mut self, dressed: &Dressed, end: usize, tail: &str, style: Style) -> Layout<()> {
        let mut text = dressed.text.get(..end).unwrap_or_default().to_owned();
        text.push_str(tail);
        self.fonts.register(FaceId::INTER);
        for (_, face) in &dressed.runs {
            self.fonts.register(*face);
        }
        let mut builder = self.layouts.ranged_builder(&mut self.fonts.context, &text, 1.0, true);
        builder.push_default(StyleProperty::FontFamily(FontFamily::named(FaceId::INTER.family())));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(FontWeight::new(style.weight)));
        builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(style.leading)));
        builder.push_default(StyleProperty::LetterSpacing(style.tracking));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.push_default(StyleProperty::Locale(self.language));
        for (range, face) in
            dressed.runs.iter().filter(|(range, face)| *face != FaceId::INTER && range.start < end)
        {
            let range = range.start..range.end.min(end);
            builder.push(StyleProperty::FontFamily(FontFamily::named(face.family())), range.clone());
            // Space between letters would tear connected scripts apart.
            builder.push(StyleProperty::LetterSpacing(0.0), range.clone());
            if *face == FaceId::EMOJI {
                builder.push(StyleProperty::FontSize((style.size * EMOJI_SCALE).round()), range);
            }
        }
        builder.build(&text)
    }
}
