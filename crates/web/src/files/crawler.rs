//! Programs that make previews of links, by what they call themselves.

use http::HeaderMap;
use http::header::USER_AGENT;

/// Parts of their names, in lower case.
const NAMES: [&str; 22] = [
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

/// Whether the request wants a preview rather than the thing itself.
pub(crate) fn is_crawler(headers: &HeaderMap) -> bool {
    let Some(agent) = headers.get(USER_AGENT) else { return false };
    let agent = String::from_utf8_lossy(agent.as_bytes()).to_ascii_lowercase();
    NAMES.iter().any(|name| agent.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    /// A6
    #[test]
    fn link_previews_are_told_from_browsers() {
        let is = |agent: &'static str| {
            is_crawler(&HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(agent))]))
        };
        for agent in [
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Twitterbot/1.0",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "TelegramBot (like TwitterBot)",
            "WhatsApp/2.23.20.0",
        ] {
            assert!(is(agent), "{agent}");
        }
        assert!(!is("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        assert!(!is("Slack-ImgProxy (+https://api.slack.com/robots)") && !is_crawler(&HeaderMap::new()));
    }
}
