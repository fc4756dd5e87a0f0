//! Posts: uploads under one share code (contract U7, A5).

use serde::{Deserialize, Serialize};

use crate::id::{PostCode, UserId};
use crate::time::{Entropy, Timestamp};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    Public,
    Unlisted,
    #[default]
    Private,
}

impl Privacy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Unlisted, Self::Private].into_iter().find(|privacy| privacy.as_str() == text)
    }
}

/// How many files a post may have, and a request may bring (A2).
pub const MAX_FILES: usize = 9;
/// How many characters a title may have; a longer one is cut.
pub const MAX_TITLE: usize = 30;
/// How many characters a description may have; a longer one is cut.
pub const MAX_DESCRIPTION: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub code: PostCode,
    pub owner: UserId,
    pub privacy: Privacy,
    pub title: Option<String>,
    pub description: Option<String>,
    pub created: Timestamp,
    pub is_moderated: bool,
    pub views: u64,
    /// At least one; more than one make an album.
    pub files: Vec<PostFile>,
}

impl Post {
    pub fn is_album(&self) -> bool {
        self.files.len() > 1
    }
}

/// A stored file. Its name is 32 lower-case hex digits, a dot and the extension of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostFile {
    pub name: FileName,
    /// Bytes.
    pub size: u64,
    pub mime: String,
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be 32 lower-case hex digits, a dot and one of png, jpg, jpeg, webp, gif, mp4, mov, mkv")]
pub struct BadFileName;

/// The name under which a file is stored: it can hold no path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FileName(String);

impl FileName {
    /// A new name: 128 random bits.
    pub fn generate(entropy: &dyn Entropy, extension: &str) -> Result<Self, BadFileName> {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self::parse(&format!("{:032x}.{extension}", u128::from_be_bytes(bytes)))
    }

    /// The 32 digits.
    pub fn stem(&self) -> &str {
        self.0.split_once('.').map_or(&self.0, |(stem, _)| stem)
    }

    /// Without its dot.
    pub fn extension(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, extension)| extension)
    }

    pub const EXTENSIONS: [&'static str; 8] = ["png", "jpg", "jpeg", "webp", "gif", "mp4", "mov", "mkv"];

    pub fn parse(text: &str) -> Result<Self, BadFileName> {
        let (stem, extension) = text.split_once('.').ok_or(BadFileName)?;
        let is_hex = stem.len() == 32 && stem.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_hex && Self::EXTENSIONS.contains(&extension) { Ok(Self(text.into())) } else { Err(BadFileName) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for FileName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parsed(deserializer, Self::parse)
    }
}

/// A file in the list of its owner's uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUpload {
    pub code: PostCode,
    pub privacy: Privacy,
    pub is_album: bool,
    pub created: Timestamp,
    pub file: PostFile,
}

/// What a list of public uploads needs of a post (U7): one row, no files table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUpload {
    pub code: PostCode,
    /// The first file's name.
    pub file: FileName,
    pub title: Option<String>,
    pub description: Option<String>,
    pub created: Timestamp,
    pub is_album: bool,
}
