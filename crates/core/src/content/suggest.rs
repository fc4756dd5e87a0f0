//! From what somebody pastes to the block that they mean, by the text alone: nobody is asked for anything.

use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use super::{Icon, LinkUrl};
use crate::isrc::Isrc;

const PICTURES: [&str; 5] = [".png", ".jpg", ".jpeg", ".webp", ".gif"];

/// A block that fits a pasted text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// `link`, `image`, `music` or `contact`.
    pub kind: &'static str,
    /// As the document holds it.
    pub block: Value,
    pub label: String,
    pub icon: Icon,
}

impl Suggestion {
    /// `can_show` says whether a page may show the picture at an address (P10); one that it may not becomes a link.
    ///
    /// # Errors
    /// Why the text is none that a page can hold.
    pub fn of(text: &str, can_show: impl Fn(&str) -> bool) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(isrc) = Isrc::parse(&text.replace('-', "")) {
            return Ok(Self::new(
                "music",
                json!({"kind": "music", "tracks": [isrc]}),
                isrc.to_string(),
                "music",
            ));
        }
        if let Some(contact) = contact(text) {
            return Ok(contact);
        }
        let whole = if text.contains(':') { text.to_owned() } else { format!("https://{text}") };
        let url = LinkUrl::parse(&whole)?;
        if !text.contains(':') && !url.host().is_some_and(|host| host.contains('.')) {
            return Err("must be an address such as https://example.org".into());
        }
        let path = whole.split(['?', '#']).next().unwrap_or_default();
        let is_picture = PICTURES.iter().any(|end| path.to_ascii_lowercase().ends_with(end));
        if is_picture && can_show(&whole) {
            let alt = words(path.rsplit('/').next().unwrap_or_default());
            let block = json!({"kind": "image", "url": whole, "alt": alt});
            return Ok(Self::new("image", block, alt, "image"));
        }
        Ok(Self::link(&whole, &url))
    }

    fn new(kind: &'static str, block: Value, label: String, icon: &'static str) -> Self {
        Self { kind, block, label, icon: Icon::parse(icon).unwrap_or(Icon::for_scheme("https")) }
    }

    fn link(whole: &str, url: &LinkUrl) -> Self {
        let site = url.site();
        let host = url.host().map(|host| host.trim_start_matches("www.").to_owned());
        let label = match site {
            Some(site) => site.name.to_owned(),
            None => host.unwrap_or_else(|| whole.to_owned()).chars().take(80).collect(),
        };
        let block = json!({"kind": "links", "links": [{"label": label, "url": whole}]});
        let icon = site.map_or_else(|| Icon::for_scheme(url.scheme()), |site| site.icon);
        Self { kind: "link", block, label, icon }
    }
}

/// A way to reach somebody: an address, a number, a handle.
fn contact(text: &str) -> Option<Suggestion> {
    let (way, value, icon) = if let Some(address) = text.strip_prefix("mailto:") {
        ("email", address.split('?').next()?, "mail")
    } else if let Some(number) = text.strip_prefix("tel:") {
        ("phone", number, "phone")
    } else if let Some(address) = text.strip_prefix("xmpp:") {
        ("xmpp", address.split('?').next()?, "xmpp")
    } else if text.starts_with('@') && text.contains(':') {
        ("matrix", text, "matrix")
    } else if text.contains('@') && !text.contains(['/', ':', ' ']) {
        ("email", text, "mail")
    } else {
        return None;
    };
    let block = json!({"kind": "contact", "ways": [{"way": way, "value": value}]});
    super::Block::read(&block, "").ok()?;
    Some(Suggestion::new("contact", block, value.to_owned(), icon))
}

/// A file's name as words: `my_red-cat.png` is `my red cat`.
fn words(name: &str) -> String {
    let decoded = Url::parse(&format!("https://x/{name}"))
        .ok()
        .map(|url| url.path().trim_start_matches('/').to_owned());
    let name = decoded.unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let words: String =
        stem.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).take(300).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "Picture".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    fn of(text: &str) -> Result<Suggestion, String> {
        Suggestion::of(text, |url| url.starts_with("https://i.localhost/"))
    }

    #[test]
    fn what_is_pasted_becomes_a_block_that_a_page_can_hold() {
        for (text, kind, label, icon) in [
            ("https://github.com/ada", "link", "GitHub", "github"),
            ("  github.com/ada ", "link", "GitHub", "github"),
            ("https://www.shop.example/x?y=1", "link", "shop.example", "globe"),
            ("geo:1,2", "link", "geo:1,2", "map-pin"),
            ("ada@example.org", "contact", "ada@example.org", "mail"),
            ("mailto:ada@example.org?subject=x", "contact", "ada@example.org", "mail"),
            ("tel:+49 30 1234", "contact", "+49 30 1234", "phone"),
            ("@ada:matrix.org", "contact", "@ada:matrix.org", "matrix"),
            ("us-rc1-76-07839", "music", "USRC17607839", "music"),
            ("https://i.localhost/1/my_red-cat.png", "image", "my red cat", "image"),
            ("https://elsewhere.example/cat.png", "link", "elsewhere.example", "globe"),
        ] {
            let suggestion = of(text).unwrap();
            let found = (suggestion.kind, suggestion.label.as_str(), suggestion.icon.as_str());
            assert_eq!(found, (kind, label, icon), "{text}");
            let page = json!({"schema": 1, "template": "minimal", "blocks": [suggestion.block]});
            Content::from_value(&page).unwrap();
        }
        for bad in
            ["", "hello", "javascript:alert(1)", "two words.example", "https://a:b@example.org/", "data:x,y"]
        {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
