//! The check that a person sends a message.

use nameplate_courier::{Turnstile, Work};
use nameplate_page::FormCheck;

use super::{Contacts, LetterFault};

/// How it is checked, as the operator decides.
pub enum BotCheck {
    Off,
    Work(Work),
    Turnstile(Turnstile),
}

impl BotCheck {
    /// What a page's form needs for it.
    pub(crate) fn on_page(&self) -> FormCheck<'_> {
        match self {
            Self::Off => FormCheck::Off,
            Self::Work(_) => FormCheck::Work,
            Self::Turnstile(turnstile) => FormCheck::Turnstile { site_key: turnstile.site_key() },
        }
    }

    /// The word of the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Off => "none",
            Self::Work(_) => "pow",
            Self::Turnstile(_) => "turnstile",
        }
    }
}

/// What came with a message to show that a person sends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proof<'a> {
    pub altcha: Option<&'a str>,
    pub turnstile: Option<&'a str>,
    /// Sent without our script, which would have done the work; limits stand in for it.
    pub is_plain: bool,
}

impl Contacts {
    /// A new challenge, where work is what is asked for.
    pub fn challenge(&self) -> Option<impl serde::Serialize + use<>> {
        match &*self.bot_check {
            BotCheck::Work(work) => work.challenge(self.clock.now()),
            BotCheck::Off | BotCheck::Turnstile(_) => None,
        }
    }

    pub(super) async fn check(&self, proof: Proof<'_>) -> Result<(), LetterFault> {
        let is_good = match &*self.bot_check {
            BotCheck::Off => true,
            BotCheck::Work(_) if proof.is_plain => true,
            BotCheck::Work(work) => {
                let now = self.clock.now();
                match proof.altcha.and_then(|payload| work.check(payload, now)) {
                    Some(solved) => {
                        let once = [solved.signature.as_bytes()];
                        self.live.is_first("contact-proof", &once, Work::LIFE, now).await
                    }
                    None => false,
                }
            }
            BotCheck::Turnstile(turnstile) => {
                let answer = turnstile.is_good(proof.turnstile.unwrap_or_default()).await;
                answer.map_err(|error| {
                    tracing::warn!(%error, "a message was refused");
                    LetterFault::CheckAway
                })?
            }
        };
        if is_good { Ok(()) } else { Err(LetterFault::BotCheck) }
    }
}
