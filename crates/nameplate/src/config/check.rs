//! What can be told of settings without a connection and without touching anything: a start that cannot succeed stops
//! here with the key's name, and `nameplate config` with it.

use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use nameplate_live::StreamLimits;
use secrecy::{ExposeSecret, SecretString};

use super::{BotCheckName, Settings};
use crate::system::{SystemClock, SystemEntropy};
use crate::{files, logs};

impl Settings {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for (key, secret) in self.secrets() {
            let is_empty = secret.as_ref().is_some_and(|secret| secret.expose_secret().trim().is_empty());
            ensure!(!is_empty, "setting `{key}`: is set but empty");
        }
        if let Some(secret) = &self.root_secret {
            files::check_root_secret(secret).context("setting `root_secret`")?;
        }
        logs::filter(&self.log)?;
        self.check_places()?;
        self.check_turnstile()?;
        if let Some(id) = &self.discord_client_id {
            let is_id = !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
            ensure!(is_id, "setting `discord_client_id`: must be the application's id, a decimal number");
        }
        Ok(())
    }

    /// All settings that are secret.
    pub(super) const fn secrets(&self) -> [(&'static str, &Option<SecretString>); 10] {
        [
            ("internal_token", &self.internal_token),
            ("database_url", &self.database_url),
            ("redis_url", &self.redis_url),
            ("s3_secret_access_key", &self.s3_secret_access_key),
            ("discord_token", &self.discord_token),
            ("discord_client_secret", &self.discord_client_secret),
            ("smtp_url", &self.smtp_url),
            ("sms_secret", &self.sms_secret),
            ("turnstile_secret", &self.turnstile_secret),
            ("root_secret", &self.root_secret),
        ]
    }

    fn check_places(&self) -> anyhow::Result<()> {
        self.database()?;
        self.live(Arc::new(SystemClock), Arc::new(SystemEntropy), StreamLimits { total: 1, per_address: 1 })?;
        let place = self.blob_place();
        let scheme = place.split_once("://").map(|(scheme, _)| scheme);
        if place.is_empty() || !matches!(scheme, None | Some("s3" | "file")) {
            bail!("setting `blob_url`: must be a folder, file:///folder or s3://bucket/prefix");
        }
        Ok(())
    }

    fn check_turnstile(&self) -> anyhow::Result<()> {
        match (&self.turnstile_site_key, &self.turnstile_secret) {
            (Some(_), None) => bail!("setting `turnstile_secret`: must be set with `turnstile_site_key`"),
            (None, Some(_)) => bail!("setting `turnstile_site_key`: must be set with `turnstile_secret`"),
            (None, None) if self.bot_check() == BotCheckName::Turnstile => {
                bail!("setting `bot_check`: needs `turnstile_site_key` and `turnstile_secret`")
            }
            _ => Ok(()),
        }
    }

    /// Whether signing in with Discord is set up whole or not at all. The bot alone takes the id for its commands. Of a
    /// start, not of the values: `nameplate config` shows what there is of it.
    pub(crate) fn check_sign_in(&self) -> anyhow::Result<()> {
        match (&self.discord_client_id, &self.discord_client_secret) {
            (None, Some(_)) => {
                bail!("setting `discord_client_id`: must be set with `discord_client_secret`")
            }
            (Some(_), None) if self.discord_token.is_none() => bail!(
                "setting `discord_client_secret`: must be set with `discord_client_id`, or `discord_token` for a bot"
            ),
            _ => Ok(()),
        }
    }
}
