//! The instruments: sums of a few decaying sines under an envelope, and two soft noises.

use super::RATE;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Voice {
    Pad,
    Bass,
    Kalimba,
    MusicBox,
    Pluck,
    Keys,
    Flute,
    Kick,
    Shaker,
}

/// One sine of a voice: its frequency as a multiple of the note's, its level, and how fast it dies (per second).
struct Partial(f32, f32, f32);

/// Seconds to rise, and to fall once the note is over.
struct Envelope {
    rise: f32,
    fall: f32,
}

impl Voice {
    /// The samples of a note held for `seconds`, and of its fading after that.
    pub(super) fn play(self, note: i32, seconds: f32) -> Vec<f32> {
        match self {
            Self::Kick => return kick(),
            Self::Shaker => return shaker(),
            _ => {}
        }
        let frequency = 440.0 * ((note - 69) as f32 / 12.0).exp2();
        let (partials, envelope) = self.timbre();
        let mut samples = vec![0.0; samples_in(seconds + envelope.fall)];
        for Partial(multiple, level, decay) in partials {
            // A partial above half the rate would come back as a wrong, low one.
            if frequency * multiple < RATE as f32 * 0.45 {
                add_sine(&mut samples, frequency * multiple, *level, *decay);
            }
        }
        shape(&mut samples, &envelope);
        samples
    }

    fn timbre(self) -> (&'static [Partial], Envelope) {
        match self {
            // Pairs a few cents apart beat slowly against each other, as strings do.
            Self::Pad => (
                &[
                    Partial(0.998, 0.30, 0.1),
                    Partial(1.002, 0.30, 0.1),
                    Partial(1.996, 0.10, 0.3),
                    Partial(2.005, 0.10, 0.3),
                    Partial(3.0, 0.05, 0.5),
                ],
                Envelope { rise: 0.5, fall: 0.9 },
            ),
            Self::Bass => (
                &[Partial(1.0, 0.75, 0.9), Partial(2.0, 0.22, 1.8), Partial(3.0, 0.06, 4.0)],
                Envelope { rise: 0.012, fall: 0.12 },
            ),
            Self::Kalimba => (
                &[Partial(1.0, 0.7, 3.2), Partial(2.0, 0.10, 6.0), Partial(5.4, 0.12, 18.0)],
                Envelope { rise: 0.004, fall: 0.6 },
            ),
            Self::MusicBox => (
                &[
                    Partial(1.0, 0.5, 2.2),
                    Partial(2.0, 0.22, 3.5),
                    Partial(4.1, 0.12, 8.0),
                    Partial(6.8, 0.05, 16.0),
                ],
                Envelope { rise: 0.003, fall: 0.9 },
            ),
            Self::Pluck => (
                &[
                    Partial(1.0, 0.6, 4.0),
                    Partial(2.0, 0.3, 6.5),
                    Partial(3.0, 0.16, 9.0),
                    Partial(4.0, 0.08, 13.0),
                ],
                Envelope { rise: 0.004, fall: 0.25 },
            ),
            Self::Keys => (
                &[
                    Partial(1.0, 0.6, 1.6),
                    Partial(1.004, 0.2, 1.6),
                    Partial(2.0, 0.2, 3.0),
                    Partial(7.0, 0.04, 14.0),
                ],
                Envelope { rise: 0.008, fall: 0.3 },
            ),
            Self::Flute | Self::Kick | Self::Shaker => (
                &[
                    Partial(0.9985, 0.34, 0.2),
                    Partial(1.0015, 0.34, 0.2),
                    Partial(2.0, 0.12, 0.5),
                    Partial(3.0, 0.07, 1.0),
                ],
                Envelope { rise: 0.06, fall: 0.22 },
            ),
        }
    }
}

pub(super) fn samples_in(seconds: f32) -> usize {
    (seconds * RATE as f32) as usize
}

/// Adds `level * e^(-decay t) * sin(2 pi f t)`: a resonator, which needs no sine per sample.
fn add_sine(samples: &mut [f32], frequency: f32, level: f32, decay: f32) {
    let angle = std::f32::consts::TAU * frequency / RATE as f32;
    let shrink = (-decay / RATE as f32).exp();
    let (turn, fade) = (2.0 * shrink * angle.cos(), shrink * shrink);
    let (mut now, mut before) = (0.0, -level * angle.sin() / shrink);
    for sample in samples {
        *sample += now;
        (now, before) = (turn * now - fade * before, now);
    }
}

fn shape(samples: &mut [f32], envelope: &Envelope) {
    let (rise, fall) = (samples_in(envelope.rise).max(1), samples_in(envelope.fall).max(1));
    for (sample, level) in samples.iter_mut().take(rise).zip(0..) {
        *sample *= smooth(level as f32 / rise as f32);
    }
    for (sample, level) in samples.iter_mut().rev().take(fall).zip(0..) {
        *sample *= smooth(level as f32 / fall as f32);
    }
}

/// 0 to 1 without a corner, so that nothing clicks.
fn smooth(x: f32) -> f32 {
    x * x * (3.0 - 2.0 * x)
}

/// A sine that falls from 110 to 45 Hz.
fn kick() -> Vec<f32> {
    let mut phase = 0.0_f32;
    let mut samples = Vec::with_capacity(samples_in(0.28));
    for index in 0..samples_in(0.28) {
        let time = index as f32 / RATE as f32;
        phase += std::f32::consts::TAU * (45.0 + 65.0 * (-time * 30.0).exp()) / RATE as f32;
        samples.push(phase.sin() * (-time * 12.0).exp());
    }
    shape(&mut samples, &Envelope { rise: 0.003, fall: 0.1 });
    samples
}

/// High noise: what is left of a fixed pseudo-random row when its slow part is taken away.
fn shaker() -> Vec<f32> {
    let (mut state, mut slow) = (0x2545_f491_u32, 0.0_f32);
    let mut samples = Vec::with_capacity(samples_in(0.09));
    for index in 0..samples_in(0.09) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
        slow += 0.5 * (noise - slow);
        samples.push((noise - slow) * (-(index as f32) / RATE as f32 * 45.0).exp());
    }
    shape(&mut samples, &Envelope { rise: 0.012, fall: 0.02 });
    samples
}
