//! A tagged WAV file.

use std::io::{self, BufWriter, Write};

use lofty::config::WriteOptions;
use lofty::tag::{Accessor, ItemKey, Tag, TagExt, TagType};

use super::{DemoTrack, RATE};

pub(super) fn write(track: &DemoTrack, samples: &[f32]) -> io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(&track.path)?);
    file.write_all(&header(samples.len() as u32 * 2))?;
    for sample in samples {
        file.write_all(&((sample.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes())?;
    }
    file.flush()?;
    drop(file);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(track.title.to_owned());
    tag.set_artist(track.artist.to_owned());
    tag.set_album(track.album.to_owned());
    tag.insert_text(ItemKey::Isrc, track.isrc.to_string());
    tag.save_to_path(&track.path, WriteOptions::default()).map_err(io::Error::other)
}

/// The head of a RIFF/WAVE file with one `data` chunk of 16-bit mono PCM.
fn header(data: u32) -> Vec<u8> {
    const PCM: u16 = 1;
    const CHANNELS: u16 = 1;
    const BYTES: u16 = 2;
    let mut head = Vec::with_capacity(44);
    head.extend(b"RIFF");
    head.extend((36 + data).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16_u32.to_le_bytes());
    head.extend([PCM.to_le_bytes(), CHANNELS.to_le_bytes()].concat());
    head.extend(RATE.to_le_bytes());
    head.extend((RATE * u32::from(BYTES * CHANNELS)).to_le_bytes());
    head.extend([(BYTES * CHANNELS).to_le_bytes(), (BYTES * 8).to_le_bytes()].concat());
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    head
}
