//! Whose a domain is: its owner publishes a TXT record, and we look it up (contract W3).
//!
//! The record's value is made from the root secret, the domain and its owner, so nothing has to be kept until it is
//! asked for, and a record of one owner proves nothing for another.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, Record};
use nameplate_core::host::Host;
use nameplate_core::id::UserId;
use nameplate_core::profile::Profile;
use nameplate_core::time::Timestamp;
use nameplate_store::{Proof, Store, StoreError};
use serde::Serialize;

/// What one question to one server may take, and the whole look-up.
const ONE_TRY: Duration = Duration::from_secs(3);
const DEADLINE: Duration = Duration::from_secs(10);
/// Of the values that were found, so many are shown, and so much of each.
const SHOWN: (usize, usize) = (5, 100);

/// The TXT record that an owner publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofRecord {
    pub name: String,
    pub value: String,
}

impl ProofRecord {
    /// What proves that a domain is somebody's.
    pub fn new(store: &Store, domain: &Host, owner: &UserId) -> Self {
        let token = store.domain_token(domain, owner);
        Self { name: format!("_nameplate.{domain}"), value: format!("nameplate-verify={token}") }
    }

    /// What proves that the profile's domain is its owner's.
    pub fn of(store: &Store, profile: &Profile) -> Self {
        Self::new(store, &profile.domain, &profile.owner)
    }
}

/// Why a domain is not proved.
#[derive(Debug, thiserror::Error)]
pub enum ProofFault {
    #[error("there is no TXT record {}; publish: {} TXT \"{}\"", .0.name, .0.name, .0.value)]
    Missing(ProofRecord),
    #[error("the TXT record {} says {}, not \"{}\"", record.name, found.join(" and "), record.value)]
    Other { record: ProofRecord, found: Vec<String> },
    #[error("no name server answered in time; try again, or name another one")]
    Late,
    #[error("the name servers could not tell: {0}")]
    Failed(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct DomainProof {
    store: Store,
    resolver: TokioResolver,
}

impl DomainProof {
    /// Asks `server`, or those that the system asks.
    pub fn new(store: Store, server: Option<SocketAddr>) -> Result<Self, ProofFault> {
        let mut builder = match server {
            Some(server) => TokioResolver::builder_with_config(only(server), TokioRuntimeProvider::default()),
            None => TokioResolver::builder_tokio().map_err(fault)?,
        };
        let options = builder.options_mut();
        options.timeout = ONE_TRY;
        options.attempts = 2;
        // A record that was just corrected is to be seen.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        Ok(Self { store, resolver: builder.build().map_err(fault)? })
    }

    /// Looks for the record, and takes the domain as proved if it is there. From then on it is looked for each day.
    pub async fn verify(&self, profile: &Profile, now: Timestamp) -> Result<(), ProofFault> {
        let record = ProofRecord::of(&self.store, profile);
        let found = self.values(&record).await?;
        if found.is_empty() {
            return Err(ProofFault::Missing(record));
        }
        if !found.contains(&record.value) {
            let found = shown(&found).iter().map(|value| format!("{value:?}")).collect();
            return Err(ProofFault::Other { record, found });
        }
        self.store.set_profile_verified(&profile.id, true, now).await?;
        self.store.upsert_proof(&Proof::new(profile.id.clone(), profile.domain.clone(), now)).await?;
        Ok(())
    }

    /// What the record says; nothing, if there is none.
    pub(crate) async fn values(&self, record: &ProofRecord) -> Result<Vec<String>, ProofFault> {
        // With the dot at its end no search domain of the system is tried.
        let answer = self.resolver.txt_lookup(format!("{}.", record.name));
        match tokio::time::timeout(DEADLINE, answer).await.map_err(|_| ProofFault::Late)? {
            Ok(answer) => Ok(answer.answers().iter().filter_map(text).collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(fault(error)),
        }
    }

    /// Where a name leads; nowhere, if it has no address.
    pub(crate) async fn addresses(&self, host: &Host) -> Result<BTreeSet<IpAddr>, ProofFault> {
        let answer = self.resolver.lookup_ip(format!("{host}."));
        match tokio::time::timeout(DEADLINE, answer).await.map_err(|_| ProofFault::Late)? {
            Ok(answer) => Ok(answer.iter().collect()),
            Err(error) if error.is_no_records_found() => Ok(BTreeSet::new()),
            Err(error) => Err(fault(error)),
        }
    }
}

/// Values as people are shown them: a few, and the beginning of each.
pub(crate) fn shown(values: &[String]) -> Vec<String> {
    let (many, long) = SHOWN;
    values.iter().take(many).map(|value| value.chars().take(long).collect()).collect()
}

fn only(server: SocketAddr) -> ResolverConfig {
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    config.connections.iter_mut().for_each(|connection| connection.port = server.port());
    ResolverConfig::from_parts(None, Vec::new(), vec![config])
}

/// The strings of a TXT record, which is one value.
fn text(record: &Record) -> Option<String> {
    match &record.data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    }
}

fn fault(error: NetError) -> ProofFault {
    match error {
        NetError::Timeout | NetError::NoConnections => ProofFault::Late,
        error => ProofFault::Failed(error.to_string()),
    }
}
