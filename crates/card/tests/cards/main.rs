//! What a card promises, seen from outside: rules O1, O4 and O5 of the contract. Files are read back by a decoder that
//! shares no code with the encoder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod format;
mod hostile;
mod look;
mod pictures;

use nameplate_card::{AvatarShape, Background, CardContent, Rgb};
use zune_png::{PngDecoder, zune_core::bytestream::ZCursor};

/// An ordinary card without pictures.
fn plain() -> CardContent {
    CardContent {
        name: "Ada Lovelace".into(),
        handle: "@ada".into(),
        bio: Some("Notes on engines, poetry and numbers.".into()),
        badges: vec![],
        avatar: None,
        avatar_shape: AvatarShape::Circle,
        background: Background::Gradient {
            from: Rgb::hex(0x1b1340),
            via: Some(Rgb::hex(0x4a1f78)),
            to: Rgb::hex(0xa32e7a),
            angle: 135,
        },
        accent: Rgb::hex(0xff7ac6),
        footer: "ada.example.org".into(),
    }
}

/// A decoded card.
struct Seen {
    pixels: Vec<u8>,
}

impl Seen {
    /// Decodes a card and checks what O1 says about every one of them.
    fn new(png: &[u8]) -> Self {
        let header = png.get(..29).expect("a PNG header");
        assert_eq!(&header[..16], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
        assert_eq!(&header[16..24], [0, 0, 4, 0xb0, 0, 0, 2, 0x76], "1200 x 630");
        assert_eq!(&header[24..29], [8, 2, 0, 0, 0], "8 bits, RGB, no interlacing");
        let pixels = PngDecoder::new(ZCursor::new(png)).decode_raw().expect("a PNG that others can read");
        assert_eq!(pixels.len(), 1200 * 630 * 3);
        Self { pixels }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * 1200 + x) * 3;
        self.pixels[start..start + 3].try_into().expect("three channels")
    }

    /// How many pixels of a rectangle differ from those of `other`.
    fn differences(
        &self,
        other: &Self,
        columns: std::ops::Range<usize>,
        rows: std::ops::Range<usize>,
    ) -> usize {
        rows.map(|y| columns.clone().filter(|x| self.at(*x, y) != other.at(*x, y)).count()).sum()
    }
}

/// Noise that is the same on every machine.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(step).take(length).collect()
}
