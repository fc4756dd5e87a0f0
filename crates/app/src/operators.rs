//! What operators do, from the command line and in the studio: each change is one method here, and each is written to the
//! audit log with who did it.
//!
//! It needs the database alone, so that a command needs no running node.

mod overview;
mod posts;
mod profiles;
mod users;

use std::sync::Arc;

use nameplate_core::time::{Clock, Entropy};
use nameplate_store::{AuditEntry, Conflict, Store, StoreError};

use crate::lookup::Unavailable;

pub use overview::AuditView;
pub use posts::ReportState;
pub use profiles::{PersonView, ProfileView as OperatedProfile};
pub use users::{BadgeEdit, NewUser, PlanEdit};

/// Entries of one page of a list.
const PAGE: u32 = 50;

/// What was done, as the audit log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub action: &'static str,
    /// As in `user 123456789012345678`.
    pub object: String,
    pub note: Option<String>,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.action, self.object)?;
        self.note.iter().try_for_each(|note| write!(f, ": {note}"))
    }
}

/// Why nothing was done.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum OperatorFault {
    /// As in `user 123456789012345678`.
    #[error("there is no {0}")]
    NotFound(String),
    #[error("{text}")]
    Bad { field: &'static str, text: &'static str },
    #[error(transparent)]
    Taken(#[from] Conflict),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for OperatorFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => Self::Taken(conflict),
            error => Self::Unavailable(error.into()),
        }
    }
}

type Acted = Result<Done, OperatorFault>;

#[derive(Clone)]
pub struct Operators {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// A user's id, or `operator` for the command line.
    actor: String,
}

impl Operators {
    pub fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, actor: &str) -> Self {
        Self { store, clock, entropy, actor: actor.to_owned() }
    }

    /// The same for somebody else.
    #[must_use]
    pub fn for_actor(&self, actor: &str) -> Self {
        Self { actor: actor.to_owned(), ..self.clone() }
    }

    /// Notes what was done, if what it was done to is there.
    async fn note(
        &self,
        is_found: bool,
        action: &'static str,
        object: String,
        note: Option<String>,
    ) -> Acted {
        if !is_found {
            return Err(OperatorFault::NotFound(object));
        }
        let done = Done { action, object, note };
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: self.actor.clone(),
            action: done.action.to_owned(),
            object: done.object.clone(),
            note: done.note.clone(),
        };
        self.store.insert_audit(&entry).await?;
        Ok(done)
    }
}

/// A reason as it is kept: one line or a few, with nothing in it that cannot be shown.
fn kept(reason: Option<&str>, most: usize) -> Result<Option<String>, OperatorFault> {
    let reason = reason.unwrap_or_default().trim();
    if reason.chars().count() > most {
        return Err(OperatorFault::Bad { field: "reason", text: "the reason is too long" });
    }
    let shown: String = reason
        .chars()
        .filter(|letter| *letter == '\n' || !nameplate_core::text::is_unshowable(*letter))
        .collect();
    Ok((!shown.is_empty()).then_some(shown))
}
