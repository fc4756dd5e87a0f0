//! So many at once, so many waiting, and the rest turned away: the bound that work on pixels and fetches share.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Clone, Debug)]
pub(crate) struct Gate {
    /// One for each that is inside or waits.
    seats: Arc<Semaphore>,
    inside: Arc<Semaphore>,
}

/// Held while inside.
#[must_use]
pub(crate) struct Pass {
    _seat: OwnedSemaphorePermit,
    _inside: OwnedSemaphorePermit,
}

/// Too many wait already.
pub(crate) struct Full;

impl Gate {
    pub(crate) fn new(inside: usize, waiting: usize) -> Self {
        let inside = inside.max(1);
        Self { seats: Arc::new(Semaphore::new(inside + waiting)), inside: Arc::new(Semaphore::new(inside)) }
    }

    /// First come, first served.
    pub(crate) async fn enter(&self) -> Result<Pass, Full> {
        let seat = self.seats.clone().try_acquire_owned().map_err(|_| Full)?;
        let inside = self.inside.clone().acquire_owned().await.map_err(|_| Full)?;
        Ok(Pass { _seat: seat, _inside: inside })
    }
}
