//! Hosts: from the authority of a request to the surface that answers it (contract R1 to R8).
//!
//! Reading an authority is strict: what is not plainly `host` or `host:port` is an error before any routing. A
//! [`Host`] is in the one form in which hosts are compared: lower case, IDNA A-labels, no port, no trailing dot.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadHost {
    #[error("is not a host name, as in ada.example.org")]
    Malformed,
    #[error("is an address where a host name is wanted")]
    Address,
}

/// The host of a request or of a profile.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(Arc<str>);

/// What stood in an authority: a name, or an IP literal, which never shows anybody's profile (R8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    Name(Host),
    Address(IpAddr),
}

impl Authority {
    /// Reads `host[:port]` (R1). Refuses user information, lists, blanks, paths, empty labels and bad ports.
    pub fn parse(text: &[u8]) -> Result<Self, BadHost> {
        let text = std::str::from_utf8(text).map_err(|_| BadHost::Malformed)?;
        if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']').ok_or(BadHost::Malformed)?;
            let address: Ipv6Addr = address.parse().map_err(|_| BadHost::Malformed)?;
            if !port.is_empty() {
                check_port(port.strip_prefix(':').ok_or(BadHost::Malformed)?)?;
            }
            return Ok(Self::Address(address.into()));
        }
        let name = match text.split_once(':') {
            Some((name, port)) => check_port(port).map(|()| name)?,
            None => text,
        };
        if let Ok(address) = name.parse::<IpAddr>() {
            return Ok(Self::Address(address));
        }
        Host::parse(name).map(Self::Name)
    }
}

fn check_port(port: &str) -> Result<(), BadHost> {
    let is_port =
        port.is_empty() || (port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok());
    if is_port { Ok(()) } else { Err(BadHost::Malformed) }
}

impl Host {
    /// Reads a host name without a port.
    pub fn parse(text: &str) -> Result<Self, BadHost> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let is_plain =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        if text.is_empty() || !text.chars().all(|character| is_plain(character) || !character.is_ascii()) {
            return Err(BadHost::Malformed);
        }
        // Plain ASCII names need no mapping, and `_` (as in service names) is none of IDNA's business.
        let ascii = if text.is_ascii() && !text.to_ascii_lowercase().contains("xn--") {
            text.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii_cow(text.as_bytes(), idna::AsciiDenyList::URL)
                .map_err(|_| BadHost::Malformed)?
                .into_owned()
        };
        let is_label =
            |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
        if ascii.len() > 253 || !ascii.split('.').all(is_label) || !ascii.chars().all(is_plain) {
            return Err(BadHost::Malformed);
        }
        // A name whose last label is a number would be read as an IPv4 address by others (`127.1`, `0x7f.1`).
        let last = ascii.rsplit('.').next().unwrap_or_default();
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
            || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if is_number { Err(BadHost::Address) } else { Ok(Self(ascii.into())) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `host` directly below this one: `base.below("relay")` is `relay.<base>`. The label is taken as it is.
    pub fn below(&self, label: &str) -> Self {
        Self(format!("{label}.{}", self.0).into())
    }

    /// What stands before `.{base}`, if this host lies under `base`: `ada` for `ada.localhost`.
    pub fn label_under(&self, base: &Self) -> Option<&str> {
        self.0.strip_suffix(base.as_str())?.strip_suffix('.').filter(|label| !label.is_empty())
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Host {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Host {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parsed(deserializer, Self::parse)
    }
}

/// Labels under the base domain that can never be a profile's slug (R3): our own hosts, and names that visitors
/// would take for the operator's.
pub const RESERVED_LABELS: [&str; 37] = [
    "abuse",
    "account",
    "admin",
    "api",
    "assets",
    "auth",
    "autoconfig",
    "autodiscover",
    "billing",
    "cdn",
    "dashboard",
    "dns",
    "docs",
    "ftp",
    "healthz",
    "help",
    "i",
    "imap",
    "internal",
    "localhost",
    "login",
    "mail",
    "metrics",
    "mx",
    "ns1",
    "ns2",
    "relay",
    "root",
    "security",
    "smtp",
    "static",
    "status",
    "studio",
    "support",
    "system",
    "wpad",
    "www",
];

/// Why a host cannot be a profile's domain.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadDomain {
    #[error("is a reserved name")]
    Reserved,
    #[error("must be one label under the base domain: letters, digits and inner hyphens, at most 63")]
    Slug,
    #[error("must be a domain with at least two labels")]
    TooShort,
}

/// The surfaces of the system, each with its own shape of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The owner's dashboard: the base domain, `www` and the exempt roots (R4).
    Studio,
    /// `relay.B`: the account API with the `relay-key` header.
    Relay,
    /// `api.B`: the account API with the `api-key` header.
    Api,
    /// `i.B`: uploaded files.
    Files,
    /// Any other host under the base domain: perhaps a profile, else a 404 page (R5, R7).
    Slot(Host),
    /// A foreign host: perhaps a profile's custom domain, else a redirect home (R5, R7).
    Foreign(Option<Host>),
}

/// The hosts that this instance knows by configuration.
#[derive(Clone, Debug)]
pub struct Zones {
    base: Host,
    exempt: Vec<Host>,
}

impl Zones {
    pub fn new(base: Host, exempt: Vec<Host>) -> Self {
        Self { base, exempt }
    }

    pub fn base(&self) -> &Host {
        &self.base
    }

    pub fn files(&self) -> Host {
        self.base.below("i")
    }

    pub fn surface(&self, authority: &Authority) -> Surface {
        let host = match authority {
            Authority::Name(host) => host,
            Authority::Address(_) => return Surface::Foreign(None),
        };
        if self.is_exempt(host) {
            return Surface::Studio;
        }
        match host.label_under(&self.base) {
            Some("relay") => Surface::Relay,
            Some("api") => Surface::Api,
            Some("i") => Surface::Files,
            Some(_) => Surface::Slot(host.clone()),
            None => Surface::Foreign(Some(host.clone())),
        }
    }

    /// The hosts that always show the dashboard, whatever a profile says (R4).
    pub fn is_exempt(&self, host: &Host) -> bool {
        *host == self.base || host.label_under(&self.base) == Some("www") || self.exempt.contains(host)
    }

    /// The slug, if `domain` is a slot of this instance.
    pub fn slug<'a>(&self, domain: &'a Host) -> Option<&'a str> {
        domain.label_under(&self.base)
    }

    /// Whether a profile at `domain` may be shown. It is asked again here, since a row may be older than the configuration.
    pub fn may_serve(&self, domain: &Host, is_verified: bool) -> bool {
        let is_ours = is_verified || self.slug(domain).is_some();
        is_ours && !self.is_exempt(domain) && self.check_domain(domain).is_ok()
    }

    /// Whether a profile may have `domain`: a free slug, or a domain of the owner's own. An exempt root may stand in a
    /// row, but is never served from it (R4).
    pub fn check_domain(&self, domain: &Host) -> Result<(), BadDomain> {
        match self.slug(domain) {
            Some(label) if RESERVED_LABELS.contains(&label) => Err(BadDomain::Reserved),
            Some(label) if label.contains(['.', '_']) => Err(BadDomain::Slug),
            Some(_) => Ok(()),
            None if self.is_exempt(domain) || domain.as_str().contains('.') => Ok(()),
            None => Err(BadDomain::TooShort),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Authority {
        Authority::Name(Host::parse(text).unwrap())
    }

    /// R1
    #[test]
    fn a_host_is_compared_without_case_port_and_trailing_dot() {
        for spelled in
            ["ada.localhost", "ADA.localhost", "ada.localhost.", "ada.localhost:8080", "Ada.LocalHost.:80"]
        {
            assert_eq!(Authority::parse(spelled.as_bytes()), Ok(name("ada.localhost")), "{spelled}");
        }
        assert_eq!(Authority::parse("bücher.example".as_bytes()), Ok(name("xn--bcher-kva.example")));
        assert_eq!(Authority::parse(b"XN--BCHER-KVA.example"), Ok(name("xn--bcher-kva.example")));
    }

    /// R1
    #[test]
    fn a_malformed_authority_is_refused() {
        let bad: [&[u8]; 21] = [
            b"",
            b".",
            b"a..b",
            b".a",
            b"a,b",
            b"a b",
            b"u:p@a",
            b"u@a",
            b"a/../x",
            b"a:b",
            b"a:99999",
            b"a:-1",
            b"a:1:2",
            b"[::1",
            b"[::1]x",
            b"[x]",
            b"a%41",
            b"\xff\xfe",
            b"-a.b",
            b"a\0b",
            b"a#b",
        ];
        for text in bad {
            assert!(Authority::parse(text).is_err(), "{:?}", String::from_utf8_lossy(text));
        }
        assert!(Authority::parse("x".repeat(5000).as_bytes()).is_err());
    }

    /// R8
    #[test]
    fn an_address_in_any_spelling_names_nobody() {
        for literal in ["127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"] {
            assert!(matches!(Authority::parse(literal.as_bytes()), Ok(Authority::Address(_))), "{literal}");
        }
        for odd in ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"] {
            assert!(Authority::parse(odd.as_bytes()).is_err(), "{odd}");
        }
    }

    /// R3, R4, R5
    #[test]
    fn the_host_chooses_the_surface() {
        let exempt = Host::parse("other-root.example").unwrap();
        let zones = Zones::new(Host::parse("localhost").unwrap(), vec![exempt]);
        let surface = |text: &str| zones.surface(&Authority::parse(text.as_bytes()).unwrap());
        for studio in ["localhost", "www.localhost", "other-root.example", "LOCALHOST:1"] {
            assert_eq!(surface(studio), Surface::Studio, "{studio}");
        }
        assert_eq!(surface("relay.localhost"), Surface::Relay);
        assert_eq!(surface("api.localhost"), Surface::Api);
        assert_eq!(surface("i.localhost"), Surface::Files);
        assert_eq!(surface("ada.localhost"), Surface::Slot(Host::parse("ada.localhost").unwrap()));
        assert_eq!(surface("notlocalhost"), Surface::Foreign(Some(Host::parse("notlocalhost").unwrap())));
        assert_eq!(surface("127.0.0.1"), Surface::Foreign(None));
    }

    /// R3
    #[test]
    fn reserved_labels_never_become_slugs() {
        let zones = Zones::new(Host::parse("localhost").unwrap(), Vec::new());
        let check = |text: &str| zones.check_domain(&Host::parse(text).unwrap());
        for label in RESERVED_LABELS {
            assert_eq!(check(&format!("{label}.localhost")), Err(BadDomain::Reserved), "{label}");
        }
        assert_eq!(check("ada.localhost"), Ok(()));
        assert_eq!(check("a.b.localhost"), Err(BadDomain::Slug));
        assert_eq!(check("ada.example"), Ok(()));
        assert_eq!(check("intranet"), Err(BadDomain::TooShort));
        assert!(RESERVED_LABELS.is_sorted());
    }
}
