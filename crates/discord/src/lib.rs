//! The Discord listener: presences of members who share them, and the slash commands.
//!
//! It connects to Discord's gateway as a bot, keeps in memory only who has switched sharing on, and hands each change
//! to the [`Instance`] around it, which writes it to the cache. Leases are renewed only while the gateway session is
//! well, so that a listener that is cut off is found out within five minutes (contract S3). It knows neither HTTP
//! serving nor SQL nor where presences are kept.
//! Beside the listener, [`OAuth`] finds out who somebody is, for those who sign in.

mod commands;
mod desk;
mod image;
mod intake;
mod json;
mod listener;
mod metrics;
mod oauth;
mod outbox;
mod presence;
mod requests;
mod rest;
mod roster;
mod saved;
mod shard;
mod sharing;

use std::future::Future;
use std::path::PathBuf;

use futures_util::stream::BoxStream;
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::presence::{ActivityPreference, Presence, PresenceSettings};
use secrecy::SecretString;
use url::Url;

pub use crate::desk::{Desk, Standing};
pub use crate::listener::{Refused, run};
pub use crate::metrics::Metrics;
pub use crate::oauth::{Identity, OAuth, OAuthFault};

/// The durable data is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// What a profile shows of itself in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showcase {
    pub name: String,
    pub link: String,
    pub card: String,
}

/// What the listener needs of the instance around it.
pub trait Instance: Send + Sync + 'static {
    /// What changes; the first is always [`Change::Everything`].
    fn changes(&self) -> BoxStream<'static, Change>;

    /// Everybody who shares their presence, and what they prefer to show (S4).
    fn sharers(&self) -> impl Future<Output = Result<Vec<(UserId, ActivityPreference)>, Unavailable>> + Send;

    /// Whether a user shares and what they prefer to show; `None` when there is no such user.
    fn settings(
        &self,
        user: UserId,
    ) -> impl Future<Output = Result<Option<PresenceSettings>, Unavailable>> + Send;

    /// Switches sharing, with everything that follows from it; answers whether there is such a user.
    fn set_sharing(
        &self,
        user: UserId,
        is_sharing: bool,
    ) -> impl Future<Output = Result<bool, Unavailable>> + Send;

    /// Sets what a user prefers to show; answers whether there is such a user.
    fn set_preference(
        &self,
        user: UserId,
        preference: ActivityPreference,
    ) -> impl Future<Output = Result<bool, Unavailable>> + Send;

    /// Writes a presence to the cache, or renews its lease, unless the user no longer shares.
    fn put(&self, user: UserId, presence: Presence) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// Forgets a presence.
    fn remove(&self, user: UserId) -> impl Future<Output = ()> + Send;

    /// What visitors see.
    fn current(&self, user: UserId) -> impl Future<Output = Option<Presence>> + Send;

    /// The first public page of a user.
    fn showcase(&self, user: UserId) -> impl Future<Output = Result<Option<Showcase>, Unavailable>> + Send;

    /// The dashboard's address.
    fn home(&self) -> String;

    /// Whether an image may be shown.
    fn allows_image(&self, url: &str) -> bool;
}

/// How Discord is reached, and as whom.
pub struct Settings {
    /// The bot's token.
    pub token: SecretString,
    /// The base of the HTTP API, such as `https://discord.com/api/v10`.
    pub api: Url,
    /// The application's id; asked for when left out.
    pub client_id: Option<String>,
    /// Where the next listener finds what this one knew.
    pub state_file: PathBuf,
    /// Where it is asked about people.
    pub desk: Desk,
}
