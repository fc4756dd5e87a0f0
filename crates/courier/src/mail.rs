//! Mail over SMTP.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message, MessageBuilder};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use nameplate_core::secret::Email;
use secrecy::{ExposeSecret, SecretString};

use crate::{Note, TIMEOUT, Undelivered, writer};

pub struct MailSettings {
    /// `smtp://`, with `?tls=required` for STARTTLS, or `smtps://`; with user and password, if there are any.
    pub url: SecretString,
    /// Who sends, as in `Nameplate <mail@example.org>`.
    pub from: String,
    /// What we call ourselves to the server.
    pub host: String,
}

/// What is wrong with the settings. The URL's own faults are not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadMail {
    #[error(
        "setting `smtp_url`: must be smtps://user:password@host, or smtp://host:port with ?tls=required for STARTTLS"
    )]
    Url,
    #[error("setting `smtp_from`: must be an address such as Nameplate <mail@example.org>")]
    From,
}

pub(crate) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    pub(crate) fn new(settings: MailSettings) -> Result<Self, BadMail> {
        let url = settings.url.expose_secret();
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| BadMail::Url)?;
        let server = server.timeout(Some(TIMEOUT)).hello_name(ClientId::Domain(settings.host)).build();
        let from = settings.from.parse().map_err(|_| BadMail::From)?;
        Ok(Self { server, from })
    }

    pub(crate) async fn send(&self, note: Note<'_>, address: &Email) -> Result<(), Undelivered> {
        self.post(self.write(note, address)).await
    }

    /// Nothing in it is of the user's making, so that nobody sends words of their own to a stranger.
    pub(crate) async fn ask(&self, site_name: &str, address: &Email, link: &str) -> Result<(), Undelivered> {
        let text = format!(
            "Somebody on {site_name} wants messages from visitors of their page to go to this address. If that is you, \
             confirm it within a day, signed in to your account:\n\n{link}\n\nIf it is not you, do nothing: no \
             messages are sent here then.\n\n-- \n{site_name}\n"
        );
        let subject = format!("Confirm this address for {site_name}");
        self.post(self.head(address).and_then(|head| head.subject(subject).body(text).ok())).await
    }

    async fn post(&self, mail: Option<Message>) -> Result<(), Undelivered> {
        let mail = mail.ok_or_else(|| {
            Undelivered::Never("No mail can be written from it, or not to that address.".into())
        })?;
        match in_time(self.server.send(mail)).await {
            None => Err(Undelivered::Later("The mail server did not answer in time.".into())),
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) if error.is_permanent() => {
                let code = error.status().map(|code| format!(" with {code}")).unwrap_or_default();
                Err(Undelivered::Never(format!("The mail server refused it{code}.")))
            }
            Some(Err(_)) => {
                Err(Undelivered::Later("The mail server cannot be reached or did not take it.".into()))
            }
        }
    }

    /// Names come into the head through the library, which encodes them.
    fn write(&self, note: Note<'_>, address: &Email) -> Option<Message> {
        let Note { site_name, domain, letter } = note;
        let who = writer(letter);
        let reply_to = letter.reply_to.as_deref();
        let mut mail = self.head(address)?.subject(format!("{who} wrote to you on {domain}"));
        // Whatever else they left is for the owner to read.
        if let Some(answer) = reply_to.and_then(|text| Email::parse(text).ok()) {
            mail = mail.reply_to(Mailbox::new(letter.name.clone(), answer.expose().parse().ok()?));
        }
        let reply = reply_to.map(|text| format!("Reply to: {text}\n")).unwrap_or_default();
        let text = format!(
            "{}\n\n-- \nFrom: {who}\n{reply}Sent with the form on {domain}, {site_name}.\n",
            letter.message
        );
        mail.body(text).ok()
    }

    fn head(&self, address: &Email) -> Option<MessageBuilder> {
        let to = Mailbox::new(None, address.expose().parse().ok()?);
        Some(Message::builder().from(self.from.clone()).to(to).header(ContentType::TEXT_PLAIN))
    }
}

/// The library's own limit is for each step of the conversation.
async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(TIMEOUT, work).await.ok()
}
