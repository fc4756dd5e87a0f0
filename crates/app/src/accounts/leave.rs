//! Taking one's data along, and leaving.

use nameplate_core::id::UserId;
use nameplate_core::transfer::{Instance, InstanceFile};
use nameplate_media::blob_key::BlobKey;
use nameplate_store::AuditEntry;

use crate::accounts::pictures::PictureKind;
use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// Posts to a page.
const PAGE: u32 = 500;

impl Accounts {
    /// Everything of the caller's, keys and address included, in the format of an import.
    pub async fn export(&self, caller: &Caller) -> Result<InstanceFile, Unavailable> {
        let id = caller.id();
        let mut posts = Vec::new();
        loop {
            let page = self.store.list_posts_of(&id, PAGE, posts.len() as u32).await?;
            let is_last = page.len() < PAGE as usize;
            posts.extend(page);
            if is_last {
                break;
            }
        }
        let account = self.store.find_account(&id).await?;
        let pages = self.store.list_pages_of(&id).await?;
        let profiles = pages.into_iter().map(|own| own.page).collect();
        Ok(Instance { accounts: account.into_iter().collect(), profiles, posts }.into())
    }

    /// Deletes the account with everything that is its: pages, uploads, files, keys, numbers, sessions.
    pub async fn delete(&self, caller: &Caller) -> Result<(), Unavailable> {
        let id = caller.id();
        // What is to go is read before the rows that name it are gone; the bytes go last, when nothing leads to them.
        let files = self.store.list_uploads(&id, u32::MAX).await?;
        let uploads = files.into_iter().map(|upload| upload.file.name);
        let mut keys: Vec<_> = uploads
            .flat_map(|name| [BlobKey::thumb_of(id, &name), BlobKey::Upload { owner: id, name }])
            .collect();
        let user = caller.user();
        for (kind, url) in [(PictureKind::Avatar, &user.avatar), (PictureKind::Banner, &user.banner)] {
            keys.extend(url.as_deref().and_then(|url| self.own_picture(&id, kind, url)));
        }
        self.store.delete_user(&id).await?;
        self.forget(&id).await;
        self.note(id, "deleted", format!("user {id}")).await;
        if let Err(error) = self.blobs.delete_many(keys).await {
            tracing::warn!(%error, "files of a deleted account could not be removed");
        }
        Ok(())
    }

    /// What a user did, for operators who ask later. That it cannot be written keeps nobody from doing it.
    async fn note(&self, actor: UserId, action: &str, object: String) {
        let (at, actor, action) = (self.clock.now(), actor.to_string(), action.to_owned());
        let entry = AuditEntry { at, actor, action, object, note: None };
        if let Err(error) = self.store.insert_audit(&entry).await {
            tracing::warn!(%error, "what a user did could not be written down");
        }
    }
}
