//! `nameplate admin domain`: proving that a domain is its owner's.

use std::net::{IpAddr, SocketAddr};

use anyhow::{anyhow, ensure};
use clap::Subcommand;
use nameplate_app::{DomainProof, ProofRecord};
use nameplate_core::host::Host;
use nameplate_core::profile::Profile;

use crate::parts::Parts;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum DomainCommand {
    /// The profile at a domain, and the DNS record that proves whose the domain is
    Show {
        #[arg(value_parser = host)]
        domain: Host,
    },
    /// Look the record up, and take the domain as proved if it is there
    Verify {
        #[arg(value_parser = host)]
        domain: Host,
        /// The name server to ask, such as 9.9.9.9; left out, those of the system
        #[arg(long, value_name = "ADDRESS", value_parser = server)]
        resolver: Option<SocketAddr>,
    },
}

impl DomainCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::Show { domain } => {
                let profile = own_domain(parts, &domain).await?;
                let record = ProofRecord::of(&parts.store, &profile);
                say!("{domain} shows {} of user {}", profile.id, profile.owner)?;
                say!("verified   {}", profile.is_verified)?;
                say!("record     {} TXT \"{}\"", record.name, record.value)?;
                Ok(())
            }
            Self::Verify { domain, resolver } => {
                let profile = own_domain(parts, &domain).await?;
                DomainProof::new(parts.store.clone(), resolver)?.verify(&profile, parts.clock.now()).await?;
                parts.done("verified", format!("profile {}", profile.id), Some(domain.to_string())).await
            }
        }
    }
}

async fn own_domain(parts: &Parts, domain: &Host) -> anyhow::Result<Profile> {
    ensure!(parts.zones.slug(domain).is_none(), "{domain} is a slot of this instance and needs no proof");
    let found = parts.store.find_profile_by_domain(domain).await?;
    found.map(|(profile, _)| profile).ok_or_else(|| anyhow!("no profile has the domain {domain}"))
}

fn host(text: &str) -> Result<Host, String> {
    Host::parse(text).map_err(|error| error.to_string())
}

/// An address, with port 53 unless another one is given.
fn server(text: &str) -> Result<SocketAddr, String> {
    let plain = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, 53));
    text.parse()
        .or_else(|_| plain())
        .map_err(|_| "must be an address such as 9.9.9.9 or 127.0.0.1:53".to_owned())
}
