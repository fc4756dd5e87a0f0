//! HTTP in and out: from a request's authority to a surface, its routes, handlers and shapes of answers.
//!
//! A folder per surface, a file per action; [`router`] has every URL on one screen. It knows no SQL, no Redis and no
//! Discord: handlers extract, call one service of `nameplate-app`, and reply.

mod account;
mod api;
mod client;
mod files;
mod form;
mod host;
mod json;
mod metrics;
pub mod openapi;
mod ops;
mod pages;
mod refusal;
mod reply;
mod router;
mod security;
mod site;
mod state;
mod studio;

pub mod server;

pub use client::TrustedProxies;
pub use router::{Public, internal, public};
pub use state::{BotWatch, Features, Web, WebSettings};
