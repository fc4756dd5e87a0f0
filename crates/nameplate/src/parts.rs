//! The rooms, opened as the settings say.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use nameplate_app::Sessions;
use nameplate_core::host::Zones;
use nameplate_core::time::{Clock, Entropy};
use nameplate_live::{Live, StreamLimits};
use nameplate_media::blobs::Blobs;
use nameplate_media::signed::LinkSigner;
use nameplate_store::{Keyring, Store, StoreConfig, StoreError};
use secrecy::{ExposeSecret, SecretBox};

use crate::config::Settings;
use crate::files;
use crate::system::{SystemClock, SystemEntropy};

/// What every command that touches an instance needs.
#[derive(Clone)]
pub(crate) struct Parts {
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub zones: Zones,
    pub store: Store,
    /// Makes the links to private files.
    pub signer: LinkSigner,
    /// Signs the challenges of contact forms.
    pub contact_key: Arc<SecretBox<[u8; 32]>>,
}

impl Parts {
    /// Opens the database, making it and the data folder if they are not there.
    pub(crate) async fn open(settings: Settings) -> anyhow::Result<Self> {
        let parts = Self::prepare(settings)?;
        parts.store.migrate().await.context("the database cannot be opened")?;
        Ok(parts)
    }

    /// As [`Self::open`], but does not touch the database yet.
    pub(crate) fn prepare(settings: Settings) -> anyhow::Result<Self> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        files::make_folder(&settings.data_dir)?;
        let key = root_key(&settings, &*entropy)?;
        let (keyring, signer) = (Keyring::new(&key), LinkSigner::new(&Keyring::subkey(&key, "links")));
        let contact_key = Arc::new(SecretBox::new(Box::new(Keyring::subkey(&key, "contact"))));
        let config = settings.database()?;
        if let StoreConfig::Sqlite(file) = &config {
            check_database_folder(file, &settings)?;
        }
        let store = Store::open(&config, keyring, entropy.clone()).context("setting `database_url`")?;
        let zones = Zones::new(settings.base_domain.clone(), settings.exempt_domains.clone());
        Ok(Self { settings, clock: Arc::new(SystemClock), entropy, zones, store, signer, contact_key })
    }

    /// As [`Self::open`] for a server: a database that is still starting is waited for.
    pub(crate) async fn open_patiently(settings: Settings) -> anyhow::Result<Self> {
        let parts = Self::prepare(settings)?;
        let mut wait = Duration::from_millis(250);
        loop {
            match parts.store.migrate().await {
                Ok(()) => return Ok(parts),
                Err(error @ StoreError::Unavailable(_)) => {
                    tracing::warn!(%error, "the database is not ready; trying again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(5));
                }
                Err(error) => return Err(error).context("the database cannot be opened"),
            }
        }
    }

    /// Presence and windows: of this process, or shared over Redis.
    pub(crate) fn live(&self, streams: StreamLimits) -> anyhow::Result<Live> {
        self.settings.live(self.clock.clone(), self.entropy.clone(), streams)
    }

    /// Who is signed in.
    pub(crate) fn sessions(&self) -> Sessions {
        Sessions::new(self.store.clone(), self.clock.clone(), self.entropy.clone())
    }

    /// Where uploads are kept.
    pub(crate) fn blobs(&self) -> anyhow::Result<Blobs> {
        self.settings.blobs()
    }
}

/// The key from which all others are derived.
pub(crate) fn root_key(settings: &Settings, entropy: &dyn Entropy) -> anyhow::Result<SecretBox<[u8; 32]>> {
    let root = files::root_secret(settings.root_secret.as_ref(), &settings.data_dir, entropy)?;
    let mut key = [0; 32];
    hex::decode_to_slice(root.expose_secret(), &mut key).context("the root secret")?;
    Ok(SecretBox::new(Box::new(key)))
}

/// A folder that is missing or cannot be written does not come back as a database does.
pub(crate) fn check_database_folder(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    if settings.database_url.is_none() {
        return files::look_for_folder(&settings.data_dir).map(drop).context("setting `data_dir`");
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let is_there = folder.is_none_or(|folder| folder.is_dir() || folder == settings.data_dir);
    ensure!(is_there, "setting `database_url`: the folder of {} does not exist", file.display());
    Ok(())
}
