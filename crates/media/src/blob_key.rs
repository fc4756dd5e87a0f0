//! Where a blob lies: a typed key with one fixed path each (contract A6), so that no path is ever made from what a
//! user typed. The same path is the URL's path on the file host.

use nameplate_core::id::UserId;
use nameplate_core::post::FileName;

/// Names one blob.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BlobKey {
    /// `{userId}/{32 hex}.{ext}`
    Upload { owner: UserId, name: FileName },
    /// `{userId}/thumb/{32 hex}.jpg`; made by [`BlobKey::thumb_of`].
    Thumb { owner: UserId, name: FileName },
    /// `avatars/{userId}/{32 hex}.{ext}`
    Avatar { owner: UserId, name: FileName },
    /// `banners/{userId}/{32 hex}.{ext}`
    Banner { owner: UserId, name: FileName },
}

impl BlobKey {
    /// The key of an upload's small picture, which is a JPEG whatever the upload is.
    pub fn thumb_of(owner: UserId, upload: &FileName) -> Self {
        let stem = upload.as_str().split_once('.').map_or(upload.as_str(), |(stem, _)| stem);
        let name = FileName::parse(&format!("{stem}.jpg")).unwrap_or_else(|_| upload.clone());
        Self::Thumb { owner, name }
    }

    /// Reads a URL's path, without its leading `/`.
    pub fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let key = match (parts.next()?, parts.next()?, parts.next()) {
            ("avatars", owner, Some(name)) => Self::Avatar { owner: user(owner)?, name: file(name)? },
            ("banners", owner, Some(name)) => Self::Banner { owner: user(owner)?, name: file(name)? },
            (owner, "thumb", Some(name)) if name.ends_with(".jpg") => {
                Self::Thumb { owner: user(owner)?, name: file(name)? }
            }
            (owner, name, None) => Self::Upload { owner: user(owner)?, name: file(name)? },
            _ => return None,
        };
        parts.next().is_none().then_some(key)
    }

    /// The path below the store's root and below the file host's `/`.
    pub fn path(&self) -> String {
        match self {
            Self::Upload { owner, name } => format!("{owner}/{}", name.as_str()),
            Self::Thumb { owner, name } => format!("{owner}/thumb/{}", name.as_str()),
            Self::Avatar { owner, name } => format!("avatars/{owner}/{}", name.as_str()),
            Self::Banner { owner, name } => format!("banners/{owner}/{}", name.as_str()),
        }
    }

    pub const fn owner(&self) -> UserId {
        match self {
            Self::Upload { owner, .. }
            | Self::Thumb { owner, .. }
            | Self::Avatar { owner, .. }
            | Self::Banner { owner, .. } => *owner,
        }
    }

    pub const fn name(&self) -> &FileName {
        match self {
            Self::Upload { name, .. }
            | Self::Thumb { name, .. }
            | Self::Avatar { name, .. }
            | Self::Banner { name, .. } => name,
        }
    }
}

fn user(text: &str) -> Option<UserId> {
    UserId::parse(text).ok()
}

fn file(text: &str) -> Option<FileName> {
    FileName::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "123456789012345678";
    const STEM: &str = "a1b2c3d4e5f6789012345678abcdef01";

    /// A6
    #[test]
    fn a_key_and_its_path_are_one_to_one() {
        for path in [
            format!("{OWNER}/{STEM}.png"),
            format!("{OWNER}/thumb/{STEM}.jpg"),
            format!("avatars/{OWNER}/{STEM}.webp"),
            format!("banners/{OWNER}/{STEM}.jpg"),
        ] {
            assert_eq!(BlobKey::parse(&path).unwrap().path(), path);
        }
        let owner = UserId::parse(OWNER).unwrap();
        let thumb = BlobKey::thumb_of(owner, &FileName::parse(&format!("{STEM}.mp4")).unwrap());
        assert_eq!(thumb.path(), format!("{OWNER}/thumb/{STEM}.jpg"));
    }

    /// A6
    #[test]
    fn a_path_that_is_no_key_names_nothing() {
        for path in [
            String::new(),
            STEM.into(),
            format!("/{OWNER}/{STEM}.png"),
            format!("{OWNER}/../{STEM}.png"),
            format!("{OWNER}/{STEM}.html"),
            format!("{OWNER}/{STEM}.png/"),
            format!("{OWNER}/{STEM}.png#1"),
            format!("{OWNER}/thumb/{STEM}.png"),
            format!("avatars/{OWNER}/thumb/{STEM}.png"),
            format!("avatars/{STEM}.png"),
            format!("others/{OWNER}/{STEM}.png"),
        ] {
            assert_eq!(BlobKey::parse(&path), None, "{path}");
        }
    }
}
