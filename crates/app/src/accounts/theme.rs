//! The colour theme of an account (contract A1).

use nameplate_core::user::THEMES;

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// Why a theme is not set.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ThemeFault {
    #[error("no such theme")]
    Unknown,
    #[error("themes are for premium accounts")]
    NotPremium,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Accounts {
    pub async fn set_theme(&self, caller: &Caller, theme: &str) -> Result<(), ThemeFault> {
        if !self.is_premium(caller) {
            return Err(ThemeFault::NotPremium);
        }
        if !THEMES.contains(&theme) {
            return Err(ThemeFault::Unknown);
        }
        self.store.set_theme(&caller.id(), Some(theme)).await.map_err(Unavailable::from)?;
        self.forget(&caller.id()).await;
        Ok(())
    }
}
