//! The inbox, as its owner reads it.

use nameplate_core::contact::{Channel, Delivery};
use nameplate_core::id::{ProfileId, UserId};
use nameplate_store::{InboxFilter, Message};
use serde::Serialize;

use super::Contacts;
use crate::lookup::Unavailable;

const PAGE: u32 = 25;

/// Which part of the inbox.
#[derive(Clone, Debug, Default)]
pub struct InboxQuery {
    /// From 1.
    pub page: u32,
    pub profile: Option<ProfileId>,
    pub channel: Option<Channel>,
    pub is_unread: bool,
}

#[derive(Serialize)]
pub struct InboxView {
    pub messages: Vec<MessageView>,
    pub page: u32,
    pub pages: u64,
    pub total: u64,
    /// In the whole inbox.
    pub unread: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    pub id: String,
    pub profile: ProfileId,
    /// Where the page was when the message came.
    pub domain: String,
    pub channel: Channel,
    pub name: Option<String>,
    pub reply_to: Option<String>,
    pub message: String,
    pub created: String,
    pub is_read: bool,
    pub delivery: Delivery,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            profile: message.profile,
            domain: message.domain.to_string(),
            channel: message.channel,
            name: message.letter.name,
            reply_to: message.letter.reply_to,
            message: message.letter.message,
            created: message.created.to_rfc3339_millis(),
            is_read: message.is_read,
            delivery: message.delivery,
        }
    }
}

impl Contacts {
    pub async fn inbox(&self, owner: &UserId, query: InboxQuery) -> Result<InboxView, Unavailable> {
        let InboxQuery { page, profile, channel, is_unread } = query;
        let page = page.max(1);
        let filter = InboxFilter { profile, channel, is_unread };
        let offset = PAGE.saturating_mul(page - 1);
        let (messages, total) = self.store.list_inbox(owner, &filter, PAGE, offset).await?;
        Ok(InboxView {
            messages: messages.into_iter().map(MessageView::from).collect(),
            page,
            pages: total.div_ceil(PAGE.into()).max(1),
            total,
            unread: self.store.count_unread(owner).await?,
        })
    }

    pub async fn unread(&self, owner: &UserId) -> Result<u64, Unavailable> {
        Ok(self.store.count_unread(owner).await?)
    }

    /// Answers whether there is such a message.
    pub async fn mark(&self, owner: &UserId, id: &str, is_read: bool) -> Result<bool, Unavailable> {
        Ok(self.store.set_message_read(owner, id, is_read).await?)
    }

    /// Answers whether there was such a message.
    pub async fn delete(&self, owner: &UserId, id: &str) -> Result<bool, Unavailable> {
        Ok(self.store.delete_message(owner, id).await?)
    }
}
