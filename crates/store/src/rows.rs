//! Rows as the databases hold them, and what they mean.
//!
//! The same struct is read by column name and written as JSON: a statement takes any number of rows in one parameter,
//! and a single insert is a batch of one.

use nameplate_core::host::Host;
use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::plan::{Subscription, Usage};
use nameplate_core::post::{FileName, OwnUpload, Post, PostFile, PublicUpload};
use nameplate_core::presence::ActivityPreference;
use nameplate_core::profile::{Page, Profile};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

use crate::error::StoreError;

/// Rows as the one parameter of a statement.
pub(crate) fn json<T: Serialize>(rows: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(StoreError::corrupt)
}

/// Bytes and counts: the databases have no unsigned numbers.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(crate) fn millis(moment: Option<Timestamp>) -> Option<i64> {
    moment.map(Timestamp::as_millis)
}

pub(crate) fn moment(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// An enum's word, as serde spells it.
pub(crate) fn word<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    T::deserialize(StrDeserializer::<WordError>::new(text)).map_err(|_| unreadable(column))
}

pub(crate) fn from_json<T: DeserializeOwned>(
    column: &str,
    text: Option<String>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| serde_json::from_str(&text).map_err(|_| unreadable(column))).transpose()
}

/// Names the column and not the value: it may be anything.
pub(crate) fn unreadable(column: &str) -> StoreError {
    StoreError::corrupt(format_args!("a value of {column}"))
}

pub(crate) fn user_id(column: &str, text: &str) -> Result<UserId, StoreError> {
    UserId::parse(text).map_err(|_| unreadable(column))
}

/// Ids with commas between them.
pub(crate) fn user_ids(column: &str, text: Option<String>) -> Result<Vec<UserId>, StoreError> {
    let text = text.unwrap_or_default();
    text.split(',').filter(|id| !id.is_empty()).map(|id| user_id(column, id)).collect()
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    username: String,
    nickname: Option<String>,
    bio: Option<String>,
    avatar: Option<String>,
    banner: Option<String>,
    socials: Option<String>,
    created: i64,
    is_verified: bool,
    is_staff: bool,
    is_partner: bool,
    bug_hunter_tier: Option<i16>,
    is_translator: bool,
    is_suspended: bool,
    is_operator: bool,
    theme: Option<String>,
    custom_embed: Option<String>,
    plan: String,
    plan_status: Option<String>,
    plan_started_at: Option<i64>,
    plan_expires_at: Option<i64>,
    cancel_at_period_end: bool,
    is_gifted: bool,
    usage_used: i64,
    usage_started_at: Option<i64>,
    shares_presence: bool,
    activity_preference: Option<String>,
    is_music_enabled: bool,
}

impl UserRow {
    pub(crate) fn new(user: &User) -> Result<Self, StoreError> {
        let plan = &user.subscription;
        Ok(Self {
            id: user.id.to_string(),
            username: user.username.clone(),
            nickname: user.nickname.clone(),
            bio: user.bio.clone(),
            avatar: user.avatar.clone(),
            banner: user.banner.clone(),
            socials: to_json(user.socials.as_ref())?,
            created: user.created.as_millis(),
            is_verified: user.is_verified,
            is_staff: user.is_staff,
            is_partner: user.is_partner,
            bug_hunter_tier: user.bug_hunter_tier.map(i16::from),
            is_translator: user.is_translator,
            is_suspended: user.is_suspended,
            is_operator: user.is_operator,
            theme: user.theme.clone(),
            custom_embed: to_json(user.custom_embed.as_ref())?,
            plan: plan.plan.as_str().into(),
            plan_status: plan.status.map(status_word),
            plan_started_at: millis(plan.started_at),
            plan_expires_at: millis(plan.expires_at),
            cancel_at_period_end: plan.cancel_at_period_end,
            is_gifted: plan.gifted,
            usage_used: signed(user.usage.used),
            usage_started_at: millis(user.usage.window_start),
            shares_presence: user.shares_presence,
            activity_preference: preference_json(&user.activity_preference)?,
            is_music_enabled: user.is_music_enabled,
        })
    }
}

pub(crate) fn to_json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, StoreError> {
    value.map(serde_json::to_string).transpose().map_err(StoreError::corrupt)
}

/// The rule that is everybody's is no text at all.
pub(crate) fn preference_json(preference: &ActivityPreference) -> Result<Option<String>, StoreError> {
    to_json((*preference != ActivityPreference::default()).then_some(preference))
}

pub(crate) fn preference(text: Option<String>) -> Result<ActivityPreference, StoreError> {
    Ok(from_json("users.activity_preference", text)?.unwrap_or_default())
}

pub(crate) fn status_word(status: nameplate_core::plan::SubscriptionStatus) -> String {
    let word = serde_json::to_value(status).ok();
    word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().into()
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let tier = row.bug_hunter_tier.map(u8::try_from).transpose();
        Ok(Self {
            id: user_id("users.id", &row.id)?,
            username: row.username,
            nickname: row.nickname,
            bio: row.bio,
            avatar: row.avatar,
            banner: row.banner,
            socials: from_json("users.socials", row.socials)?,
            created: Timestamp::from_millis(row.created),
            is_verified: row.is_verified,
            is_staff: row.is_staff,
            is_partner: row.is_partner,
            bug_hunter_tier: tier.map_err(|_| unreadable("users.bug_hunter_tier"))?,
            is_translator: row.is_translator,
            is_suspended: row.is_suspended,
            is_operator: row.is_operator,
            theme: row.theme,
            custom_embed: from_json("users.custom_embed", row.custom_embed)?,
            subscription: Subscription {
                plan: word("users.plan", &row.plan)?,
                status: row.plan_status.map(|status| word("users.plan_status", &status)).transpose()?,
                started_at: moment(row.plan_started_at),
                expires_at: moment(row.plan_expires_at),
                cancel_at_period_end: row.cancel_at_period_end,
                gifted: row.is_gifted,
            },
            usage: Usage { used: unsigned(row.usage_used), window_start: moment(row.usage_started_at) },
            shares_presence: row.shares_presence,
            activity_preference: preference(row.activity_preference)?,
            is_music_enabled: row.is_music_enabled,
        })
    }
}

/// Columns that `users` has as well carry another name, so that the two can stand in one row.
#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct ProfileRow {
    /// The place in an import's list.
    #[sqlx(skip)]
    pub(crate) index: i64,
    pub(crate) profile_id: String,
    pub(crate) owner: String,
    domain: String,
    is_domain_verified: bool,
    is_public: bool,
    is_profile_suspended: bool,
    publish_at: Option<i64>,
    expires_at: Option<i64>,
    deleted_at: Option<i64>,
    content: Option<String>,
    profile_created: i64,
    updated: i64,
}

impl ProfileRow {
    pub(crate) fn new(index: usize, profile: &Profile) -> Result<Self, StoreError> {
        Ok(Self {
            index: index as i64,
            profile_id: profile.id.to_string(),
            owner: profile.owner.to_string(),
            domain: profile.domain.to_string(),
            is_domain_verified: profile.is_verified,
            is_public: profile.is_public,
            is_profile_suspended: profile.is_suspended,
            publish_at: millis(profile.publish_at),
            expires_at: millis(profile.expires_at),
            deleted_at: millis(profile.deleted_at),
            content: to_json(profile.content.as_ref())?,
            profile_created: profile.created.as_millis(),
            updated: profile.updated.as_millis(),
        })
    }
}

impl TryFrom<ProfileRow> for Profile {
    type Error = StoreError;

    fn try_from(row: ProfileRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ProfileId::parse(&row.profile_id).map_err(|_| unreadable("profiles.id"))?,
            owner: user_id("profiles.owner", &row.owner)?,
            domain: domain(&row.domain)?,
            is_verified: row.is_domain_verified,
            is_public: row.is_public,
            is_suspended: row.is_profile_suspended,
            publish_at: moment(row.publish_at),
            expires_at: moment(row.expires_at),
            deleted_at: moment(row.deleted_at),
            content: from_json("profiles.content", row.content)?,
            created: Timestamp::from_millis(row.profile_created),
            updated: Timestamp::from_millis(row.updated),
        })
    }
}

/// A profile with what its owner works on.
#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct PageRow {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub(crate) profile: ProfileRow,
    draft: Option<String>,
    revision: i64,
    published_at: Option<i64>,
    edited_at: Option<i64>,
}

impl PageRow {
    pub(crate) fn new(index: usize, page: &Page) -> Result<Self, StoreError> {
        Ok(Self {
            profile: ProfileRow::new(index, &page.profile)?,
            draft: to_json(page.draft.as_ref())?,
            revision: signed(page.revision),
            published_at: millis(page.published_at),
            edited_at: millis(page.edited_at),
        })
    }
}

impl TryFrom<PageRow> for Page {
    type Error = StoreError;

    fn try_from(row: PageRow) -> Result<Self, StoreError> {
        Ok(Self {
            profile: row.profile.try_into()?,
            draft: from_json("profiles.draft", row.draft)?,
            revision: unsigned(row.revision),
            published_at: moment(row.published_at),
            edited_at: moment(row.edited_at),
        })
    }
}

pub(crate) fn domain(text: &str) -> Result<Host, StoreError> {
    Host::parse(text).map_err(|_| unreadable("profiles.domain"))
}

/// A profile beside its owner.
#[derive(sqlx::FromRow)]
pub(crate) struct OwnedProfileRow {
    #[sqlx(flatten)]
    profile: ProfileRow,
    #[sqlx(flatten)]
    user: UserRow,
}

impl TryFrom<OwnedProfileRow> for (Profile, User) {
    type Error = StoreError;

    fn try_from(row: OwnedProfileRow) -> Result<Self, StoreError> {
        Ok((row.profile.try_into()?, row.user.try_into()?))
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct PostRow {
    #[sqlx(skip)]
    pub(crate) index: i64,
    pub(crate) code: String,
    pub(crate) owner: String,
    privacy: String,
    title: Option<String>,
    description: Option<String>,
    created: i64,
    is_moderated: bool,
    views: i64,
    file: String,
    is_album: bool,
}

impl PostRow {
    pub(crate) fn new(index: usize, post: &Post) -> Self {
        Self {
            index: index as i64,
            code: post.code.to_string(),
            owner: post.owner.to_string(),
            privacy: post.privacy.as_str().into(),
            title: post.title.clone(),
            description: post.description.clone(),
            created: post.created.as_millis(),
            is_moderated: post.is_moderated,
            views: signed(post.views),
            file: post.files.first().map(|file| file.name.as_str().into()).unwrap_or_default(),
            is_album: post.is_album(),
        }
    }

    /// The post with its files, which are rows of their own.
    pub(crate) fn with_files(self, files: Vec<PostFile>) -> Result<Post, StoreError> {
        Ok(Post {
            code: post_code(&self.code)?,
            owner: user_id("posts.owner", &self.owner)?,
            privacy: word("posts.privacy", &self.privacy)?,
            title: self.title,
            description: self.description,
            created: Timestamp::from_millis(self.created),
            is_moderated: self.is_moderated,
            views: unsigned(self.views),
            files,
        })
    }
}

pub(crate) fn post_code(text: &str) -> Result<PostCode, StoreError> {
    PostCode::parse(text).map_err(|_| unreadable("posts.code"))
}

pub(crate) fn file_name(text: &str) -> Result<FileName, StoreError> {
    FileName::parse(text).map_err(|_| unreadable("files.name"))
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct FileRow {
    #[sqlx(skip)]
    pub(crate) index: i64,
    pub(crate) post: String,
    pub(crate) owner: String,
    pub(crate) position: i64,
    pub(crate) name: String,
    size: i64,
    mime: String,
}

impl FileRow {
    /// The rows of a post's files, which stand behind `first` others.
    pub(crate) fn of(
        index: usize,
        owner: UserId,
        post: &PostCode,
        files: &[PostFile],
        first: i64,
    ) -> impl Iterator<Item = Self> {
        files.iter().zip(first..).map(move |(file, position)| Self {
            index: index as i64,
            post: post.to_string(),
            owner: owner.to_string(),
            position,
            name: file.name.as_str().into(),
            size: signed(file.size),
            mime: file.mime.clone(),
        })
    }
}

impl TryFrom<FileRow> for PostFile {
    type Error = StoreError;

    fn try_from(row: FileRow) -> Result<Self, StoreError> {
        Ok(Self { name: file_name(&row.name)?, size: unsigned(row.size), mime: row.mime })
    }
}

/// Public uploads as the databases list them: their codes, files, titles, descriptions, times, and whether they are albums.
/// What is not there is no list.
type UploadLists = (
    Option<Vec<PostCode>>,
    Option<Vec<FileName>>,
    Option<Vec<Option<String>>>,
    Option<Vec<Option<String>>>,
    Option<Vec<i64>>,
    Option<Vec<u8>>,
);

pub(crate) fn public_uploads(text: &str) -> Result<Vec<PublicUpload>, StoreError> {
    let lists: UploadLists = serde_json::from_str(text).map_err(|_| unreadable("posts"))?;
    let (codes, files, titles, descriptions, times, albums) = lists;
    let names = codes.into_iter().flatten().zip(files.into_iter().flatten());
    let texts = titles.into_iter().flatten().zip(descriptions.into_iter().flatten());
    let rest = times.into_iter().flatten().zip(albums.into_iter().flatten());
    let upload = |(((code, file), (title, description)), (created, is_album))| PublicUpload {
        code,
        file,
        title,
        description,
        created: Timestamp::from_millis(created),
        is_album: is_album != 0,
    };
    Ok(names.zip(texts).zip(rest).map(upload).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct OwnUploadRow {
    code: String,
    privacy: String,
    is_album: bool,
    created: i64,
    name: String,
    size: i64,
    mime: String,
}

impl TryFrom<OwnUploadRow> for OwnUpload {
    type Error = StoreError;

    fn try_from(row: OwnUploadRow) -> Result<Self, StoreError> {
        Ok(Self {
            code: post_code(&row.code)?,
            privacy: word("posts.privacy", &row.privacy)?,
            is_album: row.is_album,
            created: Timestamp::from_millis(row.created),
            file: PostFile { name: file_name(&row.name)?, size: unsigned(row.size), mime: row.mime },
        })
    }
}

/// Rows as what they mean.
pub(crate) fn read_all<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(T::try_from).collect()
}

pub(crate) fn read<R, T: TryFrom<R, Error = StoreError>>(row: Option<R>) -> Result<Option<T>, StoreError> {
    row.map(T::try_from).transpose()
}
