//! The salt of the visitor keys: random, the same for a whole UTC day, then thrown away, so that yesterday's keys can
//! no longer be traced to anybody (P4).

use std::sync::Mutex;

use nameplate_core::time::Entropy;

use crate::latest::lock;

/// 32 random bytes that are never shown or stored beyond their day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[derive(Default)]
pub(crate) struct DailySalt(Mutex<Option<Today>>);

#[derive(Clone, Copy)]
pub(crate) struct Today {
    pub(crate) day: i64,
    pub(crate) salt: Salt,
    /// Whether the other nodes use it too.
    pub(crate) is_shared: bool,
}

impl DailySalt {
    /// The salt of `day`, made now if there is none; the one of any other day is dropped.
    pub(crate) fn of(&self, day: i64, entropy: &dyn Entropy) -> Today {
        let mut today = lock(&self.0);
        if let Some(today) = today.filter(|today| today.day == day) {
            return today;
        }
        *today.insert(Today { day, salt: Salt::random(entropy), is_shared: false })
    }

    pub(crate) fn share(&self, day: i64, salt: Salt) {
        *lock(&self.0) = Some(Today { day, salt, is_shared: true });
    }
}
