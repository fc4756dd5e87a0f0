//! What a connection is doing, and until when it may go on like that.
//!
//! The socket, the requests and the answers of a connection report here; the task that drives it asks when it must look
//! again. One clock for both protocols: HTTP/1's own header timer also runs while a connection is idle, and HTTP/2 has
//! none before its first request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::Limits;
use super::takeover::Handover;

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing came yet.
    Silent(Instant),
    /// A request has begun.
    Head(Instant),
    /// As many requests run.
    Busy(usize),
    /// The last answer was given.
    Idle(Instant),
}

/// What the driver must do, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Close: the client took too long.
    Close(Instant),
    /// Send what is left and close: nobody needs the connection.
    WindDown(Instant),
    /// Look again.
    Look(Instant),
}

impl Due {
    pub(super) fn at(self) -> Instant {
        let (Self::Close(at) | Self::WindDown(at) | Self::Look(at)) = self;
        at
    }
}

#[derive(Debug)]
struct State {
    phase: Phase,
    is_h2: bool,
    draining_since: Option<Instant>,
    /// HTTP/2 answers that wait for the client to open its window, and when one of them last moved.
    waiting: usize,
    moved: Instant,
    has_unread_body: bool,
    /// Whether what came of a request so far is the beginning of one head.
    is_beginning: bool,
    /// Whether all that came for the running request is its head: nothing behind it waits in a buffer.
    is_alone: bool,
}

/// Shared by the parts of one connection.
#[derive(Debug)]
pub(super) struct Activity {
    limits: Arc<Limits>,
    state: Mutex<State>,
    handover: Handover,
}

impl Activity {
    /// Of a connection that is new.
    pub(super) fn new(limits: Arc<Limits>) -> Arc<Self> {
        Self::begin_with(Phase::Silent(Instant::now()), limits)
    }

    /// Of a connection that has had an answer.
    pub(super) fn again(limits: Arc<Limits>) -> Arc<Self> {
        Self::begin_with(Phase::Idle(Instant::now()), limits)
    }

    fn begin_with(phase: Phase, limits: Arc<Limits>) -> Arc<Self> {
        let now = Instant::now();
        let state = State {
            phase,
            is_h2: false,
            draining_since: None,
            waiting: 0,
            moved: now,
            has_unread_body: false,
            is_beginning: true,
            is_alone: false,
        };
        Arc::new(Self { limits, state: Mutex::new(state), handover: Handover::default() })
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn handover(&self) -> &Handover {
        &self.handover
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came in.
    pub(super) fn heard(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.note_head(bytes);
        match state.phase {
            Phase::Silent(_) => state.phase = Phase::Head(Instant::now()),
            // On HTTP/2 they may be a ping or a window, which begin no request.
            Phase::Idle(_) if !state.is_h2 => state.phase = Phase::Head(Instant::now()),
            _ => {}
        }
    }

    /// A request is complete up to its headers; it runs until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>, is_h2: bool) -> Running {
        let mut state = self.state();
        let running = if let Phase::Busy(running) = state.phase { running } else { 0 };
        state.phase = Phase::Busy(running + 1);
        state.is_h2 = is_h2;
        state.has_unread_body = false;
        Running { activity: self.clone(), is_h2, is_waiting: false }
    }

    /// A handler let go of a request's body before its end.
    pub(super) fn leave_unread(&self) {
        self.state().has_unread_body = true;
    }

    pub(super) fn has_unread_body(&self) -> bool {
        self.state().has_unread_body
    }

    /// The client wants no answer after the running one.
    pub(super) fn be_last(&self) {
        self.state().is_alone = false;
    }

    /// Whether nothing came behind the running request, and something still may.
    pub(super) fn is_alone(&self) -> bool {
        self.state().is_alone
    }

    /// Says whether the connection speaks HTTP/2.
    pub(super) fn start_drain(&self) -> bool {
        let mut state = self.state();
        state.draining_since = Some(Instant::now());
        state.is_h2
    }

    pub(super) fn is_draining(&self) -> bool {
        self.state().draining_since.is_some()
    }

    pub(super) fn due(&self) -> Due {
        let (state, limits) = (self.state(), &self.limits);
        // In a drain, quiet ends sooner, but not before there was time for a request on its way.
        let quiet = |since: Instant, limit| match state.draining_since {
            Some(drain) => (since.max(drain) + limits.drain_idle).min(since + limit),
            None => since + limit,
        };
        match state.phase {
            Phase::Silent(since) => Due::Close(quiet(since, limits.first_byte)),
            Phase::Head(since) => Due::Close(since + limits.header),
            Phase::Idle(since) => Due::WindDown(quiet(since, limits.idle)),
            Phase::Busy(_) if state.waiting > 0 => Due::Close(state.moved + limits.write_stall),
            Phase::Busy(_) => Due::Look(Instant::now() + limits.idle),
        }
    }
}

impl State {
    /// Follows a head up to its empty line. One that is cut within a line's end counts as more than a head: it is seldom,
    /// and costs a connection at most.
    fn note_head(&mut self, bytes: &[u8]) {
        let is_beginning = match self.phase {
            Phase::Silent(_) | Phase::Idle(_) => true,
            Phase::Head(_) => self.is_beginning,
            Phase::Busy(_) => false,
        };
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        self.is_alone = is_beginning && end.is_some_and(|end| end + 4 == bytes.len());
        self.is_beginning =
            is_beginning && end.is_none() && !bytes.ends_with(b"\r") && !bytes.ends_with(b"\n");
    }
}

/// A running request, from its headers to the end of its answer.
#[derive(Debug)]
pub(super) struct Running {
    activity: Arc<Activity>,
    is_h2: bool,
    is_waiting: bool,
}

impl Running {
    /// The answer's body is asked for its next piece.
    pub(super) fn asked(&mut self) {
        self.set_waiting(false);
    }

    /// A piece was given: the next one is asked for when the client has taken it. On HTTP/1 the socket tells when it
    /// does not; on HTTP/2 a closed window is seen here only.
    pub(super) fn gave(&mut self) {
        self.set_waiting(true);
    }

    fn set_waiting(&mut self, is_waiting: bool) {
        if !self.is_h2 {
            return;
        }
        let mut state = self.activity.state();
        state.moved = Instant::now();
        match (self.is_waiting, is_waiting) {
            (false, true) => state.waiting += 1,
            (true, false) => state.waiting -= 1,
            _ => {}
        }
        self.is_waiting = is_waiting;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.set_waiting(false);
        let mut state = self.activity.state();
        state.phase = match state.phase {
            Phase::Busy(running) if running > 1 => Phase::Busy(running - 1),
            _ => Phase::Idle(Instant::now()),
        };
    }
}
