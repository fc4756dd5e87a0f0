//! A bounded queue that is written to the database in batches (contract P5).
//!
//! Recording never waits: an item goes into the queue or is dropped and counted. A batch is at most
//! [`MAX_AGE`] old when it is written. While the database is away the batch is kept and tried again, and the queue
//! fills; a stop writes what is left.

use std::future::Future;
use std::time::Duration;

use nameplate_store::StoreError;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long the first item of a batch waits for others.
const MAX_AGE: Duration = Duration::from_millis(200);
const MAX_BATCH: usize = 2_000;
const RETRY: Duration = Duration::from_millis(500);
/// How often a batch is tried again once a stop was asked for.
const LAST_TRIES: u32 = 3;

/// What a [`Recorder`] counts.
pub(crate) struct Counts {
    pub recorded: Counter,
    pub dropped: Counter,
    pub queued: Gauge,
}

/// What becomes of the items of a queue.
pub(crate) trait Writer: Send + Sync + 'static {
    type Item: Send + Sync + 'static;
    type Row: Send + Sync + 'static;

    /// The rows that are worth keeping; called once for each batch.
    fn prepare(&self, items: Vec<Self::Item>) -> impl Future<Output = Vec<Self::Row>> + Send;

    /// Writes all rows or none; called again when it fails.
    fn write(&self, rows: &[Self::Row]) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The way into the queue.
pub(crate) struct Recorder<T> {
    sender: mpsc::Sender<T>,
    dropped: Counter,
    queued: Gauge,
}

impl<T: Send + Sync + 'static> Recorder<T> {
    /// Starts the writer on `tracker`. It ends, with everything written, after `stop` is cancelled.
    pub(crate) fn start<W>(
        capacity: usize,
        counts: Counts,
        writer: W,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Self
    where
        W: Writer<Item = T>,
    {
        let (sender, receiver) = mpsc::channel(capacity);
        let recorder = Self { sender, dropped: counts.dropped.clone(), queued: counts.queued.clone() };
        tracker.spawn(run(receiver, counts, writer, stop));
        recorder
    }

    pub(crate) fn record(&self, item: T) {
        match self.sender.try_send(item) {
            Ok(()) => {
                self.queued.inc();
            }
            Err(_) => {
                self.dropped.inc();
            }
        }
    }
}

async fn run<W: Writer>(
    mut receiver: mpsc::Receiver<W::Item>,
    counts: Counts,
    writer: W,
    stop: CancellationToken,
) {
    while let Some(batch) = next_batch(&mut receiver, &stop).await {
        let items = batch.len() as i64;
        let rows = writer.prepare(batch).await;
        let count = rows.len() as u64;
        if rows.is_empty() || write(&writer, &rows, &stop).await {
            counts.recorded.inc_by(count);
        } else {
            counts.dropped.inc_by(count);
        }
        counts.queued.dec_by(items);
    }
}

/// The next batch, or `None` once the queue is closed and empty.
async fn next_batch<T>(receiver: &mut mpsc::Receiver<T>, stop: &CancellationToken) -> Option<Vec<T>> {
    let mut batch = Vec::new();
    let first = tokio::select! {
        biased;
        item = receiver.recv() => item,
        () = stop.cancelled() => {
            receiver.close();
            receiver.recv().await
        }
    }?;
    batch.push(first);
    let deadline = Instant::now() + MAX_AGE;
    while batch.len() < MAX_BATCH {
        let room = MAX_BATCH - batch.len();
        tokio::select! {
            biased;
            count = receiver.recv_many(&mut batch, room) => if count == 0 { break },
            () = tokio::time::sleep_until(deadline) => break,
            () = stop.cancelled() => { receiver.close(); }
        }
    }
    Some(batch)
}

async fn write<W: Writer>(writer: &W, rows: &[W::Row], stop: &CancellationToken) -> bool {
    let mut last_tries = 0;
    let mut is_reported = false;
    loop {
        let Err(error) = writer.write(rows).await else { return true };
        if !is_reported {
            tracing::warn!(%error, rows = rows.len(), "a batch could not be written; it is kept and tried again");
            is_reported = true;
        }
        if stop.is_cancelled() {
            last_tries += 1;
            if last_tries >= LAST_TRIES {
                return false;
            }
        }
        tokio::time::sleep(RETRY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn counts() -> Counts {
        Counts { recorded: Counter::default(), dropped: Counter::default(), queued: Gauge::default() }
    }

    /// Keeps even numbers, and fails as often as it is told to.
    struct Evens {
        started: Instant,
        failures: Mutex<u32>,
        written: mpsc::UnboundedSender<(Vec<u32>, Duration)>,
    }

    impl Writer for Evens {
        type Item = u32;
        type Row = u32;

        async fn prepare(&self, items: Vec<u32>) -> Vec<u32> {
            items.into_iter().filter(|item| item % 2 == 0).collect()
        }

        async fn write(&self, rows: &[u32]) -> Result<(), StoreError> {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(StoreError::Unavailable("gone".into()));
            }
            self.written.send((rows.to_vec(), self.started.elapsed())).unwrap();
            Ok(())
        }
    }

    fn evens(failures: u32) -> (Evens, mpsc::UnboundedReceiver<(Vec<u32>, Duration)>) {
        let (written, batches) = mpsc::unbounded_channel();
        (Evens { started: Instant::now(), failures: Mutex::new(failures), written }, batches)
    }

    /// P5
    #[tokio::test(start_paused = true)]
    async fn a_batch_is_written_within_a_quarter_of_a_second_and_a_stop_loses_none() {
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let (writer, mut batches) = evens(0);
        let recorder = Recorder::start(10_000, counts(), writer, &tracker, stop.clone());
        (0..6).for_each(|item| recorder.record(item));
        let (batch, age) = batches.recv().await.unwrap();
        assert_eq!(batch, [0, 2, 4]);
        assert!(age <= Duration::from_millis(250), "{age:?}");

        (0..5_000).for_each(|item| recorder.record(item));
        stop.cancel();
        tracker.close();
        tracker.wait().await;
        let mut rest = 0;
        while let Some((batch, _)) = batches.recv().await {
            rest += batch.len();
        }
        assert_eq!(rest, 2_500);
    }

    /// P5
    #[tokio::test(start_paused = true)]
    async fn a_full_queue_drops_and_counts_while_a_failed_batch_is_kept() {
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let (writer, mut batches) = evens(2);
        let counts = counts();
        let (recorded, dropped) = (counts.recorded.clone(), counts.dropped.clone());
        let recorder = Recorder::start(4, counts, writer, &tracker, stop.clone());
        (0..10).for_each(|item| recorder.record(item));
        stop.cancel();
        tracker.close();
        tracker.wait().await;
        assert_eq!((recorded.get(), dropped.get()), (2, 6));
        assert_eq!(batches.recv().await.unwrap().0, [0, 2]);
    }
}
