//! Contact: an owner's settings, and the inbox of what visitors wrote.
//!
//! A message is kept first and brought elsewhere later. Who brings it takes it for a while ([`Store::take_due_message`]),
//! so of several nodes only one does, and what a node took along when it died is due again.

use std::time::Duration;

use nameplate_core::change::Change;
use nameplate_core::contact::{Channel, ContactSettings, Delivery, Letter, Mailbox, Phone, Way, Webhook};
use nameplate_core::host::Host;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::secret::Email;
use nameplate_core::time::Timestamp;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::keyring::SecretKind;
use crate::rows::{domain, millis, read_all, unreadable, unsigned, user_id, word};
use crate::statements as sql;
use crate::{Durability, Store};

/// How long who took a message has it for themselves.
const TAKEN: Duration = Duration::from_secs(120);

/// A message in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub owner: UserId,
    pub profile: ProfileId,
    /// Where the page was.
    pub domain: Host,
    pub channel: Channel,
    pub letter: Letter,
    pub created: Timestamp,
    pub is_read: bool,
    pub delivery: Delivery,
    /// How often it was tried to bring it.
    pub attempts: u32,
}

/// Which messages of an inbox.
#[derive(Clone, Debug, Default)]
pub struct InboxFilter {
    pub profile: Option<ProfileId>,
    pub channel: Option<Channel>,
    pub is_unread: bool,
}

#[derive(FromRow)]
struct WayRow {
    channel: String,
    is_enabled: bool,
    sealed: Option<String>,
    is_confirmed: bool,
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    owner: String,
    profile: String,
    domain: String,
    channel: String,
    name: Option<String>,
    reply_to: Option<String>,
    message: String,
    created: i64,
    is_read: bool,
    delivery: String,
    attempts: i64,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            owner: user_id("inbox.owner", &row.owner)?,
            profile: ProfileId::parse(&row.profile).map_err(|_| unreadable("inbox.profile"))?,
            domain: domain(&row.domain)?,
            channel: word("inbox.channel", &row.channel)?,
            letter: Letter { name: row.name, reply_to: row.reply_to, message: row.message },
            created: Timestamp::from_millis(row.created),
            is_read: row.is_read,
            delivery: word("inbox.delivery", &row.delivery)?,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        })
    }
}

impl Store {
    /// A target that does not open counts as missing.
    pub async fn find_contact(&self, owner: &UserId) -> Result<ContactSettings, StoreError> {
        let rows: Vec<WayRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::LIST_CONTACT_WAYS))
                .bind(owner.as_str())
                .fetch_all(db.reader())
                .await?)
        })?;
        let mut settings = ContactSettings::default();
        for row in rows {
            let open = |kind| self.inner.keyring.open(kind, owner, row.sealed.as_deref()?);
            let is_enabled = row.is_enabled;
            match word("contact_ways.channel", &row.channel)? {
                Channel::Email => {
                    let address = open(SecretKind::ContactEmail).and_then(|text| Email::parse(&text).ok());
                    let is_confirmed = row.is_confirmed;
                    let target = address.map(|address| Mailbox { address, is_confirmed });
                    settings.email = Way { is_enabled, target };
                }
                Channel::Discord => {
                    let target = open(SecretKind::ContactDiscord).and_then(|text| Webhook::parse(&text).ok());
                    settings.discord = Way { is_enabled, target };
                }
                Channel::Sms => {
                    let target = open(SecretKind::ContactSms).and_then(|text| Phone::parse(&text).ok());
                    settings.sms = Way { is_enabled, target };
                }
            }
        }
        Ok(settings)
    }

    /// # Errors
    /// [`Conflict::NoUser`](crate::Conflict::NoUser).
    pub async fn set_contact(&self, owner: &UserId, settings: &ContactSettings) -> Result<(), StoreError> {
        let seal = |kind, target: Option<&str>| target.map(|text| self.seal(kind, owner, text)).transpose();
        let ContactSettings { email, discord, sms } = settings;
        let mailbox = email.target.as_ref();
        let ways = [
            (
                Channel::Email,
                email.is_enabled,
                mailbox.is_none_or(|mailbox| mailbox.is_confirmed),
                seal(SecretKind::ContactEmail, mailbox.map(|mailbox| mailbox.address.expose()))?,
            ),
            (
                Channel::Discord,
                discord.is_enabled,
                true,
                seal(SecretKind::ContactDiscord, discord.target.as_ref().map(Webhook::expose))?,
            ),
            (
                Channel::Sms,
                sms.is_enabled,
                true,
                seal(SecretKind::ContactSms, sms.target.as_ref().map(Phone::expose))?,
            ),
        ];
        change!(self, |db, tx| {
            for (channel, is_enabled, is_confirmed, sealed) in &ways {
                let query = sqlx::query(db.text(sql::UPSERT_CONTACT_WAY)).bind(owner.as_str());
                let query = query.bind(channel.as_str()).bind(is_enabled).bind(sealed).bind(is_confirmed);
                query.execute(&mut *tx).await?;
            }
            ((), Some(Change::User(*owner)))
        })
    }

    /// What only those learn who read the mail of an address that an owner wrote, for as long as `until`.
    pub fn confirmation(&self, owner: &UserId, address: &Email, until: Timestamp) -> String {
        self.inner.keyring.confirmation(owner, address, until)
    }

    /// The address is its owner's. Answers whether it is still the one that messages are to go to.
    pub async fn confirm_mailbox(&self, owner: &UserId, address: &Email) -> Result<bool, StoreError> {
        let keyring = &self.inner.keyring;
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query_scalar(db.text(sql::FIND_SEALED_MAILBOX)).bind(owner.as_str());
            let sealed: Option<Option<String>> = query.fetch_optional(&mut *tx).await?;
            let Some(sealed) = sealed.flatten() else { return Ok(false) };
            let kept = keyring.open(SecretKind::ContactEmail, owner, &sealed);
            if kept.is_none_or(|kept| kept.as_str() != address.expose()) {
                return Ok(false);
            }
            // Each sealing differs, so an address that was written meanwhile is not taken for this one.
            let query = sqlx::query(db.text(sql::CONFIRM_MAILBOX)).bind(owner.as_str()).bind(&sealed);
            let found = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(found)
        })
    }

    /// Puts a message into its owner's inbox, which holds `most`: the oldest one that was read makes room. Answers
    /// whether there was any.
    pub async fn insert_message(&self, message: &Message, most: u32) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let owner = message.owner.as_str();
            // Two messages at the same time find room one after the other.
            sqlx::query(db.text(sql::LOCK_USER)).bind(owner).execute(&mut *tx).await?;
            let count: i64 =
                sqlx::query_scalar(db.text(sql::COUNT_INBOX)).bind(owner).fetch_one(&mut *tx).await?;
            if count >= i64::from(most) {
                let query = sqlx::query(db.text(sql::DELETE_OLDEST_READ)).bind(owner);
                if query.execute(&mut *tx).await?.rows_affected() == 0 {
                    return Ok(false);
                }
            }
            let is_waiting = message.delivery == Delivery::Waiting;
            let query = sqlx::query(db.text(sql::INSERT_MESSAGE))
                .bind(&message.id)
                .bind(owner)
                .bind(message.profile.as_str())
                .bind(message.domain.as_str())
                .bind(message.channel.as_str())
                .bind(&message.letter.name)
                .bind(&message.letter.reply_to)
                .bind(&message.letter.message)
                .bind(message.created.as_millis())
                .bind(message.is_read)
                .bind(message.delivery.as_str())
                .bind(millis(is_waiting.then_some(message.created)));
            query.execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    /// An owner's messages, newest first, and how many there are of them in all.
    pub async fn list_inbox(
        &self,
        owner: &UserId,
        filter: &InboxFilter,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<Message>, u64), StoreError> {
        let profile = filter.profile.as_ref().map_or("", ProfileId::as_str);
        let channel = filter.channel.map_or("", Channel::as_str);
        let (rows, count): (Vec<MessageRow>, i64) = on_both!(self, |db| {
            let query =
                sqlx::query_as(db.text(sql::LIST_INBOX)).bind(owner.as_str()).bind(profile).bind(channel);
            let query = query.bind(filter.is_unread).bind(i64::from(limit)).bind(i64::from(offset));
            let rows = query.fetch_all(db.reader()).await?;
            let query = sqlx::query_scalar(db.text(sql::COUNT_INBOX_OF)).bind(owner.as_str());
            let query = query.bind(profile).bind(channel).bind(filter.is_unread);
            Ok((rows, query.fetch_one(db.reader()).await?))
        })?;
        Ok((read_all(rows)?, unsigned(count)))
    }

    pub async fn count_unread(&self, owner: &UserId) -> Result<u64, StoreError> {
        let count: i64 = on_both!(self, |db| {
            Ok(sqlx::query_scalar(db.text(sql::COUNT_UNREAD))
                .bind(owner.as_str())
                .fetch_one(db.reader())
                .await?)
        })?;
        Ok(unsigned(count))
    }

    /// Answers whether the owner has such a message.
    pub async fn set_message_read(
        &self,
        owner: &UserId,
        id: &str,
        is_read: bool,
    ) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query =
                sqlx::query(db.text(sql::SET_MESSAGE_READ)).bind(owner.as_str()).bind(id).bind(is_read);
            let found = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(found)
        })
    }

    /// Answers whether the owner had such a message.
    pub async fn delete_message(&self, owner: &UserId, id: &str) -> Result<bool, StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::DELETE_MESSAGE)).bind(owner.as_str()).bind(id);
            let found = query.execute(&mut *tx).await?.rows_affected() > 0;
            tx.commit().await?;
            Ok(found)
        })
    }

    /// The message that waits longest to be brought, for the caller alone for two minutes. Its attempts count this one.
    pub async fn take_due_message(&self, now: Timestamp) -> Result<Option<Message>, StoreError> {
        let row: Option<MessageRow> = on_both!(self, |db| {
            // Only a look, most times: a write would wake whoever follows the changes of the database.
            let query = sqlx::query_scalar::<_, String>(db.text(sql::FIND_DUE_MESSAGE)).bind(now.as_millis());
            let Some(id) = query.fetch_optional(db.reader()).await? else { return Ok(None) };
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query_as(db.text(sql::TAKE_MESSAGE)).bind(id).bind(now.as_millis());
            let row = query.bind(now.plus(TAKEN).as_millis()).fetch_optional(&mut *tx).await?;
            tx.commit().await?;
            Ok(row)
        })?;
        row.map(Message::try_from).transpose()
    }

    /// What became of a message that was taken; `due_at` is when one that waits on is tried again.
    pub async fn set_delivery(
        &self,
        id: &str,
        delivery: Delivery,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        on_both!(self, |db| {
            let mut tx = db.begin(Durability::Synced).await?;
            let query = sqlx::query(db.text(sql::SET_DELIVERY)).bind(id).bind(delivery.as_str());
            query.bind(millis(due_at)).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }
}
