//! `nameplate admin music`: an owner's key at the music worker (contract M4, M5).

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Subcommand;
use nameplate_core::id::UserId;
use nameplate_core::secret::MusicKey;
use secrecy::ExposeSecret;

use super::{read_secret, user_id};
use crate::parts::Parts;

#[derive(Subcommand)]
pub(crate) enum MusicCommand {
    /// Set the key, from standard input or a file, and enable it
    Set {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Let the key be used
    Enable {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// Keep the key, but start no more plays with it
    Disable {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// Forget the key
    Delete {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
}

impl MusicCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::Set { id, file } => {
                parts.user(&id).await?;
                let key = MusicKey::parse(read_secret(file.as_ref())?.expose_secret()).context("the key")?;
                parts.store.set_music_key(&id, Some(&key)).await?;
                enable(parts, id, true, "set").await
            }
            Self::Enable { id } => enable(parts, id, true, "enabled").await,
            Self::Disable { id } => enable(parts, id, false, "disabled").await,
            Self::Delete { id } => {
                parts.user(&id).await?;
                parts.store.set_music_key(&id, None).await?;
                enable(parts, id, false, "deleted").await
            }
        }
    }
}

async fn enable(parts: &Parts, id: UserId, is_enabled: bool, verb: &str) -> anyhow::Result<()> {
    ensure!(parts.store.set_music_enabled(&id, is_enabled).await?, "there is no user {id}");
    parts.done(verb, format!("music key of user {id}"), None).await
}
