//! Small pieces of markup, and whole documents that stand alone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::assets;

/// A page without a hole, with the policy that it needs to be shown.
#[derive(Clone, Debug)]
pub struct Document {
    pub html: Bytes,
    /// The value of the `Content-Security-Policy` header.
    pub csp: String,
}

/// A drawing of the sprite, hidden from screen readers: the text beside it says what it means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(pub(crate) &'static str);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg class=\"i\" aria-hidden=\"true\"><use href=\"{}#{}\"/></svg>",
            assets::url("icons.svg"),
            self.0
        )
    }
}

impl askama::filters::HtmlSafe for Mark {}

/// The policy of a page with one inline style and whatever else from its own host (T12).
///
/// By hash rather than by nonce, since the bytes of a page are shared by all who ask for it.
pub(crate) fn policy(style: &str) -> String {
    policy_with(style, "")
}

/// The same for a style of which only the SHA-256 digest is at hand.
pub(crate) fn policy_for(digest: &[u8]) -> String {
    policy_of_digest(digest, "", "'none'")
}

/// The same with pictures and videos from one other origin of this instance.
pub(crate) fn policy_with(style: &str, files: &str) -> String {
    policy_of(style, files, "'none'")
}

/// The policy of a page with forms. `beyond` is another origin to which an answer to one of them may lead, if any.
pub(crate) fn policy_with_forms(style: &str, beyond: &str) -> String {
    policy_of(style, "", format!("'self' {beyond}").trim_end())
}

fn policy_of(style: &str, files: &str, forms: &str) -> String {
    policy_of_digest(&Sha256::digest(style.as_bytes()), files, forms)
}

/// The same for a style of which the SHA-256 digest is known.
fn policy_of_digest(digest: &[u8], files: &str, forms: &str) -> String {
    let hash = STANDARD.encode(digest);
    let files = if files.is_empty() { String::new() } else { format!(" {files}") };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'sha256-{hash}'; img-src 'self'{files}; media-src 'self'{files}; \
         connect-src 'self'; font-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )
}

/// The same with forms that send to the page's own host; with Turnstile, what that needs (only then).
pub(crate) fn policy_with_form(digest: &[u8], has_turnstile: bool) -> String {
    let policy = policy_for(digest).replace("form-action 'none'", "form-action 'self'");
    if !has_turnstile {
        return policy;
    }
    const HOST: &str = "https://challenges.cloudflare.com";
    policy.replace("script-src 'self'", &format!("script-src 'self' {HOST}; frame-src {HOST}"))
}

/// The policy of a preview: it is a picture of the page within the studio, and nothing in it runs, sounds or leads away.
pub(crate) fn preview_policy(digest: &[u8]) -> String {
    let hash = STANDARD.encode(digest);
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; font-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'; sandbox"
    )
}

/// JSON that may stand in a script element: nothing in it can end the element or be read as markup (T11).
pub(crate) fn script_json(value: &serde_json::Value) -> String {
    let json = value.to_string();
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(letter)))
            }
            _ => safe.push(letter),
        }
    }
    safe
}
