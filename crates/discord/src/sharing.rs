//! Who shares and what they prefer to show: everybody at the start, then change by change.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::presence::ActivityPreference;
use tokio::sync::mpsc;

use crate::Instance;

/// Before durable data that is out of reach is asked again.
const WAIT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) enum Sharing {
    /// These, and nobody else.
    Everybody(Vec<(UserId, ActivityPreference)>),
    /// `None` for who does not share.
    One(UserId, Option<ActivityPreference>),
}

/// Tells who shares until nobody listens.
pub(crate) async fn follow<I: Instance>(instance: Arc<I>, news: mpsc::Sender<Sharing>) {
    let mut changes = instance.changes();
    while let Some(change) = changes.next().await {
        let sharing = match change {
            Change::Everything => everybody(&*instance).await,
            // Whatever happened while it could not be asked is in the answer for everybody.
            Change::User(user) => match instance.settings(user).await {
                Ok(settings) => {
                    let sharing = settings.filter(|settings| settings.is_sharing);
                    Sharing::One(user, sharing.map(|settings| settings.preference))
                }
                Err(_) => everybody(&*instance).await,
            },
            Change::Profile(..) | Change::Posts(_) => continue,
        };
        if news.send(sharing).await.is_err() {
            return;
        }
    }
}

async fn everybody<I: Instance>(instance: &I) -> Sharing {
    loop {
        if let Ok(users) = instance.sharers().await {
            return Sharing::Everybody(users);
        }
        tokio::time::sleep(WAIT).await;
    }
}
