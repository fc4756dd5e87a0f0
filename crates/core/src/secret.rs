//! Keys that must never be seen: they have no `Display`, and `Debug` prints a placeholder.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::time::Entropy;

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be 32 letters or digits")]
pub struct BadKey;

/// The key that a client sends to the account API: 32 characters of `[A-Za-z0-9]` (U13).
#[derive(Clone, Debug)]
pub struct AccountKey(SecretString);

impl AccountKey {
    pub const LENGTH: usize = 32;

    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let well_formed = text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if well_formed { Ok(Self(text.into())) } else { Err(BadKey) }
    }

    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.alphanumeric(Self::LENGTH).into())
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for AccountKey {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for AccountKey {}

impl<'de> serde::Deserialize<'de> for AccountKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SecretString::deserialize(deserializer)?;
        Self::parse(text.expose_secret()).map_err(serde::de::Error::custom)
    }
}

/// What lets a browser in: the value of a session's cookie, or the end of a login link. 43 letters or digits hold 256
/// bits of chance; only a hash of it is kept.
#[derive(Clone, Debug)]
pub struct Token(SecretString);

impl Token {
    pub const LENGTH: usize = 43;

    /// `None` for what no token looks like.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        well_formed.then(|| Self(text.into()))
    }

    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.alphanumeric(Self::LENGTH).into())
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Which of a user's two account keys: each opens one host only (U1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    Relay,
    Api,
}

impl KeyKind {
    /// The request header that carries the key.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Relay => "relay-key",
            Self::Api => "api-key",
        }
    }
}

/// The key that an owner has at the music worker. Free text of the worker's making, 1 to 512 visible ASCII characters.
#[derive(Clone, Debug)]
pub struct MusicKey(SecretString);

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be 1 to 512 visible ASCII characters")]
pub struct BadMusicKey;

impl MusicKey {
    pub fn parse(text: &str) -> Result<Self, BadMusicKey> {
        let well_formed =
            (1..=512).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if well_formed { Ok(Self(text.into())) } else { Err(BadMusicKey) }
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<'de> serde::Deserialize<'de> for MusicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SecretString::deserialize(deserializer)?;
        Self::parse(text.expose_secret()).map_err(serde::de::Error::custom)
    }
}

/// A user's e-mail address: sealed at rest, and shown to nobody else.
#[derive(Clone, Debug)]
pub struct Email(SecretString);

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be an e-mail address of at most 50 characters")]
pub struct BadEmail;

impl Email {
    pub const MAX: usize = 50;

    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let is_plain = text.len() <= Self::MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let (name, domain) = text.split_once('@').ok_or(BadEmail)?;
        let is_label = |label: &str| {
            let has_edges = !label.starts_with('-') && !label.ends_with('-') && !label.is_empty();
            has_edges && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_name =
            !name.split('.').any(str::is_empty) && !name.contains([',', ';', ':', '<', '>', '"', '(', ')']);
        let well_formed = is_plain && is_name && domain.contains('.') && domain.split('.').all(is_label);
        if well_formed { Ok(Self(text.into())) } else { Err(BadEmail) }
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<'de> serde::Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SecretString::deserialize(deserializer)?;
        Self::parse(text.expose_secret()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_in_no_debug_output() {
        let key = AccountKey::parse("aB3xK9mP2qR7sT1vW4yZ6cD8fG0hJ5kL").unwrap();
        assert!(!format!("{key:?}").contains("aB3x"));
        assert!(!format!("{:?}", Token::parse(&"t".repeat(43)).unwrap()).contains("ttt"));
        assert!(!format!("{:?}", MusicKey::parse("owner secret").unwrap()).contains("owner"));
        assert!(!format!("{:?}", Email::parse("ada@example.org").unwrap()).contains("ada"));
    }

    /// A1
    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["ada@example.org", "a.b+c@mail.example.co", "1@a-b.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "ada@.org",
            "a@b@c.org",
            "a..b@c.org",
            ".a@c.org",
            "a b@c.org",
            "ada@exa_mple.org",
            "ada@-a.org",
            "ädä@example.org",
            "ada@example.org\n",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    /// U13
    #[test]
    fn a_key_is_thirty_two_letters_or_digits() {
        for bad in ["", "short", "aB3xK9mP2qR7sT1vW4yZ6cD8fG0hJ5k_", "aB3xK9mP2qR7sT1vW4yZ6cD8fG0hJ5kL0"] {
            assert!(AccountKey::parse(bad).is_err(), "{bad}");
        }
    }
}
