//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::metrics::gauge::Gauge;

/// The places that are taken.
#[derive(Debug)]
pub(super) struct Caps {
    limit: usize,
    /// How many are taken, for the metrics.
    open: Gauge,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<Ipv6Addr, usize>,
}

/// A connection's place; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    caps: Arc<Caps>,
    address: Ipv6Addr,
}

impl Caps {
    pub(super) fn new(limit: usize, open: Gauge) -> Arc<Self> {
        Arc::new(Self { limit, open, taken: Mutex::default() })
    }

    /// Takes a place for a connection from `peer`, of which there may be `limit`; `None` when there is none left.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr, limit: usize) -> Option<Place> {
        let address = network(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if taken.all >= self.limit || of_address >= limit {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, of_address + 1);
        self.open.inc();
        Some(Place { caps: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.caps.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        self.caps.open.dec();
        if let Some(count) = taken.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// What counts as one address: an IPv4 address, also when it comes mapped into IPv6, or an IPv6 /64.
fn network(peer: IpAddr) -> Ipv6Addr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)),
        IpAddr::V4(address) => address.to_ipv6_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// T06
    #[test]
    fn an_address_has_its_own_cap_and_places_come_back() {
        let caps = Caps::new(100, Gauge::default());
        let first: Vec<_> = (0..3).map(|_| caps.take(ip("192.0.2.1"), 3).unwrap()).collect();
        assert!(caps.take(ip("192.0.2.1"), 3).is_none());
        assert!(caps.take(ip("::ffff:192.0.2.1"), 3).is_none(), "the same address, mapped");
        let _other = caps.take(ip("192.0.2.2"), 3).unwrap();
        drop(first);
        assert!(caps.take(ip("192.0.2.1"), 3).is_some());
    }

    /// T06
    #[test]
    fn a_v6_network_of_64_bits_counts_as_one() {
        let caps = Caps::new(100, Gauge::default());
        let _one = caps.take(ip("2001:db8:0:1::1"), 1).unwrap();
        assert!(caps.take(ip("2001:db8:0:1:ffff::2"), 1).is_none());
        assert!(caps.take(ip("2001:db8:0:2::1"), 1).is_some());
    }

    /// T06
    #[test]
    fn all_together_have_a_cap_and_nothing_is_left_behind() {
        let caps = Caps::new(2, Gauge::default());
        let places = [caps.take(ip("192.0.2.1"), 9), caps.take(ip("192.0.2.2"), 9)];
        assert!(places.iter().all(Option::is_some) && caps.take(ip("192.0.2.3"), 9).is_none());
        drop(places);
        assert!(caps.take(ip("192.0.2.3"), 9).is_some());
        assert!(caps.taken.lock().unwrap().by_address.is_empty() && caps.open.get() == 0);
    }
}
