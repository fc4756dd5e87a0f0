//! Messages from visitors to the owner of a page (`facts-hep` 5).
//!
//! A message is let in by limits first ([`limits`]), then by the check that a person sends it ([`bot_check`]); then it is
//! kept in the inbox, and brought elsewhere by a worker of its own ([`delivery`]). The inbox keeps it whatever becomes of
//! that.

mod bot_check;
mod confirmation;
mod delivery;
mod inbox;
mod limits;
mod settings;

use std::net::IpAddr;
use std::sync::Arc;

use nameplate_core::contact::{BadLetter, Channel, ContactSettings, Delivery, Letter};
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::time::{Clock, Entropy};
use nameplate_courier::{Courier, Target};
use nameplate_live::Live;
use nameplate_store::{Message, Store, StoreError};
use tokio::sync::Notify;

use crate::links::Links;
use crate::lookup::Unavailable;
use crate::metrics::Metrics;
use crate::sites::Sites;

pub use bot_check::{BotCheck, Proof};
pub use confirmation::ConfirmationFault;
pub use inbox::{InboxQuery, InboxView};
pub use settings::{ContactFault, ContactView, TestFault};

/// The most messages of an inbox. Then the oldest one that was read makes room; where none was, no more are taken.
const MAX_INBOX: u32 = 1_000;

/// Why a message is not taken.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LetterFault {
    #[error("Slow down. Try again in {0}s.")]
    Slow(u64),
    #[error("Anti-spam check failed")]
    BotCheck,
    /// Who would say whether a person writes does not answer.
    #[error("The anti-spam check does not answer. Try again in a minute.")]
    CheckAway,
    #[error("Not found")]
    NotFound,
    /// Never says what is missing.
    #[error("This contact form is not active.")]
    NotActive,
    #[error(transparent)]
    Letter(#[from] BadLetter),
    #[error("The inbox is full. Try another way.")]
    Full,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for LetterFault {
    fn from(error: StoreError) -> Self {
        match error {
            // The owner is gone, and the page with them.
            StoreError::Conflict(_) => Self::NotFound,
            error => Self::Unavailable(error.into()),
        }
    }
}

/// The fields of a form, as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    pub name: Option<&'a str>,
    pub reply_to: Option<&'a str>,
    pub message: &'a str,
}

pub struct Contacts {
    pub(crate) store: Store,
    pub(crate) live: Live,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) sites: Arc<Sites>,
    pub(crate) courier: Arc<Courier>,
    pub(crate) bot_check: Arc<BotCheck>,
    pub(crate) site_name: String,
    /// The dashboard's host.
    pub(crate) home: Host,
    pub(crate) links: Links,
    pub(crate) metrics: Metrics,
    /// Rung when there is something to bring.
    pub(crate) bell: Notify,
}

impl Contacts {
    /// Whether the operator has set up how messages of a channel are brought.
    pub fn can(&self, channel: Channel) -> bool {
        self.courier.can(channel)
    }

    pub fn bot_check(&self) -> &BotCheck {
        &self.bot_check
    }

    /// Takes a message that [`Self::admit`] let in.
    pub async fn send(
        &self,
        profile: &ProfileId,
        channel: Channel,
        proof: Proof<'_>,
        fields: Fields<'_>,
    ) -> Result<(), LetterFault> {
        self.check(proof).await?;
        let site = self.sites.find(profile).await?.ok_or(LetterFault::NotFound)?;
        if !site.open_channels().contains(&channel) {
            return Err(LetterFault::NotActive);
        }
        let letter = Letter::read(channel, fields.name, fields.reply_to, fields.message)?;
        let owner = site.owner().id;
        let settings = self.store.find_contact(&owner).await?;
        let is_brought = target(&settings, channel).is_some() && self.courier.can(channel);
        let message = Message {
            id: self.entropy.alphanumeric(16),
            owner,
            profile: profile.clone(),
            domain: site.profile().domain.clone(),
            channel,
            letter,
            created: self.clock.now(),
            is_read: false,
            delivery: if is_brought { Delivery::Waiting } else { Delivery::None },
            attempts: 0,
        };
        if !self.store.insert_message(&message, MAX_INBOX).await? {
            return Err(LetterFault::Full);
        }
        self.metrics.messages_taken.inc();
        self.bell.notify_one();
        Ok(())
    }
}

/// Where messages of a channel are brought: nowhere, as long as a mail address is not confirmed.
fn target(settings: &ContactSettings, channel: Channel) -> Option<Target<'_>> {
    match channel {
        Channel::Email => {
            let mailbox = settings.email.target.as_ref().filter(|mailbox| mailbox.is_confirmed);
            mailbox.map(|mailbox| Target::Email(&mailbox.address))
        }
        Channel::Discord => settings.discord.target.as_ref().map(Target::Discord),
        Channel::Sms => settings.sms.target.as_ref().map(Target::Sms),
    }
}

/// Who writes, for the limits.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    pub profile: &'a ProfileId,
    pub address: IpAddr,
    /// Whether the form was sent without our script.
    pub is_plain: bool,
}
