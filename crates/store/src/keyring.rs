//! The keys that seal users' secrets (contract U13, M4).
//!
//! One root secret gives a subkey for each purpose. Secrets are sealed with XChaCha20-Poly1305 and bound to their kind
//! and owner, so a ciphertext moved to another row does not open. A client's key is found by a keyed hash of it: the
//! database alone gives nobody a key, nor a way to test a guess.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use nameplate_core::host::Host;
use nameplate_core::id::UserId;
use nameplate_core::secret::{Email, KeyKind};
use nameplate_core::time::{Entropy, Timestamp};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

/// The first byte of what was sealed: how, and with which key.
const VERSION: u8 = 1;

const NONCE: usize = 24;

/// What a sealed secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretKind {
    Relay,
    Api,
    Music,
    Email,
    ContactEmail,
    ContactDiscord,
    ContactSms,
}

impl SecretKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Api => "api",
            Self::Music => "music",
            Self::Email => "email",
            Self::ContactEmail => "contact-email",
            Self::ContactDiscord => "contact-discord",
            Self::ContactSms => "contact-sms",
        }
    }
}

impl From<KeyKind> for SecretKind {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Relay => Self::Relay,
            KeyKind::Api => Self::Api,
        }
    }
}

/// Seals, opens and looks up. It has no `Display`, and its `Debug` shows nothing.
pub struct Keyring {
    seal: SecretBox<[u8; 32]>,
    lookup: SecretBox<[u8; 32]>,
    domain: SecretBox<[u8; 32]>,
    confirmation: SecretBox<[u8; 32]>,
    check: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

impl Keyring {
    /// `root` is 32 random bytes, the same for every node of an instance and for all of its life.
    pub fn new(root: &SecretBox<[u8; 32]>) -> Self {
        let subkey = |purpose: &str| Self::subkey(root, purpose);
        Self {
            seal: SecretBox::new(Box::new(subkey("seal"))),
            lookup: SecretBox::new(Box::new(subkey("lookup"))),
            domain: SecretBox::new(Box::new(subkey("domain"))),
            confirmation: SecretBox::new(Box::new(subkey("confirmation"))),
            check: BASE64.encode(subkey("check")),
        }
    }

    /// A key of its own for another purpose than the store's.
    pub fn subkey(root: &SecretBox<[u8; 32]>, purpose: &str) -> [u8; 32] {
        mac(root.expose_secret(), &[b"nameplate 1", purpose.as_bytes()])
    }

    /// What tells root secrets apart, and nothing about them.
    pub(crate) fn check(&self) -> &str {
        &self.check
    }

    pub(crate) fn seal(
        &self,
        kind: SecretKind,
        owner: &UserId,
        secret: &str,
        entropy: &dyn Entropy,
    ) -> Option<String> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let aad = associated_data(kind, owner);
        let payload = Payload { msg: secret.as_bytes(), aad: aad.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(BASE64.encode([&[VERSION], nonce.as_slice(), sealed.as_slice()].concat()))
    }

    /// `None` when it was sealed for another owner or kind, with another root secret, or not by this program.
    pub(crate) fn open(&self, kind: SecretKind, owner: &UserId, sealed: &str) -> Option<Zeroizing<String>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.strip_prefix(&[VERSION])?.split_first_chunk::<NONCE>()?;
        let aad = associated_data(kind, owner);
        let opened = self
            .cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: aad.as_bytes() })
            .ok()?;
        String::from_utf8(opened).ok().map(Zeroizing::new)
    }

    /// The value by which a client's key is found.
    pub(crate) fn lookup(&self, kind: SecretKind, key: &str) -> String {
        BASE64.encode(mac(self.lookup.expose_secret(), &[kind.as_str().as_bytes(), key.as_bytes()]))
    }

    /// What an owner publishes to prove a domain; public, and of no use to another owner.
    pub(crate) fn domain_token(&self, domain: &Host, owner: &UserId) -> String {
        let parts = [domain.as_str().as_bytes(), owner.as_str().as_bytes()];
        let mac = mac(self.domain.expose_secret(), &parts);
        mac.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a mail to an address holds, by which an owner shows until a moment that they read it.
    pub(crate) fn confirmation(&self, owner: &UserId, address: &Email, until: Timestamp) -> String {
        let until = until.as_seconds().to_string();
        let parts = [owner.as_str().as_bytes(), address.expose().as_bytes(), until.as_bytes()];
        let mac = mac(self.confirmation.expose_secret(), &parts);
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.seal.expose_secret().into())
    }
}

fn associated_data(kind: SecretKind, owner: &UserId) -> String {
    format!("{}:{owner}", kind.as_str())
}

/// HMAC-SHA256 over the parts, kept apart by a byte that none of them holds.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than the hash's block is filled up with zeros.
    let mut block = Zeroizing::new([0; 64]);
    block.split_at_mut(key.len()).0.copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    for part in parts {
        mac.update(part);
        mac.update(b"\0");
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn keyring(root: u8) -> Keyring {
        Keyring::new(&SecretBox::new(Box::new([root; 32])))
    }

    fn user(id: &str) -> UserId {
        UserId::parse(id).unwrap()
    }

    /// U13, M4
    #[test]
    fn a_secret_opens_only_for_its_owner_its_kind_and_its_root() {
        let (ada, bob) = (user("123456789012345678"), user("987654321098765432"));
        let sealed = keyring(1).seal(SecretKind::Relay, &ada, "the key", &Fixed).unwrap();
        assert!(!sealed.contains("key"));
        assert_eq!(keyring(1).open(SecretKind::Relay, &ada, &sealed).unwrap().as_str(), "the key");
        assert_eq!(keyring(1).open(SecretKind::Relay, &bob, &sealed), None);
        assert_eq!(keyring(1).open(SecretKind::Api, &ada, &sealed), None);
        assert_eq!(keyring(2).open(SecretKind::Relay, &ada, &sealed), None);
        for broken in ["", "!", "AQ", &sealed[..40]] {
            assert_eq!(keyring(1).open(SecretKind::Relay, &ada, broken), None);
        }
    }

    /// W3
    #[test]
    fn a_domain_is_proved_by_its_owner_alone() {
        let (ada, bob) = (user("123456789012345678"), user("987654321098765432"));
        let domain = |text| Host::parse(text).unwrap();
        let token = keyring(1).domain_token(&domain("ada.example"), &ada);
        assert_eq!(token, keyring(1).domain_token(&domain("ADA.example."), &ada));
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(token, keyring(1).domain_token(&domain("ada.example"), &bob));
        assert_ne!(token, keyring(1).domain_token(&domain("www.ada.example"), &ada));
        assert_ne!(token, keyring(2).domain_token(&domain("ada.example"), &ada));
    }

    /// Studio, contact
    #[test]
    fn a_confirmation_is_for_one_owner_one_address_and_one_time() {
        let (ada, bob) = (user("123456789012345678"), user("987654321098765432"));
        let made = |root, owner: &UserId, address, second: i64| {
            let until = Timestamp::from_millis(second * 1000);
            keyring(root).confirmation(owner, &Email::parse(address).unwrap(), until)
        };
        let token = made(1, &ada, "ada@example.org", 9);
        assert_eq!((token.len(), &token), (64, &made(1, &ada, "ada@example.org", 9)));
        assert_ne!(token, made(1, &bob, "ada@example.org", 9));
        assert_ne!(token, made(1, &ada, "bob@example.org", 9));
        assert_ne!(token, made(1, &ada, "ada@example.org", 10));
        assert_ne!(token, made(2, &ada, "ada@example.org", 9));
    }

    /// U13
    #[test]
    fn the_two_keys_of_a_user_are_found_apart() {
        let found = keyring(1).lookup(SecretKind::Relay, "key");
        assert_eq!(found, keyring(1).lookup(SecretKind::Relay, "key"));
        assert_ne!(found, keyring(1).lookup(SecretKind::Api, "key"));
        assert_ne!(found, keyring(2).lookup(SecretKind::Relay, "key"));
        assert_ne!(keyring(1).check(), keyring(2).check());
        assert_eq!(format!("{:?}", keyring(1)), "Keyring");
    }
}
