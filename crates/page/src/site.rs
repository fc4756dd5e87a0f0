//! The page of a profile (contract P6 to P8).

use std::sync::Arc;

use askama::Template;
use bytes::Bytes;
use nameplate_core::content::Block;
use nameplate_core::theme::Background;

use crate::block::{BlockView, Face, Place, avatar_of, script_url};
use crate::context::{FormCheck, SiteContext};
use crate::head::{Head, name_of};
use crate::html::{Mark, policy_for, policy_with_form, preview_policy};
use crate::language::{self, Language};
use crate::style;
use crate::styles::Style;

/// A rendered page, in the pieces that are put together for a visitor.
#[derive(Clone, Debug)]
pub struct SitePage {
    /// Up to the style.
    head: Bytes,
    style: Arc<Style>,
    /// From there to the hole; to the end where there is none.
    before: Bytes,
    after: Bytes,
    /// Whether there is a hole for the live card.
    pub has_presence: bool,
    /// The value of the `Content-Security-Policy` header.
    pub csp: Bytes,
}

impl SitePage {
    /// The page with the markup of [`crate::render_presence`] in its hole, if it has one.
    pub fn html(&self, card: &str) -> Bytes {
        let card = if self.has_presence { card } else { "" };
        [&*self.head, &self.style.css, &self.before, card.as_bytes(), &self.after].concat().into()
    }
}

/// Where the style begins.
const STYLE: &[u8] = b"<style>";

/// Up to the hole; the whole page where there is none.
#[derive(Template)]
#[template(path = "site.html")]
struct Before<'a> {
    head: Head<'a>,
    language: Language,
    /// What this page adds to the style that it shares with others, which goes before it.
    brands: &'a str,
    font_url: &'static str,
    script_url: Option<&'static str>,
    /// Where the script tells which links are used.
    click_url: Option<String>,
    design: &'static str,
    picture: Option<String>,
    /// Said to screen readers where no header block names the page.
    silent_name: Option<String>,
    lead: Option<(Place, BlockView<'a>)>,
    blocks: Vec<(Place, BlockView<'a>)>,
    stream_url: Option<String>,
    now_at: Place,
    footer: Footer<'a>,
}

#[derive(Template)]
#[template(path = "site_rest.html")]
struct After<'a> {
    blocks: Vec<(Place, BlockView<'a>)>,
    footer: Footer<'a>,
}

#[derive(Clone, Copy)]
struct Footer<'a> {
    is_shown: bool,
    site_name: &'a str,
    home_url: &'a str,
}

/// Renders the page of a profile. Costs about a millisecond; the result can be kept until something in it changes.
pub fn render_site<'a>(context: &SiteContext<'a>) -> SitePage {
    let place = |at| Place(context.is_preview.then_some(at));
    let (lead, rest) = match context.content.blocks.split_first() {
        Some((lead @ Block::Header(_), rest)) => {
            (BlockView::of(lead, context).map(|lead| (place(0), lead)), rest)
        }
        _ => (None, context.content.blocks.as_slice()),
    };
    // How many blocks stand before the rest, and before what follows the hole.
    let first = context.content.blocks.len() - rest.len();
    let hole = rest.iter().position(|block| *block == Block::Presence).filter(|_| context.is_premium);
    let (above, below) = rest.split_at(hole.unwrap_or(rest.len()));
    let views = |blocks: &'a [Block], first: usize| -> Vec<_> {
        let placed = blocks.iter().enumerate().map(|(at, block)| (place(first + at), block));
        placed.filter_map(|(place, block)| Some((place, BlockView::of(block, context)?))).collect()
    };
    let has_music = rest.iter().any(|block| matches!(block, Block::Music(_)));
    let has_links = rest.iter().any(|block| matches!(block, Block::Links(_) | Block::Contact(_)));
    let names_itself = context.content.blocks.iter().any(|block| matches!(block, Block::Header(_)));

    let avatar = avatar_of(context);
    let style = context.styles.of(context.content, hole.is_some());
    let brands = style::of_brands(&brands(&context.content.blocks));
    let footer = Footer {
        is_shown: !(context.is_premium && context.content.hide_footer),
        site_name: context.site_name,
        home_url: context.home_url,
    };
    let before = Before {
        head: Head::new(context, style.accent.clone(), me_urls(context), avatar.as_deref()),
        language: language::of(texts(context)),
        brands: &brands,
        font_url: style.font_url,
        script_url: ((hole.is_some() || has_music || has_links) && !context.is_preview).then(script_url),
        click_url: has_links.then(|| format!("/api/v1/profiles/{}/click", context.profile_id)),
        design: context.content.template.name(),
        picture: picture(context),
        silent_name: (!names_itself).then(|| name_of(context)),
        lead,
        blocks: views(above, first),
        stream_url: hole.map(|_| format!("/api/v1/profiles/presence/{}/stream", context.owner.id)),
        now_at: place(first + hole.unwrap_or_default()),
        footer,
    };
    let after = |hole| write(&After { blocks: views(below, first + hole), footer });
    let mut head = write(&before);
    // Nothing before it can hold this: what people write is escaped.
    let at = head.windows(STYLE.len()).position(|piece| piece == STYLE).map_or(0, |at| at + STYLE.len());
    let before = head.split_off(at);
    SitePage {
        head,
        before,
        csp: csp(&style.digest_with(&brands), context).into(),
        style,
        after: hole.map_or_else(Bytes::new, after),
        has_presence: hole.is_some(),
    }
}

/// Forms are allowed where there is one that is open.
fn csp(digest: &[u8], context: &SiteContext<'_>) -> String {
    let is_open = context.content.form_channels().any(|channel| context.form.channels.contains(&channel));
    match context.form.check {
        _ if context.is_preview => preview_policy(digest),
        _ if !is_open => policy_for(digest),
        FormCheck::Turnstile { .. } => policy_with_form(digest, true),
        FormCheck::Off | FormCheck::Work => policy_with_form(digest, false),
    }
}

/// Rendering into memory fails only where a value's `Display` does, and none of ours can.
fn write(template: &impl Template) -> Bytes {
    template.render().unwrap_or_default().into()
}

fn picture(context: &SiteContext<'_>) -> Option<String> {
    match &context.content.theme.background {
        Some(Background::Picture(url)) => (context.images)(url),
        _ => None,
    }
}

/// The texts by which the page's language is judged.
fn texts<'a>(context: &SiteContext<'a>) -> impl Iterator<Item = &'a str> {
    let owner = context.owner;
    let own = [owner.nickname.as_deref(), owner.bio.as_deref()].into_iter().flatten();
    own.chain(context.content.blocks.iter().flat_map(|block| match block {
        Block::Text(text) => text.paragraphs.iter().map(|paragraph| &**paragraph).collect(),
        Block::Links(links) => links.links.iter().map(|link| &*link.label).collect::<Vec<_>>(),
        _ => Vec::new(),
    }))
}

/// The owner's pages elsewhere: links that say so, and their socials; each once.
fn me_urls(context: &SiteContext<'_>) -> Vec<String> {
    let links = context.content.blocks.iter().filter_map(|block| match block {
        Block::Links(links) => Some(&links.links),
        _ => None,
    });
    let shown = links
        .flat_map(|links| links.iter())
        .filter(|link| link.is_me())
        .map(|link| link.url.href().to_owned());
    let socials = context.owner.socials.iter().flatten().filter_map(|(_, url)| url.as_str());
    let socials = socials.filter_map(|url| nameplate_core::content::LinkUrl::parse(url).ok());
    let mut urls: Vec<String> = Vec::new();
    for url in shown.chain(socials.map(|url| url.href().to_owned())) {
        if url.starts_with("http") && !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

fn brands(blocks: &[Block]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for block in blocks {
        if let Block::Links(links) = block {
            names.extend(links.links.iter().map(|link| link.icon().as_str()));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
