//! Messages from visitors of a page to its owner: on which ways they go, what they may hold, and where they are brought.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::edit::sent;
use crate::secret::Email;
use crate::text::is_unshowable;

/// The ways of a contact form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Email,
    Discord,
    Sms,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Email, Self::Discord, Self::Sms];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Discord => "discord",
            Self::Sms => "sms",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// The most characters of a message.
    pub const fn longest(self) -> usize {
        match self {
            Self::Email | Self::Discord => 2000,
            Self::Sms => 160,
        }
    }
}

/// What became of a message beyond the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    Waiting,
    Sent,
    Failed,
    /// It is for the inbox alone.
    None,
}

impl Delivery {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::None => "none",
        }
    }
}

/// What a visitor wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub name: Option<String>,
    /// How they want to be answered, in their words.
    pub reply_to: Option<String>,
    pub message: String,
}

/// What is wrong with a letter, and in which field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct BadLetter {
    pub field: &'static str,
    pub text: String,
}

const MAX_NAME: usize = 80;
const MAX_REPLY_TO: usize = 120;

impl Letter {
    /// Reads the fields of a form. An empty one is as one that is left out; what could end a line of a mail's head is
    /// refused, not dropped (T20).
    pub fn read(
        channel: Channel,
        name: Option<&str>,
        reply_to: Option<&str>,
        message: &str,
    ) -> Result<Self, BadLetter> {
        let name = line("name", "The name", name, MAX_NAME)?;
        let reply_to = line("replyTo", "The reply address", reply_to, MAX_REPLY_TO)?;
        let message = message.replace("\r\n", "\n").replace('\r', "\n");
        let message = message.trim();
        let bad = |text: String| Err(BadLetter { field: "message", text });
        if message.is_empty() {
            return bad("Write a message.".into());
        }
        if message.chars().count() > channel.longest() {
            return bad(format!("The message must be at most {} characters.", channel.longest()));
        }
        if message.chars().any(|letter| is_unshowable(letter) && !matches!(letter, '\n' | '\t')) {
            return bad("The message holds characters that cannot be shown.".into());
        }
        Ok(Self { name, reply_to, message: message.to_owned() })
    }
}

fn line(
    field: &'static str,
    what: &str,
    text: Option<&str>,
    most: usize,
) -> Result<Option<String>, BadLetter> {
    let bad = |text: String| Err(BadLetter { field, text });
    let text = text.unwrap_or_default();
    if text.chars().any(is_unshowable) {
        return bad(format!("{what} must be one line of text."));
    }
    let text = text.trim();
    if text.chars().count() > most {
        return bad(format!("{what} must be at most {most} characters."));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A webhook of Discord's: who has its URL may write to the channel, so it is a secret.
#[derive(Clone, Debug)]
pub struct Webhook(SecretString);

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be a webhook's URL as Discord gives it: https://discord.com/api/webhooks/...")]
pub struct BadWebhook;

impl Webhook {
    const START: &str = "https://discord.com/api/webhooks/";

    /// Nothing but Discord's own address is taken, so nobody can make us call another host (T21).
    pub fn parse(text: &str) -> Result<Self, BadWebhook> {
        Self::split(text).map(|_| Self(text.into())).ok_or(BadWebhook)
    }

    /// The id and the token, of which the URL is made again.
    pub fn parts(&self) -> (&str, &str) {
        Self::split(self.0.expose_secret()).unwrap_or_default()
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn split(text: &str) -> Option<(&str, &str)> {
        let (id, token) = text.strip_prefix(Self::START)?.split_once('/')?;
        let is_id = (15..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_token = (20..=128).contains(&token.len()) && token.bytes().all(is_letter);
        (is_id && is_token).then_some((id, token))
    }
}

/// A telephone number in international form, for text messages.
#[derive(Clone, Debug)]
pub struct Phone(SecretString);

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be a number in international form, such as +4915112345678")]
pub struct BadPhone;

impl Phone {
    /// Blanks, hyphens, dots and brackets between the digits are dropped.
    pub fn parse(text: &str) -> Result<Self, BadPhone> {
        let plain: String = text.chars().filter(|letter| !" -.()".contains(*letter)).collect();
        let digits = plain.strip_prefix('+').ok_or(BadPhone)?;
        let is_number = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Ok(Self(plain.into())) } else { Err(BadPhone) }
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A mail address that an owner wants messages sent on to. Until they have confirmed that it is theirs, nothing but the
/// question goes there: nobody makes us write to strangers.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub address: Email,
    pub is_confirmed: bool,
}

impl Mailbox {
    pub fn is(&self, address: &Email) -> bool {
        self.address.expose() == address.expose()
    }
}

/// Where an owner wants messages brought, and on which ways they take any. Secrets: `Debug` does not show them.
#[derive(Clone, Debug, Default)]
pub struct ContactSettings {
    pub email: Way<Mailbox>,
    pub discord: Way<Webhook>,
    pub sms: Way<Phone>,
}

#[derive(Clone, Debug)]
pub struct Way<T> {
    pub is_enabled: bool,
    pub target: Option<T>,
}

impl<T> Default for Way<T> {
    fn default() -> Self {
        Self { is_enabled: false, target: None }
    }
}

impl ContactSettings {
    /// Whether messages are taken this way. Mail without an address is for the inbox alone; the other ways have none
    /// without a target.
    pub fn is_open(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email.is_enabled,
            Channel::Discord => self.discord.is_enabled && self.discord.target.is_some(),
            Channel::Sms => self.sms.is_enabled && self.sms.target.is_some(),
        }
    }

    /// The address that waits for its owner to say that it is theirs.
    pub fn unconfirmed(&self) -> Option<&Email> {
        self.email.target.as_ref().filter(|mailbox| !mailbox.is_confirmed).map(|mailbox| &mailbox.address)
    }
}

/// A change of [`ContactSettings`]: what was not sent stays as it is, and `null` takes a target away. It holds secrets and
/// has no `Debug`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactEdit {
    email: EmailEdit,
    discord: DiscordEdit,
    sms: SmsEdit,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct EmailEdit {
    enabled: Option<bool>,
    #[serde(deserialize_with = "sent")]
    address: Option<Option<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DiscordEdit {
    enabled: Option<bool>,
    #[serde(deserialize_with = "sent")]
    webhook: Option<WebhookEdit>,
}

/// Reading says whether there is one; writing that back changes nothing, or takes it away.
#[derive(Deserialize)]
#[serde(untagged)]
enum WebhookEdit {
    Keep(bool),
    Set(Option<String>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SmsEdit {
    enabled: Option<bool>,
    #[serde(deserialize_with = "sent")]
    number: Option<Option<String>>,
}

/// What is wrong with a change, and in which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct BadContact {
    pub field: &'static str,
    pub text: &'static str,
}

impl ContactEdit {
    /// The settings after the change; an address that was not there before is not confirmed. `has_sms` says whether the instance sends text messages.
    pub fn apply(self, mut settings: ContactSettings, has_sms: bool) -> Result<ContactSettings, BadContact> {
        let Self { email, discord, sms } = self;
        let bad = |field, text| BadContact { field, text };
        if let Some(address) = email.address {
            let text = "Write a mail address of at most 50 characters.";
            let parse = |sent: String| Email::parse(&sent).map_err(|_| bad("email.address", text));
            let before = settings.email.target.take();
            settings.email.target = address.map(parse).transpose()?.map(|address| {
                let is_confirmed = before.is_some_and(|before| before.is(&address) && before.is_confirmed);
                Mailbox { address, is_confirmed }
            });
        }
        match discord.webhook {
            None | Some(WebhookEdit::Keep(true)) => {}
            Some(WebhookEdit::Keep(false) | WebhookEdit::Set(None)) => settings.discord.target = None,
            Some(WebhookEdit::Set(Some(url))) => {
                let text = "Paste the URL that Discord shows: https://discord.com/api/webhooks/...";
                let webhook = Webhook::parse(&url).map_err(|_| bad("discord.webhook", text))?;
                settings.discord.target = Some(webhook);
            }
        }
        if let Some(number) = sms.number {
            let parse = |text: String| {
                Phone::parse(&text).map_err(|_| bad("sms.number", "Write the number as in +4915112345678."))
            };
            settings.sms.target = number.map(parse).transpose()?;
        }
        settings.email.is_enabled = email.enabled.unwrap_or(settings.email.is_enabled);
        settings.discord.is_enabled = discord.enabled.unwrap_or(settings.discord.is_enabled);
        settings.sms.is_enabled = sms.enabled.unwrap_or(settings.sms.is_enabled);
        if settings.discord.is_enabled && settings.discord.target.is_none() {
            return Err(bad("discord.webhook", "Messages to Discord need a webhook."));
        }
        if settings.sms.is_enabled && settings.sms.target.is_none() {
            return Err(bad("sms.number", "Text messages need a number."));
        }
        if settings.sms.is_enabled && !has_sms {
            return Err(bad("sms.enabled", "This site sends no text messages."));
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests;
