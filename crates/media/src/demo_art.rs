//! Pictures for the demonstration (contract W4): eight portraits, eight landscapes in their palettes, six record
//! sleeves.
//!
//! Our own drawings, made by the scripts in `demo/` and compiled in, so that the demonstration needs no files.

macro_rules! drawn {
    ($($name:literal),* $(,)?) => { [$(include_bytes!(concat!("../demo/", $name)).as_slice()),*] };
}

static AVATARS: [&[u8]; 8] = drawn![
    "avatar-0.png",
    "avatar-1.png",
    "avatar-2.png",
    "avatar-3.png",
    "avatar-4.png",
    "avatar-5.png",
    "avatar-6.png",
    "avatar-7.png",
];

static BACKGROUNDS: [&[u8]; 8] = drawn![
    "background-0.jpg",
    "background-1.jpg",
    "background-2.jpg",
    "background-3.jpg",
    "background-4.jpg",
    "background-5.jpg",
    "background-6.jpg",
    "background-7.jpg",
];

static COVERS: [&[u8]; 6] =
    drawn!["cover-0.jpg", "cover-1.jpg", "cover-2.jpg", "cover-3.jpg", "cover-4.jpg", "cover-5.jpg"];

/// A portrait: a PNG of 512x512 pixels. There are eight; a larger index begins anew.
pub fn avatar(index: usize) -> Vec<u8> {
    pick(&AVATARS, index)
}

/// A landscape that goes with the portrait of the same index: a JPEG of 1600x1000 pixels.
pub fn background(index: usize) -> Vec<u8> {
    pick(&BACKGROUNDS, index)
}

/// A record sleeve: a JPEG of 400x400 pixels. There are six; a larger index begins anew.
pub fn cover(index: usize) -> Vec<u8> {
    pick(&COVERS, index)
}

fn pick(drawn: &[&[u8]], index: usize) -> Vec<u8> {
    drawn.get(index % drawn.len()).copied().unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kind::MediaKind;

    /// W4
    #[test]
    fn every_drawing_is_there_once_and_of_its_size() {
        check(avatar, 8, MediaKind::Png, (512, 512));
        check(background, 8, MediaKind::Jpeg, (1600, 1000));
        check(cover, 6, MediaKind::Jpeg, (400, 400));
    }

    fn check(draw: fn(usize) -> Vec<u8>, count: usize, kind: MediaKind, size: (u32, u32)) {
        let drawings: BTreeSet<_> = (0..count).map(draw).collect();
        assert_eq!(drawings.len(), count);
        assert_eq!(draw(count), draw(0));
        for drawing in drawings {
            assert_eq!(MediaKind::sniff(&drawing), Some(kind));
            assert_eq!(crate::picture::dimensions(&drawing), Ok(size));
            assert!(drawing.len() < 192 << 10, "{}", drawing.len());
        }
    }
}
