//! Accounts as the account API shows them: the caller's own, and others' public faces (contract U1 to U13).
//!
//! The two are separate types, so that a field meant for `@me` cannot appear elsewhere (U4).

mod blocks;
mod face;
mod history;
mod keys;
mod leave;
mod music;
mod pictures;
mod profile;
mod register;
mod theme;

use std::sync::Arc;

use bytes::Bytes;
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::plan::{LimitsView, Plan, PlanTable, SubscriptionView};
use nameplate_core::secret::{AccountKey, Email, KeyKind};
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_core::transfer::Account;
use nameplate_core::user::{Badges, CustomEmbed, Socials, User};
use nameplate_media::blobs::Blobs;
use nameplate_media::pool::PicturePool;
use nameplate_store::{Store, UserWithUploads};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::accounts::face::{Face, UploadList};
use crate::app::AppParts;
use crate::batch::Batch;
use crate::links::Links;
use crate::lookup::{Lookup, Unavailable};
use crate::metrics::Metrics;

pub use blocks::{BlockFault, BlockView, BlockedUser};
pub use history::{HistoryView, UsageOverview};
pub use pictures::{PictureFault, PictureKind};
pub use profile::EditFault;
pub(crate) use register::Newcomer;
pub use theme::ThemeFault;

/// The most bytes that faces take in memory.
const FACES: u64 = 128 << 20;

/// The most public uploads that one answer lists (U6).
pub const MAX_POSTS: usize = 50;

/// Why a key opens nothing.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum AuthFault {
    #[error("no such key")]
    UnknownKey,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why another user's face is not shown.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FaceFault {
    #[error("no such user")]
    NotFound,
    #[error("that user blocked the caller")]
    Blocked,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The account whose key came with a request.
#[derive(Clone)]
pub struct Caller(Arc<Own>);

struct Own {
    account: Account,
    /// All files of the account.
    uploads: u64,
}

impl Caller {
    pub fn id(&self) -> UserId {
        self.user().id
    }

    pub fn user(&self) -> &User {
        &self.0.account.user
    }

    /// Shown to its owner alone.
    pub fn email(&self) -> Option<&str> {
        self.0.account.email.as_ref().map(Email::expose)
    }
}

pub struct Accounts {
    store: Store,
    blobs: Blobs,
    pictures: PicturePool,
    budget: pictures::Budget,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    links: Links,
    plans: PlanTable,
    keys: Lookup<[u8; 32], UserId>,
    own: Lookup<UserId, Own>,
    faces: Lookup<UserId, Face>,
    found: Batch<UserId, UserWithUploads>,
}

impl Accounts {
    pub(crate) fn new(parts: &AppParts, links: Links, metrics: &Metrics) -> Self {
        Self {
            store: parts.store.clone(),
            blobs: parts.blobs.clone(),
            pictures: parts.pictures.clone(),
            budget: pictures::Budget::default(),
            clock: parts.clock.clone(),
            entropy: parts.entropy.clone(),
            links,
            plans: parts.plans,
            keys: Lookup::new(50_000, metrics.clone()),
            own: Lookup::new(10_000, metrics.clone()),
            faces: Lookup::weighed(FACES, Face::weight, metrics.clone()),
            found: Batch::new(parts.store.clone(), |store: Store, ids: Vec<UserId>| async move {
                let found = store.list_users_with_uploads(&ids, MAX_POSTS as u32).await?;
                Ok(found.into_iter().map(|found| (found.user.id, found)).collect())
            }),
        }
    }

    /// Reads the users who are asked for, until it is dropped.
    pub(crate) async fn read(&self) {
        self.found.run().await;
    }

    /// Whose key this is (U1, U13). A kept answer is compared with the account's present key, so one that was rotated
    /// opens nothing.
    pub async fn caller(&self, kind: KeyKind, key: &AccountKey) -> Result<Caller, AuthFault> {
        let digest: [u8; 32] =
            Sha256::new().chain_update(kind.header()).chain_update(key.expose()).finalize().into();
        let load = || async { Ok(self.store.find_user_by_key(kind, key).await?.map(|user| user.id)) };
        let Some(id) = self.keys.get(&digest, load).await? else {
            // Not kept: a key that opens nothing now may be given out the next moment.
            self.keys.forget(&digest).await;
            return Err(AuthFault::UnknownKey);
        };
        let own = self.own(&id).await?.ok_or(AuthFault::UnknownKey)?;
        let caller = Caller(own);
        if caller.key(kind) == Some(key) {
            return Ok(caller);
        }
        self.keys.forget(&digest).await;
        Err(AuthFault::UnknownKey)
    }

    /// The account of somebody who is signed in.
    pub async fn signed_in(&self, id: &UserId) -> Result<Option<Caller>, Unavailable> {
        Ok(self.own(id).await?.map(Caller))
    }

    async fn own(&self, id: &UserId) -> Result<Option<Arc<Own>>, Unavailable> {
        let load = || async {
            let Some(mut account) = self.store.find_account(id).await? else { return Ok(None) };
            self.links.refresh(&mut account.user.avatar);
            self.links.refresh(&mut account.user.banner);
            let uploads = self.store.count_files(id).await?;
            Ok(Some(Own { account, uploads }))
        };
        self.own.get(id, load).await
    }

    /// What the caller's plan allows, and how much of it is used (U9).
    pub fn limits(&self, caller: &Caller) -> LimitsView {
        let (user, now) = (caller.user(), self.clock.now());
        LimitsView::new(user.plan(now), user.usage, &self.plans, now)
    }

    /// The answer to `GET /users/@me`; `posts` is how many public uploads to list, if any (U3).
    pub async fn me(&self, caller: &Caller, posts: Option<usize>) -> Result<Bytes, Unavailable> {
        let now = self.clock.now();
        let Own { account, uploads } = &*caller.0;
        let user = &account.user;
        let view = MeView {
            base: BaseView::new(user, user.plan(now)),
            theme: user.theme.as_deref(),
            api_key: account.api_key.as_ref().map(AccountKey::expose),
            relay_key: account.relay_key.as_ref().map(AccountKey::expose),
            limits: self.limits(caller),
            subscription: user.subscription.view(now),
            badges: user.badges(now),
            uploads: *uploads,
        };
        let Some(limit) = posts else { return face::answer_of_own(&view, None).map_err(unwritable) };
        let (face, none) = (self.face(&user.id).await?, UploadList::default());
        let list = face.as_ref().map_or(&none, |face| face.uploads());
        face::answer_of_own(&view, Some((list, limit))).map_err(unwritable)
    }

    /// The answer to `GET /users/{id}` for another user (U4, U7, U8).
    pub async fn other(
        &self,
        caller: &Caller,
        id: &UserId,
        posts: Option<usize>,
    ) -> Result<Bytes, FaceFault> {
        let face = self.face(id).await?.ok_or(FaceFault::NotFound)?;
        if face.has_blocked(&caller.id()) {
            return Err(FaceFault::Blocked);
        }
        let is_blocked = caller.0.account.blocks.contains(id);
        Ok(face.answer(is_blocked, posts, self.clock.now()).map_err(unwritable)?)
    }

    async fn face(&self, id: &UserId) -> Result<Option<Arc<Face>>, Unavailable> {
        let load = || async {
            let Some(mut found) = self.found.ask(*id).await? else { return Ok(None) };
            self.links.refresh(&mut found.user.avatar);
            self.links.refresh(&mut found.user.banner);
            Face::new(found, &self.links, self.clock.now()).map(Some)
        };
        self.faces.get(id, load).await
    }

    pub fn is_premium(&self, caller: &Caller) -> bool {
        caller.user().plan(self.clock.now()).is_premium()
    }

    /// What this service keeps of a user. Who changes an account calls it, so that the next request sees the change,
    /// and does not wait for the news of it.
    async fn forget(&self, id: &UserId) {
        self.own.forget(id).await;
        self.faces.forget(id).await;
    }

    pub(crate) async fn apply(&self, change: &Change) {
        match change {
            Change::User(id) | Change::Posts(id) => self.forget(id).await,
            Change::Everything => {
                self.keys.forget_all();
                self.own.forget_all();
                self.faces.forget_all();
            }
            Change::Profile(..) => {}
        }
    }
}

/// Cannot happen: views have neither maps with odd keys nor faults of their own.
fn unwritable(error: serde_json::Error) -> Unavailable {
    tracing::error!(%error, "an account could not be written as JSON");
    Unavailable
}

/// What both answers begin with, in the seed's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BaseView<'a> {
    id: UserId,
    username: &'a str,
    avatar: Option<&'a str>,
    banner: Option<&'a str>,
    nickname: Option<&'a str>,
    bio: Option<&'a str>,
    socials: Option<&'a Socials>,
    plus: bool,
    enterprise: bool,
    verified: bool,
    staff: bool,
    partner: bool,
    bug_hunter_tier: Option<u8>,
    translator: bool,
    suspended: bool,
    created: Timestamp,
    custom_embed: Option<&'a CustomEmbed>,
}

impl<'a> BaseView<'a> {
    fn new(user: &'a User, plan: Plan) -> Self {
        Self {
            id: user.id,
            username: &user.username,
            avatar: user.avatar.as_deref(),
            banner: user.banner.as_deref(),
            nickname: user.nickname.as_deref(),
            bio: user.bio.as_deref(),
            socials: user.socials.as_ref(),
            plus: plan == Plan::Plus,
            enterprise: plan == Plan::Enterprise,
            verified: user.is_verified,
            staff: user.is_staff,
            partner: user.is_partner,
            bug_hunter_tier: user.bug_hunter_tier,
            translator: user.is_translator,
            suspended: user.is_suspended,
            created: user.created,
            custom_embed: user.custom_embed.as_ref(),
        }
    }
}

/// The caller's own account; `publicUploads` may follow. It holds keys and has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MeView<'a> {
    #[serde(flatten)]
    base: BaseView<'a>,
    theme: Option<&'a str>,
    api_key: Option<&'a str>,
    relay_key: Option<&'a str>,
    limits: LimitsView,
    subscription: SubscriptionView,
    badges: Badges,
    uploads: u64,
}
