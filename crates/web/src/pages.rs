//! Pages that are the same for everybody, rendered once: when they are asked for, so that no start waits for them.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use nameplate_app::App;
use nameplate_page::{Document, Example, HomeContext, render_error, render_home};

use crate::reply;

/// A page with the policy that it needs.
#[derive(Clone)]
pub(crate) struct Ready {
    html: Bytes,
    policy: HeaderValue,
}

impl From<Document> for Ready {
    fn from(document: Document) -> Self {
        let strict = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        Self { html: document.html, policy: HeaderValue::try_from(document.csp).unwrap_or(strict) }
    }
}

impl Ready {
    pub(crate) fn reply(&self, status: StatusCode) -> axum::response::Response {
        reply::page(status, self.html.clone(), self.policy.clone())
    }
}

type Later = LazyLock<Ready, Box<dyn FnOnce() -> Ready + Send + Sync>>;

/// The error pages and the dashboard's home.
pub(crate) struct Pages {
    not_found: Later,
    bad_request: Later,
    forbidden: Later,
    method: Later,
    unavailable: Later,
    broken: Later,
    pub home: Later,
    /// The home for somebody who is signed in.
    pub home_of_owner: Later,
}

impl Pages {
    pub(crate) fn new(app: &Arc<App>, examples: Vec<Example>) -> Self {
        let error = |status, message: &'static str| -> Later {
            let app = app.clone();
            LazyLock::new(Box::new(move || {
                render_error(status, message, app.site_name(), app.links().home()).into()
            }))
        };
        let examples: Arc<[Example]> = examples.into();
        let home = |is_signed_in| -> Later {
            let (app, examples) = (app.clone(), examples.clone());
            LazyLock::new(Box::new(move || {
                let home = HomeContext {
                    site_name: app.site_name(),
                    base_domain: app.zones().base().as_str(),
                    url: app.links().home(),
                    examples: &examples,
                    is_signed_in,
                };
                render_home(&home).into()
            }))
        };
        Self {
            not_found: error(404, ""),
            bad_request: error(400, ""),
            forbidden: error(
                403,
                "This link is not valid, or its time is over. Ask its owner for a new one.",
            ),
            method: error(405, "This address answers other kinds of requests only."),
            unavailable: error(503, ""),
            broken: error(500, ""),
            home: home(false),
            home_of_owner: home(true),
        }
    }

    /// The page for a failed request.
    pub(crate) fn error(&self, status: StatusCode) -> axum::response::Response {
        let page = match status {
            StatusCode::NOT_FOUND => &self.not_found,
            StatusCode::BAD_REQUEST => &self.bad_request,
            StatusCode::FORBIDDEN => &self.forbidden,
            StatusCode::METHOD_NOT_ALLOWED => &self.method,
            StatusCode::SERVICE_UNAVAILABLE => return reply::retry_after(self.unavailable.reply(status), 2),
            _ => &self.broken,
        };
        page.reply(status)
    }
}
