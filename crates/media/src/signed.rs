//! Links to private files, good for 24 hours (contract A5).
//!
//! A link carries its end and a keyed hash of owner, file and end: `?e=<Unix seconds>&s=<64 hex>`. Whether the file
//! still exists and is still private is looked up by the caller on each request, so a link dies with its file.

use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use nameplate_core::id::UserId;
use nameplate_core::post::FileName;
use nameplate_core::time::Timestamp;
use sha2::Sha256;

/// How long a link is good for.
pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// By how much the clocks of two nodes may differ.
const SKEW_SECONDS: i64 = 30;

/// Makes and checks links with one key.
#[derive(Clone)]
pub struct LinkSigner(Hmac<Sha256>);

/// The link is malformed, forged or past its end; a visitor is not told which.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the link is not valid or has ended")]
pub struct BadLink;

impl LinkSigner {
    /// `key` is a secret of its own, drawn from the instance's root secret.
    pub fn new(key: &[u8; 32]) -> Self {
        // HMAC fills a key up to its block with zeros (RFC 2104); done here, no length can be wrong.
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(slot, byte)| *slot = *byte);
        Self(Hmac::new(&block.into()))
    }

    /// The query, without `?`, that opens a file from now on for [`LIFETIME`].
    pub fn sign(&self, owner: UserId, name: &FileName, now: Timestamp) -> String {
        let end = now.plus(LIFETIME).as_seconds();
        let signature = self.signature(owner, name, end).finalize().into_bytes();
        format!("e={end}&s={}", hex::encode(signature))
    }

    /// Checks a request's query. Parameters of other names are not ours to judge.
    pub fn verify(&self, owner: UserId, name: &FileName, query: &str, now: Timestamp) -> Result<(), BadLink> {
        let end = only(query, "e").ok_or(BadLink)?;
        let signature = only(query, "s").filter(|text| text.len() == 64).ok_or(BadLink)?;
        let is_number = !end.is_empty() && end.len() <= 12 && end.bytes().all(|byte| byte.is_ascii_digit());
        let end: i64 = end.parse().ok().filter(|_| is_number).ok_or(BadLink)?;
        let signature = hex::decode(signature).map_err(|_| BadLink)?;
        self.signature(owner, name, end).verify_slice(&signature).map_err(|_| BadLink)?;
        let now = now.as_seconds();
        let longest = LIFETIME.as_secs() as i64 + SKEW_SECONDS;
        if now < end && end - now <= longest { Ok(()) } else { Err(BadLink) }
    }

    fn signature(&self, owner: UserId, name: &FileName, end: i64) -> Hmac<Sha256> {
        let signed = format!("file link\n{owner}\n{}\n{end}", name.as_str());
        self.0.clone().chain_update(signed)
    }
}

impl fmt::Debug for LinkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSigner(…)")
    }
}

/// The value of a parameter that is there once.
fn only<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut values = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> UserId {
        UserId::parse("123456789012345678").unwrap()
    }

    fn file(number: u8) -> FileName {
        FileName::parse(&format!("{number:032x}.png")).unwrap()
    }

    const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_250);

    /// A5
    #[test]
    fn a_link_opens_its_file_for_a_day() {
        let signer = LinkSigner::new(&[7; 32]);
        let query = signer.sign(owner(), &file(1), NOW);
        assert!(query.starts_with("e=1780086400&s=") && query.len() == 79, "{query}");
        let at =
            |seconds: u64| signer.verify(owner(), &file(1), &query, NOW.plus(Duration::from_secs(seconds)));
        assert_eq!([at(0), at(86_399)], [Ok(()), Ok(())]);
        assert_eq!([at(86_400), at(1_000_000)], [Err(BadLink), Err(BadLink)]);
        assert_eq!(signer.verify(owner(), &file(1), &format!("{query}&download=1"), NOW), Ok(()));
        let slow = Timestamp::from_millis(NOW.as_millis() - 29_000);
        assert_eq!(signer.verify(owner(), &file(1), &query, slow), Ok(()), "another node's clock is behind");
    }

    /// A5, T41
    #[test]
    fn a_link_opens_nothing_else() {
        let signer = LinkSigner::new(&[7; 32]);
        let query = signer.sign(owner(), &file(1), NOW);
        let other = UserId::parse("223456789012345678").unwrap();
        assert_eq!(signer.verify(owner(), &file(2), &query, NOW), Err(BadLink));
        assert_eq!(signer.verify(other, &file(1), &query, NOW), Err(BadLink));
        assert_eq!(LinkSigner::new(&[8; 32]).verify(owner(), &file(1), &query, NOW), Err(BadLink));
    }

    /// T41
    #[test]
    fn a_tampered_query_is_refused() {
        let signer = LinkSigner::new(&[7; 32]);
        let query = signer.sign(owner(), &file(1), NOW);
        let (end, signature) = query.split_once('&').unwrap();
        let flipped = if query.ends_with('0') { '1' } else { '0' };
        let mut flipped_last = query.clone();
        flipped_last.pop();
        flipped_last.push(flipped);
        for bad in [
            "",
            "e",
            "e=&s=",
            end,
            signature,
            &flipped_last,
            &format!("e=1780086401&{signature}"),
            &format!("e=+1780086400&{signature}"),
            &format!("e=99999999999&{signature}"),
            &format!("e=999999999999999999999&{signature}"),
            &format!("e=-1&{signature}"),
            &format!("{query}&e=1780086400"),
            &format!("{query}&{signature}"),
            &format!("{query}00"),
            &format!("{end}&s=zz"),
        ] {
            assert_eq!(signer.verify(owner(), &file(1), bad, NOW), Err(BadLink), "{bad}");
        }
    }

    /// A5: whatever was signed.
    #[test]
    fn no_link_lives_longer_than_a_day() {
        let signer = LinkSigner::new(&[7; 32]);
        let later = signer.sign(owner(), &file(1), NOW.plus(Duration::from_secs(31)));
        assert_eq!(signer.verify(owner(), &file(1), &later, NOW), Err(BadLink));
    }
}
