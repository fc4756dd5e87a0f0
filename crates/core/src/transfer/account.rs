//! Users as the file holds them, with everything that belongs to the account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::{TransferFault, check_text};
use crate::id::UserId;
use crate::plan::{Subscription, Usage};
use crate::presence::{ActivityPreference, WrittenPreference};
use crate::secret::{AccountKey, Email, MusicKey};
use crate::time::Timestamp;
use crate::user::{CustomEmbed, Socials, THEMES, User};

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserRecord {
    pub id: UserId,
    #[schemars(length(min = 1, max = 64))]
    pub username: String,
    #[serde(default)]
    pub nickname: Option<String>,
    #[serde(default)]
    pub bio: Option<String>,
    #[serde(default)]
    pub avatar: Option<String>,
    #[serde(default)]
    pub banner: Option<String>,
    #[serde(default)]
    pub socials: Option<Socials>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub verified: bool,
    #[serde(default)]
    pub staff: bool,
    #[serde(default)]
    pub partner: bool,
    /// 0 or null for none, 1 Bug Hunter, 2 Elite Bug Hunter.
    #[serde(default)]
    #[schemars(range(min = 0, max = 2))]
    pub bug_hunter_tier: Option<u8>,
    #[serde(default)]
    pub translator: bool,
    #[serde(default)]
    pub suspended: bool,
    /// Whether the user runs the instance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
    #[serde(default)]
    pub theme: Option<String>,
    #[serde(default)]
    pub custom_embed: Option<CustomEmbed>,
    #[serde(default, serialize_with = "expose_email", skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, serialize_with = "expose_account_key")]
    pub api_key: Option<AccountKey>,
    #[serde(default, serialize_with = "expose_account_key")]
    pub relay_key: Option<AccountKey>,
    #[serde(default)]
    pub subscription: Option<Subscription>,
    #[serde(default)]
    pub usage: Option<Usage>,
    #[serde(default)]
    pub presence_sharing: bool,
    /// Which activity is shown when there are several.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(with = "WrittenPreference")]
    pub activity_preference: ActivityPreference,
    #[serde(default)]
    pub music: Option<MusicRecord>,
    /// The users whom this one blocked.
    #[serde(default)]
    pub blocks: Vec<UserId>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MusicRecord {
    /// The owner's key at the music worker.
    #[serde(default, serialize_with = "expose_music_key")]
    pub key: Option<MusicKey>,
    #[serde(default)]
    pub enabled: bool,
}

fn is_default(preference: &ActivityPreference) -> bool {
    *preference == ActivityPreference::default()
}

fn expose_account_key<S: Serializer>(key: &Option<AccountKey>, serializer: S) -> Result<S::Ok, S::Error> {
    key.as_ref().map(AccountKey::expose).serialize(serializer)
}

fn expose_music_key<S: Serializer>(key: &Option<MusicKey>, serializer: S) -> Result<S::Ok, S::Error> {
    key.as_ref().map(MusicKey::expose).serialize(serializer)
}

fn expose_email<S: Serializer>(email: &Option<Email>, serializer: S) -> Result<S::Ok, S::Error> {
    email.as_ref().map(Email::expose).serialize(serializer)
}

/// A user with everything that belongs to the account, keys included. It has no `Debug`.
#[derive(Clone)]
pub struct Account {
    pub user: User,
    pub api_key: Option<AccountKey>,
    pub relay_key: Option<AccountKey>,
    pub music_key: Option<MusicKey>,
    pub email: Option<Email>,
    pub blocks: Vec<UserId>,
}

impl UserRecord {
    pub(super) fn check(self, path: &str, now: Timestamp) -> Result<Account, TransferFault> {
        let fault = |field: &str, message: &str| Err(TransferFault::new(format!("{path}.{field}"), message));
        if self.username.trim().is_empty() {
            return fault("username", "must not be empty");
        }
        let texts = [
            ("username", Some(self.username.as_str()), 64),
            ("nickname", self.nickname.as_deref(), 64),
            ("bio", self.bio.as_deref(), 2000),
            ("avatar", self.avatar.as_deref(), 2048),
            ("banner", self.banner.as_deref(), 2048),
        ];
        texts.into_iter().try_for_each(|(field, text, max)| check_text(path, field, text, max))?;
        for (name, value) in self.socials.iter().flatten() {
            let place = format!("socials.{name}");
            match value.as_str() {
                Some(link) => check_text(path, &place, Some(link), 2048)?,
                None => return fault(&place, "must be a string"),
            }
        }
        if self.bug_hunter_tier.is_some_and(|tier| tier > 2) {
            return fault("bugHunterTier", "must be 0, 1, 2 or null");
        }
        if self.theme.as_deref().is_some_and(|theme| !THEMES.contains(&theme)) {
            return fault("theme", "is not one of the colour themes");
        }
        if self.blocks.contains(&self.id) {
            return fault("blocks", "must not hold the user's own id");
        }
        let (music_key, is_music_enabled) =
            self.music.map_or((None, false), |music| (music.key, music.enabled));
        let user = User {
            id: self.id,
            username: self.username,
            nickname: self.nickname,
            bio: self.bio,
            avatar: self.avatar,
            banner: self.banner,
            socials: self.socials,
            created: self.created.unwrap_or(now),
            is_verified: self.verified,
            is_staff: self.staff,
            is_partner: self.partner,
            bug_hunter_tier: self.bug_hunter_tier.filter(|tier| *tier > 0),
            is_translator: self.translator,
            is_suspended: self.suspended,
            is_operator: self.operator,
            theme: self.theme,
            custom_embed: self.custom_embed,
            subscription: self.subscription.unwrap_or_default(),
            usage: self.usage.unwrap_or_default(),
            shares_presence: self.presence_sharing,
            activity_preference: self.activity_preference,
            is_music_enabled,
        };
        Ok(Account {
            user,
            api_key: self.api_key,
            relay_key: self.relay_key,
            music_key,
            email: self.email,
            blocks: self.blocks,
        })
    }
}

impl From<Account> for UserRecord {
    fn from(account: Account) -> Self {
        let user = account.user;
        Self {
            id: user.id,
            username: user.username,
            nickname: user.nickname,
            bio: user.bio,
            avatar: user.avatar,
            banner: user.banner,
            socials: user.socials,
            created: Some(user.created),
            verified: user.is_verified,
            staff: user.is_staff,
            partner: user.is_partner,
            bug_hunter_tier: user.bug_hunter_tier,
            translator: user.is_translator,
            suspended: user.is_suspended,
            operator: user.is_operator,
            theme: user.theme,
            custom_embed: user.custom_embed,
            email: account.email,
            api_key: account.api_key,
            relay_key: account.relay_key,
            subscription: Some(user.subscription),
            usage: Some(user.usage),
            presence_sharing: user.shares_presence,
            activity_preference: user.activity_preference,
            music: Some(MusicRecord { key: account.music_key, enabled: user.is_music_enabled }),
            blocks: account.blocks,
        }
    }
}
