//! Site content in, HTML out: the public page of a profile with its six designs, the page of an upload, the error
//! pages, the home page and the pages at the door of the studio.
//!
//! Everything here is a pure function from a typed context to bytes, so that a page can be rendered once and shared by
//! every visitor. [`render_site`] leaves one hole for what changes while people look, the presence of the owner, which
//! [`render_presence`] fills. Which page is shown to whom, and the HTTP around it, is left to others.

pub mod assets;
mod block;
mod brand;
mod context;
pub mod designs;
mod error;
mod head;
mod home;
mod html;
mod image;
mod language;
mod login;
mod notice;
mod post;
mod presence;
pub mod samples;
mod site;
mod style;
mod styles;
#[cfg(test)]
mod tests;
mod welcome;

pub use context::{FormCheck, FormContext, Images, Photo, SiteContext, Track};
pub use error::render_error;
pub use home::{Example, HomeContext, render_home};
pub use html::Document;
pub use image::art_url;
pub use login::{LoginContext, LoginStep, render_login};
pub use notice::render_notice;
pub use post::{Author, Media, PostContext, render_post};
pub use presence::render_presence;
pub use site::{SitePage, render_site};
pub use styles::Styles;
pub use welcome::{WelcomeContext, WelcomeForm, render_welcome};
