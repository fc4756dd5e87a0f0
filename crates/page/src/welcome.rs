//! The first run: a name, an address and a design, and there is a page. One form, without scripts.

use askama::Template as _;
use nameplate_core::theme::Template;

use crate::assets;
use crate::designs;
use crate::html::{Document, Mark, policy_with_forms};
use crate::style;

#[derive(Clone, Copy, Debug)]
pub struct WelcomeContext<'a> {
    pub site_name: &'a str,
    /// The dashboard's home.
    pub home_url: &'a str,
    /// The domain under which pages have their addresses.
    pub base_domain: &'a str,
    pub csrf: &'a str,
    /// Whether to ask who they are in Discord.
    pub has_discord: bool,
    pub form: WelcomeForm<'a>,
    /// What is wrong with the name.
    pub name_fault: Option<&'a str>,
    /// What is wrong with the address.
    pub slug_fault: Option<&'a str>,
    /// What is wrong with the id in Discord.
    pub discord_fault: Option<&'a str>,
}

/// What stands in the form.
#[derive(Clone, Copy, Debug)]
pub struct WelcomeForm<'a> {
    pub name: &'a str,
    pub slug: &'a str,
    pub discord: &'a str,
    pub template: Template,
    pub is_published: bool,
}

impl Default for WelcomeForm<'_> {
    fn default() -> Self {
        Self { name: "", slug: "", discord: "", template: Template::Glass, is_published: true }
    }
}

struct Design {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    picture: &'static str,
    is_chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "welcome.html")]
struct Page<'a> {
    style: &'a str,
    logo_url: &'static str,
    welcome: WelcomeContext<'a>,
    designs: [Design; 6],
}

/// The page of the first run.
pub fn render_welcome(context: &WelcomeContext<'_>) -> Document {
    let style =
        style::of_house(concat!(include_str!("../styles/door.css"), include_str!("../styles/welcome.css")));
    let designs = Template::ALL.map(|template| {
        let (name, about) = designs::about(template);
        let is_chosen = template == context.form.template;
        Design { id: template.name(), name, about, picture: designs::picture_url(template), is_chosen }
    });
    let page = Page { style: &style, logo_url: assets::url("logo.svg"), welcome: *context, designs };
    Document { html: page.render().unwrap_or_default().into(), csp: policy_with_forms(&style, "") }
}
