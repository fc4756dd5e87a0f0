//! The fields of blocks: types that cannot hold a bad value, so that reading a document is checking it.
//!
//! Each keeps the text that its owner wrote, so that a document that was read is written back unchanged.

use std::ops::{Deref, Range};

use serde::{Deserialize, Serialize};
use url::{Position, Url};

use super::Site;
use crate::text::is_unshowable;

/// The longest URL in a document, in bytes.
const MAX_URL: usize = 2048;

/// What a link may be; everything else could run code or read files (T14).
const LINK_SCHEMES: [&str; 8] = ["https", "http", "mailto", "tel", "sms", "matrix", "xmpp", "geo"];

macro_rules! text_field {
    ($(#[$doc:meta])* $name:ident, $is_allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name<const MAX: usize>(Box<str>);

        impl<const MAX: usize> $name<MAX> {
            pub fn parse(text: &str) -> Result<Self, String> {
                let is_allowed: fn(char) -> bool = $is_allowed;
                if text.trim().is_empty() {
                    return Err("must not be empty".into());
                }
                if text.chars().count() > MAX {
                    return Err(format!("must be at most {MAX} characters"));
                }
                if let Some(letter) = text.chars().find(|letter| !is_allowed(*letter)) {
                    return Err(format!("must not hold the character U+{:04X}", u32::from(letter)));
                }
                Ok(Self(text.into()))
            }
        }

        impl<const MAX: usize> Deref for $name<MAX> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<'de, const MAX: usize> Deserialize<'de> for $name<MAX> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::parsed(deserializer, Self::parse)
            }
        }
    };
}

text_field! {
    /// One line of text: not blank, at most `MAX` characters, nothing in it that cannot be shown.
    Line, |letter| !is_unshowable(letter)
}

text_field! {
    /// Text in which line breaks are kept; otherwise as [`Line`].
    Prose, |letter| letter == '\n' || !is_unshowable(letter)
}

/// `MIN` to `MAX` things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> List<T, MIN, MAX> {
    pub fn new(items: Vec<T>) -> Result<Self, String> {
        if (MIN..=MAX).contains(&items.len()) {
            Ok(Self(items))
        } else {
            Err(format!("must hold {MIN} to {MAX} items"))
        }
    }
}

impl<T, const MAX: usize> Default for List<T, 0, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for List<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>, const MIN: usize, const MAX: usize> Deserialize<'de> for List<T, MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Where a link leads. Kept as written; what goes into a page is [`LinkUrl::href`], the parsed form written out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkUrl {
    written: Box<str>,
    /// The parsed form, unless it is what was written.
    normalised: Option<Box<str>>,
    scheme: &'static str,
    /// Where the host stands in the parsed form; empty without one.
    host: Range<usize>,
    site: Option<&'static Site>,
}

impl LinkUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = parse_url(text)?;
        let scheme = LINK_SCHEMES
            .into_iter()
            .find(|scheme| *scheme == url.scheme())
            .ok_or_else(|| format!("must begin with one of: {}", LINK_SCHEMES.join(", ")))?;
        Ok(Self {
            written: text.into(),
            normalised: (url.as_str() != text).then(|| url.as_str().into()),
            scheme,
            host: url[..Position::BeforeHost].len()..url[..Position::AfterHost].len(),
            site: url.host_str().and_then(Site::of_host),
        })
    }

    /// The URL for an `href`: normalised, ASCII only.
    pub fn href(&self) -> &str {
        self.normalised.as_deref().unwrap_or(&self.written)
    }

    pub fn scheme(&self) -> &str {
        self.scheme
    }

    pub fn host(&self) -> Option<&str> {
        self.href().get(self.host.clone()).filter(|host| !host.is_empty())
    }

    /// The site that it leads to, where that is known.
    pub fn site(&self) -> Option<&'static Site> {
        self.site
    }
}

/// A picture: an http(s) URL, or the path of an upload on the page's own host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageUrl {
    written: Box<str>,
}

impl ImageUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_own_path = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= MAX_URL
            && text.bytes().all(is_path_byte);
        if !is_own_path && !matches!(parse_url(text)?.scheme(), "https" | "http") {
            return Err("must be an https URL, or the path of an upload such as /AbCd1234.png".into());
        }
        Ok(Self { written: text.into() })
    }
}

impl Deref for ImageUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.written
    }
}

/// Letters that stand in a path as they are; a backslash would be read as a slash, and a quote could end a CSS string.
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/._~-%?=&".contains(&byte)
}

/// An absolute URL without white space, credentials or an empty host.
fn parse_url(text: &str) -> Result<Url, String> {
    if text.len() > MAX_URL {
        return Err(format!("must be at most {MAX_URL} bytes"));
    }
    // The parser would drop tabs and line breaks, and so turn `java\tscript:` into a scheme.
    if text.chars().any(|letter| is_unshowable(letter) || letter.is_whitespace()) {
        return Err("must not hold white space".into());
    }
    let url = Url::parse(text).map_err(|error| format!("must be an absolute URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password".into());
    }
    Ok(url)
}

macro_rules! url_field {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.written)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::parsed(deserializer, Self::parse)
            }
        }
    )*};
}

url_field!(LinkUrl, ImageUrl);
