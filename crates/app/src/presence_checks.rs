//! Why somebody is not shown: what has to be true for a presence to stand on a page, one by one.

use nameplate_core::content::Content;
use nameplate_core::presence::PresenceSnapshot;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use nameplate_store::Store;
use serde::Serialize;

use crate::lookup::Unavailable;
use crate::presence::Presences;

/// What this node knows of the bot that listens to Discord, here or in another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotState {
    /// None runs.
    Missing,
    /// Redis, by which other processes tell of theirs, is away.
    Unknown,
    /// Discord does not let it in: a wrong token, or an intent that is not switched on.
    Refused,
    /// It has lost its connection, or has none yet.
    Away,
    Listening,
}

/// The bot, and what it knows of one user.
#[derive(Clone, Copy, Debug)]
pub struct BotReport {
    pub state: BotState,
    /// Whether it runs in this process, and so can be asked about somebody.
    pub is_here: bool,
    /// Whether the user is in a server with the bot; `None` where that is not known.
    pub is_member: Option<bool>,
    /// When Discord last told this node of the user.
    pub told_at: Option<Timestamp>,
}

/// One thing that has to be true.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    id: &'static str,
    /// None: it cannot be known here.
    ok: Option<bool>,
    text: String,
    /// What to do about it.
    hint: Option<&'static str>,
}

#[derive(Serialize)]
pub struct PresenceChecks {
    sharing: bool,
    /// As visitors get it.
    snapshot: Option<PresenceSnapshot>,
    checks: Vec<Check>,
}

impl Check {
    fn new(id: &'static str, ok: Option<bool>, text: impl Into<String>, hint: &'static str) -> Self {
        Self { id, ok, text: text.into(), hint: Some(hint).filter(|_| ok != Some(true)) }
    }
}

impl Presences {
    /// The list for one user.
    pub async fn checks(
        &self,
        user: &User,
        report: BotReport,
        now: Timestamp,
    ) -> Result<PresenceChecks, Unavailable> {
        let BotReport { state: bot, told_at, .. } = report;
        let entry = self.current(user.id).await;
        let snapshot = entry.map(|entry| entry.snapshot().clone());
        let seen = snapshot.as_ref().map(|snapshot| snapshot.updated_at);
        let checks = vec![
            sharing(user),
            self::bot(bot),
            gateway(bot),
            intent(bot),
            guild(user, report, seen.is_some()),
            last_event(told_at.max(seen), seen.is_some()),
            premium(user, now),
            block(&self.store, user).await?,
        ];
        Ok(PresenceChecks { sharing: user.shares_presence, snapshot, checks })
    }
}

fn sharing(user: &User) -> Check {
    let text =
        if user.shares_presence { "You share your presence." } else { "You do not share your presence." };
    Check::new(
        "sharing",
        Some(user.shares_presence),
        text,
        "Switch sharing on here, or say /presence on to the bot.",
    )
}

fn bot(bot: BotState) -> Check {
    let (ok, text) = match bot {
        BotState::Missing => (Some(false), "No Discord bot of this instance is running."),
        BotState::Unknown => (None, "Whether a Discord bot of this instance is running is not known here."),
        _ => (Some(true), "This instance has a Discord bot."),
    };
    Check::new("bot", ok, text, "Whoever runs the instance can add one: docs/discord.md says how.")
}

fn gateway(bot: BotState) -> Check {
    let (ok, text) = match bot {
        BotState::Listening => (Some(true), "The bot is connected to Discord."),
        BotState::Refused | BotState::Away => (Some(false), "The bot is not connected to Discord."),
        BotState::Missing | BotState::Unknown => (None, "Whether a bot is connected is not known here."),
    };
    Check::new(
        "gateway",
        ok,
        text,
        "It tries again by itself. If it stays so, ask whoever runs the instance.",
    )
}

fn intent(bot: BotState) -> Check {
    let (ok, text) = match bot {
        BotState::Listening => (Some(true), "Discord lets the bot see presences."),
        BotState::Refused => (Some(false), "Discord does not let the bot in."),
        _ => (None, "Whether Discord lets the bot see presences is not known here."),
    };
    let hint =
        "The bot needs the Presence Intent and the Server Members Intent, in Discord's developer portal.";
    Check::new("intent", ok, text, hint)
}

/// A bot in another process is not asked. It tells of everybody whom it finds in its servers, whatever they do.
fn guild(user: &User, report: BotReport, is_seen: bool) -> Check {
    let is_told_of = report.state == BotState::Listening && !report.is_here && user.shares_presence;
    let is_member = report.is_member.or(is_told_of.then_some(is_seen));
    let text = match is_member {
        Some(true) => "You are in a Discord server with the bot.".into(),
        // Which user, for those whose account was made without Discord.
        Some(false) => format!("The bot finds you, the Discord user {}, in none of its servers.", user.id),
        None if !user.shares_presence => "The bot looks for you in its servers once you share.".into(),
        None => "Whether you are in a Discord server with the bot is not known here.".into(),
    };
    Check::new("guild", is_member, text, "Join a Discord server that the bot is in.")
}

/// `at` is the newest that is known, `is_seen` whether it still counts.
fn last_event(at: Option<Timestamp>, is_seen: bool) -> Check {
    let text = match at {
        Some(at) => format!("The last sign of you came at {}.", at.to_rfc3339()),
        None => "There is no sign of you.".into(),
    };
    Check::new("lastEvent", Some(is_seen), text, "Come online in Discord, and not as invisible.")
}

fn premium(user: &User, now: Timestamp) -> Check {
    let is_premium = user.plan(now).is_premium();
    let text = match is_premium {
        true => "Your plan shows presence on pages.",
        false => "Your plan does not show presence on pages; the API gives it anyway.",
    };
    Check::new("premium", Some(is_premium), text, "Presence on pages is for plus and enterprise accounts.")
}

async fn block(store: &Store, user: &User) -> Result<Check, Unavailable> {
    let profiles = store.list_profiles_of(&user.id).await?;
    // A page that was never made holds the block.
    let is_shown = profiles.iter().any(|profile| match &profile.content {
        Some(content) => Content::from_value(content).is_ok_and(|content| content.has_presence()),
        None => true,
    });
    let text =
        if is_shown { "A page of yours has a place for it." } else { "No page of yours has a place for it." };
    Ok(Check::new("block", Some(is_shown), text, "Add the presence block in the editor, and publish."))
}
