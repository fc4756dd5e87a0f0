//! Who looks at a page, as far as the numbers tell it: a known program or a person, on what kind of device, with which
//! browser, and from where.
//!
//! Four kinds of devices and a handful of browsers need no database of user agents: what a browser says of itself is
//! read from the few words that all of them use. What is not known is `other`, and never guessed.

use url::Url;

use crate::host::Host;

/// What is known of who looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A program that says so: a search engine, or a chat program that makes a preview.
    Bot,
    /// Somebody who asked not to be followed (`Sec-GPC: 1`).
    Private,
    Person {
        device: Device,
        browser: &'static str,
        /// The site that led here; none for those who came by themselves, or from this very page.
        source: Option<Host>,
    },
}

impl Audience {
    /// `is_own` says whether a host is the page's own or the instance's.
    pub fn of(user_agent: &str, referer: &str, is_private: bool, is_own: impl FnOnce(&Host) -> bool) -> Self {
        let agent = user_agent.to_ascii_lowercase();
        if is_bot(&agent) {
            return Self::Bot;
        }
        if is_private {
            return Self::Private;
        }
        let source = source_of(referer).filter(|host| !is_own(host));
        Self::Person { device: Device::of(&agent), browser: browser(&agent), source }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    Phone,
    Tablet,
    Desktop,
    Other,
}

impl Device {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
            Self::Other => "other",
        }
    }

    /// `agent` is in lower case. The order matters: a television says `Linux`, and a tablet may say `Android`.
    fn of(agent: &str) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| agent.contains(word));
        if says(&["smart-tv", "smarttv", "appletv", "googletv", "crkey", "playstation", "xbox", "nintendo"]) {
            Self::Other
        } else if says(&["ipad", "tablet", "silk/"])
            || (agent.contains("android") && !agent.contains("mobile"))
        {
            Self::Tablet
        } else if says(&["mobi", "iphone", "ipod", "android"]) {
            Self::Phone
        } else if says(&["windows nt", "macintosh", "x11;", "x11)", "cros "]) {
            Self::Desktop
        } else {
            Self::Other
        }
    }
}

/// Words of browsers and their names. A browser made from another one says that one's word too, so it stands above.
const BROWSERS: [(&str, &str); 17] = [
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("opr/", "Opera"),
    ("opt/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("vivaldi/", "Vivaldi"),
    ("yabrowser/", "Yandex"),
    ("duckduckgo/", "DuckDuckGo"),
    ("ddg/", "DuckDuckGo"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("chrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("chromium/", "Chrome"),
    ("version/", "Safari"),
    ("applewebkit/", "Safari"),
];

/// `agent` is in lower case.
fn browser(agent: &str) -> &'static str {
    let known = BROWSERS.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    known.filter(|name| *name != "Safari" || agent.contains("safari/")).unwrap_or("Other")
}

/// Programs that make previews of links: parts of what they call themselves, in lower case.
const PREVIEWS: [&str; 22] = [
    "akkoma",
    "bluesky cardyb",
    "discordbot",
    "embedly",
    "facebookexternalhit",
    "facebot",
    "iframely",
    "linkedinbot",
    "mastodon",
    "mattermost-bot",
    "misskey",
    "pinterestbot",
    "pleroma",
    "redditbot",
    "skypeuripreview",
    "slackbot",
    "synapse",
    "telegrambot",
    "twitterbot",
    "viber",
    "vkshare",
    "whatsapp",
];

/// Other programs, whose names do not end in `bot`.
const CRAWLERS: [&str; 7] = [
    "crawler",
    "spider",
    "yahoo! slurp",
    "mediapartners-google",
    "google-inspectiontool",
    "ia_archiver",
    "meta-externalagent",
];

/// Whether somebody who calls themselves `user_agent` wants a preview rather than the thing itself.
pub fn wants_preview(user_agent: &str) -> bool {
    is_preview(&user_agent.to_ascii_lowercase())
}

fn is_preview(agent: &str) -> bool {
    PREVIEWS.iter().any(|name| agent.contains(name))
}

/// Known crawlers only. Tools such as curl may be in a person's hand. `agent` is in lower case.
fn is_bot(agent: &str) -> bool {
    ends_a_word(agent, "bot") || CRAWLERS.iter().any(|name| agent.contains(name)) || is_preview(agent)
}

/// Whether `end` is the end of one of the words, as in `Googlebot/2.1`. Cubot makes telephones.
fn ends_a_word(text: &str, end: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.into_iter().any(|word| word.ends_with(end) && word != "cubot")
}

/// The host of a `Referer`, without `www.`; what stands behind the host is nobody's business (T18).
fn source_of(referer: &str) -> Option<Host> {
    let url = Url::parse(referer).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    Host::parse(host.strip_prefix("www.").unwrap_or(host)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audience(agent: &str, referer: &str) -> Audience {
        Audience::of(agent, referer, false, |host| host.as_str() == "ada.localhost")
    }

    /// Studio, numbers
    #[test]
    fn a_person_is_told_by_device_and_browser() {
        let seen = [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                Device::Phone,
                "Safari",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                Device::Phone,
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36",
                Device::Tablet,
                "Samsung Internet",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
                Device::Tablet,
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Device::Desktop,
                "Edge",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Device::Desktop,
                "Firefox",
            ),
            (
                "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.0.0 Mobile Safari/537.36",
                Device::Phone,
                "Chrome",
            ),
            (
                "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36",
                Device::Other,
                "Safari",
            ),
            ("curl/8.9.1", Device::Other, "Other"),
            ("", Device::Other, "Other"),
        ];
        for (agent, device, browser) in seen {
            assert_eq!(audience(agent, ""), Audience::Person { device, browser, source: None }, "{agent}");
        }
    }

    /// Studio, numbers
    #[test]
    fn known_programs_are_bots_and_tools_are_not() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "WhatsApp/2.23.20.0",
        ] {
            assert_eq!(audience(agent, "https://from.example/"), Audience::Bot, "{agent}");
        }
        for agent in ["curl/8.9.1", "Wget/1.24", "python-requests/2.32", "Robotics Weekly Reader/1.0", "A"] {
            assert_ne!(audience(agent, ""), Audience::Bot, "{agent}");
        }
    }

    /// A6
    #[test]
    fn link_previews_are_told_from_browsers() {
        for agent in [
            "Twitterbot/1.0",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "TelegramBot (like TwitterBot)",
        ] {
            assert!(wants_preview(agent), "{agent}");
        }
        assert!(!wants_preview("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        assert!(!wants_preview("Slack-ImgProxy (+https://api.slack.com/robots)") && !wants_preview(""));
        assert!(!wants_preview("Mozilla/5.0 (compatible; Googlebot/2.1)"), "a search engine wants the thing");
    }

    /// T18
    #[test]
    fn of_a_referer_only_the_host_counts_and_ones_own_is_none() {
        let source = |referer: &str| match audience("A", referer) {
            Audience::Person { source, .. } => source.map(|host| host.to_string()),
            other => panic!("{other:?}"),
        };
        assert_eq!(source("https://www.From.example/path?token=secret#x").as_deref(), Some("from.example"));
        assert_eq!(source("https://x.example/\"><script>alert(1)</script>").as_deref(), Some("x.example"));
        for none in ["", "https://ada.localhost/", "javascript:alert(1)", "not a url", "https://127.0.0.1/"] {
            assert_eq!(source(none), None, "{none}");
        }
    }

    /// Studio, numbers
    #[test]
    fn who_asks_for_privacy_is_counted_and_nothing_else() {
        let private = Audience::of(
            "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "https://from.example/",
            true,
            |_| false,
        );
        assert_eq!(private, Audience::Private);
    }
}
