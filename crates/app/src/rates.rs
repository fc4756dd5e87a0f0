//! How often a caller may do what: the whole table (contract A8).
//!
//! Counted for each owner of a key and each endpoint, whichever of the two hosts is asked, over all nodes. What is not
//! listed is not limited.

use std::net::IpAddr;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_live::{Allowance, Live, Verdict};

/// The endpoints that have a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    AppendUpload,
    Block,
    ContactTest,
    CheckDomain,
    DeleteUpload,
    DraftCard,
    EditUpload,
    GetPost,
    ListUploads,
    Preview,
    Report,
    SetAvatar,
    SetBanner,
    SetTheme,
    Share,
    Unblock,
    UpdateProfile,
    Upload,
    UsageHistory,
}

impl Action {
    /// Its name among the counters, and how often it may happen.
    const fn row(self) -> (&'static str, Allowance) {
        match self {
            Self::AppendUpload => ("append-upload", a_minute(10)),
            Self::Block => ("block", a_minute(10)),
            Self::ContactTest => ("contact-test", a_minute(3)),
            Self::CheckDomain => ("check-domain", a_minute(6)),
            Self::DraftCard => ("draft-card", a_minute(60)),
            // An editor asks after each pause of somebody who types.
            Self::Preview => ("preview", a_minute(600)),
            Self::DeleteUpload => ("delete-upload", a_half_minute(20)),
            Self::EditUpload => ("edit-upload", a_half_minute(20)),
            Self::GetPost => ("get-post", a_half_minute(20)),
            Self::ListUploads => ("list-uploads", a_half_minute(20)),
            Self::Report => ("report", a_minute(3)),
            Self::SetAvatar => ("set-avatar", a_minute(10)),
            Self::SetBanner => ("set-banner", a_minute(10)),
            Self::Share => ("share", a_minute(240)),
            Self::SetTheme => ("set-theme", a_minute(20)),
            Self::Unblock => ("unblock", a_minute(10)),
            Self::UpdateProfile => ("update-profile", a_minute(10)),
            Self::Upload => ("upload", a_half_minute(20)),
            Self::UsageHistory => ("usage-history", a_minute(30)),
        }
    }
}

/// What visitors may do who have no key: counted by their address, IPv6 by the network of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    Click,
}

impl Visit {
    const fn row(self) -> (&'static str, Allowance) {
        match self {
            Self::Click => ("click", a_minute(60)),
        }
    }
}

/// The bytes by which an address is counted.
pub(crate) fn network(address: IpAddr) -> [u8; 8] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            [0, 0, 0, 0, a, b, c, d]
        }
        IpAddr::V6(address) => ((address.to_bits() >> 64) as u64).to_be_bytes(),
    }
}

const fn a_minute(limit: u32) -> Allowance {
    Allowance::new(limit, Duration::from_secs(60))
}

const fn a_half_minute(limit: u32) -> Allowance {
    Allowance::new(limit, Duration::from_secs(30))
}

pub struct Rates {
    live: Live,
}

impl Rates {
    pub(crate) fn new(live: Live) -> Self {
        Self { live }
    }

    /// Counts one use of an endpoint.
    pub async fn take(&self, action: Action, caller: &UserId) -> Verdict {
        let (name, allowance) = action.row();
        self.live.take(name, caller.as_str().as_bytes(), allowance).await
    }

    /// Counts what a visitor does.
    pub async fn take_from(&self, visit: Visit, address: IpAddr) -> Verdict {
        let (name, allowance) = visit.row();
        self.live.take(name, &network(address), allowance).await
    }

    /// What somebody who is not known, and so has used nothing, is told of a limit.
    pub fn untouched(&self, action: Action) -> Verdict {
        self.live.untouched(action.row().1)
    }
}
