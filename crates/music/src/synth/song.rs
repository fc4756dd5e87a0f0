//! The scores.
//!
//! Pitches are scale degrees: 0 is the tonic, 7 the tonic an octave up, negative ones lie below. A chord is the degree
//! of its root and stands for a bar; a melody is a list of (degree, length in steps).

use super::voice::Voice;

/// A rest in a melody or in a pattern.
pub(super) const REST: i32 = i32::MIN;

pub(super) struct Song {
    pub isrc: &'static str,
    pub title: &'static str,
    pub artist: &'static str,
    pub album: &'static str,
    /// Steps a minute; a step is the shortest note.
    pub tempo: f32,
    pub steps_per_bar: usize,
    /// The MIDI note of degree 0, around middle C.
    pub tonic: i32,
    /// Semitones of the seven degrees above the tonic.
    pub scale: [i32; 7],
    /// The chords of the bars, repeated until `bars` are full.
    pub chords: &'static [i32],
    pub bars: usize,
    /// Which tone of the chord sounds on each step of a bar.
    pub figure: &'static [i32],
    pub figure_voice: Voice,
    /// Steps of a bar on which the bass plays.
    pub bass: &'static [usize],
    /// Played from the second third of the piece on, over and over.
    pub melody: &'static [(i32, usize)],
    pub melody_voice: Voice,
    /// Steps of a bar with a soft kick, and whether a shaker runs.
    pub kick: &'static [usize],
    pub has_shaker: bool,
    /// Steps by which the echo comes later.
    pub echo: f32,
}

const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];
const DORIAN: [i32; 7] = [0, 2, 3, 5, 7, 9, 10];
const LYDIAN: [i32; 7] = [0, 2, 4, 6, 7, 9, 11];

pub(super) const SONGS: [Song; 6] = [
    Song {
        isrc: "XXNPL2600001",
        title: "Porch Light",
        artist: "Hollow Kites",
        album: "Letters to the Weather",
        tempo: 168.0,
        steps_per_bar: 8,
        tonic: 60,
        scale: MAJOR,
        chords: &[0, 5, 3, 4],
        bars: 16,
        figure: &[0, 2, 4, 5, 6, 5, 4, 2],
        figure_voice: Voice::Kalimba,
        bass: &[0, 5],
        melody: &[
            (9, 3),
            (8, 1),
            (7, 2),
            (4, 2), // I
            (5, 4),
            (7, 2),
            (5, 2), // vi
            (5, 3),
            (4, 1),
            (3, 2),
            (5, 2), // IV
            (4, 6),
            (REST, 2), // V
            (9, 3),
            (10, 1),
            (9, 2),
            (7, 2),
            (9, 4),
            (7, 2),
            (5, 2),
            (7, 3),
            (5, 1),
            (3, 2),
            (5, 2),
            (6, 6),
            (REST, 2),
        ],
        melody_voice: Voice::Flute,
        kick: &[],
        has_shaker: false,
        echo: 3.0,
    },
    Song {
        isrc: "XXNPL2600002",
        title: "Night Bus",
        artist: "Mira Solen",
        album: "Window Seats",
        tempo: 152.0,
        steps_per_bar: 8,
        tonic: 57,
        scale: MINOR,
        chords: &[0, 5, 2, 6],
        bars: 12,
        figure: &[0, REST, 2, 4, REST, 5, 4, REST],
        figure_voice: Voice::Keys,
        bass: &[0, 3, 6],
        melody: &[
            (7, 2),
            (REST, 1),
            (9, 1),
            (8, 2),
            (7, 2), // i
            (9, 5),
            (7, 1),
            (5, 2), // VI
            (6, 3),
            (4, 1),
            (6, 2),
            (8, 2), // III
            (8, 5),
            (REST, 3), // VII
        ],
        melody_voice: Voice::Flute,
        kick: &[0, 5],
        has_shaker: true,
        echo: 1.5,
    },
    Song {
        isrc: "XXNPL2600003",
        title: "Paper Boats",
        artist: "Hollow Kites",
        album: "Letters to the Weather",
        tempo: 216.0,
        steps_per_bar: 6,
        tonic: 55,
        scale: MAJOR,
        chords: &[0, 2, 3, 0, 3, 0, 1, 4],
        bars: 24,
        figure: &[0, 4, 6, 5, 6, 4],
        figure_voice: Voice::MusicBox,
        bass: &[0],
        melody: &[
            (7, 4),
            (9, 2),
            (11, 4),
            (9, 2), // I, iii
            (10, 4),
            (7, 2),
            (9, 6), // IV, I
            (10, 4),
            (9, 2),
            (7, 4),
            (9, 2), // IV, I
            (8, 4),
            (5, 2),
            (8, 6), // ii, V
        ],
        melody_voice: Voice::Kalimba,
        kick: &[],
        has_shaker: false,
        echo: 4.0,
    },
    Song {
        isrc: "XXNPL2600004",
        title: "Glasshouse",
        artist: "Tall Ferns",
        album: "Slow Botany",
        tempo: 192.0,
        steps_per_bar: 8,
        tonic: 62,
        scale: DORIAN,
        chords: &[0, 3, 0, 6],
        bars: 16,
        figure: &[0, 4, 2, REST, 6, 2, REST, 4],
        figure_voice: Voice::Pluck,
        bass: &[0, 3, 6],
        melody: &[
            (4, 1),
            (6, 1),
            (7, 4),
            (6, 2), // i
            (9, 3),
            (7, 3),
            (5, 2), // IV
            (4, 1),
            (6, 1),
            (8, 4),
            (7, 2), // i
            (6, 6),
            (REST, 2), // VII
        ],
        melody_voice: Voice::Keys,
        kick: &[0, 4],
        has_shaker: true,
        echo: 3.0,
    },
    Song {
        isrc: "XXNPL2600005",
        title: "Low Tide",
        artist: "Mira Solen",
        album: "Window Seats",
        tempo: 132.0,
        steps_per_bar: 8,
        tonic: 53,
        scale: LYDIAN,
        chords: &[0, 1, 5, 4],
        bars: 12,
        figure: &[4, REST, REST, 6, REST, 8, REST, REST],
        figure_voice: Voice::MusicBox,
        bass: &[0],
        melody: &[
            (11, 4),
            (REST, 2),
            (9, 2), // I
            (10, 6),
            (REST, 2), // II
            (9, 3),
            (7, 3),
            (5, 2), // vi
            (8, 6),
            (REST, 2), // V
        ],
        melody_voice: Voice::Flute,
        kick: &[],
        has_shaker: false,
        echo: 3.0,
    },
    Song {
        isrc: "XXNPL2600006",
        title: "Small Hours",
        artist: "Tall Ferns",
        album: "Slow Botany",
        tempo: 176.0,
        steps_per_bar: 8,
        tonic: 52,
        scale: MINOR,
        chords: &[0, 3, 5, 4],
        bars: 16,
        figure: &[0, REST, 4, 6, REST, 4, 5, REST],
        figure_voice: Voice::Keys,
        bass: &[0, 4, 7],
        melody: &[
            (11, 2),
            (10, 1),
            (9, 1),
            (7, 4), // i
            (REST, 2),
            (7, 1),
            (9, 1),
            (10, 4), // iv
            (9, 2),
            (7, 1),
            (5, 1),
            (7, 4), // VI
            (REST, 2),
            (6, 1),
            (8, 1),
            (8, 4), // v
        ],
        melody_voice: Voice::Pluck,
        kick: &[0, 3, 5],
        has_shaker: true,
        echo: 1.5,
    },
];

impl Song {
    /// The MIDI note of a degree, which may lie in any octave.
    pub(super) fn note(&self, degree: i32) -> i32 {
        let step = self.scale.get(degree.rem_euclid(7) as usize).copied().unwrap_or(0);
        self.tonic + 12 * degree.div_euclid(7) + step
    }

    pub(super) fn chord(&self, bar: usize) -> i32 {
        self.chords.get(bar % self.chords.len()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_melodies_fill_whole_bars() {
        for song in &SONGS {
            assert_eq!(song.figure.len(), song.steps_per_bar, "{}", song.title);
            let steps: usize = song.melody.iter().map(|(_, steps)| steps).sum();
            assert_eq!(steps % (song.steps_per_bar * song.chords.len()), 0, "{}", song.title);
            assert!(
                song.bass.iter().chain(song.kick).all(|step| *step < song.steps_per_bar),
                "{}",
                song.title
            );
        }
    }
}
