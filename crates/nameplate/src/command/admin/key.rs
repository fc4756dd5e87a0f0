//! `nameplate admin key`: the keys of the account API (contract U13).

use std::path::PathBuf;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use nameplate_core::id::UserId;
use nameplate_core::secret::{AccountKey, KeyKind};
use secrecy::ExposeSecret;

use super::{read_secret, user_id};
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Print a key
    Show {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        kind: Kind,
    },
    /// Make a new key and print it; the old one opens nothing from now on
    Rotate {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        kind: Kind,
    },
    /// Set a key that exists elsewhere: from standard input, or a file
    Set {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        kind: Kind,
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Delete a key
    Delete {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        kind: Kind,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    Relay,
    Api,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Relay => Self::Relay,
            Kind::Api => Self::Api,
        }
    }
}

impl KeyCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::Show { id, kind } => {
                parts.user(&id).await?;
                let account = parts.store.find_account(&id).await?.context("the user is gone")?;
                let key = match kind {
                    Kind::Relay => account.relay_key,
                    Kind::Api => account.api_key,
                };
                say!("{}", key.context("there is no such key; rotate makes one")?.expose())?;
                Ok(())
            }
            Self::Rotate { id, kind } => {
                let key = AccountKey::generate(&*parts.entropy);
                set(parts, id, kind, Some(&key), "rotated").await?;
                say!("{}", key.expose())?;
                Ok(())
            }
            Self::Set { id, kind, file } => {
                let key =
                    AccountKey::parse(read_secret(file.as_ref())?.expose_secret()).context("the key")?;
                set(parts, id, kind, Some(&key), "set").await
            }
            Self::Delete { id, kind } => set(parts, id, kind, None, "deleted").await,
        }
    }
}

async fn set(
    parts: &Parts,
    id: UserId,
    kind: Kind,
    key: Option<&AccountKey>,
    verb: &str,
) -> anyhow::Result<()> {
    parts.user(&id).await?;
    parts.store.set_key(&id, kind.into(), key).await?;
    parts.done(verb, format!("{} of user {id}", KeyKind::from(kind).header()), None).await
}
