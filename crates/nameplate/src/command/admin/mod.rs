//! `nameplate admin`: what the operator decides (contract W3). Works on the database; nodes that serve it notice.
//!
//! Secrets come from standard input or a file, never as an argument, which every process of the machine could read.

mod audit;
mod domain;
mod key;
mod login_link;
mod music;
mod post;
mod presence;
mod profile;
mod report;
mod user;

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use nameplate_app::{Done, OperatorFault, Operators};
use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::profile::Profile;
use nameplate_core::user::User;
use nameplate_store::AuditEntry;
use secrecy::SecretString;
use url::Url;

use crate::config::Settings;
use crate::node::public_url;
use crate::parts::Parts;
use crate::terminal::{self, say};

#[derive(Subcommand)]
pub(crate) enum Admin {
    /// Users: create, show, suspend, plans, badges
    #[command(subcommand)]
    User(user::UserCommand),
    /// Keys of the account API: show, rotate, set, delete
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Profiles: create, publish, suspend, expire, verify their domain
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Domains of owners: what they publish to prove them, and whether they did
    #[command(subcommand)]
    Domain(domain::DomainCommand),
    /// Presence sharing of a user: on or off
    #[command(subcommand)]
    Presence(presence::PresenceCommand),
    /// Music keys: set, enable, disable, delete
    #[command(subcommand)]
    Music(music::MusicCommand),
    /// Posts: list, quarantine, restore, delete
    #[command(subcommand)]
    Post(post::PostCommand),
    /// Reports of posts: list, dismiss
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Print a link that signs a user in, once
    LoginLink(login_link::LoginLink),
    /// What was done here, newest first
    Audit(audit::Audit),
}

impl Admin {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open(settings).await?;
        match self {
            Self::User(command) => command.run(&parts).await?,
            Self::Key(command) => command.run(&parts).await?,
            Self::Profile(command) => command.run(&parts).await?,
            Self::Domain(command) => command.run(&parts).await?,
            Self::Presence(command) => command.run(&parts).await?,
            Self::Music(command) => command.run(&parts).await?,
            Self::Post(command) => command.run(&parts).await?,
            Self::Report(command) => command.run(&parts).await?,
            Self::LoginLink(link) => link.run(&parts).await?,
            Self::Audit(audit) => return audit.run(&parts).await,
        }
        parts.settle().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Parts {
    /// Leaves nodes that run beside this process the time in which they notice what changed, so that whoever looks after
    /// this command sees the new state.
    pub(crate) async fn settle(&self) {
        self.store.close().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    pub(super) async fn user(&self, id: &UserId) -> anyhow::Result<User> {
        self.store.find_user(id).await?.ok_or_else(|| anyhow!("there is no user {id}"))
    }

    pub(super) async fn profile(&self, id: &ProfileId) -> anyhow::Result<Profile> {
        let found = self.store.find_profile(id).await?;
        found.map(|(profile, _)| profile).ok_or_else(|| anyhow!("there is no profile {id}"))
    }

    /// The dashboard's address, for whoever cannot ask the node.
    pub(super) fn home(&self) -> anyhow::Result<Url> {
        if !self.settings.knows_public_url() {
            terminal::note(
                "the node's port is any that is free, so it is not in this address: set `public_url`, or a port in `listen`",
            );
        }
        public_url(&self.settings, self.settings.listen)
    }

    /// What operators do, as the one at the command line.
    pub(super) fn operators(&self) -> Operators {
        Operators::new(self.store.clone(), self.clock.clone(), self.entropy.clone(), "operator")
    }

    /// Says what was done.
    pub(super) fn say(&self, done: Result<Done, OperatorFault>) -> anyhow::Result<()> {
        say!("{}", done?)
    }

    /// Notes an act of the operator, and says it.
    pub(super) async fn done(
        &self,
        action: &str,
        object: String,
        note: Option<String>,
    ) -> anyhow::Result<()> {
        let text = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        let line = format!("{action} {object}{text}");
        self.note(action, object, note).await?;
        say!("{line}")
    }

    /// Notes an act of the operator.
    pub(super) async fn note(
        &self,
        action: &str,
        object: String,
        note: Option<String>,
    ) -> anyhow::Result<()> {
        let (at, actor) = (self.clock.now(), "operator".to_owned());
        Ok(self
            .store
            .insert_audit(&AuditEntry { at, actor, action: action.to_owned(), object, note })
            .await?)
    }
}

/// Clap's parsers for ids: the types' own.
pub(super) fn user_id(text: &str) -> Result<UserId, String> {
    UserId::parse(text).map_err(|error| error.to_string())
}

pub(super) fn profile_id(text: &str) -> Result<ProfileId, String> {
    ProfileId::parse(text).map_err(|error| error.to_string())
}

pub(super) fn post_code(text: &str) -> Result<PostCode, String> {
    PostCode::parse(text).map_err(|error| error.to_string())
}

pub(super) fn moment(text: &str) -> Result<nameplate_core::time::Timestamp, String> {
    nameplate_core::time::Timestamp::parse(text).map_err(|error| error.to_string())
}

/// Reads a secret from a file, or from standard input when there is none.
pub(super) fn read_secret(file: Option<&PathBuf>) -> anyhow::Result<SecretString> {
    let mut text = String::new();
    match file {
        Some(path) => text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
        None if std::io::stdin().is_terminal() => {
            bail!("give the secret on standard input, or name a file of it")
        }
        None => {
            std::io::stdin().lock().read_to_string(&mut text).context("standard input")?;
        }
    }
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}
