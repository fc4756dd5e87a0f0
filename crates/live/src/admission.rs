//! How many streams may be open at once: in all, and for one client address (E8).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};

use crate::latest::lock;

/// The caps on open streams; the one for all follows from the process's file limit.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    pub total: usize,
    pub per_address: usize,
}

pub(crate) struct Admission {
    limits: StreamLimits,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl Admission {
    pub(crate) fn new(limits: StreamLimits) -> Arc<Self> {
        Arc::new(Self { limits, open: Mutex::default() })
    }

    /// A place for one more stream, held until the ticket is dropped; `None` over either cap. Without an address only
    /// the cap on all streams counts.
    pub(crate) fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Ticket> {
        let network = address.map(network);
        let mut open = lock(&self.open);
        if open.total >= self.limits.total {
            return None;
        }
        if let Some(network) = network {
            let here = open.by_network.entry(network).or_default();
            if *here >= self.limits.per_address {
                return None;
            }
            *here += 1;
        }
        open.total += 1;
        Some(Ticket { admission: Arc::clone(self), network })
    }

    pub(crate) fn open(&self) -> usize {
        lock(&self.open).total
    }
}

/// The unit that is counted: an IPv4 address, or an IPv6 /64, which is what one household gets.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

pub(crate) struct Ticket {
    admission: Arc<Admission>,
    network: Option<IpAddr>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut open = lock(&self.admission.open);
        open.total -= 1;
        let Some(network) = self.network else { return };
        if let Some(count) = open.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E8
    #[test]
    fn a_cap_holds_for_an_address_and_for_all_and_frees_what_is_dropped() {
        let admission = Admission::new(StreamLimits { total: 3, per_address: 2 });
        let admit = |address: &str| admission.admit(Some(address.parse().unwrap()));
        let (first, second) = (admit("192.0.2.1"), admit("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(admit("192.0.2.1").is_none(), "a third stream of one address");
        let third = admit("2001:db8::1");
        assert!(third.is_some());
        assert!(admit("192.0.2.2").is_none(), "a fourth stream of all");
        drop((first, second, third));
        assert_eq!(admission.open(), 0);
        assert!(lock(&admission.open).by_network.is_empty());
    }

    /// E8
    #[test]
    fn one_household_is_one_address() {
        let admission = Admission::new(StreamLimits { total: 9, per_address: 1 });
        let _held = admission.admit("2001:db8:0:1::a".parse().ok()).unwrap();
        assert!(admission.admit("2001:db8:0:1:ffff::b".parse().ok()).is_none());
        assert!(admission.admit("2001:db8:0:2::a".parse().ok()).is_some());
    }
}
