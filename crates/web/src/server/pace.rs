//! How long the other side makes us wait, against how much it moves in that time.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// One direction of one connection or body. Only time spent waiting for the client counts, so that a slow handler is
/// not counted against it.
#[derive(Debug)]
pub(super) struct Pace {
    /// One wait.
    idle: Duration,
    /// All waits together, and a second more for each `rate` bytes that moved.
    grace: Duration,
    rate: u64,
    moved: u64,
    waited: Duration,
    since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(super) fn new(idle: Duration, grace: Duration, rate: u64) -> Self {
        Self { idle, grace, rate: rate.max(1), moved: 0, waited: Duration::ZERO, since: None, alarm: None }
    }

    pub(super) fn moved(&mut self, bytes: usize) {
        self.moved += bytes as u64;
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
    }

    /// To be asked while nothing moves: ready once the client has been too slow.
    pub(super) fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.since.is_none() {
            let now = Instant::now();
            let budget =
                (self.grace + Duration::from_secs(self.moved / self.rate)).saturating_sub(self.waited);
            let deadline = now + self.idle.min(budget);
            self.since = Some(now);
            match &mut self.alarm {
                Some(alarm) => alarm.as_mut().reset(deadline),
                None => self.alarm = Some(Box::pin(tokio::time::sleep_until(deadline))),
            }
        }
        self.alarm.as_mut().map_or(Poll::Pending, |alarm| alarm.as_mut().poll(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    const SECOND: Duration = Duration::from_secs(1);

    /// Waits as long as the pace allows, in units of `step`; says how many steps.
    async fn steps(pace: &mut Pace, step: Duration, bytes: usize) -> u32 {
        for count in 0..1000 {
            tokio::select! {
                biased;
                () = poll_fn(|cx| pace.poll_too_slow(cx)) => return count,
                () = tokio::time::sleep(step) => pace.moved(bytes),
            }
        }
        1000
    }

    /// T06
    #[tokio::test(start_paused = true)]
    async fn a_drip_ends_when_its_budget_is_spent_and_a_steady_flow_never() {
        let mut drip = Pace::new(30 * SECOND, 10 * SECOND, 500);
        assert_eq!(steps(&mut drip, 2 * SECOND, 1).await, 4, "ten seconds of waiting, less than 500 bytes");
        let mut flow = Pace::new(30 * SECOND, 10 * SECOND, 500);
        assert_eq!(steps(&mut flow, 2 * SECOND, 1000).await, 1000);
    }

    /// T06
    #[tokio::test(start_paused = true)]
    async fn a_long_silence_ends_it_however_much_came_before() {
        let mut pace = Pace::new(30 * SECOND, 10 * SECOND, 500);
        pace.moved(10_000_000);
        let start = Instant::now();
        poll_fn(|cx| pace.poll_too_slow(cx)).await;
        assert_eq!(start.elapsed(), 30 * SECOND);
    }
}
