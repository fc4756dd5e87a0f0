//! One shared value of which only the newest counts, and the tasks that wait for it to change.
//!
//! What `tokio::sync::watch` does, but with a wait that can be polled in place: a waiting stream costs a waker and
//! three words here, where `changed()` would need a boxed future of some hundred bytes for each of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use slab::Slab;

/// Locks; a panic elsewhere leaves nothing half-done behind these locks, so its poison is ignored.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) struct Latest<T>(Mutex<State<T>>);

struct State<T> {
    value: T,
    /// Grows by one with every published value.
    changes: u64,
    /// One seat for each reader, with its waker while it waits.
    seats: Slab<Option<Waker>>,
}

/// The tasks to wake after a change, once the caller has let go of its own locks.
#[must_use = "the readers sleep until they are woken"]
#[derive(Default)]
pub(crate) struct Wakers(Vec<Waker>);

impl Wakers {
    pub(crate) fn wake(self) {
        self.0.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes that many from the end; `None` once there are no more.
    pub(crate) fn take(&mut self, count: usize) -> Option<Self> {
        let rest = self.0.split_off(self.0.len().saturating_sub(count));
        (!rest.is_empty()).then_some(Self(rest))
    }
}

impl<T: Clone> Latest<T> {
    pub(crate) fn new(value: T) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { value, changes: 0, seats: Slab::new() })))
    }

    /// Puts a value there for those who come later; nobody is told.
    pub(crate) fn replace(&self, value: T) {
        lock(&self.0).value = value;
    }

    pub(crate) fn publish(&self, value: T) -> Wakers {
        let mut state = lock(&self.0);
        state.value = value;
        state.changes += 1;
        Wakers(state.seats.iter_mut().filter_map(|(_, seat)| seat.take()).collect())
    }

    /// The value as it is, and a reader of everything after it: nothing can fall between the two (E6).
    pub(crate) fn subscribe(self: &Arc<Self>) -> (T, Reader<T>) {
        let mut state = lock(&self.0);
        let reader = Reader { latest: Arc::clone(self), seen: state.changes, seat: state.seats.insert(None) };
        (state.value.clone(), reader)
    }
}

pub(crate) struct Reader<T> {
    latest: Arc<Latest<T>>,
    seen: u64,
    seat: usize,
}

impl<T: Clone> Reader<T> {
    /// The newest value, once it is newer than the last one read here, with the number of those skipped in between.
    pub(crate) fn poll_next(&mut self, context: &Context<'_>) -> Poll<(T, u64)> {
        let mut state = lock(&self.latest.0);
        if state.changes != self.seen {
            let skipped = state.changes - self.seen - 1;
            self.seen = state.changes;
            return Poll::Ready((state.value.clone(), skipped));
        }
        if let Some(seat) = state.seats.get_mut(self.seat)
            && !seat.as_ref().is_some_and(|waker| waker.will_wake(context.waker()))
        {
            let _old = seat.replace(context.waker().clone());
            // First the lock, then the old waker: dropping it may run anything.
            drop(state);
        }
        Poll::Pending
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        // The lock is let go with this line, the waker after it.
        let _waker = lock(&self.latest.0).seats.try_remove(self.seat);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(reader: &mut Reader<u32>) -> Poll<(u32, u64)> {
        reader.poll_next(&Context::from_waker(Waker::noop()))
    }

    /// E3
    #[test]
    fn a_slow_reader_skips_to_the_newest_value_and_learns_how_many_it_missed() {
        let latest = Latest::new(0);
        let (first, mut reader) = latest.subscribe();
        assert_eq!((first, next(&mut reader)), (0, Poll::Pending));
        for value in 1..=5 {
            latest.publish(value).wake();
        }
        assert_eq!(next(&mut reader), Poll::Ready((5, 4)));
        assert_eq!(next(&mut reader), Poll::Pending);
    }

    #[test]
    fn a_replaced_value_wakes_nobody_but_is_there_for_the_next_reader() {
        let latest = Latest::new(0);
        let (_, mut early) = latest.subscribe();
        latest.replace(7);
        assert_eq!(next(&mut early), Poll::Pending);
        assert_eq!(latest.subscribe().0, 7);
    }

    #[test]
    fn a_reader_that_leaves_gives_its_seat_back() {
        let latest = Latest::new(0);
        for _ in 0..100 {
            let (_, mut reader) = latest.subscribe();
            assert!(next(&mut reader).is_pending());
        }
        assert!(lock(&latest.0).seats.is_empty());
        assert!(lock(&latest.0).seats.capacity() < 10);
    }
}
