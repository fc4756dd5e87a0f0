//! `nameplate admin presence`: the opt-in to presence sharing (contract S4).

use anyhow::ensure;
use clap::Subcommand;
use nameplate_core::id::UserId;

use super::user_id;
use crate::parts::Parts;

#[derive(Subcommand)]
pub(crate) enum PresenceCommand {
    /// Share
    On {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// Stop sharing: what is known is forgotten at once
    Off {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
}

impl PresenceCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        let (id, is_sharing) = match self {
            Self::On { id } => (id, true),
            Self::Off { id } => (id, false),
        };
        ensure!(parts.store.set_presence_sharing(&id, is_sharing).await?, "there is no user {id}");
        parts
            .done(
                if is_sharing { "shares" } else { "no longer shares" },
                format!("presence of user {id}"),
                None,
            )
            .await
    }
}
