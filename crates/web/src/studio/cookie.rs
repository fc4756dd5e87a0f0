//! The studio's cookies: for its own host alone, out of the reach of scripts and of the hosts beside it (T15).

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use nameplate_core::secret::Token;

use crate::state::Web;

/// What a cookie is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Who is signed in.
    Session,
    /// Who sets up the instance, until there is somebody to sign in.
    Welcome,
    /// Somebody who is away at Discord, to say who they are.
    Discord,
}

impl Purpose {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Session => ("__Host-np_session", "np_session"),
            Self::Welcome => ("__Host-np_welcome", "np_welcome"),
            Self::Discord => ("__Host-np_oauth", "np_oauth"),
        }
    }

    /// Browsers keep the prefix from being set by another host, and want https for it.
    fn name(self, web: &Web) -> &'static str {
        let (guarded, plain) = self.names();
        if web.app.links().is_https() { guarded } else { plain }
    }
}

/// The token in a request's cookie. A cookie that stands twice, or is no token, counts for nothing.
pub(crate) fn read(web: &Web, headers: &HeaderMap, purpose: Purpose) -> Option<Token> {
    Token::parse(&read_text(web, headers, purpose)?)
}

/// The text of a request's cookie, if it stands there once.
pub(crate) fn read_text(web: &Web, headers: &HeaderMap, purpose: Purpose) -> Option<String> {
    let name = purpose.name(web);
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        // Visible ASCII only: other blanks than the two of ASCII would be trimmed off a name.
        let line = line.to_str().ok()?;
        for cookie in Cookie::split_parse(line).flatten().filter(|cookie| cookie.name() == name) {
            if found.replace(cookie.value().to_owned()).is_some() {
                return None;
            }
        }
    }
    found
}

/// The header that gives a browser something to keep, for so long at most.
pub(crate) fn give(web: &Web, purpose: Purpose, value: &str, life: std::time::Duration) -> HeaderValue {
    write(web, purpose, value, Duration::seconds(life.as_secs() as i64))
}

/// The header that takes it away.
pub(crate) fn take(web: &Web, purpose: Purpose) -> HeaderValue {
    write(web, purpose, "", Duration::ZERO)
}

fn write(web: &Web, purpose: Purpose, value: &str, life: Duration) -> HeaderValue {
    let cookie = Cookie::build((purpose.name(web), value))
        .http_only(true)
        .secure(web.app.links().is_https())
        .same_site(SameSite::Lax)
        .path("/")
        .max_age(life);
    // Cannot fail: names and values are visible ASCII.
    HeaderValue::try_from(cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}
