//! The file in which an instance moves: `nameplate import` and `nameplate export` (contract W2, section 10).
//!
//! The records are the wire's; reading one checks everything that can be checked without the database and names the
//! JSON path of the first fault. It is the one place besides `@me` where keys leave the system, so nothing here has a
//! `Debug` that would show them.

mod account;
mod post;
mod profile;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use account::{Account, MusicRecord, UserRecord};
pub use post::{FileRecord, PostRecord};
pub use profile::ProfileRecord;
pub use schema::schema;

use crate::host::Zones;
use crate::post::Post;
use crate::profile::Page;
use crate::time::Timestamp;

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

/// The rows of an instance, checked. Lists are in the order of the file, so that a row's index names its place.
#[derive(Clone, Default)]
pub struct Instance {
    pub accounts: Vec<Account>,
    pub profiles: Vec<Page>,
    pub posts: Vec<Post>,
}

impl InstanceFile {
    /// Reads the file's JSON.
    pub fn from_json(json: &[u8]) -> Result<Self, TransferFault> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let file: Self = crate::object::read(&mut reader)
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
