//! Work on pixels, kept off the async threads and bounded (security T25).
//!
//! A picture of the largest size that is accepted takes tens of megabytes while it is decoded, so no more are worked
//! on at once than there are workers; a few more wait; the rest are turned away at once.

use crate::gate::{Full, Gate};
use crate::picture::PictureError;

/// Runs the functions of [`crate::picture`]; cheap to clone.
#[derive(Clone, Debug)]
pub struct PicturePool(Gate);

impl PicturePool {
    /// At most `workers` pieces of work run at once (as many as there are cores) and `queue` more wait.
    pub fn new(workers: usize, queue: usize) -> Self {
        Self(Gate::new(workers, queue))
    }

    /// Runs `work` on a blocking thread. Work whose caller has gone is still finished before its place is free.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, PictureError> {
        let pass = self.0.enter().await.map_err(|Full| PictureError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let _pass = pass;
            work()
        });
        done.await.unwrap_or_else(|error| {
            tracing::error!(%error, "work on a picture ended early");
            Err(PictureError::Broken)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T25
    #[tokio::test]
    async fn work_beyond_the_queue_is_turned_away_and_a_panic_frees_its_place() {
        let pool = PicturePool::new(1, 1);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let running = pool.run(move || {
            let _ = gate.recv();
            Ok(1)
        });
        let waiting = pool.run(|| Ok(2));
        let (mut running, mut waiting) = (Box::pin(running), Box::pin(waiting));
        assert!(futures_util::poll!(&mut running).is_pending());
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert_eq!(pool.run(|| Ok(3)).await, Err(PictureError::Busy));
        drop(open);
        assert_eq!(running.await, Ok(1));
        assert_eq!(waiting.await, Ok(2));
        assert_eq!(pool.run::<()>(|| panic!("a decoder's bug")).await, Err(PictureError::Broken));
        assert_eq!(pool.run(|| Ok(4)).await, Ok(4));
    }
}
