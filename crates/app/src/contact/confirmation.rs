//! Whether the mail address of an owner is theirs. A link goes there, by which whoever is signed in says so; until then
//! nothing else is sent to it, and so nobody makes the instance write to strangers.
//!
//! Nothing is kept of a link: it holds its end and a keyed hash of owner, address and end.

use std::time::Duration;

use nameplate_core::contact::Channel;
use nameplate_core::id::UserId;
use nameplate_core::secret::Email;
use nameplate_core::time::Timestamp;
use nameplate_courier::Undelivered;
use nameplate_live::Allowance;
use nameplate_store::StoreError;
use subtle::ConstantTimeEq;

use super::Contacts;
use crate::lookup::Unavailable;

/// How long a link is good for.
const LIFE: Duration = Duration::from_secs(24 * 3600);
/// How many links an owner may have sent, to whatever addresses.
const MAILS: Allowance = Allowance::new(5, Duration::from_secs(3600));

/// Why no link was sent.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfirmationFault {
    #[error("This site sends no mail.")]
    NotSetUp,
    #[error("There is no address that waits to be confirmed.")]
    Nothing,
    #[error("Slow down. Try again in {0}s.")]
    Slow(u64),
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for ConfirmationFault {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Contacts {
    /// Sends a link to the address that is not confirmed yet.
    pub async fn ask_again(&self, owner: &UserId) -> Result<(), ConfirmationFault> {
        if !self.can(Channel::Email) {
            return Err(ConfirmationFault::NotSetUp);
        }
        let settings = self.store.find_contact(owner).await?;
        let address = settings.unconfirmed().ok_or(ConfirmationFault::Nothing)?;
        self.admit_confirmation(owner).await.map_err(ConfirmationFault::Slow)?;
        Ok(self.ask(owner, address).await?)
    }

    /// Counts a link that is to be sent, or says how long to wait.
    pub(super) async fn admit_confirmation(&self, owner: &UserId) -> Result<(), u64> {
        let verdict = self.live.take("contact-confirmation", owner.as_str().as_bytes(), MAILS).await;
        if verdict.allowed { Ok(()) } else { Err(verdict.retry_after_seconds()) }
    }

    pub(super) async fn ask(&self, owner: &UserId, address: &Email) -> Result<(), Undelivered> {
        let until = self.clock.now().plus(LIFE);
        let token = format!("{}-{}", until.as_seconds(), self.store.confirmation(owner, address, until));
        self.courier.ask(&self.site_name, address, &self.links.confirmation(&token)).await
    }

    /// The address that a link is about, if it was sent to this owner and is still where their messages are to go.
    pub async fn find_confirmation(&self, owner: &UserId, token: &str) -> Result<Option<Email>, Unavailable> {
        let Some((until, code)) = parse(token) else { return Ok(None) };
        if until < self.clock.now() {
            return Ok(None);
        }
        let settings = self.store.find_contact(owner).await?;
        let Some(mailbox) = settings.email.target else { return Ok(None) };
        let expected = self.store.confirmation(owner, &mailbox.address, until);
        let is_good = expected.as_bytes().ct_eq(code.as_bytes());
        Ok(bool::from(is_good).then_some(mailbox.address))
    }

    /// Uses a link: from now on messages go to its address, which is answered.
    pub async fn confirm(&self, owner: &UserId, token: &str) -> Result<Option<Email>, Unavailable> {
        let Some(address) = self.find_confirmation(owner, token).await? else { return Ok(None) };
        let is_confirmed = self.store.confirm_mailbox(owner, &address).await?;
        Ok(is_confirmed.then_some(address))
    }
}

fn parse(token: &str) -> Option<(Timestamp, &str)> {
    let (until, code) = token.split_once('-').filter(|_| token.len() <= 80)?;
    let seconds: i64 = until.parse().ok()?;
    Some((Timestamp::from_millis(seconds.checked_mul(1000)?), code))
}
