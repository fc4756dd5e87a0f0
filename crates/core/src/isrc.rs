//! The ISRC, the code by which a recording is known (contract M1).

use std::fmt;

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be 12 letters or digits, as in USRC17607839")]
pub struct BadIsrc;

/// Twelve letters or digits, kept in upper case: `^[A-Z0-9]{12}$`, read case-insensitively.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isrc([u8; 12]);

impl Isrc {
    pub fn parse(text: &str) -> Result<Self, BadIsrc> {
        let mut letters: [u8; 12] = text.as_bytes().try_into().map_err(|_| BadIsrc)?;
        letters.make_ascii_uppercase();
        if letters.iter().all(u8::is_ascii_alphanumeric) { Ok(Self(letters)) } else { Err(BadIsrc) }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Isrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Isrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Isrc {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Isrc {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parsed(deserializer, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M1
    #[test]
    fn an_isrc_is_read_in_any_case_and_kept_in_upper_case() {
        assert_eq!(Isrc::parse("usrc17607839").unwrap().as_str(), "USRC17607839");
        for bad in ["", "USRC1760783", "USRC176078390", "US-RC1760783", "USRC1760783é", "USRC1760783 "] {
            assert_eq!(Isrc::parse(bad), Err(BadIsrc), "{bad}");
        }
    }
}
