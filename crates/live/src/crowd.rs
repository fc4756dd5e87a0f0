//! Wakes the many viewers of one user without keeping the one who published waiting, or anybody else.
//!
//! The first few are woken at once. The rest of a crowd is woken in portions, between which other tasks have their
//! turn. The queue needs no bound of its own: each stream waits with one waker, so it never holds more than there are
//! streams.

use std::convert::Infallible;

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::latest::Wakers;

const PORTION: usize = 128;

pub(crate) struct Crowds {
    queue: UnboundedSender<Wakers>,
    waiting: Mutex<UnboundedReceiver<Wakers>>,
}

impl Crowds {
    pub(crate) fn new() -> Self {
        let (queue, waiting) = unbounded_channel();
        Self { queue, waiting: Mutex::new(waiting) }
    }

    pub(crate) fn wake(&self, mut wakers: Wakers) {
        let Some(first) = wakers.take(PORTION) else { return };
        first.wake();
        if !wakers.is_empty()
            && let Err(refused) = self.queue.send(wakers)
        {
            refused.0.wake();
        }
    }

    /// Wakes what is queued, and whatever will be.
    pub(crate) async fn run(&self) -> Infallible {
        let mut waiting = self.waiting.lock().await;
        loop {
            let mut wakers = waiting.recv().await.unwrap_or_default();
            while let Some(portion) = wakers.take(PORTION) {
                portion.wake();
                tokio::task::yield_now().await;
            }
        }
    }
}
