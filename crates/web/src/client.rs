//! Who sent a request: the address that limits and view counts go by (contract P4).
//!
//! The peer's address, unless the peer is one of the operator's proxies: then the right-most hop of `X-Forwarded-For`
//! (or `Forwarded`, when the former is absent) that is not a proxy of theirs. What stands to the left of it came from the
//! visitor, and whatever it is, is not looked at.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use http::header::{FORWARDED, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks whose forwarding headers are believed (`trusted_proxies`).
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of the visitor behind `peer`.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return peer;
        }
        if headers.contains_key(X_FORWARDED_FOR) {
            self.walk(peer, headers, &X_FORWARDED_FOR, |hop| Some(hop))
        } else {
            self.walk(peer, headers, &FORWARDED, forwarded_for)
        }
    }

    /// From `peer` on against the way of the request, as long as each hop is a proxy that tells who came before it.
    fn walk(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        name: &HeaderName,
        value: fn(&str) -> Option<&str>,
    ) -> IpAddr {
        let lines = headers.get_all(name).iter().rev();
        // An empty element of a list means nothing (RFC 9110, 5.6.1).
        let hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let hops = hops.map(<[u8]>::trim_ascii).filter(|hop| !hop.is_empty());
        let mut last = peer;
        for hop in hops {
            let hop = std::str::from_utf8(hop).ok().and_then(value).and_then(address);
            let Some(hop) = hop else { break };
            last = hop;
            if !self.contains(hop) {
                break;
            }
        }
        last
    }
}

/// The value of `for=` in one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let value =
        pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value)?;
    Some(value.trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    /// P4
    #[test]
    fn forwarding_headers_count_only_from_trusted_proxies() {
        let spoofed = [("x-forwarded-for", "192.0.2.1")];
        assert_eq!(client("198.51.100.1", &spoofed), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &spoofed), "192.0.2.1");
        assert_eq!(client("::ffff:10.0.0.1", &spoofed), "192.0.2.1");
    }

    /// P4
    #[test]
    fn the_rightmost_untrusted_hop_is_the_visitor() {
        assert_eq!(
            client("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, 192.0.2.1, 10.0.0.2")]),
            "192.0.2.1"
        );
        assert_eq!(
            client("10.0.0.1", &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.1")]),
            "192.0.2.1"
        );
        assert_eq!(
            client("10.0.0.1", &[("forwarded", "for=192.0.2.60;proto=http, for=\"[2001:db8::17]:4711\"")]),
            "2001:db8::17"
        );
        assert_eq!(client("::1", &[("x-forwarded-for", "[2001:db8::17]:4711")]), "2001:db8::17");
    }

    /// P4
    #[test]
    fn what_a_visitor_puts_before_the_own_address_changes_nothing() {
        for lie in ["unknown, ", "not-an-ip,", ",", " , ,", "\"", "10.0.0.7, ", "1.2.3.4, x, "] {
            let chain = format!("{lie}{}192.0.2.1, 10.0.0.2", if lie == "\"" { "," } else { "" });
            assert_eq!(client("10.0.0.1", &[("x-forwarded-for", &chain)]), "192.0.2.1", "{chain}");
        }
        let lines = [("x-forwarded-for", "unknown"), ("x-forwarded-for", "192.0.2.1,")];
        assert_eq!(client("10.0.0.1", &lines), "192.0.2.1");
        for chain in ["for=_hidden, for=192.0.2.1", "for=unknown;proto=http, for=\"192.0.2.1\""] {
            assert_eq!(client("10.0.0.1", &[("forwarded", chain)]), "192.0.2.1");
        }
    }

    /// P4
    #[test]
    fn a_proxy_that_does_not_tell_who_came_stands_for_them() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "192.0.2.1, unknown")]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "192.0.2.1, x, 10.0.0.2")]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &[("forwarded", "by=10.0.0.2")]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "10.0.0.9, 10.0.0.2")]), "10.0.0.9");
    }
}
