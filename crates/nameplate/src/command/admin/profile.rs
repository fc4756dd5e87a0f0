//! `nameplate admin profile`.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Subcommand;
use nameplate_core::content::Content;
use nameplate_core::host::Host;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::profile::Profile;
use nameplate_core::time::Timestamp;

use super::{moment, profile_id, user_id};
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum ProfileCommand {
    /// Make a profile at `<slug>.<base domain>`, or at a domain of the owner's own
    Create {
        /// A slug, or a whole domain
        domain: String,
        #[arg(long, value_parser = user_id)]
        owner: UserId,
        /// The profile's id; made up when left out
        #[arg(long, value_parser = profile_id)]
        id: Option<ProfileId>,
        /// The page's content as JSON; left out, it is made from the owner's fields
        #[arg(long, value_name = "FILE")]
        content: Option<PathBuf>,
        /// Publish it at once
        #[arg(long)]
        publish: bool,
    },
    /// A profile with its numbers
    Show {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
    },
    /// All profiles, a line each
    List,
    /// Let everybody see it
    Publish {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
    },
    /// Hide it
    Unpublish {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
    },
    /// Hide it against its owner's will
    Suspend {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
        /// Why, for the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Undo a suspension
    Restore {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
    },
    /// Set when it expires; without a moment it does not
    Expire {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
        #[arg(value_parser = moment)]
        at: Option<Timestamp>,
    },
    /// Replace its content
    Content {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
        file: PathBuf,
    },
    /// Move it to another slug or domain
    Domain {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
        domain: String,
    },
    /// Take an own domain as proved, or no longer with --off
    Verify {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
        #[arg(long)]
        off: bool,
    },
    /// Delete it with its views
    Delete {
        #[arg(value_parser = profile_id)]
        id: ProfileId,
    },
}

impl ProfileCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        let (store, now, operators) = (&parts.store, parts.clock.now(), parts.operators());
        let (id, verb, is_found) = match self {
            Self::Create { domain, owner, id, content, publish } => {
                return create(parts, &domain, owner, id, content, publish).await;
            }
            Self::Show { id } => return show(parts, &id).await,
            Self::List => return list(parts).await,
            Self::Publish { id } => return parts.say(operators.publish_profile(&id, true).await),
            Self::Unpublish { id } => return parts.say(operators.publish_profile(&id, false).await),
            Self::Suspend { id, reason } => {
                return parts.say(operators.suspend_profile(&id, true, reason.as_deref()).await);
            }
            Self::Restore { id } => return parts.say(operators.suspend_profile(&id, false, None).await),
            Self::Verify { id, off: false } => {
                (id.clone(), "verified", store.set_profile_verified(&id, true, now).await?)
            }
            Self::Verify { id, off: true } => {
                (id.clone(), "unverified", store.set_profile_verified(&id, false, now).await?)
            }
            Self::Delete { id } => (id.clone(), "deleted", store.delete_profile(&id).await?),
            Self::Expire { id, at } => {
                let profile = Profile { expires_at: at, updated: now, ..parts.profile(&id).await? };
                (id, "set the expiry of", store.update_profile(&profile).await?)
            }
            Self::Content { id, file } => {
                let profile = Profile {
                    content: Some(read_content(&file)?),
                    updated: now,
                    ..parts.profile(&id).await?
                };
                (id, "replaced the content of", store.update_profile(&profile).await?)
            }
            Self::Domain { id, domain } => {
                let domain = parse_domain(parts, &domain)?;
                let profile =
                    Profile { domain, is_verified: false, updated: now, ..parts.profile(&id).await? };
                (id, "moved", store.update_profile(&profile).await?)
            }
        };
        ensure!(is_found, "there is no profile {id}");
        parts.done(verb, format!("profile {id}"), None).await
    }
}

fn parse_domain(parts: &Parts, text: &str) -> anyhow::Result<Host> {
    let host = Host::parse(text).with_context(|| text.to_owned())?;
    let host = if text.contains('.') { host } else { parts.zones.base().below(host.as_str()) };
    parts.zones.check_domain(&host).with_context(|| host.to_string())?;
    Ok(host)
}

fn read_content(path: &PathBuf) -> anyhow::Result<serde_json::Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let value = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    Content::from_value(&value).with_context(|| path.display().to_string())?;
    Ok(value)
}

async fn create(
    parts: &Parts,
    domain: &str,
    owner: UserId,
    id: Option<ProfileId>,
    content: Option<PathBuf>,
    is_public: bool,
) -> anyhow::Result<()> {
    let now = parts.clock.now();
    let made_up = || ProfileId::parse(&format!("p_{}", parts.entropy.alphanumeric(12)));
    let id = id.map_or_else(made_up, Ok)?;
    let profile = Profile {
        id: id.clone(),
        owner,
        domain: parse_domain(parts, domain)?,
        is_verified: false,
        is_public,
        is_suspended: false,
        publish_at: None,
        expires_at: None,
        deleted_at: None,
        content: content.as_ref().map(read_content).transpose()?,
        created: now,
        updated: now,
    };
    parts.store.insert_profile(&profile).await?;
    parts.done("created", format!("profile {id}"), Some(profile.domain.to_string())).await
}

async fn show(parts: &Parts, id: &ProfileId) -> anyhow::Result<()> {
    let profile = parts.profile(id).await?;
    let views = parts.store.count_views(id).await?;
    say!("{} at {}", profile.id, profile.domain)?;
    say!("owner      {}", profile.owner)?;
    say!("public     {}", profile.is_public)?;
    say!("suspended  {}", profile.is_suspended)?;
    say!("verified   {}", profile.is_verified)?;
    say!("expires    {}", profile.expires_at.map_or("never".to_owned(), |at| at.to_rfc3339()))?;
    say!("views      {}", views.total)?;
    say!("visitors   {}", views.visitors)?;
    Ok(())
}

async fn list(parts: &Parts) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = parts.store.list_profiles(after.as_ref(), 500).await?;
        for profile in &page {
            let state = if profile.is_suspended {
                "suspended"
            } else if profile.is_public {
                "public"
            } else {
                "hidden"
            };
            say!("{}\t{}\t{}\t{state}", profile.id, profile.domain, profile.owner)?;
        }
        match page.last() {
            Some(last) => after = Some(last.id.clone()),
            None => return Ok(()),
        }
    }
}
