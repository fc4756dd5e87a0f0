//! The body of a presence stream: what one viewer's connection sends, block by block (E3, E4, E5, E8).
//!
//! It never formats a change and never queues one: each event is the shared bytes of the newest entry, taken when the
//! connection asks for more. Headers and status are left to the caller.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use nameplate_core::time::Entropy;

use crate::Inside;
use crate::admission::Ticket;
use crate::entry::event_of;
use crate::hub::Subscription;
use crate::latest::Reader;
use crate::pings::Beat;

const PING: &[u8] = b": ping\n\n";
/// When a browser comes back after a stream that ended in its time, in milliseconds.
const COME_BACK: (u64, u64) = (2_000, 8_000);
/// When a browser comes back after a cap sent it away (E8).
const COME_BACK_LATER: (u64, u64) = (20_000, 60_000);

/// An event stream as an HTTP body.
pub struct EventStream(State);

enum State {
    /// The first block is made when it is asked for, so that a stream at rest does not hold it.
    Opening(Open),
    Open(Open),
    /// The last bytes before the end.
    Closing(Bytes),
    Ended,
}

struct Open {
    /// `None` for what is no user's id: it looks like a user about whom nothing is known (E9).
    subscription: Option<Subscription>,
    beats: Reader<Beat>,
    rounds_left: u8,
    live: Arc<Inside>,
    _ticket: Ticket,
}

impl EventStream {
    pub(crate) fn open(
        subscription: Option<Subscription>,
        (beats, rounds_left): (Reader<Beat>, u8),
        ticket: Ticket,
        live: Arc<Inside>,
    ) -> Self {
        Self(State::Opening(Open { subscription, beats, rounds_left, live, _ticket: ticket }))
    }

    /// One snapshot and the end, for a stream over a cap (E8).
    pub(crate) fn refused(event: Bytes, entropy: &dyn Entropy) -> Self {
        Self(State::Closing([retry(COME_BACK_LATER, entropy).as_bytes(), &event].concat().into()))
    }
}

fn retry((from, to): (u64, u64), entropy: &dyn Entropy) -> String {
    format!("retry: {}\n\n", from + entropy.below(to - from + 1))
}

impl Open {
    /// The snapshot comes first (E3), and the time to come back with it in one piece: the first write shows a proxy and
    /// the page that the stream works.
    fn first_block(&self) -> Bytes {
        self.live.counters.events_pushed.add(1);
        let event = event_of(self.subscription.as_ref().and_then(Subscription::current));
        [&event, retry(COME_BACK, &*self.live.entropy).as_bytes()].concat().into()
    }

    /// The next block; `None` when the stream's time is over.
    fn poll_block(&mut self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(subscription) = &mut self.subscription
            && let Poll::Ready(skipped) = subscription.poll_changed(context)
        {
            self.live.counters.events_pushed.add(1);
            self.live.counters.events_conflated.add(skipped);
            return Poll::Ready(Some(event_of(subscription.current())));
        }
        let (beat, _) = ready!(self.beats.poll_next(context));
        self.rounds_left = self.rounds_left.saturating_sub(1);
        let goes_on = beat == Beat::Ping && self.rounds_left > 0;
        Poll::Ready(goes_on.then_some(Bytes::from_static(PING)))
    }
}

impl Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (block, next) = match std::mem::replace(&mut self.0, State::Ended) {
            State::Opening(open) => (open.first_block(), State::Open(open)),
            State::Open(mut open) => match open.poll_block(context) {
                Poll::Pending => {
                    self.0 = State::Open(open);
                    return Poll::Pending;
                }
                Poll::Ready(Some(block)) => (block, State::Open(open)),
                Poll::Ready(None) => (retry(COME_BACK, &*open.live.entropy).into(), State::Ended),
            },
            State::Closing(block) => (block, State::Ended),
            State::Ended => return Poll::Ready(None),
        };
        self.0 = next;
        Poll::Ready(Some(Ok(Frame::data(block))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, State::Ended)
    }
}
