//! Pixels to a zlib stream (RFC 1950 and 1951), for cards without a picture. Their rows say where to look: each is the one
//! above it, moved by a pixel or not at all, and within text colour repeats itself. So two places are compared, where a
//! general compressor searches all that it has seen, at more than twice the time. The container around it is `png`'s.

use simd_adler32::Adler32;

use crate::frame::{Pixel, WIDTH};

/// Bytes of a row in the stream: its filter, which is none, and its pixels.
const STRIDE: usize = 1 + 3 * WIDTH;
/// The most pixels that one match can stand for: 258 bytes.
const LONGEST: usize = 86;

/// Up to 32 bits, the first one lowest.
#[derive(Clone, Copy, Default)]
struct Bits {
    value: u32,
    count: u32,
}

const LITERALS: [Bits; 256] = literals();
/// Matches of so many pixels.
const LENGTHS: [Bits; LONGEST + 1] = lengths();
const END: Bits = symbol(256);

/// The pixel before.
const LEFT: Bits = distance(3);

/// The stream that unpacks to `rows`, each after a zero for its filter. A row is expected to be the one above it, moved to the
/// left by `shift` pixels.
pub(crate) fn pack<'a>(rows: impl Iterator<Item = &'a [Pixel]>, shift: isize) -> Vec<u8> {
    // No preset dictionary; one block, the last, with the codes that RFC 1951 fixes.
    let above = distance(STRIDE.saturating_add_signed(-3 * shift));
    let mut packer = Packer { bytes: Vec::with_capacity(512 << 10), held: 0, count: 0, shift, above };
    packer.bytes.extend([0x78, 0x01]);
    packer.push(Bits { value: 0b011, count: 3 });
    let mut sum = Adler32::new();
    let mut above: &[Pixel] = &[];
    for row in rows {
        sum.write(&[0]);
        sum.write(row.as_flattened());
        packer.push(literal(0));
        packer.row(row, above);
        above = row;
    }
    packer.push(END);
    packer.finish(sum.finish())
}

struct Packer {
    bytes: Vec<u8>,
    /// Fewer than 32 bits.
    held: u64,
    count: u32,
    shift: isize,
    /// The distance to the row above.
    above: Bits,
}

impl Packer {
    fn row(&mut self, row: &[Pixel], above: &[Pixel]) {
        let mut at = 0;
        while let Some((pixel, _)) = row.get(at..).and_then(<[Pixel]>::split_first) {
            let (mut length, distance) = self.longest(row, above, at);
            at += length.max(1);
            if length == 0 {
                self.push(pixel.iter().fold(Bits::default(), |bits, byte| bits.then(literal(*byte))));
            }
            while length > 0 {
                let part = length.min(LONGEST);
                self.push(LENGTHS.get(part).copied().unwrap_or_default().then(distance));
                length -= part;
            }
        }
    }

    /// How many pixels from `at` on are found again, and at which distance.
    fn longest(&self, row: &[Pixel], above: &[Pixel], at: usize) -> (usize, Bits) {
        let here = row.get(at..).unwrap_or_default();
        let over = at.checked_add_signed(self.shift).and_then(|at| above.get(at..));
        let over = common(here, over.unwrap_or_default());
        if over >= LONGEST {
            return (over, self.above);
        }
        let left = common(here, at.checked_sub(1).and_then(|at| row.get(at..)).unwrap_or_default());
        if left > over { (left, LEFT) } else { (over, self.above) }
    }

    fn push(&mut self, bits: Bits) {
        self.held |= u64::from(bits.value) << self.count;
        self.count += bits.count;
        if self.count >= 32 {
            self.bytes.extend((self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    fn finish(mut self, sum: u32) -> Vec<u8> {
        self.bytes.extend(self.held.to_le_bytes().iter().take(self.count.div_ceil(8) as usize));
        self.bytes.extend(sum.to_be_bytes());
        self.bytes
    }
}

/// How many pixels both begin with.
#[inline(always)]
fn common(one: &[Pixel], other: &[Pixel]) -> usize {
    if one.first() != other.first() {
        return 0;
    }
    let (ones, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let count = 8 * ones.iter().zip(others).take_while(|(one, other)| one == other).count();
    let rest = one.iter().zip(other).skip(count);
    count + rest.take_while(|(one, other)| one == other).count()
}

fn literal(byte: u8) -> Bits {
    LITERALS.get(usize::from(byte)).copied().unwrap_or_default()
}

impl Bits {
    const fn then(self, next: Self) -> Self {
        Self { value: self.value | next.value << self.count, count: self.count + next.count }
    }
}

/// A literal or a length, in the code of RFC 1951, 3.2.6.
const fn symbol(symbol: u32) -> Bits {
    let (code, count) = match symbol {
        0..=143 => (0x30 + symbol, 8),
        144..=255 => (0x190 + symbol - 144, 9),
        256..=279 => (symbol - 256, 7),
        _ => (0xc0 + symbol - 280, 8),
    };
    Bits { value: code.reverse_bits() >> (32 - count), count }
}

/// How far back a match is (RFC 1951, 3.2.5).
const fn distance(distance: usize) -> Bits {
    let offset = distance as u32 - 1;
    let extra = if offset < 4 { 0 } else { offset.ilog2() - 1 };
    let code = 2 * extra + (offset >> extra);
    let more = Bits { value: offset & ((1 << extra) - 1), count: extra };
    Bits { value: code.reverse_bits() >> 27, count: 5 }.then(more)
}

#[expect(
    clippy::indexing_slicing,
    reason = "computed when this is compiled, where `get_mut` cannot be called"
)]
const fn literals() -> [Bits; 256] {
    let mut all = [Bits { value: 0, count: 0 }; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = symbol(byte as u32);
        byte += 1;
    }
    all
}

#[expect(
    clippy::indexing_slicing,
    reason = "computed when this is compiled, where `get_mut` cannot be called"
)]
const fn lengths() -> [Bits; LONGEST + 1] {
    let mut all = [Bits { value: 0, count: 0 }; LONGEST + 1];
    let mut pixels = 1;
    while pixels < LONGEST {
        let offset = 3 * pixels as u32 - 3;
        let extra = if offset < 8 { 0 } else { offset.ilog2() - 2 };
        let more = Bits { value: offset & ((1 << extra) - 1), count: extra };
        all[pixels] = symbol(257 + 4 * extra + (offset >> extra)).then(more);
        pixels += 1;
    }
    all[LONGEST] = symbol(285);
    all
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Unpacks what a decoder of somebody else makes of it, which compares the checksum as well.
    fn unpacked(stream: &[u8]) -> Vec<Pixel> {
        let mut bytes = Vec::new();
        ZlibDecoder::new(stream).read_to_end(&mut bytes).unwrap();
        let rows = bytes.chunks_exact(STRIDE).map(|row| row.split_first().unwrap());
        rows.flat_map(|(filter, row)| {
            assert_eq!(*filter, 0);
            row.as_chunks().0.to_vec()
        })
        .collect()
    }

    fn packed(pixels: &[Pixel], shift: isize) -> Vec<u8> {
        let stream = pack(pixels.chunks_exact(WIDTH), shift);
        assert!(unpacked(&stream) == pixels, "something else comes out");
        stream
    }

    /// No two of these are alike.
    fn noise(count: usize) -> Vec<Pixel> {
        (0..count as u32)
            .map(|at| at.wrapping_mul(0x9e37_79b1).to_le_bytes())
            .map(|[_, r, g, b]| [r, g, b])
            .collect()
    }

    /// O1
    #[test]
    fn every_length_is_found_again_at_every_distance() {
        for (back, shift) in [(WIDTH - 1, 1), (WIDTH, 0), (WIDTH + 1, -1), (1, 0)] {
            for length in 1..=2 * LONGEST {
                let mut pixels = noise(2 * WIDTH);
                let at = WIDTH + 9;
                for pixel in at..at + length {
                    pixels[pixel] = pixels[pixel - back];
                }
                packed(&pixels, shift);
            }
        }
    }

    /// O1
    #[test]
    fn what_repeats_costs_next_to_nothing_and_noise_an_eighth_more_than_itself() {
        let line = noise(2 * WIDTH);
        let moved = |by: isize| -> Vec<Pixel> {
            (0..100).flat_map(|y| line[(100 + y * by) as usize..][..WIDTH].to_vec()).collect()
        };
        for by in [-1, 0, 1] {
            let size = packed(&moved(by), by).len();
            assert!(size < 4 * WIDTH + 100 * 60, "{by}: {size} bytes");
        }
        assert!(packed(&vec![[7; 3]; 100 * WIDTH], 0).len() < 100 * 60);
        let noise = noise(100 * WIDTH);
        assert!(packed(&noise, 0).len() <= noise.len() * 3 * 9 / 8 + 100 + 16);
    }

    proptest! {
        /// O1
        #[test]
        fn whatever_is_packed_comes_out_again(
            colours in vec(0..3_u8, 4 * WIDTH), shade in any::<u8>(), shift in -1..=1_isize,
        ) {
            let pixels: Vec<Pixel> = colours.iter().map(|colour| [shade, colour.wrapping_mul(shade), 255 - colour]).collect();
            packed(&pixels, shift);
        }
    }
}
