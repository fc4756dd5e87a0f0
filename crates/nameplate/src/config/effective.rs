//! What counts where a setting is left out and its default is made from others: for the parts that use it, and for
//! `nameplate config`, which shows it.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use nameplate_core::time::{Clock, Entropy};
use nameplate_live::{Live, StreamLimits};
use nameplate_media::blob_store::{BlobSettings, S3Settings};
use nameplate_media::blobs::Blobs;
use nameplate_store::StoreConfig;
use secrecy::{ExposeSecret, SecretString};

use super::{BotCheckName, Settings};

impl Settings {
    /// Where the database is.
    pub(crate) fn database(&self) -> anyhow::Result<StoreConfig> {
        match &self.database_url {
            Some(url) => StoreConfig::from_url(url.expose_secret()).context("setting `database_url`"),
            None => Ok(StoreConfig::sqlite(self.database_file())),
        }
    }

    /// The database of an instance that names none.
    pub(crate) fn database_file(&self) -> PathBuf {
        self.data_dir.join("nameplate.db")
    }

    /// Presence and windows: of this process, or shared over Redis.
    pub(crate) fn live(
        &self,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        streams: StreamLimits,
    ) -> anyhow::Result<Live> {
        match &self.redis_url {
            None => Ok(Live::in_process(clock, entropy, streams)),
            Some(url) => Live::redis((url.expose_secret(), "nameplate"), clock, entropy, streams)
                .context("setting `redis_url`"),
        }
    }

    /// Where uploads are kept.
    pub(crate) fn blobs(&self) -> anyhow::Result<Blobs> {
        Blobs::open(&BlobSettings { url: self.blob_place(), s3: self.s3() }).context("setting `blob_url`")
    }

    /// A folder or a URL.
    pub(crate) fn blob_place(&self) -> String {
        let folder = || self.data_dir.join("blobs").to_string_lossy().into_owned();
        self.blob_url.clone().unwrap_or_else(folder)
    }

    /// How an S3-compatible service is reached.
    fn s3(&self) -> S3Settings {
        S3Settings {
            endpoint: self.s3_endpoint.clone(),
            region: Some(self.s3_region().to_owned()),
            is_path_style: self.s3_path_style,
            access_key_id: self.s3_access_key_id.clone(),
            secret_access_key: self.s3_secret_access_key.clone(),
        }
    }

    pub(super) fn s3_region(&self) -> &str {
        self.s3_region.as_deref().unwrap_or("us-east-1")
    }

    /// While the port is any that is free, nobody knows the address before the start.
    pub(crate) const fn knows_public_url(&self) -> bool {
        self.public_url.is_some() || self.listen.port() != 0
    }

    /// Who sends mail.
    pub(crate) fn smtp_from(&self) -> String {
        self.smtp_from.clone().unwrap_or_else(|| format!("noreply@{}", self.base_domain))
    }

    /// How contact forms tell people from programs.
    pub(crate) fn bot_check(&self) -> BotCheckName {
        let usual = || if self.turnstile().is_some() { BotCheckName::Turnstile } else { BotCheckName::Pow };
        self.bot_check.unwrap_or_else(usual)
    }

    /// The site key and the secret.
    pub(crate) fn turnstile(&self) -> Option<(String, SecretString)> {
        self.turnstile_site_key.clone().zip(self.turnstile_secret.clone())
    }
}
