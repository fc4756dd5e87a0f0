//! The file in which an instance moves: `nameplate import` and `nameplate export` (contract W2, section 10).
//!
//! The records are the wire's; reading one checks everything that can be checked without the database and names the
//! JSON path of the first fault. It is the one place besides `@me` where keys leave the system, so nothing here has a
//! `Debug` that would show them.

use std::borrow::Cow;
use std::collections::HashSet;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use crate::content::Content;
use crate::host::{Host, Zones};
use crate::id::{PostCode, ProfileId, UserId};
use crate::plan::{Subscription, Usage};
use crate::post::{FileName, Post, PostFile, Privacy};
use crate::profile::Profile;
use crate::secret::{AccountKey, Email, MusicKey};
use crate::time::Timestamp;
use crate::user::{CustomEmbed, Socials, THEMES, User};

/// The version of the format that this build reads and writes.
pub const FORMAT: u32 = 1;

/// A fault in the file, with the place where it stands, as in `users[0].id`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}: {message}")]
pub struct TransferFault {
    pub path: String,
    pub message: String,
}

impl TransferFault {
    pub fn new(path: impl Into<String>, message: impl ToString) -> Self {
        Self { path: path.into(), message: message.to_string() }
    }
}

/// The whole file.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A Nameplate instance")]
pub struct InstanceFile {
    /// The version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub nameplate: u32,
    #[serde(default)]
    pub users: Vec<UserRecord>,
    #[serde(default)]
    pub profiles: Vec<ProfileRecord>,
    #[serde(default)]
    pub posts: Vec<PostRecord>,
}

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

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileRecord {
    pub id: ProfileId,
    pub owner: UserId,
    /// `<slug>.<base domain>`, or a domain of the owner's own.
    pub domain: Host,
    #[serde(default)]
    pub verified: bool,
    #[serde(default)]
    pub is_public: bool,
    #[serde(default)]
    pub suspended: bool,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub updated: Option<Timestamp>,
    /// The page; left out or null, it is made from the user's fields. See content.schema.json.
    #[serde(default)]
    pub content: Option<serde_json::Value>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostRecord {
    pub code: PostCode,
    pub owner: UserId,
    #[serde(default)]
    pub privacy: Privacy,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub moderated: bool,
    #[serde(default)]
    pub views: u64,
    #[schemars(length(min = 1, max = 50))]
    pub files: Vec<FileRecord>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// 32 lower-case hex digits, a dot and the extension.
    pub name: FileName,
    /// Bytes.
    pub size: u64,
    pub mime: String,
    /// Where the bytes are, relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
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

/// The rows of an instance, checked. Lists are in the order of the file, so that a row's index names its place.
#[derive(Clone, Default)]
pub struct Instance {
    pub accounts: Vec<Account>,
    pub profiles: Vec<Profile>,
    pub posts: Vec<Post>,
}

impl InstanceFile {
    /// Reads the file's JSON.
    pub fn from_json(json: &[u8]) -> Result<Self, TransferFault> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let file: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| TransferFault::new(error.path().to_string(), error.inner()))?;
        reader.end().map_err(|error| TransferFault::new(".", error))?;
        if file.nameplate != FORMAT {
            return Err(TransferFault::new(
                "nameplate",
                format!("must be {FORMAT}, the format that this version reads"),
            ));
        }
        Ok(file)
    }

    /// Checks every record; what is left out takes the value that a new row made at `now` has.
    pub fn check(self, zones: &Zones, now: Timestamp) -> Result<Instance, TransferFault> {
        let mut unique = Unique::default();
        let mut instance = Instance::default();
        for (index, record) in self.users.into_iter().enumerate() {
            let path = format!("users[{index}]");
            unique.insert(&path, "id", record.id.to_string())?;
            for (field, key) in [("apiKey", &record.api_key), ("relayKey", &record.relay_key)] {
                key.iter().try_for_each(|key| unique.insert(&path, field, key.expose().to_owned()))?;
            }
            instance.accounts.push(record.check(&path, now)?);
        }
        for (index, record) in self.profiles.into_iter().enumerate() {
            let path = format!("profiles[{index}]");
            unique.insert(&path, "id", record.id.to_string())?;
            unique.insert(&path, "domain", record.domain.to_string())?;
            instance.profiles.push(record.check(&path, zones, now)?);
        }
        for (index, record) in self.posts.into_iter().enumerate() {
            let path = format!("posts[{index}]");
            unique.insert(&path, "code", record.code.to_string())?;
            instance.posts.push(record.check(&path, now)?);
        }
        Ok(instance)
    }
}

impl From<Instance> for InstanceFile {
    fn from(instance: Instance) -> Self {
        Self {
            nameplate: FORMAT,
            users: instance.accounts.into_iter().map(UserRecord::from).collect(),
            profiles: instance.profiles.into_iter().map(ProfileRecord::from).collect(),
            posts: instance.posts.into_iter().map(PostRecord::from).collect(),
        }
    }
}

/// Values that may stand only once in the file.
#[derive(Default)]
struct Unique(HashSet<(&'static str, &'static str, String)>);

impl Unique {
    fn insert(&mut self, path: &str, field: &'static str, value: String) -> Result<(), TransferFault> {
        let list = if path.starts_with('u') {
            "users"
        } else if path.starts_with("pr") {
            "profiles"
        } else {
            "posts"
        };
        if self.0.insert((list, field, value)) {
            Ok(())
        } else {
            Err(TransferFault::new(format!("{path}.{field}"), "stands in the file twice"))
        }
    }
}

fn check_text(path: &str, field: &str, text: Option<&str>, max: usize) -> Result<(), TransferFault> {
    let Some(text) = text else { return Ok(()) };
    if text.chars().count() > max {
        return Err(TransferFault::new(
            format!("{path}.{field}"),
            format!("must be at most {max} characters"),
        ));
    }
    if text.contains('\0') {
        return Err(TransferFault::new(format!("{path}.{field}"), "must not hold U+0000"));
    }
    Ok(())
}

impl UserRecord {
    fn check(self, path: &str, now: Timestamp) -> Result<Account, TransferFault> {
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
            theme: self.theme,
            custom_embed: self.custom_embed,
            subscription: self.subscription.unwrap_or_default(),
            usage: self.usage.unwrap_or_default(),
            shares_presence: self.presence_sharing,
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
            theme: user.theme,
            custom_embed: user.custom_embed,
            email: account.email,
            api_key: account.api_key,
            relay_key: account.relay_key,
            subscription: Some(user.subscription),
            usage: Some(user.usage),
            presence_sharing: user.shares_presence,
            music: Some(MusicRecord { key: account.music_key, enabled: user.is_music_enabled }),
            blocks: account.blocks,
        }
    }
}

impl ProfileRecord {
    fn check(self, path: &str, zones: &Zones, now: Timestamp) -> Result<Profile, TransferFault> {
        zones
            .check_domain(&self.domain)
            .map_err(|error| TransferFault::new(format!("{path}.domain"), error))?;
        if let Some(content) = &self.content {
            Content::from_value(content).map_err(|fault| {
                let place = if fault.path == "." { String::new() } else { format!(".{}", fault.path) };
                TransferFault::new(format!("{path}.content{place}"), fault.message)
            })?;
        }
        let created = self.created.unwrap_or(now);
        Ok(Profile {
            id: self.id,
            owner: self.owner,
            domain: self.domain,
            is_verified: self.verified,
            is_public: self.is_public,
            is_suspended: self.suspended,
            expires_at: self.expires_at,
            content: self.content,
            created,
            updated: self.updated.unwrap_or(created),
        })
    }
}

impl From<Profile> for ProfileRecord {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id,
            owner: profile.owner,
            domain: profile.domain,
            verified: profile.is_verified,
            is_public: profile.is_public,
            suspended: profile.is_suspended,
            expires_at: profile.expires_at,
            created: Some(profile.created),
            updated: Some(profile.updated),
            content: profile.content,
        }
    }
}

impl PostRecord {
    fn check(self, path: &str, now: Timestamp) -> Result<Post, TransferFault> {
        check_text(path, "title", self.title.as_deref(), 200)?;
        check_text(path, "description", self.description.as_deref(), 2000)?;
        if !(1..=50).contains(&self.files.len()) {
            return Err(TransferFault::new(format!("{path}.files"), "must hold 1 to 50 files"));
        }
        for (index, file) in self.files.iter().enumerate() {
            check_text(path, &format!("files[{index}].mime"), Some(&file.mime), 100)?;
        }
        Ok(Post {
            code: self.code,
            owner: self.owner,
            privacy: self.privacy,
            title: self.title,
            description: self.description,
            created: self.created.unwrap_or(now),
            is_moderated: self.moderated,
            views: self.views,
            files: self
                .files
                .into_iter()
                .map(|file| PostFile { name: file.name, size: file.size, mime: file.mime })
                .collect(),
        })
    }
}

impl From<Post> for PostRecord {
    fn from(post: Post) -> Self {
        let file =
            |file: PostFile| FileRecord { name: file.name, size: file.size, mime: file.mime, source: None };
        Self {
            code: post.code,
            owner: post.owner,
            privacy: post.privacy,
            title: post.title,
            description: post.description,
            created: Some(post.created),
            moderated: post.is_moderated,
            views: post.views,
            files: post.files.into_iter().map(file).collect(),
        }
    }
}

macro_rules! text_schema {
    ($($name:ty, $schema:tt;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

text_schema! {
    UserId, {"type": "string", "pattern": "^[0-9]{15,20}$"};
    ProfileId, {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"};
    PostCode, {"type": "string", "pattern": "^[A-Za-z0-9]{4,16}$"};
    FileName, {"type": "string", "pattern": "^[0-9a-f]{32}\\.(png|jpg|jpeg|webp|gif|mp4|mov|mkv)$"};
    AccountKey, {"type": "string", "pattern": "^[A-Za-z0-9]{32}$"};
    Email, {"type": "string", "format": "email", "maxLength": 50};
    MusicKey, {"type": "string", "minLength": 1, "maxLength": 512};
    Timestamp, {"type": "string", "format": "date-time"};
    Host, {"type": "string", "format": "idn-hostname"};
}

/// The JSON Schema of the file, kept in `docs/import.schema.json` (W2).
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(InstanceFile).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &serde_json::Value) -> Result<Instance, TransferFault> {
        let zones = Zones::new(Host::parse("localhost").unwrap(), Vec::new());
        InstanceFile::from_json(json.to_string().as_bytes())?.check(&zones, Timestamp::from_millis(0))
    }

    fn sample() -> serde_json::Value {
        serde_json::json!({
            "nameplate": 1,
            "users": [{"id": "123456789012345678", "username": "playerone", "relayKey": "aB3xK9mP2qR7sT1vW4yZ6cD8fG0hJ5kL"}],
            "profiles": [{"id": "p_ada", "owner": "123456789012345678", "domain": "Ada.localhost"}],
            "posts": [{"code": "AbCd1234", "owner": "123456789012345678",
                "files": [{"name": "a1b2c3d4e5f6789012345678abcdef01.png", "size": 1, "mime": "image/png"}]}],
        })
    }

    /// W2
    #[test]
    fn left_out_fields_take_the_value_of_a_new_row() {
        let instance = read(&sample()).unwrap();
        let account = &instance.accounts[0];
        assert_eq!(account.user, User::new(account.user.id, "playerone".into(), Timestamp::from_millis(0)));
        assert_eq!(instance.profiles[0].domain.as_str(), "ada.localhost");
        assert!(!instance.profiles[0].is_public);
        assert_eq!(instance.posts[0].privacy, Privacy::Private);
    }

    /// W2
    #[test]
    fn what_was_written_reads_back_the_same() {
        let written = serde_json::to_value(InstanceFile::from(read(&sample()).unwrap())).unwrap();
        let again = serde_json::to_value(InstanceFile::from(read(&written).unwrap())).unwrap();
        assert_eq!(written.to_string(), again.to_string());
    }

    /// W2
    #[test]
    fn a_fault_names_its_path() {
        let faults: [(&str, serde_json::Value, &str); 13] = [
            ("/users/0/id", "12".into(), "users[0].id"),
            ("/users/0/username", " ".into(), "users[0].username"),
            ("/users/0/relayKey", "short".into(), "users[0].relayKey"),
            ("/users/0/admin", true.into(), "users[0].admin"),
            ("/users/0/bugHunterTier", 3.into(), "users[0].bugHunterTier"),
            ("/users/0/theme", "beige".into(), "users[0].theme"),
            ("/users/0/created", "yesterday".into(), "users[0].created"),
            ("/profiles/0/domain", "relay.localhost".into(), "profiles[0].domain"),
            ("/profiles/0/id", "me".into(), "profiles[0].id"),
            ("/posts/0/files/0/name", "../etc/passwd".into(), "posts[0].files[0].name"),
            ("/nameplate", 2.into(), "nameplate"),
            (
                "/profiles/0/content",
                serde_json::json!({"schema": 2, "template": "glass"}),
                "profiles[0].content.schema",
            ),
            ("/profiles/0/content", 7.into(), "profiles[0].content"),
        ];
        for (pointer, value, path) in faults {
            let mut file = sample();
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            file.pointer_mut(parent).unwrap()[field] = value;
            assert_eq!(read(&file).err().map(|fault| fault.path).as_deref(), Some(path), "{pointer}");
        }
    }

    /// W2
    #[test]
    fn a_value_that_must_be_unique_may_stand_once() {
        let mut file = sample();
        let mut second = file["profiles"][0].clone();
        second["id"] = "p_other".into();
        file["profiles"].as_array_mut().unwrap().push(second);
        assert_eq!(read(&file).err().unwrap().path, "profiles[1].domain");
    }

    /// W2
    #[test]
    fn the_schema_in_the_docs_is_the_one_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/import.schema.json");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        assert!(
            written == schema,
            "docs/import.schema.json is stale; `nameplate schema import` prints it anew"
        );
    }
}
