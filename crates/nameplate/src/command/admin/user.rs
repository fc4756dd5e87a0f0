//! `nameplate admin user`.

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use nameplate_app::{Badge, NewUser, PlanEdit, ShareXConfig};
use nameplate_core::id::UserId;
use nameplate_core::plan::Plan;
use nameplate_core::presence::ActivityPreference;
use nameplate_core::time::Timestamp;

use super::{moment, user_id};
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Make a new user
    Create {
        /// 15 to 20 digits: the Discord id
        #[arg(value_parser = user_id)]
        id: UserId,
        username: String,
        /// The name to show
        #[arg(long)]
        nickname: Option<String>,
    },
    /// Everything about a user but keys
    Show {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// Print the file that sets ShareX up for the user. It holds the user's API key
    Sharex {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// All users, a line each
    List,
    /// Hide the user's profiles and presence
    Suspend {
        #[arg(value_parser = user_id)]
        id: UserId,
        /// Why, for the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Undo a suspension
    Restore {
        #[arg(value_parser = user_id)]
        id: UserId,
    },
    /// Let a user run this instance from the studio, or no longer with --off
    Operator {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(long)]
        off: bool,
    },
    /// Give a plan, or take it away with `free`
    Plan {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        plan: PlanName,
        /// When it ends, such as 2027-01-04T09:30:00Z; left out, it does not end
        #[arg(long, value_parser = moment)]
        until: Option<Timestamp>,
    },
    /// Give a badge, or take it away with --off
    Badge {
        #[arg(value_parser = user_id)]
        id: UserId,
        #[arg(value_enum)]
        badge: BadgeName,
        #[arg(long)]
        off: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PlanName {
    Free,
    Plus,
    Enterprise,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BadgeName {
    Verified,
    Staff,
    Partner,
    Translator,
    BugHunter,
    EliteBugHunter,
}

impl UserCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        let operators = parts.operators();
        match self {
            Self::Create { id, username, nickname } => {
                let new = NewUser { id: Some(id), username, nickname };
                parts.say(operators.create_user(new).await.map(|(_, done)| done))
            }
            Self::Show { id } => show(parts, &id).await,
            Self::Sharex { id } => sharex(parts, &id).await,
            Self::List => list(parts).await,
            Self::Suspend { id, reason } => {
                parts.say(operators.suspend_user(&id, true, reason.as_deref()).await)
            }
            Self::Restore { id } => parts.say(operators.suspend_user(&id, false, None).await),
            Self::Operator { id, off } => parts.say(operators.set_operator(&id, !off).await),
            Self::Plan { id, plan, until } => {
                let plan = PlanEdit { plan: plan.into(), expires_at: until };
                parts.say(operators.set_plan(&id, plan).await)
            }
            Self::Badge { id, badge, off } => {
                let is_on = !off;
                let value = match badge {
                    BadgeName::Verified => Badge::Verified(is_on),
                    BadgeName::Staff => Badge::Staff(is_on),
                    BadgeName::Partner => Badge::Partner(is_on),
                    BadgeName::Translator => Badge::Translator(is_on),
                    BadgeName::BugHunter => Badge::BugHunter(is_on.then_some(1)),
                    BadgeName::EliteBugHunter => Badge::BugHunter(is_on.then_some(2)),
                };
                parts.say(operators.set_badge(&id, value).await)
            }
        }
    }
}

impl From<PlanName> for Plan {
    fn from(plan: PlanName) -> Self {
        match plan {
            PlanName::Free => Self::Free,
            PlanName::Plus => Self::Plus,
            PlanName::Enterprise => Self::Enterprise,
        }
    }
}

async fn show(parts: &Parts, id: &UserId) -> anyhow::Result<()> {
    let user = parts.user(id).await?;
    let now = parts.clock.now();
    say!("{} ({}), {}", user.display_name(), user.username, user.id)?;
    say!("plan       {}", user.plan(now).as_str())?;
    say!("created    {}", user.created.to_rfc3339())?;
    say!("suspended  {}", user.is_suspended)?;
    say!("operator   {}", user.is_operator)?;
    say!("presence   {}", if user.shares_presence { "shared" } else { "not shared" })?;
    if user.activity_preference != ActivityPreference::default() {
        say!("prefers    {}", serde_json::to_string(&user.activity_preference)?)?;
    }
    say!("music      {}", if user.is_music_enabled { "enabled" } else { "disabled" })?;
    say!("plays      {}", parts.store.count_plays(id).await?)?;
    say!("files      {}", parts.store.count_files(id).await?)?;
    for profile in parts.store.list_profiles_of(id).await? {
        say!("profile    {} at {}", profile.id, profile.domain)?;
    }
    Ok(())
}

async fn sharex(parts: &Parts, id: &UserId) -> anyhow::Result<()> {
    let account = parts.store.find_account(id).await?.with_context(|| format!("there is no user {id}"))?;
    let key = account.api_key.context("there is no API key; `nameplate admin key rotate` makes one")?;
    let home = parts.home()?;
    let config = ShareXConfig::new(&parts.settings.site_name, home.as_str(), &account.user.username, &key);
    say!("{}", serde_json::to_string_pretty(&config)?)?;
    Ok(())
}

async fn list(parts: &Parts) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = parts.store.list_users(after.as_ref(), 500).await?;
        for user in &page {
            say!("{}\t{}\t{}", user.id, user.username, if user.is_suspended { "suspended" } else { "" })?;
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(()),
        }
    }
}
