//! The one clockwork behind all streams: who pings when, and who ends when on shutdown.
//!
//! A stream picks one of the slots at random and is told when the hand passes over it, so no stream needs a timer and
//! streams that were opened in the same moment do not ping in the same moment (E5). On shutdown the slots end one
//! after the other over the drain time, so that the browsers do not all come back at once (E8).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nameplate_core::time::{Entropy, Timestamp};

use crate::latest::{Latest, Reader, Wakers, lock};

const STEP: Duration = Duration::from_millis(250);
/// A round takes 29.5 s: the half second is what a late hand may cost before E5's 30 s are over.
const SLOTS: usize = 118;
/// Rounds that a stream lives, so that it ends 20 to 30 minutes after its start (E8). The first one is cut short by
/// the place of its slot.
const ROUNDS: std::ops::RangeInclusive<u8> = 42..=61;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    Ping,
    End,
}

pub(crate) struct Pings {
    slots: Vec<Arc<Latest<Beat>>>,
    hand: Mutex<Hand>,
}

struct Hand {
    /// When the hand last moved.
    at: Timestamp,
    slot: usize,
    drain: Option<Drain>,
    /// Slots below this one have ended.
    ended: usize,
}

struct Drain {
    from: Timestamp,
    over: Duration,
}

impl Pings {
    pub(crate) fn new(now: Timestamp) -> Self {
        let hand = Hand { at: now, slot: 0, drain: None, ended: 0 };
        Self { slots: (0..SLOTS).map(|_| Latest::new(Beat::Ping)).collect(), hand: Mutex::new(hand) }
    }

    /// A random slot's beats and the number of them that the stream lives; `None` when that slot has ended.
    pub(crate) fn join(&self, entropy: &dyn Entropy) -> Option<(Reader<Beat>, u8)> {
        let slot = entropy.below(SLOTS as u64) as usize;
        let span = u64::from(ROUNDS.end() - ROUNDS.start()) + 1;
        let rounds = ROUNDS.start() + entropy.below(span) as u8;
        let (beat, reader) = self.slots.get(slot)?.subscribe();
        (beat == Beat::Ping).then_some((reader, rounds))
    }

    pub(crate) fn drain(&self, from: Timestamp, over: Duration) {
        lock(&self.hand).drain.get_or_insert(Drain { from, over });
    }

    /// Moves the hand to `now`.
    pub(crate) fn tick(&self, now: Timestamp) {
        let mut wakers = Wakers::default();
        {
            let mut hand = lock(&self.hand);
            let ended = hand.slots_to_have_ended(now);
            for slot in self.slots.iter().take(ended).skip(hand.ended) {
                wakers.append(slot.publish(Beat::End));
            }
            hand.ended = ended;
            for _ in 0..hand.steps(now) {
                hand.slot = (hand.slot + 1) % SLOTS;
                if let Some(slot) = self.slots.get(hand.slot).filter(|_| hand.slot >= hand.ended) {
                    wakers.append(slot.publish(Beat::Ping));
                }
            }
        }
        wakers.wake();
    }
}

impl Hand {
    /// How many slots the hand passes until `now`; a clock that was set back or far ahead costs one round at most.
    fn steps(&mut self, now: Timestamp) -> usize {
        let steps = (now.since(self.at).as_millis() / STEP.as_millis()) as usize;
        let moved = self.at.plus(STEP * steps.min(SLOTS) as u32);
        self.at = if now < self.at || steps > SLOTS { now } else { moved };
        steps.min(SLOTS)
    }

    fn slots_to_have_ended(&self, now: Timestamp) -> usize {
        let Some(drain) = &self.drain else { return 0 };
        let (passed, over) = (now.since(drain.from).as_millis(), drain.over.as_millis());
        if passed >= over { SLOTS } else { self.ended.max((passed * SLOTS as u128 / over) as usize) }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
            if let Some(first) = bytes.first_mut() {
                *first = self.0;
            }
        }
    }

    fn beats(reader: &mut Reader<Beat>) -> Option<Beat> {
        match reader.poll_next(&Context::from_waker(Waker::noop())) {
            Poll::Ready((beat, _)) => Some(beat),
            Poll::Pending => None,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// E5
    #[test]
    fn every_slot_beats_once_in_thirty_seconds_wherever_its_stream_began() {
        for slot in [0, 1, 60, 117] {
            let pings = Pings::new(at(0));
            let (mut reader, _) = pings.join(&Fixed(slot)).unwrap();
            let mut heard = Vec::new();
            for millis in (0..=180_000).step_by(250) {
                pings.tick(at(millis));
                heard.extend(beats(&mut reader).map(|_| millis));
            }
            let silences: Vec<_> =
                std::iter::once(0).chain(heard.clone()).zip(heard).map(|(from, to)| to - from).collect();
            assert!(
                silences.len() >= 6 && silences.iter().all(|silence| *silence <= 30_000),
                "{slot}: {silences:?}"
            );
        }
    }

    /// E8
    #[test]
    fn a_stream_lives_twenty_to_thirty_minutes() {
        let round = STEP.as_secs_f64() * SLOTS as f64;
        let pings = Pings::new(at(0));
        for chance in 0..=255 {
            let (_, rounds) = pings.join(&Fixed(chance)).unwrap();
            let (shortest, longest) = (f64::from(rounds - 1) * round, f64::from(rounds) * round);
            assert!(shortest >= 20.0 * 60.0 && longest <= 30.0 * 60.0, "{rounds}");
        }
    }

    /// E8, W9
    #[test]
    fn on_shutdown_the_slots_end_one_after_the_other_over_the_drain() {
        let pings = Pings::new(at(0));
        let mut readers: Vec<_> = (0..SLOTS as u8).map(|slot| pings.join(&Fixed(slot)).unwrap().0).collect();
        pings.drain(at(0), Duration::from_secs(10));
        let mut left = SLOTS;
        for millis in (0..=10_000).step_by(250) {
            pings.tick(at(millis));
            readers.retain_mut(|reader| beats(reader) != Some(Beat::End));
            assert!(left - readers.len() <= SLOTS / 20, "too many at once");
            left = readers.len();
        }
        assert_eq!(left, 0);
        assert!(pings.join(&Fixed(3)).is_none(), "nobody joins a slot that has ended");
    }

    #[test]
    fn a_clock_that_is_set_back_stops_no_pings() {
        let pings = Pings::new(at(1_000_000));
        let (mut reader, _) = pings.join(&Fixed(5)).unwrap();
        pings.tick(at(0));
        pings.tick(at(30_000));
        assert_eq!(beats(&mut reader), Some(Beat::Ping));
    }
}
