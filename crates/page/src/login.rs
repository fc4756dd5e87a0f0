//! The page at the door: the ways to sign in, what a link asks before it is used up, and why there is no way in.

use askama::Template;

use crate::assets;
use crate::html::{Document, Mark, policy_with_forms};
use crate::style;

#[derive(Clone, Copy, Debug)]
pub struct LoginContext<'a> {
    pub site_name: &'a str,
    /// The dashboard's home.
    pub home_url: &'a str,
    pub step: LoginStep<'a>,
}

/// What the page is about.
#[derive(Clone, Copy, Debug)]
pub enum LoginStep<'a> {
    /// How to sign in.
    Ways {
        /// The origin of Discord's sign-in page, if one may come from there.
        discord: Option<&'a str>,
        /// Where to go then, a local path.
        next: &'a str,
    },
    /// Before a link is used up: whom it signs in.
    Link { name: &'a str },
    /// Somebody is signed in.
    SignedIn { name: &'a str, csrf: &'a str },
    /// Before an owner says that a mail address is theirs.
    Confirm { address: &'a str, csrf: &'a str },
    /// What came of that: a title and a sentence.
    Answered { title: &'a str, message: &'a str },
    /// It did not work out. A title, and a sentence on what to do.
    Refused { title: &'a str, message: &'a str },
}

#[derive(Template)]
#[template(path = "login.html")]
struct Page<'a> {
    style: &'a str,
    logo_url: &'static str,
    login: LoginContext<'a>,
}

/// The page at the door.
pub fn render_login(context: &LoginContext<'_>) -> Document {
    let style =
        style::of_house(concat!(include_str!("../styles/door.css"), include_str!("../styles/login.css")));
    let beyond = match context.step {
        LoginStep::Ways { discord, .. } => discord.unwrap_or_default(),
        _ => "",
    };
    let page = Page { style: &style, logo_url: assets::url("logo.svg"), login: *context };
    Document { html: page.render().unwrap_or_default().into(), csp: policy_with_forms(&style, beyond) }
}
