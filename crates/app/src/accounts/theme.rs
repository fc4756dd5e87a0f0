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
    /// Whether the caller may have a theme; none is for everybody.
    pub fn check_theme(&self, caller: &Caller, theme: Option<&str>) -> Result<(), ThemeFault> {
        match theme {
            None => Ok(()),
            Some(_) if !self.is_premium(caller) => Err(ThemeFault::NotPremium),
            Some(theme) if !THEMES.contains(&theme) => Err(ThemeFault::Unknown),
            Some(_) => Ok(()),
        }
    }

    pub async fn set_theme(&self, caller: &Caller, theme: Option<&str>) -> Result<(), ThemeFault> {
        self.check_theme(caller, theme)?;
        self.store.set_theme(&caller.id(), theme).await.map_err(Unavailable::from)?;
        self.forget(&caller.id()).await;
        Ok(())
    }
}
