//! Durable data on SQLite or PostgreSQL.
//!
//! One [`Store`] over both databases: one list of statements, one body for each method, one suite of tests that runs on
//! both. What an instance must not lose is here: users and their sealed keys, profiles, posts, views, plays. What is
//! true for minutes only (presence, rate limits) is the `live` crate's, and what a row means is `core`'s.
//!
//! Every method answers within [`DEADLINE`], or with [`StoreError::Unavailable`]; only [`Store::import`],
//! [`Store::export`] and [`Store::migrate`] take as long as they need.

#[macro_use]
mod backend;
#[macro_use]
mod numbers;
mod audit;
mod blocks;
mod changes;
mod claims;
mod contact;
mod dialect;
mod error;
mod export;
mod import;
mod keyring;
mod keys;
mod links;
mod nodes;
mod open;
mod operators;
mod pages;
mod plays;
mod posts;
mod profiles;
mod proofs;
mod reports;
mod rows;
mod sessions;
mod statements;
#[cfg(test)]
mod tests;
mod uploads;
mod usage;
mod users;
mod versions;
mod views;

use std::sync::Arc;
use std::time::Duration;

use nameplate_core::change::Change;
use nameplate_core::time::Entropy;
use tokio::sync::broadcast;

pub use audit::{AuditEntry, AuditFilter, AuditRecord};
pub use blocks::Block;
pub use changes::Changes;
pub use claims::{ClaimStatus, DomainClaim};
pub use contact::{InboxFilter, Message};
pub use error::{Conflict, StoreError};
pub use import::{ImportConflict, ImportError, Imported};
pub use keyring::Keyring;
pub use links::Link;
pub use nodes::{Company, Membership};
pub use open::StoreConfig;
pub use operators::{BadgeHolders, ListedProfile, ListedUser, Part, PostReport, Totals};
pub use pages::OwnPage;
pub use plays::{Play, PlayTotal};
pub use posts::PostFilter;
pub use profiles::ServedDomain;
pub use proofs::Proof;
pub use reports::Report;
pub use sessions::{LoginLink, Session};
pub use uploads::Appended;
pub use usage::{Claim, Lapsed, Reservation, UsageDay};
pub use users::{Badge, UserFace, UserWithUploads};
pub use versions::Version;
pub use views::{ViewDay, ViewStats};

pub(crate) use backend::Durability;

/// How long any method may take before it gives up: a request is answered within 3 s, whatever the database does.
pub const DEADLINE: Duration = Duration::from_millis(2_500);

/// How long to wait for a connection.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// The durable data of an instance; a clone is another handle to the same.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: backend::Database,
    keyring: Keyring,
    entropy: Arc<dyn Entropy>,
    changes: broadcast::Sender<Change>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.backend())
    }
}
