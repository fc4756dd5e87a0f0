//! Users: the account behind profiles, with its badges and its public face (contract U3 to U5).

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::plan::{Plan, Subscription, Usage};
use crate::presence::{ActivityPreference, PresenceSettings};
use crate::time::Timestamp;

/// The colour themes that a premium user may choose (A1). `magneta` is spelled as the original spells it.
pub const THEMES: [&str; 31] = [
    "red",
    "orange",
    "amber",
    "yellow",
    "pastel_yellow",
    "pastel_orange",
    "lime",
    "light_green",
    "slime",
    "green",
    "emerald",
    "teal",
    "ice",
    "cyan",
    "sky",
    "pastel_blue",
    "waterfall",
    "blue",
    "midnight_blue",
    "indigo",
    "light_violet",
    "violet",
    "purple",
    "magneta",
    "fuchsia",
    "pastel_purple",
    "light_pink",
    "pink",
    "rose",
    "dark_rose",
    "dynamic",
];

/// Links of a user to other sites, in the order in which they were given; keys such as `github`.
pub type Socials = serde_json::Map<String, serde_json::Value>;

/// The owner's template for link previews of uploads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomEmbed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme_color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small_text: Option<String>,
}

/// An account, without its keys.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub nickname: Option<String>,
    pub bio: Option<String>,
    pub avatar: Option<String>,
    pub banner: Option<String>,
    pub socials: Option<Socials>,
    pub created: Timestamp,
    pub is_verified: bool,
    pub is_staff: bool,
    pub is_partner: bool,
    /// 1 Bug Hunter, 2 Elite Bug Hunter.
    pub bug_hunter_tier: Option<u8>,
    pub is_translator: bool,
    pub is_suspended: bool,
    /// Whether the user runs this instance: sees and changes what is everybody's in the studio.
    pub is_operator: bool,
    pub theme: Option<String>,
    pub custom_embed: Option<CustomEmbed>,
    pub subscription: Subscription,
    pub usage: Usage,
    /// The owner's opt-in to presence sharing (S4).
    pub shares_presence: bool,
    pub activity_preference: ActivityPreference,
    pub is_music_enabled: bool,
}

impl User {
    /// A new user with nothing but a name.
    pub fn new(id: UserId, username: String, created: Timestamp) -> Self {
        Self {
            id,
            username,
            nickname: None,
            bio: None,
            avatar: None,
            banner: None,
            socials: None,
            created,
            is_verified: false,
            is_staff: false,
            is_partner: false,
            bug_hunter_tier: None,
            is_translator: false,
            is_suspended: false,
            is_operator: false,
            theme: None,
            custom_embed: None,
            subscription: Subscription::default(),
            usage: Usage::default(),
            shares_presence: false,
            activity_preference: ActivityPreference::default(),
            is_music_enabled: false,
        }
    }

    /// The name to show: the nickname, else the username.
    pub fn display_name(&self) -> &str {
        self.nickname.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&self.username)
    }

    pub fn badges(&self, now: Timestamp) -> Badges {
        Badges {
            verified: self.is_verified,
            staff: self.is_staff,
            partner: self.is_partner,
            bug_hunter_tier: self.bug_hunter_tier.unwrap_or(0),
            translator: self.is_translator,
            plus: self.subscription.effective_plan(now).is_premium(),
        }
    }

    pub fn plan(&self, now: Timestamp) -> Plan {
        self.subscription.effective_plan(now)
    }

    pub fn presence_settings(&self) -> PresenceSettings {
        PresenceSettings {
            is_sharing: self.shares_presence && !self.is_suspended,
            preference: self.activity_preference.clone(),
        }
    }
}

/// One of the badges, as pages and cards show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    Verified,
    Staff,
    Partner,
    BugHunter,
    Translator,
    Plus,
}

impl Badge {
    /// All of them, in the order of U5.
    pub const ALL: [Self; 6] =
        [Self::Verified, Self::Staff, Self::Partner, Self::BugHunter, Self::Translator, Self::Plus];

    /// The word by which a page's content names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Staff => "staff",
            Self::Partner => "partner",
            Self::BugHunter => "bugHunter",
            Self::Translator => "translator",
            Self::Plus => "plus",
        }
    }
}

/// `badges`, always all six and in this order (U5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Badges {
    pub verified: bool,
    pub staff: bool,
    pub partner: bool,
    pub bug_hunter_tier: u8,
    pub translator: bool,
    pub plus: bool,
}

impl Badges {
    /// Those that are held: what `first` names in its order, then the rest as in U5. What it names besides is passed over.
    pub fn in_order<Word: Deref<Target = str>>(&self, first: &[Word]) -> Vec<Badge> {
        let mut held: Vec<Badge> = Badge::ALL.into_iter().filter(|badge| self.has(*badge)).collect();
        held.sort_by_key(|badge| {
            first.iter().position(|word| &**word == badge.as_str()).unwrap_or(first.len())
        });
        held
    }

    const fn has(&self, badge: Badge) -> bool {
        match badge {
            Badge::Verified => self.verified,
            Badge::Staff => self.staff,
            Badge::Partner => self.partner,
            Badge::BugHunter => self.bug_hunter_tier > 0,
            Badge::Translator => self.translator,
            Badge::Plus => self.plus,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U5
    #[test]
    fn badges_stand_in_their_order_or_in_that_of_their_owner() {
        let held = Badges { verified: true, bug_hunter_tier: 2, plus: true, ..Badges::default() };
        let usual = [Badge::Verified, Badge::BugHunter, Badge::Plus];
        assert_eq!(held.in_order::<String>(&[]), usual);
        let first = ["plus", "staff", "founder", "plus", "bugHunter"].map(Box::<str>::from);
        assert_eq!(held.in_order(&first), [Badge::Plus, Badge::BugHunter, Badge::Verified]);
        assert_eq!(Badges::default().in_order(&first), []);
        assert_eq!(held.in_order(&["Plus".to_owned()]), usual, "words are taken to the letter");
    }
}
