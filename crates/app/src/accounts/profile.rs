//! The fields of the account that its user writes (contract A1).

use nameplate_core::edit::{BadEdit, ProfileEdit};
use nameplate_core::secret::Email;
use nameplate_media::blobs::BlobError;
use nameplate_store::{Conflict, StoreError};

use crate::accounts::pictures::PictureKind;
use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// Why nothing was changed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditFault {
    #[error(transparent)]
    Bad(#[from] BadEdit),
    #[error("{0} must be a URL of a picture that you uploaded")]
    ForeignPicture(&'static str),
    #[error("the username is taken")]
    UsernameTaken,
    #[error("a custom embed is for premium accounts")]
    NotPremium,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for EditFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Username) => Self::UsernameTaken,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl Accounts {
    /// Changes what was sent, or nothing.
    pub async fn edit(&self, caller: &Caller, edit: &ProfileEdit) -> Result<(), EditFault> {
        edit.check()?;
        if matches!(edit.custom_embed, Some(Some(_))) && !self.is_premium(caller) {
            return Err(EditFault::NotPremium);
        }
        let user = caller.user();
        self.check_picture(caller, PictureKind::Avatar, &edit.avatar, &user.avatar).await?;
        self.check_picture(caller, PictureKind::Banner, &edit.banner, &user.banner).await?;
        let id = caller.id();
        let old = self.store.edit_user(&id, |user| edit.apply(user)).await;
        self.forget(&id).await;
        if let Some(old) = old? {
            self.remove_replaced(&id, PictureKind::Avatar, &edit.avatar, old.avatar).await;
            self.remove_replaced(&id, PictureKind::Banner, &edit.banner, old.banner).await;
        }
        if let Some(email) = &edit.email {
            let email = email.as_deref().and_then(|email| Email::parse(email).ok());
            self.store.set_email(&id, email.as_ref()).await?;
        }
        Ok(())
    }

    /// A picture is one of the caller's own, or stays what it is.
    async fn check_picture(
        &self,
        caller: &Caller,
        kind: PictureKind,
        sent: &Option<Option<String>>,
        present: &Option<String>,
    ) -> Result<(), EditFault> {
        let Some(Some(url)) = sent else { return Ok(()) };
        if present.as_ref() == Some(url) {
            return Ok(());
        }
        let foreign = EditFault::ForeignPicture(kind.as_str());
        let Some(key) = self.own_picture(&caller.id(), kind, url) else { return Err(foreign) };
        match self.blobs.head(&key).await {
            Ok(_) => Ok(()),
            Err(BlobError::NotFound) => Err(foreign),
            Err(error) => {
                tracing::warn!(%error, "a picture could not be looked up");
                Err(Unavailable.into())
            }
        }
    }
}
