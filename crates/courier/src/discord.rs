//! A message through a webhook of Discord's.

use nameplate_core::contact::Webhook;
use nameplate_core::text::cut_chars;
use serde_json::json;
use url::Url;

use crate::client::Client;
use crate::{Note, Undelivered, judge, writer};

pub(crate) struct Discord {
    client: Client,
    api: String,
}

impl Discord {
    pub(crate) fn new(client: Client, api: Url) -> Self {
        Self { client, api: api.as_str().trim_end_matches('/').to_owned() }
    }

    /// The address is put together from the webhook's two parts, so no other host is ever called (T21).
    pub(crate) async fn send(&self, note: Note<'_>, webhook: &Webhook) -> Result<(), Undelivered> {
        let (id, token) = webhook.parts();
        let url = format!("{}/webhooks/{id}/{token}", self.api);
        judge("Discord", self.client.post(&url, |call| call.json(&body(note))).await)
    }
}

/// Nobody is pinged, whatever the visitor wrote (T20).
fn body(Note { site_name, domain, letter }: Note<'_>) -> serde_json::Value {
    let reply_to = letter.reply_to.as_deref().map(|text| json!({ "name": "Reply to", "value": text }));
    json!({
        "embeds": [{
            "author": { "name": cut_chars(writer(letter), 256) },
            "description": letter.message,
            "fields": reply_to.into_iter().collect::<Vec<_>>(),
            "footer": { "text": format!("{domain} · {site_name}") },
        }],
        "allowed_mentions": { "parse": [] },
    })
}
