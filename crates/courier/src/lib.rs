//! The ways by which a message from a page reaches its owner: mail, a Discord webhook, a text message. And what keeps
//! programs from sending them: proof of work ([`Work`]), or Turnstile.
//!
//! It knows neither users nor inboxes: it is handed a [`Note`] and where to bring it, and says whether that worked,
//! whether it may work later, or never will. No address, URL or secret stands in what it says.

mod client;
mod discord;
mod mail;
mod sms;
mod turnstile;
mod work;

use std::time::Duration;

use nameplate_core::contact::{Channel, Letter, Phone, Webhook};
use nameplate_core::host::Host;
use nameplate_core::secret::Email;
use reqwest::StatusCode;

pub use mail::{BadMail, MailSettings};
pub use sms::{BadSmsUrl, SmsUrl};
pub use turnstile::{Turnstile, TurnstileAway};
pub use work::{Solved, Work};

use client::Client;
use discord::Discord;
use mail::Mail;
use sms::Sms;

/// How long a message may take, whatever it goes by.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What is brought.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// Of the instance.
    pub site_name: &'a str,
    /// Of the page it was written on.
    pub domain: &'a Host,
    pub letter: &'a Letter,
}

/// Where it is brought.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    Email(&'a Email),
    Discord(&'a Webhook),
    Sms(&'a Phone),
}

/// Why it was not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// It may work when it is tried again.
    #[error("{0}")]
    Later(String),
    #[error("{0}")]
    Never(String),
}

/// How the operator wants messages brought.
pub struct CourierSettings {
    pub mail: Option<MailSettings>,
    pub sms: Option<(SmsUrl, Option<secrecy::SecretString>)>,
    /// The base of Discord's HTTP API.
    pub discord_api: url::Url,
}

pub struct Courier {
    mail: Option<Mail>,
    discord: Discord,
    sms: Option<Sms>,
}

impl Courier {
    pub fn new(settings: CourierSettings) -> Result<Self, BadMail> {
        let client = Client::default();
        Ok(Self {
            mail: settings.mail.map(Mail::new).transpose()?,
            discord: Discord::new(client.clone(), settings.discord_api),
            sms: settings.sms.map(|(url, secret)| Sms::new(client, url, secret)),
        })
    }

    /// Whether the operator has set the channel up.
    pub fn can(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.mail.is_some(),
            Channel::Discord => true,
            Channel::Sms => self.sms.is_some(),
        }
    }

    /// Asks by mail whether an address is the owner's, who says so behind `link`.
    pub async fn ask(&self, site_name: &str, address: &Email, link: &str) -> Result<(), Undelivered> {
        self.mail()?.ask(site_name, address, link).await
    }

    pub async fn bring(&self, note: Note<'_>, target: Target<'_>) -> Result<(), Undelivered> {
        match target {
            Target::Email(address) => self.mail()?.send(note, address).await,
            Target::Discord(webhook) => self.discord.send(note, webhook).await,
            Target::Sms(number) => self.sms.as_ref().ok_or_else(not_set_up)?.send(note, number).await,
        }
    }

    fn mail(&self) -> Result<&Mail, Undelivered> {
        self.mail.as_ref().ok_or_else(not_set_up)
    }
}

fn not_set_up() -> Undelivered {
    Undelivered::Never("This site has not set that up.".into())
}

/// What the answer to a call means. The error's own text would hold the URL.
fn judge(what: &str, answer: reqwest::Result<reqwest::Response>) -> Result<(), Undelivered> {
    let status = match answer {
        Ok(answer) => answer.status(),
        Err(error) if error.is_timeout() => {
            return Err(Undelivered::Later(format!("{what} did not answer in time.")));
        }
        Err(_) => return Err(Undelivered::Later(format!("{what} cannot be reached."))),
    };
    let may_pass = status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    match status {
        _ if status.is_success() => Ok(()),
        _ if may_pass => Err(Undelivered::Later(format!("{what} answered with status {}.", status.as_u16()))),
        _ => Err(Undelivered::Never(format!("{what} refused it with status {}.", status.as_u16()))),
    }
}

/// Who wrote, for the first line.
fn writer(letter: &Letter) -> &str {
    letter.name.as_deref().unwrap_or("Somebody")
}
