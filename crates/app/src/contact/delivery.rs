//! Brings messages from the inbox to where their owners want them. A few at once; what fails is tried again, longer and
//! longer apart, and given up in the end: in the inbox it stays.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use nameplate_core::contact::Delivery;
use nameplate_core::time::Timestamp;
use nameplate_courier::{Note, Undelivered};
use nameplate_store::{Message, StoreError};

use super::{Contacts, target};

const AT_ONCE: usize = 4;
/// How often to look for what another node left, or what is to be tried again.
const LOOK: Duration = Duration::from_secs(15);
/// How long after each attempt that failed the next one comes; after the last, none does.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(6 * 3600),
];

impl Contacts {
    /// Runs until it is dropped. What it had taken then is due again two minutes later.
    pub(crate) async fn deliver(self: Arc<Self>) {
        loop {
            let due = stream::unfold((), async |()| Some((self.take_due().await?, ())));
            due.for_each_concurrent(AT_ONCE, async |message| self.bring(message).await).await;
            // Time or a new message, whichever comes first.
            let _ = tokio::time::timeout(LOOK, self.bell.notified()).await;
        }
    }

    async fn take_due(&self) -> Option<Message> {
        let taken = self.store.take_due_message(self.clock.now()).await;
        taken.unwrap_or_else(|error| {
            tracing::warn!(%error, "messages that wait could not be read");
            None
        })
    }

    async fn bring(&self, message: Message) {
        let (delivery, due_at) = match self.try_to_bring(&message).await {
            Ok(delivery) => {
                self.metrics.messages_sent.inc();
                (delivery, None)
            }
            Err(Undelivered::Later(reason)) => self.later(&message, &reason),
            Err(Undelivered::Never(reason)) => self.never(&message, &reason),
        };
        if let Err(error) = self.store.set_delivery(&message.id, delivery, due_at).await {
            tracing::warn!(%error, "what became of a message could not be written; it is brought again");
        }
    }

    async fn try_to_bring(&self, message: &Message) -> Result<Delivery, Undelivered> {
        let away = |error: StoreError| Undelivered::Later(error.to_string());
        let settings = self.store.find_contact(&message.owner).await.map_err(away)?;
        // The owner changed their mind in between.
        let Some(target) = target(&settings, message.channel) else { return Ok(Delivery::None) };
        let note = Note { site_name: &self.site_name, domain: &message.domain, letter: &message.letter };
        self.courier.bring(note, target).await.map(|()| Delivery::Sent)
    }

    fn later(&self, message: &Message, reason: &str) -> (Delivery, Option<Timestamp>) {
        let pauses = usize::try_from(message.attempts).unwrap_or(usize::MAX).saturating_sub(1);
        match PAUSES.get(pauses) {
            Some(pause) => {
                tracing::info!(channel = message.channel.as_str(), reason, "a message is brought later");
                (Delivery::Waiting, Some(self.clock.now().plus(*pause)))
            }
            None => self.never(message, reason),
        }
    }

    fn never(&self, message: &Message, reason: &str) -> (Delivery, Option<Timestamp>) {
        tracing::warn!(channel = message.channel.as_str(), reason, "a message stays in the inbox alone");
        self.metrics.messages_failed.inc();
        (Delivery::Failed, None)
    }
}
