//! A text message through any service that takes one over HTTP: `POST` to the operator's URL.

use nameplate_core::contact::Phone;
use nameplate_core::text::cut_chars;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use crate::client::Client;
use crate::{Note, Undelivered, judge, writer};

/// Everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where text messages go: a URL, perhaps with `{to}` and `{text}` behind its host.
#[derive(Clone, Debug)]
pub struct SmsUrl(String);

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be an http or https URL, with {{to}} and {{text}} in its path or query at most")]
pub struct BadSmsUrl;

impl SmsUrl {
    pub fn parse(text: &str) -> Result<Self, BadSmsUrl> {
        let plain = text.replace("{to}", "").replace("{text}", "");
        let url = Url::parse(&plain).map_err(|_| BadSmsUrl)?;
        let authority = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
        let is_good = matches!(url.scheme(), "http" | "https")
            && !plain.contains(['{', '}'])
            && authority.is_some_and(|authority| !authority.contains(['{', '@']))
            && url.fragment().is_none();
        if is_good { Ok(Self(text.to_owned())) } else { Err(BadSmsUrl) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fill(&self, to: &str, text: &str) -> String {
        let encoded = |text| utf8_percent_encode(text, ENCODED).to_string();
        self.0.replace("{to}", &encoded(to)).replace("{text}", &encoded(text))
    }
}

pub(crate) struct Sms {
    client: Client,
    url: SmsUrl,
    secret: Option<SecretString>,
}

impl Sms {
    pub(crate) fn new(client: Client, url: SmsUrl, secret: Option<SecretString>) -> Self {
        Self { client, url, secret }
    }

    pub(crate) async fn send(&self, note: Note<'_>, number: &Phone) -> Result<(), Undelivered> {
        let (to, text) = (number.expose(), text(note));
        let url = self.url.fill(to, &text);
        let answer = self.client.post(&url, |call| {
            let call = call.json(&json!({ "to": to, "text": text }));
            match &self.secret {
                Some(secret) => call.bearer_auth(secret.expose_secret()),
                None => call,
            }
        });
        judge("The text message service", answer.await)
    }
}

/// At most two messages of the network's, whatever the visitor calls themselves.
fn text(Note { domain, letter, .. }: Note<'_>) -> String {
    let reply_to = letter.reply_to.as_deref().map(|text| format!(" ({text})")).unwrap_or_default();
    let text = format!("{}{reply_to} on {domain}: {}", writer(letter), letter.message);
    cut_chars(&text, 306).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T21
    #[test]
    fn what_is_filled_in_stays_behind_the_host() {
        let url = SmsUrl::parse("https://sms.example/send?to={to}&text={text}").unwrap();
        assert_eq!(url.fill("+4915", "a&b #c"), "https://sms.example/send?to=%2B4915&text=a%26b%20%23c");
        for bad in [
            "https://{to}.example/",
            "ftp://sms.example",
            "https://sms.example/{key}",
            "sms",
            "https://a:b@sms.example/",
        ] {
            assert!(SmsUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
