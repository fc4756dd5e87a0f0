//! The page that shows an upload: to people, and to the programs that make previews of links (contract A6).

use std::fmt;

use askama::Template;
use nameplate_core::size;
use nameplate_core::text::clean_line;
use nameplate_core::time::Timestamp;
use nameplate_core::user::CustomEmbed;

use crate::assets;
use crate::html::{Document, Mark, policy_with};
use crate::style;

/// How many pictures of an album a preview names.
const PREVIEWED: usize = 4;

/// An upload, ready to be shown.
#[derive(Clone, Copy, Debug)]
pub struct PostContext<'a> {
    pub site_name: &'a str,
    pub home_url: &'a str,
    /// The page's own absolute URL.
    pub url: &'a str,
    /// Where the files are, with a slash at its end.
    pub files_url: &'a str,
    pub title: Option<&'a str>,
    pub description: Option<&'a str>,
    pub author: Author<'a>,
    pub created: Timestamp,
    pub views: u64,
    /// At least one.
    pub media: &'a [Media],
    /// The author's templates for previews, while they may have any.
    pub embed: Option<&'a CustomEmbed>,
    /// Whether search engines may list it.
    pub is_listed: bool,
}

impl PostContext<'_> {
    /// The pictures that a preview names.
    fn previewed(&self) -> impl Iterator<Item = &Media> {
        self.media.iter().filter(|media| media.is_picture()).take(PREVIEWED)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub name: &'a str,
    pub username: &'a str,
    /// The picture's URL on the page's own host.
    pub avatar: Option<&'a str>,
    pub is_verified: bool,
    /// The author's own page.
    pub page_url: Option<&'a str>,
}

impl Author<'_> {
    fn initial(&self) -> String {
        self.name.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('?').to_uppercase().collect()
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Absolute.
    pub url: String,
    pub mime: &'static str,
    /// Bytes.
    pub size: u64,
    /// Pixels.
    pub dimensions: Option<(u32, u32)>,
}

impl Media {
    fn is_picture(&self) -> bool {
        self.mime.starts_with("image/")
    }

    fn kind(&self) -> &'static str {
        match self.mime {
            "image/gif" => "GIF",
            "image/jpeg" => "JPEG",
            "image/png" => "PNG",
            "image/webp" => "WebP",
            "video/mp4" => "MP4",
            "video/quicktime" => "QuickTime",
            _ => "Matroska",
        }
    }

    fn size(&self) -> String {
        size::formatted(self.size)
    }
}

#[derive(Template)]
#[template(path = "post.html")]
struct Page<'a> {
    style: &'a str,
    logo_url: &'static str,
    head: Preview,
    post: PostContext<'a>,
    heading: String,
    day: Day,
}

/// What programs read.
struct Preview {
    title: String,
    description: String,
    site_name: String,
    color: String,
}

/// The page of an upload.
pub fn render_post(context: &PostContext<'_>) -> Document {
    let style = style::of_house(include_str!("../styles/post.css"));
    let page = Page {
        style: &style,
        logo_url: assets::url("logo.svg"),
        head: Preview::new(context),
        post: *context,
        heading: heading(context),
        day: Day(context.created),
    };
    let files = context.files_url.trim_end_matches('/');
    Document { html: page.render().unwrap_or_default().into(), csp: policy_with(&style, files) }
}

/// The title, or what stands for it.
fn heading(context: &PostContext<'_>) -> String {
    match context.title {
        Some(title) => title.to_owned(),
        None => format!("{} by {}", what(context.media), clean_line(context.author.name, 80)),
    }
}

fn what(media: &[Media]) -> &'static str {
    match media {
        [only] if only.is_picture() => "Picture",
        [_] => "Video",
        _ => "Album",
    }
}

impl Preview {
    fn new(context: &PostContext<'_>) -> Self {
        let filled = |template: &Option<String>, most| {
            let text = template.as_deref().map(|template| fill(template, context))?;
            Some(one_line(&text, most)).filter(|text| !text.is_empty())
        };
        let embed = context.embed.cloned().unwrap_or_default();
        let count = context.media.len();
        let usual = || match context.description {
            Some(text) => one_line(text, 200),
            None if count > 1 => format!("{count} files by @{}", context.author.username),
            None => format!("{} by @{}", what(context.media), context.author.username),
        };
        Self {
            title: filled(&embed.title, 200).unwrap_or_else(|| heading(context)),
            description: filled(&embed.description, 400).unwrap_or_else(usual),
            site_name: filled(&embed.small_text, 100).unwrap_or_else(|| context.site_name.to_owned()),
            color: embed.theme_color.unwrap_or_else(|| "#2f5bea".into()),
        }
    }
}

/// Puts values in the place of their names, in one pass: what stands in a value is no name.
fn fill(template: &str, context: &PostContext<'_>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("%{") {
        filled.push_str(before);
        let named = after.split_once("}%").and_then(|(name, behind)| {
            let value = match name.trim() {
                "post_title" => context.title.unwrap_or_default(),
                "post_description" => context.description.unwrap_or_default(),
                "username" => context.author.username,
                "nickname" => context.author.name,
                _ => return None,
            };
            Some((value, behind))
        });
        match named {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push_str("%{");
                rest = after;
            }
        }
    }
    filled + rest
}

fn one_line(text: &str, most: usize) -> String {
    clean_line(&text.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// A day as people write it, as in `3 May 2026`.
struct Day(Timestamp);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let text = self.0.to_rfc3339();
        let mut parts = text.split(['-', 'T']);
        let year = parts.next().unwrap_or_default();
        let month: usize = parts.next().and_then(|month| month.parse().ok()).unwrap_or(1);
        let day = parts.next().unwrap_or_default().trim_start_matches('0');
        write!(f, "{day} {} {year}", MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default())
    }
}
