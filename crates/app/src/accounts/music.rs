//! The owner's key at the music worker, and whether it is used (contract M1, M5).

use nameplate_core::secret::MusicKey;

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

impl Caller {
    /// The key itself is shown to nobody.
    pub fn has_music_key(&self) -> bool {
        self.0.account.music_key.is_some()
    }
}

impl Accounts {
    /// Sets the key, or takes it away.
    pub async fn set_music_key(&self, caller: &Caller, key: Option<&MusicKey>) -> Result<(), Unavailable> {
        let set = self.store.set_music_key(&caller.id(), key).await;
        self.forget(&caller.id()).await;
        Ok(set?)
    }

    pub async fn set_music_enabled(&self, caller: &Caller, is_enabled: bool) -> Result<(), Unavailable> {
        let set = self.store.set_music_enabled(&caller.id(), is_enabled).await;
        self.forget(&caller.id()).await;
        set?;
        Ok(())
    }
}
