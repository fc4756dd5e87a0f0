//! The page of the dashboard's host: what this instance is, for people who come by.

use askama::Template;

use crate::assets;
use crate::html::{Document, Mark, policy};
use crate::style;

#[derive(Clone, Copy, Debug)]
pub struct HomeContext<'a> {
    pub site_name: &'a str,
    /// The domain under which profiles have their slots.
    pub base_domain: &'a str,
    /// The page's own absolute URL.
    pub url: &'a str,
    /// Profiles to look at; may be empty.
    pub examples: &'a [Example],
    /// Whether whoever looks is signed in.
    pub is_signed_in: bool,
}

/// A profile that visitors may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub name: String,
    /// Absolute.
    pub url: String,
    /// One short line.
    pub about: String,
    /// The URL of a picture of it on this host, such as its share card, 1200 by 630.
    pub picture: Option<String>,
}

impl Example {
    fn initial(&self) -> String {
        self.name.chars().next().unwrap_or('?').to_uppercase().collect()
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    style: &'a str,
    logo_url: &'static str,
    home: HomeContext<'a>,
}

/// The home page.
pub fn render_home(context: &HomeContext<'_>) -> Document {
    let style = style::of_house(include_str!("../styles/home.css"));
    let page = Page { style: &style, logo_url: assets::url("logo.svg"), home: *context };
    Document { html: page.render().unwrap_or_default().into(), csp: policy(&style) }
}
