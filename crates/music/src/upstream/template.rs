//! `music_url`: where a track lives at the music worker (W7).

use std::fmt;

use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// A URL with `{isrc}` and perhaps `{key}` in its path or query.
#[derive(Clone)]
pub struct MusicUrl {
    text: String,
    holds_key: bool,
}

/// What is wrong with a `music_url`.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadMusicUrl {
    #[error("must be a URL such as https://music.example/stream/{{isrc}}")]
    NotAUrl,
    #[error("must begin with http:// or https://")]
    Scheme,
    #[error("must hold {{isrc}}")]
    NoIsrc,
    #[error("must hold no other placeholder than {{isrc}} and {{key}}")]
    UnknownPlaceholder,
    #[error("must hold {{isrc}} and {{key}} in its path or query only")]
    PlaceholderInHost,
    #[error("must hold no user name or password: the owner's key is sent as {{key}} or as a bearer token")]
    Credentials,
    #[error("must not hold a #fragment, which is never sent")]
    Fragment,
}

/// Everything but RFC 3986's unreserved characters, so that a key cannot end the part of the URL it stands in.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl MusicUrl {
    pub fn parse(text: &str) -> Result<Self, BadMusicUrl> {
        let plain = text.replace("{isrc}", "").replace("{key}", "");
        if plain.contains(['{', '}']) {
            return Err(BadMusicUrl::UnknownPlaceholder);
        }
        let scheme = text.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        let (scheme, rest) = scheme.ok_or(BadMusicUrl::NotAUrl)?;
        if scheme != "http" && scheme != "https" {
            return Err(BadMusicUrl::Scheme);
        }
        if rest.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('{')) {
            return Err(BadMusicUrl::PlaceholderInHost);
        }
        if !text.contains("{isrc}") {
            return Err(BadMusicUrl::NoIsrc);
        }
        let url = Url::parse(&plain).map_err(|_| BadMusicUrl::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadMusicUrl::Credentials);
        }
        if url.fragment().is_some() {
            return Err(BadMusicUrl::Fragment);
        }
        Ok(Self { text: text.to_owned(), holds_key: text.contains("{key}") })
    }

    /// Whether the key stands in the URL; otherwise it goes in `Authorization: Bearer`.
    pub(super) fn holds_key(&self) -> bool {
        self.holds_key
    }

    pub(super) fn is_https(&self) -> bool {
        self.text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("https:"))
    }

    pub(super) fn fill(&self, isrc: Isrc, key: &MusicKey) -> Option<Url> {
        if matches!(key.expose(), "." | "..") {
            return None; // as a path segment it would move the path, encoded or not
        }
        let url = self.text.replace("{isrc}", isrc.as_str());
        let key = utf8_percent_encode(key.expose(), ENCODED).to_string();
        Url::parse(&url.replace("{key}", &key)).ok()
    }
}

/// Without the query: an operator may have written a key of the worker's into it.
impl fmt::Display for MusicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.split_once('?') {
            Some((start, _)) => write!(f, "{start}?..."),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Debug for MusicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, key: &str) -> String {
        let (isrc, key) = (Isrc::parse("usrc17607839").unwrap(), MusicKey::parse(key).unwrap());
        MusicUrl::parse(template).unwrap().fill(isrc, &key).unwrap().into()
    }

    /// W7, M1
    #[test]
    fn the_isrc_in_upper_case_and_the_encoded_key_take_their_places() {
        assert_eq!(filled("https://m.example/stream/{isrc}", "k"), "https://m.example/stream/USRC17607839");
        assert_eq!(
            filled("http://127.0.0.1:9/{isrc}.mp3?key={key}&also={isrc}", "a b&c=d/../?#%+~"),
            "http://127.0.0.1:9/USRC17607839.mp3?key=a%20b%26c%3Dd%2F..%2F%3F%23%25%2B~&also=USRC17607839"
        );
        assert_eq!(filled("https://m.example/{key}/{isrc}", ".x/"), "https://m.example/.x%2F/USRC17607839");
    }

    /// W7
    #[test]
    fn a_template_that_cannot_work_is_refused_with_the_reason() {
        for (template, fault) in [
            ("", BadMusicUrl::NotAUrl),
            ("music.example/{isrc}", BadMusicUrl::NotAUrl),
            ("https:///{isrc}", BadMusicUrl::NotAUrl),
            ("ftp://music.example/{isrc}", BadMusicUrl::Scheme),
            ("https://music.example/", BadMusicUrl::NoIsrc),
            ("https://music.example/{isrc}/{id}", BadMusicUrl::UnknownPlaceholder),
            ("https://music.example/{ISRC}", BadMusicUrl::UnknownPlaceholder),
            ("https://{key}.music.example/{isrc}", BadMusicUrl::PlaceholderInHost),
            ("https://{isrc}", BadMusicUrl::PlaceholderInHost),
            ("https://user:pass@music.example/{isrc}", BadMusicUrl::Credentials),
            ("https://music.example/{isrc}#top", BadMusicUrl::Fragment),
        ] {
            assert_eq!(MusicUrl::parse(template).err(), Some(fault), "{template}");
        }
    }

    /// M4
    #[test]
    fn a_key_written_into_the_template_is_not_shown() {
        let url = MusicUrl::parse("https://music.example/{isrc}?key=CANARY").unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "https://music.example/{isrc}?... https://music.example/{isrc}?..."
        );
    }
}
