//! From a score to samples: who plays when, then echo, room and level.

use std::collections::HashMap;

use super::RATE;
use super::song::{REST, Song};
use super::voice::{Voice, samples_in};

/// The desk: notes are laid over each other here. A note that comes back is rendered once.
struct Desk {
    samples: Vec<f32>,
    notes: HashMap<(Voice, i32, usize), Vec<f32>>,
    /// Seconds of a step.
    step: f32,
}

impl Desk {
    fn play(&mut self, voice: Voice, note: i32, start: usize, steps: usize, level: f32) {
        let step = self.step;
        let sound =
            self.notes.entry((voice, note, steps)).or_insert_with(|| voice.play(note, steps as f32 * step));
        let start = samples_in(start as f32 * step);
        for (sample, sound) in self.samples.iter_mut().skip(start).zip(sound) {
            *sample += *sound * level;
        }
    }
}

/// The whole piece, between -1 and 1, faded out at the end.
pub(super) fn render(song: &Song) -> Vec<f32> {
    let step = 60.0 / song.tempo;
    let steps = (song.bars + 1) * song.steps_per_bar;
    let mut desk =
        Desk { samples: vec![0.0; samples_in(steps as f32 * step + 1.0)], notes: HashMap::new(), step };
    for bar in 0..song.bars {
        play_bar(&mut desk, song, bar);
    }
    play_melody(&mut desk, song);
    play_end(&mut desk, song);
    let mut samples = desk.samples;
    echo(&mut samples, samples_in(song.echo * step), 0.32, 0.28);
    room(&mut samples);
    level(&mut samples);
    samples
}

/// Pad, figure, bass and drums. The piece opens with pad and figure; the others join after a quarter.
fn play_bar(desk: &mut Desk, song: &Song, bar: usize) {
    let (length, chord) = (song.steps_per_bar, song.chord(bar));
    let start = bar * length;
    let is_full = bar * 4 >= song.bars;
    for tone in [0, 2, 4] {
        desk.play(Voice::Pad, fold(song.note(chord + tone), 54), start, length, 0.13);
    }
    for (tone, step) in song.figure.iter().zip(0..).filter(|(tone, _)| **tone != REST) {
        let accent = if step == 0 { 0.34 } else { 0.24 };
        let root = if chord > 3 { chord - 7 } else { chord };
        desk.play(song.figure_voice, song.note(root + tone) + 12, start + step, 2, accent);
    }
    if !is_full {
        return;
    }
    let ends = song.bass.iter().skip(1).chain([&length]);
    for (step, end) in song.bass.iter().zip(ends) {
        desk.play(Voice::Bass, fold(song.note(chord), 36), start + step, end - step, 0.28);
    }
    for step in song.kick {
        desk.play(Voice::Kick, 0, start + step, 1, 0.30);
    }
    if song.has_shaker {
        for step in 0..length {
            desk.play(Voice::Shaker, 0, start + step, 1, if step % 2 == 0 { 0.05 } else { 0.10 });
        }
    }
}

/// The melody begins with the second third, on the first bar of a round of chords.
fn play_melody(desk: &mut Desk, song: &Song) {
    let round = song.chords.len();
    let first = (song.bars / 3).div_ceil(round) * round;
    let (mut step, end) = (first * song.steps_per_bar, song.bars * song.steps_per_bar);
    for (degree, steps) in song.melody.iter().cycle() {
        if step + steps > end {
            break;
        }
        if *degree != REST {
            desk.play(song.melody_voice, song.note(*degree), step, *steps, 0.40);
        }
        step += steps;
    }
}

/// The tonic, held.
fn play_end(desk: &mut Desk, song: &Song) {
    let (start, length) = (song.bars * song.steps_per_bar, song.steps_per_bar);
    desk.play(Voice::Bass, fold(song.note(0), 36), start, length, 0.28);
    for (tone, delay) in [0, 2, 4, 7].into_iter().zip(0..) {
        desk.play(Voice::Pad, fold(song.note(tone), 54), start, length, 0.10);
        desk.play(song.figure_voice, song.note(tone) + 12, start + delay, length, 0.26);
    }
}

/// The same note in the octave from `lowest` on: chords then lie close together and move little.
fn fold(note: i32, lowest: i32) -> i32 {
    lowest + (note - lowest).rem_euclid(12)
}

/// Repeats what was played `delay` samples ago, duller each time.
fn echo(samples: &mut [f32], delay: usize, feedback: f32, level: f32) {
    let mut line = vec![0.0_f32; delay.max(1)];
    let (mut place, mut dull) = (0, 0.0_f32);
    for sample in samples {
        let Some(slot) = line.get_mut(place) else { return };
        dull += 0.4 * (*slot - dull);
        *slot = *sample + dull * feedback;
        *sample += dull * level;
        place = (place + 1) % delay.max(1);
    }
}

/// A small room: a few close echoes whose lengths share no factor.
fn room(samples: &mut [f32]) {
    for (delay, feedback) in [(647, 0.50), (809, 0.46), (1049, 0.42)] {
        echo(samples, delay, feedback, 0.12);
    }
}

/// Brings the loudest moment to 0.8 and fades the last seconds.
fn level(samples: &mut [f32]) {
    let peak = samples.iter().fold(0.01_f32, |peak, sample| peak.max(sample.abs()));
    let fade = 2.5 * RATE as f32;
    let length = samples.len();
    for (sample, index) in samples.iter_mut().zip(0..) {
        let left = ((length - index) as f32 / fade).min(1.0);
        *sample *= left * left * 0.8 / peak;
    }
}
