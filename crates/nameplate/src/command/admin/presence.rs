//! `nameplate admin presence`: the opt-in to presence sharing (contract S4), and what is shown.

use anyhow::ensure;
use clap::{Subcommand, ValueEnum};
use nameplate_core::id::UserId;
use nameplate_core::presence::{ActivityType, PreferenceEdit};

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
    /// Which kind of activity goes before all others; `none` for the usual order
    Prefer {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        kind: Kind,
    },
    /// Never show an application
    Hide {
        #[arg(value_parser = user_id)]
        id: UserId,
        /// Its name, as Discord shows it
        app: String,
    },
    /// Show an application again
    Unhide {
        #[arg(value_parser = user_id)]
        id: UserId,
        app: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    Streaming,
    Playing,
    Listening,
    Watching,
    Competing,
    Custom,
    None,
}

impl Kind {
    fn activity(self) -> Option<ActivityType> {
        match self {
            Self::Streaming => Some(ActivityType::Streaming),
            Self::Playing => Some(ActivityType::Playing),
            Self::Listening => Some(ActivityType::Listening),
            Self::Watching => Some(ActivityType::Watching),
            Self::Competing => Some(ActivityType::Competing),
            Self::Custom => Some(ActivityType::Custom),
            Self::None => None,
        }
    }
}

impl PresenceCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::On { id } => share(parts, id, true).await,
            Self::Off { id } => share(parts, id, false).await,
            Self::Prefer { id, kind } => prefer(parts, id, PreferenceEdit::Prefer(kind.activity())).await,
            Self::Hide { id, app } => prefer(parts, id, PreferenceEdit::Hide(app)).await,
            Self::Unhide { id, app } => prefer(parts, id, PreferenceEdit::Unhide(app)).await,
        }
    }
}

async fn share(parts: &Parts, id: UserId, is_sharing: bool) -> anyhow::Result<()> {
    ensure!(parts.store.set_presence_sharing(&id, is_sharing).await?, "there is no user {id}");
    let done = if is_sharing { "shares" } else { "no longer shares" };
    parts.done(done, format!("presence of user {id}"), None).await
}

async fn prefer(parts: &Parts, id: UserId, edit: PreferenceEdit) -> anyhow::Result<()> {
    let mut preference = parts.user(&id).await?.activity_preference;
    preference.apply(&edit)?;
    let words = serde_json::to_string(&preference)?;
    parts.store.edit_user(&id, |user| user.activity_preference = preference).await?;
    parts.done("set what is shown of the", format!("presence of user {id}"), Some(words)).await
}
