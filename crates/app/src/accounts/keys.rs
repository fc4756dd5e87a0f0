//! The keys of the account API, as their owner looks after them (contract U13).

use nameplate_core::secret::{AccountKey, KeyKind};

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

impl Caller {
    pub fn key(&self, kind: KeyKind) -> Option<&AccountKey> {
        match kind {
            KeyKind::Relay => self.0.account.relay_key.as_ref(),
            KeyKind::Api => self.0.account.api_key.as_ref(),
        }
    }
}

impl Accounts {
    /// Makes a new key in place of the one before, which opens nothing from now on.
    pub async fn rotate_key(&self, caller: &Caller, kind: KeyKind) -> Result<AccountKey, Unavailable> {
        let key = AccountKey::generate(&*self.entropy);
        self.set_key(caller, kind, Some(&key)).await?;
        Ok(key)
    }

    pub async fn delete_key(&self, caller: &Caller, kind: KeyKind) -> Result<(), Unavailable> {
        self.set_key(caller, kind, None).await
    }

    async fn set_key(
        &self,
        caller: &Caller,
        kind: KeyKind,
        key: Option<&AccountKey>,
    ) -> Result<(), Unavailable> {
        let set = self.store.set_key(&caller.id(), kind, key).await;
        self.forget(&caller.id()).await;
        Ok(set?)
    }
}
