//! Whose pictures are fetched for visitors: the hosts that presence art and remote avatars come from (contract P10).

use url::{Host, Url};

/// Discord, and the music, stream and video sites that its activities name. `*.` stands for one or more labels.
const BUILT_IN: [&str; 30] = [
    // Discord: its own assets, and its proxy for the art of every game and app that brings its own
    "cdn.discordapp.com",
    "media.discordapp.net",
    "images-ext-1.discordapp.net",
    "images-ext-2.discordapp.net",
    // Spotify
    "*.scdn.co",
    "*.spotifycdn.com",
    // Twitch
    "static-cdn.jtvnw.net",
    // YouTube and YouTube Music
    "i.ytimg.com",
    "img.youtube.com",
    "yt3.ggpht.com",
    "lh3.googleusercontent.com",
    // Apple Music
    "*.mzstatic.com",
    // Deezer
    "*.dzcdn.net",
    // SoundCloud
    "*.sndcdn.com",
    // Last.fm
    "lastfm.freetls.fastly.net",
    // Tidal
    "resources.tidal.com",
    // Bandcamp
    "f4.bcbits.com",
    // Crunchyroll
    "img1.ak.crunchyroll.com",
    "imgsrv.crunchyroll.com",
    // Amazon Music and Prime Video
    "m.media-amazon.com",
    // Film and anime catalogues
    "image.tmdb.org",
    "s4.anilist.co",
    "cdn.myanimelist.net",
    // Steam
    "*.steamstatic.com",
    "steamcdn-a.akamaihd.net",
    // Avatars
    "avatars.githubusercontent.com",
    "secure.gravatar.com",
    "www.gravatar.com",
    "i.snipp.gg",
    "cdn.snipp.gg",
];

/// Longer URLs are refused, so that a key in the cache has a size.
const MAX_URL_BYTES: usize = 2048;

/// The hosts from which art may be fetched.
#[derive(Clone, Debug)]
pub struct AllowedHosts(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Exactly(String),
    /// Ends in this suffix, which starts with a dot.
    Below(String),
}

#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` must be a host such as art.example.org, or *.example.org for the hosts below it")]
pub struct BadHost(String);

impl Default for AllowedHosts {
    fn default() -> Self {
        Self(BUILT_IN.into_iter().filter_map(Pattern::parse).collect())
    }
}

impl AllowedHosts {
    /// The built-in hosts and those that the operator adds.
    pub fn with<'a>(extra: impl IntoIterator<Item = &'a str>) -> Result<Self, BadHost> {
        let mut hosts = Self::default();
        for host in extra {
            hosts.0.push(Pattern::parse(host).ok_or_else(|| BadHost(host.into()))?);
        }
        Ok(hosts)
    }

    /// Whether `url` may be fetched: what the page asks before it points a visitor at the art route.
    pub fn allows(&self, url: &str) -> bool {
        self.judge(url).is_some()
    }

    /// The parsed form of a URL that may be fetched. Judges what the parser made of the text, never the text: it alone
    /// knows every spelling of an address.
    pub(crate) fn judge(&self, url: &str) -> Option<Url> {
        if url.len() > MAX_URL_BYTES {
            return None;
        }
        let mut url = Url::parse(url).ok()?;
        let Some(Host::Domain(host)) = url.host() else { return None };
        let is_plain = url.scheme() == "https"
            && url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !is_plain || !self.0.iter().any(|pattern| pattern.matches(host)) {
            return None;
        }
        url.set_fragment(None);
        Some(url)
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let (host, is_below) = text.strip_prefix("*.").map_or((text, false), |rest| (rest, true));
        let Ok(Host::Domain(host)) = Host::parse(host) else { return None };
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_name = host.contains('.') && host.split('.').all(is_label);
        is_name.then(|| if is_below { Self::Below(format!(".{host}")) } else { Self::Exactly(host) })
    }

    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exactly(name) => host == name,
            Self::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P10
    #[test]
    fn the_hosts_of_presence_art_are_allowed() {
        let hosts = AllowedHosts::default();
        assert_eq!(hosts.0.len(), BUILT_IN.len(), "each line of the table is a host");
        for url in [
            "https://cdn.discordapp.com/app-assets/383226320970055681/1.png",
            "https://media.discordapp.net/external/abc/https/example.org/cover.png?width=300",
            "https://i.scdn.co/image/ab67616d0000b273",
            "HTTPS://I.SCDN.CO:443/image/x#fragment",
            "https://static-cdn.jtvnw.net/previews-ttv/live_user_ada-440x248.jpg",
            "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg",
            "https://is1-ssl.mzstatic.com/image/thumb/x/512x512bb.jpg",
            "https://i1.sndcdn.com/artworks-000-t500x500.jpg",
        ] {
            assert!(hosts.allows(url), "{url}");
        }
        assert_eq!(hosts.judge("https://i.scdn.co/a?b#c").unwrap().as_str(), "https://i.scdn.co/a?b");
    }

    /// T21
    #[test]
    fn everything_else_is_refused() {
        let hosts = AllowedHosts::default();
        for url in [
            "http://i.scdn.co/x",
            "//i.scdn.co/x",
            "ftp://i.scdn.co/x",
            "file:///etc/passwd",
            "data:image/png;base64,AA",
            "https://i.scdn.co:8443/x",
            "https://user@i.scdn.co/x",
            "https://:pass@i.scdn.co/x",
            "https://i.scdn.co./x",
            "https://scdn.co/x",
            "https://evilscdn.co/x",
            "https://i.scdn.co.evil.test/x",
            "https://evil.test/i.scdn.co",
            "https://evil.test#@i.scdn.co/",
            "https://evil.test\\@i.scdn.co/",
            "https://i.scdn.co@evil.test/",
            "https://ｅvil.test/",
            "https:///i.scdn.co",
            "https://.scdn.co/x",
            "",
            "i.scdn.co",
            &format!("https://i.scdn.co/{}", "x".repeat(2048)),
        ] {
            let judged = hosts.judge(url);
            assert!(judged.as_ref().is_none_or(|url| url.host_str() == Some("i.scdn.co")), "{url}");
            assert!(judged.is_none() || url == "https:///i.scdn.co", "{url}");
        }
    }

    #[test]
    fn an_operator_adds_hosts_but_no_addresses() {
        let hosts = AllowedHosts::with(["Art.Example.org", "*.bücher.example"]).unwrap();
        for url in ["https://art.example.org/x", "https://a.b.xn--bcher-kva.example/x", "https://i.scdn.co/x"]
        {
            assert!(hosts.allows(url), "{url}");
        }
        assert!(!hosts.allows("https://xn--bcher-kva.example/x"));
        for bad in [
            "",
            "*",
            "*.",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "2130706433",
            "*.*.org",
            "a..b",
            "https://a.b",
            "a.b:80",
            "a.b/c",
        ] {
            assert_eq!(AllowedHosts::with([bad]).unwrap_err(), BadHost(bad.into()));
        }
    }
}
