//! Pages that say why there is no other page.

use askama::Template;

use crate::html::{Document, policy};
use crate::style;

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    style: &'a str,
    status: u16,
    title: &'static str,
    message: &'a str,
    site_name: &'a str,
    home_url: &'a str,
}

/// An HTML page for a failed request. `message` is one sentence for the visitor; empty, the status speaks for itself.
pub fn render_error(status: u16, message: &str, site_name: &str, home_url: &str) -> Document {
    let (title, usual) = match status {
        404 => (
            "Nothing here",
            "There is no page at this address. It may have moved, or nobody has claimed it yet.",
        ),
        403 => ("Not for you", "You may not see what is at this address."),
        400 => ("That did not make sense", "The request was not one that this server understands."),
        429 => ("One moment, please", "There were too many requests from your address. Try again shortly."),
        503 => (
            "Back in a moment",
            "This server has more to do than it can right now. Try again in a few seconds.",
        ),
        _ => (
            "Something broke",
            "It is not your fault. The fault has been written down and will be looked at.",
        ),
    };
    let style = style::of_house(include_str!("../styles/error.css"));
    let message = if message.is_empty() { usual } else { message };
    let page = Page { style: &style, status, title, message, site_name, home_url };
    Document { html: page.render().unwrap_or_default().into(), csp: policy(&style) }
}
