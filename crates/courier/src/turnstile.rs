//! Cloudflare's Turnstile, for operators who configure it.

use nameplate_core::text::cut_bytes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::client::Client;

/// The longest token that Turnstile gives out.
const MAX_TOKEN: usize = 2048;

/// It did not say whether the token is good; nobody is let in then (T20).
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the anti-spam service cannot be reached")]
pub struct TurnstileAway;

pub struct Turnstile {
    client: Client,
    verify: String,
    site_key: String,
    secret: SecretString,
}

#[derive(Deserialize)]
struct Verdict {
    success: bool,
}

impl Turnstile {
    /// `api` is the base under which `siteverify` stands.
    pub fn new(api: &Url, site_key: String, secret: SecretString) -> Self {
        let verify = format!("{}/siteverify", api.as_str().trim_end_matches('/'));
        Self { client: Client::default(), verify, site_key, secret }
    }

    /// What pages show.
    pub fn site_key(&self) -> &str {
        &self.site_key
    }

    /// Whether the token is good. Turnstile takes each one once.
    pub async fn is_good(&self, token: &str) -> Result<bool, TurnstileAway> {
        if token.is_empty() || cut_bytes(token, MAX_TOKEN) != token {
            return Ok(false);
        }
        let form = [("secret", self.secret.expose_secret()), ("response", token)];
        let answer = self.client.post(&self.verify, |call| call.form(&form)).await;
        let answer = answer.map_err(|_| TurnstileAway)?;
        let verdict: Verdict = answer.json().await.map_err(|_| TurnstileAway)?;
        Ok(verdict.success)
    }
}
