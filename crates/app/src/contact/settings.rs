//! What an owner decides of contact: which ways are open, and where messages are brought.

use nameplate_core::contact::{BadContact, Channel, ContactEdit, ContactSettings, Letter, Phone};
use nameplate_core::id::UserId;
use nameplate_core::secret::Email;
use nameplate_courier::{Note, Undelivered};
use nameplate_store::StoreError;
use serde::Serialize;

use super::{Contacts, target};
use crate::lookup::Unavailable;

/// The settings as their owner sees them; a webhook is a secret that is not shown again.
#[derive(Serialize)]
pub struct ContactView {
    email: EmailView,
    discord: DiscordView,
    sms: SmsView,
    /// Why the link to confirm a new mail address was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    undelivered: Option<String>,
}

#[derive(Serialize)]
struct EmailView {
    enabled: bool,
    address: Option<String>,
    /// Whether the owner has said that the address is theirs.
    confirmed: bool,
}

#[derive(Serialize)]
struct DiscordView {
    enabled: bool,
    webhook: bool,
}

#[derive(Serialize)]
struct SmsView {
    enabled: bool,
    number: Option<String>,
}

impl From<&ContactSettings> for ContactView {
    fn from(ContactSettings { email, discord, sms }: &ContactSettings) -> Self {
        Self {
            email: EmailView {
                enabled: email.is_enabled,
                address: email.target.as_ref().map(|mailbox| mailbox.address.expose().to_owned()),
                confirmed: email.target.as_ref().is_some_and(|mailbox| mailbox.is_confirmed),
            },
            discord: DiscordView { enabled: discord.is_enabled, webhook: discord.target.is_some() },
            sms: SmsView {
                enabled: sms.is_enabled,
                number: sms.target.as_ref().map(Phone::expose).map(str::to_owned),
            },
            undelivered: None,
        }
    }
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ContactFault {
    #[error(transparent)]
    Bad(#[from] BadContact),
    /// A new address would be asked too soon after others.
    #[error("Slow down. Try again in {0}s.")]
    Slow(u64),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a message to try a channel out did not arrive.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TestFault {
    /// There is nowhere to bring it, or the instance has not set the channel up.
    #[error("There is nowhere to send it yet.")]
    NotSetUp,
    #[error("The address is not confirmed yet.")]
    NotConfirmed,
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for TestFault {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Contacts {
    pub async fn settings(&self, owner: &UserId) -> Result<ContactView, Unavailable> {
        Ok((&self.store.find_contact(owner).await?).into())
    }

    /// Changes them. A mail address that is new is sent a link to confirm it.
    pub async fn edit(&self, owner: &UserId, edit: ContactEdit) -> Result<ContactView, ContactFault> {
        let before = self.store.find_contact(owner).await.map_err(Unavailable::from)?;
        let settings = edit.apply(before.clone(), self.courier.can(Channel::Sms))?;
        let is_known = |address: &&Email| before.email.target.as_ref().is_some_and(|had| had.is(address));
        let new = settings.unconfirmed().filter(|address| self.can(Channel::Email) && !is_known(address));
        if new.is_some() {
            self.admit_confirmation(owner).await.map_err(ContactFault::Slow)?;
        }
        self.store.set_contact(owner, &settings).await.map_err(Unavailable::from)?;
        let mut view = ContactView::from(&settings);
        if let Some(address) = new {
            view.undelivered = self.ask(owner, address).await.err().map(|reason| reason.to_string());
        }
        Ok(view)
    }

    /// Sends the owner a message of our own, now, and says what became of it.
    pub async fn test(&self, owner: &UserId, channel: Channel) -> Result<(), TestFault> {
        let settings = self.store.find_contact(owner).await?;
        if channel == Channel::Email && self.can(channel) && settings.unconfirmed().is_some() {
            return Err(TestFault::NotConfirmed);
        }
        let target = target(&settings, channel).filter(|_| self.courier.can(channel));
        let target = target.ok_or(TestFault::NotSetUp)?;
        let letter = Letter {
            name: Some(self.site_name.clone()),
            reply_to: None,
            message: "This is a test. Messages from your page will arrive here.".into(),
        };
        let note = Note { site_name: &self.site_name, domain: &self.home, letter: &letter };
        Ok(self.courier.bring(note, target).await?)
    }
}
