//! Sets dressed text in lines: wraps it, breaks words that are longer than a line, and ends what does not fit with an
//! ellipsis after a whole cluster (O5).

use parley::{
    Alignment, AlignmentOptions, FontFamily, FontWeight, Layout, LayoutContext, LineHeight, OverflowWrap,
    StyleProperty, WordBreak, fontique::Language,
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

    /// Chooses the language of the texts that follow, which decides on the form of Han characters (Japanese beside kana,
    /// else the mainland's) and on where lines may break (in Korean only between words).
    pub(crate) fn read_language(&mut self, texts: &[&Dressed]) {
        let has = |first, last| {
            texts.iter().any(|dressed| dressed.text.chars().any(|c| (first..=last).contains(&c)))
        };
        let tag = if has('\u{3041}', '\u{30ff}') {
            Some("ja")
        } else if has('\u{ac00}', '\u{d7a3}') {
            Some("ko")
        } else if has('\u{4e00}', '\u{9fff}') {
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
            let start = dressed
                .text
                .get(..end)
                .unwrap_or_default()
                .trim_end_matches(|c: char| c.is_whitespace() || ",.:;-–—·…".contains(c));
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
        if self.language.is_some_and(|language| language.language() == "ko") {
            builder.push_default(StyleProperty::WordBreak(WordBreak::KeepAll));
        }
        for (range, face) in
            dressed.runs.iter().filter(|(range, face)| *face != FaceId::INTER && range.start < end)
        {
            let range = range.start..range.end.min(end);
            builder.push(StyleProperty::FontFamily(FontFamily::named(face.family())), range.clone());
            // Space between letters would tear connected scripts apart.
            builder.push(StyleProperty::LetterSpacing(0.0), range.clone());
            if *face == FaceId::MATH {
                builder.push(StyleProperty::FontWeight(FontWeight::NORMAL), range.clone());
            }
            if *face == FaceId::EMOJI {
                builder.push(StyleProperty::FontSize((style.size * EMOJI_SCALE).round()), range);
            }
        }
        builder.build(&text)
    }
}

#[cfg(test)]
mod tests {
    use parley::PositionedLayoutItem;
    use proptest::prelude::*;

    use super::*;
    use crate::text::{
        clean::{Breaks, clean},
        dress::dress,
    };

    const STYLE: Style = Style { size: 30.0, weight: 400.0, leading: 40.0, tracking: 0.0 };
    const ROOM: Room = Room { width: 700.0, lines: 3, is_right: false };

    fn dressed(text: &str) -> Dressed {
        dress(&clean(text, 400, Breaks::Keep))
    }

    /// The glyphs of a layout, line by line.
    fn glyphs(layout: &Layout<()>) -> Vec<Vec<u32>> {
        let runs = |item| match item {
            PositionedLayoutItem::GlyphRun(run) => run.glyphs().map(|glyph| glyph.id).collect(),
            PositionedLayoutItem::InlineBox(_) => vec![],
        };
        layout.lines().map(|line| line.items().flat_map(runs).collect()).collect()
    }

    /// O5
    #[test]
    fn no_script_shows_a_box_for_a_missing_glyph() {
        let samples = [
            "Latin: Zażółć gęślą jaźń, Nguyễn Đức, İstanbul, Þórr, ﬁ, ẞ, ə, ŋ",
            "Съешь ещё этих мягких французских булок, їжак, Ђорђе, Өмір",
            "Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία, ἄνθρωπος",
            "山田花子 ひらがな カタカナ 髙橋 渡邊 﨑 𠮷野家 ㈱ ﾊﾝｶｸ",
            "김민준 안녕하세요 뷁 쀍 ㅋㅋㅋ",
            "王小明 骨 直 角 你好,世界 漢語 臺灣 鬱 囧",
            "محمد الفاتح پارسی اردو ﷽ ٣٤٥",
            "שָׁלוֹם נועה",
            "अनन्या शर्मा क्षत्रिय र्‍य श्रीमान्",
            "สวัสดี น้ำ ที่นี่",
            "বাংলা தமிழ் తెలుగు ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം සිංහල ଓଡ଼ିଆ",
            "ខ្មែរ ລາວ မြန်မာ བོད་སྐད་ አማርኛ ქართული Հայերեն ᏣᎳᎩ ᐃᓄᒃᑎᑐᑦ",
            "👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🇯🇵🇺🇦 1️⃣ ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏿 ☕️ ♥︎ ☎",
            "𝕯𝖆𝖗𝖐 𝓐𝓷𝓰𝓮𝓵 𝘴𝘭𝘦𝘦𝘱𝘺 𝟙𝟚𝟛 ＦＵＬＬ ⓐⒷ ꧁༺ツ༻꧂ 𓆩♡𓆪 ˚₊‧ ʕ•ᴥ•ʔ ▓▒░ ✦ ⛧ ⟡",
        ];
        let mut typesetter = Typesetter::new();
        for text in samples {
            let dressed = dressed(text);
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            assert_eq!(
                visible(&dressed.text),
                visible(&clean(text, 400, Breaks::Keep)),
                "left out of {text}"
            );
            typesetter.read_language(&[&dressed]);
            let layout = typesetter.set(&dressed, STYLE, Room { lines: 9, ..ROOM });
            assert!(glyphs(&layout).iter().flatten().all(|glyph| *glyph != 0), "{text}");
        }
    }

    /// O5
    #[test]
    fn long_text_ends_in_an_ellipsis_after_a_whole_cluster() {
        let mut typesetter = Typesetter::new();
        let ellipsis = glyphs(&typesetter.set(&dressed("…"), STYLE, ROOM))[0][0];
        let long = [
            "word ".repeat(100),
            "unbreakable".repeat(40),
            "👨‍👩‍👧‍👦".repeat(90),
            "漢字".repeat(200),
            "line\n".repeat(60),
            "iiiiiiiiii".repeat(40),
        ];
        for text in long {
            let lines = glyphs(&typesetter.set(&dressed(&text), STYLE, ROOM));
            assert_eq!(lines.len(), ROOM.lines, "{text}");
            assert_eq!(lines[2].last(), Some(&ellipsis), "{text}");
            assert_eq!(lines.iter().flatten().filter(|glyph| **glyph == ellipsis).count(), 1);
        }
        let short = glyphs(&typesetter.set(&dressed("Short."), STYLE, ROOM));
        assert!(!short[0].contains(&ellipsis));
    }

    /// O5
    #[test]
    fn right_to_left_text_begins_at_the_right() {
        let mut typesetter = Typesetter::new();
        assert!(typesetter.is_rtl(&dressed("محمد Ada")));
        assert!(typesetter.is_rtl(&dressed("· שלום")));
        assert!(!typesetter.is_rtl(&dressed("Ada محمد")));
        let layout = typesetter.set(&dressed("שלום עולם"), STYLE, Room { is_right: true, ..ROOM });
        let line = layout.lines().next().unwrap();
        let metrics = line.metrics();
        assert!((metrics.offset + metrics.advance - ROOM.width).abs() < 0.5);
        assert!(metrics.offset > 400.0);
    }

    /// O5
    #[test]
    fn words_break_where_their_language_allows() {
        let mut typesetter = Typesetter::new();
        let korean = dressed("서울에서 음악을 만들고 있습니다");
        typesetter.read_language(&[&korean]);
        let layout = typesetter.set(&korean, STYLE, Room { width: 200.0, ..ROOM });
        let starts: Vec<_> = layout.lines().map(|line| line.text_range().start).collect();
        assert!(starts.len() > 1);
        assert!(starts.iter().all(|start| *start == 0 || korean.text[..*start].ends_with(' ')));
        assert_eq!(typesetter.language.unwrap().as_str(), "ko");
    }

    #[test]
    fn han_takes_the_form_of_its_neighbours() {
        let mut typesetter = Typesetter::new();
        let mut first = |text: &str| {
            let dressed = dressed(text);
            typesetter.read_language(&[&dressed]);
            glyphs(&typesetter.set(&dressed, STYLE, ROOM))[0][0]
        };
        let (japanese, mainland) = (first("直のかたち"), first("直角"));
        assert_ne!(japanese, mainland);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// O5
        #[test]
        fn any_text_fits_its_room_without_missing_glyphs(text in "\\PC{0,60}", width in 60.0f32..700.0) {
            let mut typesetter = Typesetter::new();
            let layout = typesetter.set(&dressed(&text), STYLE, Room { width, ..ROOM });
            prop_assert!(layout.len() <= ROOM.lines);
            prop_assert!(glyphs(&layout).iter().flatten().all(|glyph| *glyph != 0), "{:?}", text);
        }
    }
}
