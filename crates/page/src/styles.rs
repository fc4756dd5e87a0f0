//! The part of a style that pages share: everything but the colours of the brands that one links to.
//!
//! It is a good part of a page's bytes, and depends on nothing but the design, the theme and the kinds of blocks that are
//! shown. So it is made once, hashed once, and lies in memory once, however many pages look like that.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use nameplate_core::content::{Block, Content};
use nameplate_core::theme::{ResolvedTheme, Template};
use sha2::{Digest, Sha256};

use crate::style;

/// How many are kept; some 10 KB each. Most pages have the theme of their design as it is.
const KEPT: usize = 512;

/// The styles that were asked for lately.
#[derive(Default)]
pub struct Styles(Mutex<HashMap<Look, Arc<Style>>>);

/// What a style is made from.
#[derive(PartialEq, Eq, Hash)]
struct Look {
    template: Template,
    /// As JSON.
    theme: String,
    /// Of the blocks that are shown; each once, in one order.
    kinds: Vec<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Style {
    pub(crate) css: Bytes,
    /// Fed with the style, to go on with what a page adds.
    digest: Sha256,
    /// The theme's accent, as CSS writes it.
    pub(crate) accent: String,
    pub(crate) font_url: &'static str,
}

impl Styles {
    /// The style of a page with that content; `is_live` says whether its presence is shown.
    pub(crate) fn of(&self, content: &Content, is_live: bool) -> Arc<Style> {
        // Cannot fail: every key is a string and no type here has a failing serialiser.
        let theme = serde_json::to_string(&content.theme).unwrap_or_default();
        let blocks = content.blocks.iter().filter(|block| is_live || **block != Block::Presence);
        let mut kinds: Vec<_> = blocks.map(Block::kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let look = Look { template: content.template, theme, kinds };
        if let Some(style) = self.lock().get(&look) {
            return style.clone();
        }
        let style = Arc::new(Style::new(content, &look.kinds));
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(look, style.clone());
        style
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Look, Arc<Style>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Style {
    fn new(content: &Content, kinds: &[&str]) -> Self {
        let theme = ResolvedTheme::new(content.template, &content.theme);
        let css = style::of_site(&theme, kinds);
        Self {
            digest: Sha256::new_with_prefix(&css),
            css: css.into(),
            accent: theme.still().accent.to_string(),
            font_url: style::first_font(&theme),
        }
    }

    /// The digest of this style with more behind it.
    pub(crate) fn digest_with(&self, more: &str) -> [u8; 32] {
        self.digest.clone().chain_update(more).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_look_alike_share_a_style_and_others_do_not() {
        let styles = Styles::default();
        let mut content = Content::default_for(None);
        let first = styles.of(&content, true);
        assert!(Arc::ptr_eq(&first, &styles.of(&content, true)));
        assert!(!Arc::ptr_eq(&first, &styles.of(&content, false)));
        content.template = Template::Neon;
        let neon = styles.of(&content, true);
        assert_ne!(neon.css, first.css);
        for number in 0..2 * KEPT {
            content.theme.accent = Some(nameplate_core::theme::Rgb::hex(number as u32));
            assert!(styles.of(&content, true).css.len() > 1000);
        }
        assert!(styles.lock().len() <= KEPT);
    }
}
