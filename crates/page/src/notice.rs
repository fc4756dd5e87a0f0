//! What came of a form that was sent without our script.

use askama::Template;

use crate::html::{Document, Mark, policy};
use crate::style;

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'a> {
    style: &'a str,
    is_good: bool,
    mark: Mark,
    title: &'static str,
    message: &'a str,
}

/// The page that answers a contact form; `fault` says why the message was not taken.
pub fn render_notice(fault: Option<&str>) -> Document {
    let style = style::of_house(include_str!("../styles/error.css"));
    let (title, message) = match fault {
        None => ("Sent", "Your message is on its way. Thank you for writing."),
        Some(fault) => ("Not sent", fault),
    };
    let page = Page { style: &style, is_good: fault.is_none(), mark: Mark("mail"), title, message };
    Document { html: page.render().unwrap_or_default().into(), csp: policy(&style) }
}
