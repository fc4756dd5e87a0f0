//! Ids: one parser each, so that a value of the type is a well-formed id.

use std::fmt;
use std::sync::Arc;

/// What is wrong with an id, said so that it can stand behind a field's name.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadId {
    #[error("must be a decimal id of 15 to 20 digits")]
    User,
    #[error("must be 1 to 64 letters, digits, `_` or `-`, and none of the API's own words")]
    Profile,
    #[error("must be 4 to 16 letters or digits")]
    PostCode,
}

/// A user's id: the Discord-linked snowflake, 15 to 20 decimal digits. Small and `Copy`: it keys every hot map.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId {
    digits: [u8; 20],
    length: u8,
}

impl UserId {
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let bytes = text.as_bytes();
        if !(15..=20).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(BadId::User);
        }
        let mut digits = [0; 20];
        for (slot, digit) in digits.iter_mut().zip(bytes) {
            *slot = *digit;
        }
        Ok(Self { digits, length: bytes.len() as u8 })
    }

    pub fn as_str(&self) -> &str {
        self.digits
            .get(..usize::from(self.length))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .unwrap_or_default()
    }
}

/// A profile's id: opaque. The words that stand beside `:profileID` in the API's paths are never ids.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(Arc<str>);

impl ProfileId {
    /// Words of `/api/v1/profiles/<word>`, which win over an id.
    pub const RESERVED: [&'static str; 3] = ["me", "presence", "eligible-domains"];

    pub fn parse(text: &str) -> Result<Self, BadId> {
        let well_formed = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
            && !Self::RESERVED.contains(&text);
        if well_formed { Ok(Self(text.into())) } else { Err(BadId::Profile) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post's share code, as in `AbCd1234`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostCode(Arc<str>);

impl PostCode {
    pub const LENGTH: usize = 8;

    pub fn parse(text: &str) -> Result<Self, BadId> {
        let well_formed =
            (4..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if well_formed { Ok(Self(text.into())) } else { Err(BadId::PostCode) }
    }

    /// The short id that a path without its first slash is, with or without an extension (R6).
    pub fn of_path(path: &str) -> Option<Self> {
        Self::parse(path.split_once('.').map_or(path, |(stem, _)| stem)).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_id {
    ($($id:ty),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $id {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $id {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::parsed(deserializer, Self::parse)
            }
        }
    )*};
}

text_id!(UserId, ProfileId, PostCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_is_a_decimal_snowflake() {
        assert_eq!(UserId::parse("123456789012345678").unwrap().as_str(), "123456789012345678");
        for bad in [
            "",
            "12345678901234",
            "123456789012345678901",
            "12345678901234567a",
            "-23456789012345678",
            "１２３４５６７８９０１２３４５",
        ] {
            assert_eq!(UserId::parse(bad), Err(BadId::User), "{bad}");
        }
    }

    #[test]
    fn the_words_of_the_api_are_no_profile_ids() {
        assert!(ProfileId::parse("p_ada").is_ok());
        for bad in ["", "me", "presence", "eligible-domains", "a/b", "a b", &"x".repeat(65)] {
            assert!(ProfileId::parse(bad).is_err(), "{bad}");
        }
    }
}
