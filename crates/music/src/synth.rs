//! The demo's music: six short pieces of our own, composed in [`song`] and rendered to WAV files (W4).
//!
//! They exist so that the player of a demo has something to play with nothing else installed, and no rights of others
//! in it. The same version writes the same samples each time.

mod mix;
mod song;
mod voice;
mod wav;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nameplate_core::isrc::Isrc;

/// A piece that was written.
#[derive(Clone, Debug)]
pub struct DemoTrack {
    pub isrc: Isrc,
    pub title: &'static str,
    pub artist: &'static str,
    pub album: &'static str,
    pub duration: Duration,
    pub path: PathBuf,
}

/// Samples a second: enough for soft sounds, and half the bytes of a CD's rate.
const RATE: u32 = 22_050;

/// Writes the pieces as tagged WAV files (16 bit, mono) into `dir`, which must exist. Blocking; well under a second in
/// an optimised build.
///
/// # Errors
/// When a file cannot be written.
pub fn write_demo_library(dir: &Path) -> io::Result<Vec<DemoTrack>> {
    std::thread::scope(|scope| {
        let writers: Vec<_> = song::SONGS.iter().map(|song| scope.spawn(|| write_song(dir, song))).collect();
        let written = writers.into_iter().map(|writer| writer.join());
        written
            .map(|result| result.unwrap_or_else(|_| Err(io::Error::other("the synthesizer panicked"))))
            .collect()
    })
}

fn write_song(dir: &Path, song: &'static song::Song) -> io::Result<DemoTrack> {
    let isrc = Isrc::parse(song.isrc).map_err(io::Error::other)?;
    let samples = mix::render(song);
    let duration = Duration::from_secs_f64(samples.len() as f64 / f64::from(RATE));
    let track = DemoTrack {
        isrc,
        title: song.title,
        artist: song.artist,
        album: song.album,
        duration,
        path: dir.join(format!("{isrc}.wav")),
    };
    wav::write(&track, &samples)?;
    Ok(track)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(path: &Path) -> Vec<f32> {
        let bytes = std::fs::read(path).unwrap();
        let length = u32::from_le_bytes(bytes[40..44].try_into().unwrap()) as usize;
        let (pairs, _) = bytes[44..44 + length].as_chunks::<2>();
        pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32_768.0).collect()
    }

    fn loudness(samples: &[f32]) -> f32 {
        (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
    }

    /// W4
    #[test]
    fn the_pieces_are_audible_unclipped_faded_and_different() {
        let dir = tempfile::tempdir().unwrap();
        let tracks = write_demo_library(dir.path()).unwrap();
        assert_eq!(tracks.len(), 6);
        let mut seen = std::collections::HashSet::new();
        for track in &tracks {
            assert!((30.0..=60.0).contains(&track.duration.as_secs_f64()), "{track:?}");
            let samples = samples(&track.path);
            let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            assert!((0.5..=0.95).contains(&peak), "{}: {peak}", track.title);
            let (music, fade) = samples.split_at(samples.len() - 2 * RATE as usize);
            let loud: Vec<_> = music.chunks(RATE as usize).map(loudness).collect();
            assert!(loud.iter().all(|loud| *loud > 0.01), "{}: {loud:?}", track.title);
            assert!(loudness(&fade[fade.len() - 2000..]) < 0.005, "{}", track.title);
            assert!(samples[0].abs() < 0.01, "{}", track.title);
            let offset = samples.iter().sum::<f32>() / samples.len() as f32;
            assert!(offset.abs() < 0.01, "{}: {offset}", track.title);
            assert!(seen.insert(track.isrc), "{}", track.isrc);
        }
    }

    /// W4
    #[test]
    fn the_same_pieces_come_out_each_time() {
        for song in &song::SONGS {
            assert!(mix::render(song) == mix::render(song), "{}", song.title);
        }
    }
}
