//! The part of the weekly quota that an upload under way holds (contract A3).
//!
//! Sizes are not known before the bytes are there. A file of less than a part is gathered first, so that exactly its
//! size is reserved; a larger one reserves step by step, ahead of what is stored. What a failed file had reserved is
//! there for the next one of the same request.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use nameplate_core::plan::USAGE_WINDOW;
use nameplate_core::post::FileName;
use nameplate_core::time::{Clock, Timestamp};
use nameplate_media::blob_store::SMALLEST_PART;
use nameplate_store::{Claim, Reservation, Store};

use super::under_way::Halt;
use super::{Broken, Rejection, UploadFault};

/// How many bytes a large file reserves at a time.
const STEP: u64 = 8 << 20;
/// How long a reservation lives without its upload. It is renewed from the half of it on: no wait for a client's next
/// bytes is that long.
const LEASE: Duration = Duration::from_secs(5 * 60);

pub(super) struct Meter {
    store: Store,
    clock: Arc<dyn Clock>,
    pub(super) reservation: Reservation,
    quota: u64,
    reserved: u64,
    /// Bytes of the files that are complete.
    kept: u64,
    /// Bytes that the request brings at most.
    expected: u64,
    lapses: Timestamp,
    /// All files of the upload, also those that came to nothing.
    files: Vec<FileName>,
}

impl Meter {
    pub(super) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        reservation: Reservation,
        quota: u64,
        expected: u64,
    ) -> Self {
        let (reserved, kept, lapses, files) = (0, 0, Timestamp::default(), Vec::new());
        Self { store, clock, reservation, quota, reserved, kept, expected, lapses, files }
    }

    /// A file of the upload begins, under a name that nothing else has.
    pub(super) fn begin(&mut self, name: FileName) {
        self.files.push(name);
    }

    /// The file is complete.
    pub(super) fn keep(&mut self, size: u64) {
        self.kept += size;
    }

    /// Whether anything was reserved, and so perhaps stored.
    pub(super) fn has_begun(&self) -> bool {
        self.reserved > 0
    }

    /// Lets the bytes of a file through once they are reserved.
    pub(super) fn watch<'a>(
        &'a mut self,
        body: BoxStream<'a, Result<Bytes, Broken>>,
    ) -> BoxStream<'a, Result<Bytes, Halt>> {
        let watch = Watch { meter: self, body, first: VecDeque::new(), arrived: 0, is_over: false };
        let next = |mut watch: Watch<'a>| async move {
            let chunk = watch.next().await?;
            Ok::<_, Halt>(chunk.map(|chunk| (chunk, watch)))
        };
        stream::try_unfold(watch, next).into_stream().boxed()
    }

    /// Sees to it that as many bytes of the present file are reserved; more may come, unless it `is_whole`.
    pub(super) async fn cover(&mut self, arrived: u64, is_whole: bool) -> Result<(), Halt> {
        let now = self.clock.now();
        let missing = (self.kept + arrived).saturating_sub(self.reserved);
        if missing == 0 && self.lapses.since(now) > LEASE / 2 {
            return Ok(());
        }
        let step = STEP.min(self.expected.saturating_sub(self.reserved));
        let mut wanted = if is_whole || missing == 0 { missing } else { missing.max(step) };
        let mut is_near_the_edge = false;
        loop {
            let lapses = now.plus(LEASE);
            let claim = Claim { bytes: wanted, quota: self.quota, lapses, files: &self.files };
            let refused = self.store.reserve_usage(&self.reservation, claim, now).await;
            let Some(usage) = refused.map_err(Halt::from)? else {
                self.reserved += wanted;
                self.lapses = lapses;
                return Ok(());
            };
            if wanted == missing {
                let used = usage.used.saturating_sub(self.reserved.saturating_sub(self.kept));
                let resets_at = usage.window_start.map(|start| start.plus(USAGE_WINDOW));
                return Err(Rejection::OverQuota { quota: self.quota, used, resets_at }.into());
            }
            // All that is left, and if somebody else was faster, no more than must be.
            let left = self.quota.saturating_sub(usage.used);
            wanted = if is_near_the_edge { missing } else { left.clamp(missing, wanted) };
            is_near_the_edge = true;
        }
    }
}

/// A file on its way through.
struct Watch<'a> {
    meter: &'a mut Meter,
    body: BoxStream<'a, Result<Bytes, Broken>>,
    /// What came before the first reservation.
    first: VecDeque<Bytes>,
    arrived: u64,
    is_over: bool,
}

impl Watch<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, Halt> {
        if self.arrived == 0 && !self.is_over {
            while self.arrived < SMALLEST_PART as u64 {
                let Some(chunk) = self.receive().await? else { break };
                self.first.push_back(chunk);
            }
            self.meter.cover(self.arrived, self.is_over).await?;
        }
        if let Some(chunk) = self.first.pop_front() {
            return Ok(Some(chunk));
        }
        let chunk = self.receive().await?;
        if chunk.is_some() {
            self.meter.cover(self.arrived, false).await?;
        }
        Ok(chunk)
    }

    async fn receive(&mut self) -> Result<Option<Bytes>, Halt> {
        if self.is_over {
            return Ok(None);
        }
        let chunk = self.body.try_next().await.map_err(UploadFault::from)?;
        self.arrived += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        self.is_over = chunk.is_none();
        Ok(chunk)
    }
}
