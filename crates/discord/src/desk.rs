//! Where others ask the running listener about somebody: why one is not shown is for its owner to know.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::time::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Questions that wait; more are not answered.
const BACKLOG: usize = 32;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the listener knows of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether they are in a guild of the bot; `None` as long as Discord has not said so for each of them.
    pub is_member: Option<bool>,
    /// When Discord last told what they do, to this listener.
    pub told_at: Option<Timestamp>,
}

pub(crate) struct Question {
    pub user: UserId,
    pub answer: oneshot::Sender<Standing>,
}

/// Leads to the listener of this process while there is one.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<Option<mpsc::Sender<Question>>>>);

impl Desk {
    /// What the listener knows of a user; `None` where none runs here.
    pub async fn ask(&self, user: UserId) -> Option<Standing> {
        let listener = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (answer, told) = oneshot::channel();
        listener.try_send(Question { user, answer }).ok()?;
        timeout(PATIENCE, told).await.ok()?.ok()
    }

    /// Whoever holds this is asked from now on.
    pub(crate) fn open(&self) -> mpsc::Receiver<Question> {
        let (sender, questions) = mpsc::channel(BACKLOG);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        questions
    }
}
