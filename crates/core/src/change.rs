//! What has changed in the durable data: the word by which every cache learns what to forget (contract P9).
//!
//! The store tells of each change, whoever made it; the caches above it forget. A change may be told more than once,
//! so forgetting must be harmless.

use crate::host::Host;
use crate::id::{ProfileId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Anything may have changed: an import, a write of another process, or messages that were lost on the way.
    Everything,
    /// A user, one of the user's keys, or somebody whom the user blocked.
    User(UserId),
    /// A user's posts, and what they count.
    Posts(UserId),
    /// A profile, with the domains that it has and had.
    Profile(ProfileId, Vec<Host>),
}
