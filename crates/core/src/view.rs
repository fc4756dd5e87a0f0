//! Who counts as a visitor, and what is kept of a view or a click (contract P3, P4).

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::audience::Audience;
use crate::id::ProfileId;
use crate::text::cut_bytes;
use crate::time::Timestamp;

/// The longest `Referer` and `User-Agent` that is kept, in bytes (P3).
pub const MAX_HEADER: usize = 512;

/// A visitor: a keyed hash of address and user agent. The salt is thrown away daily, and the address is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisitorKey(pub [u8; 16]);

impl VisitorKey {
    /// `salt` is the day's. An IPv4 address in IPv6 form counts as the IPv4 address.
    pub fn new(salt: &[u8; 32], address: IpAddr, user_agent: &[u8]) -> Self {
        let mut key = [0; 16];
        // HMAC takes keys of every length, so this never fails.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) {
            match address.to_canonical() {
                IpAddr::V4(address) => mac.update(&address.octets()),
                IpAddr::V6(address) => mac.update(&address.octets()),
            }
            mac.update(b"\0");
            mac.update(user_agent);
            for (byte, hashed) in key.iter_mut().zip(mac.finalize().into_bytes()) {
                *byte = hashed;
            }
        }
        Self(key)
    }
}

/// One counted view of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub profile: ProfileId,
    pub at: Timestamp,
    pub visitor: VisitorKey,
    pub referer: Option<String>,
    pub user_agent: Option<String>,
    pub audience: Audience,
}

/// One counted click on a link of a profile's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    pub profile: ProfileId,
    /// As it stands in the page's content.
    pub url: String,
    pub at: Timestamp,
}

/// A header's value as it is kept: UTF-8 as far as it is, without controls, at most [`MAX_HEADER`] bytes.
pub fn kept_header(value: &[u8]) -> Option<String> {
    let text: String =
        String::from_utf8_lossy(value).chars().filter(|character| !character.is_control()).collect();
    let text = cut_bytes(&text, MAX_HEADER);
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P4
    #[test]
    fn a_visitor_is_known_by_address_and_agent_for_one_salt_only() {
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let key = VisitorKey::new(&[1; 32], address, b"Firefox");
        assert_eq!(key, VisitorKey::new(&[1; 32], "::ffff:192.0.2.7".parse().unwrap(), b"Firefox"));
        assert_ne!(key, VisitorKey::new(&[1; 32], address, b"Chromium"));
        assert_ne!(key, VisitorKey::new(&[1; 32], "192.0.2.8".parse().unwrap(), b"Firefox"));
        assert_ne!(key, VisitorKey::new(&[2; 32], address, b"Firefox"));
    }

    /// P3
    #[test]
    fn a_header_is_kept_up_to_512_bytes_at_a_character_boundary() {
        let kept = kept_header("é".repeat(300).as_bytes()).unwrap();
        assert_eq!(kept.len(), 512);
        let odd = format!("a{}", "é".repeat(300));
        assert_eq!(kept_header(odd.as_bytes()).unwrap().len(), 511);
        assert_eq!(kept_header(b""), None);
    }
}
