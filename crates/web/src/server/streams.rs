//! Event streams after their head: sockets without an HTTP library, on threads of their own.
//!
//! A stream is a record of some hundred bytes: its socket, the body that knows what comes next, and what the socket did
//! not take. A thread (a lane) waits for all of its sockets at once; whoever wakes a body's waker puts the stream on the
//! lane's list. Blocks are written as they come from the body, whose bytes all streams of a topic share. A slow client
//! holds one unsent block: its body is not asked again before that is gone, and then says the newest (E3).

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame};
use mio::event::Event;
use mio::{Events, Interest, Token};
use rustix::net::sockopt::set_socket_send_buffer_size;
use slab::Slab;

use super::listen::Seat;

/// What a stream has to say.
type Blocks = Box<dyn Body<Data = Bytes, Error = Infallible> + Send + Unpin>;

/// The token of a lane's own mail; streams have those of their places.
const MAIL: Token = Token(usize::MAX);
/// How often streams are looked at that take nothing, at least.
const SWEEP: Duration = Duration::from_secs(5);
/// Bytes of unsent blocks that the kernel keeps for a client: more would be old news by the time they are read.
const SEND_BUFFER: usize = 16 << 10;
/// Bytes that a client may say at once behind its request; nothing is expected of it.
const TALK: usize = 64 << 10;
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// All lanes of a listener, begun with the first stream.
pub(super) struct Streams {
    lanes: OnceLock<Vec<Arc<Lane>>>,
    next: AtomicUsize,
    write_stall: Duration,
}

impl Streams {
    pub(super) fn new(write_stall: Duration) -> Self {
        Self { lanes: OnceLock::new(), next: AtomicUsize::new(0), write_stall }
    }

    /// Takes a socket whose head is sent, and keeps its seat until the stream is over.
    pub(super) fn board(&self, socket: std::net::TcpStream, body: Blocks, seat: Seat) {
        let lanes = self.lanes.get_or_init(|| Lane::start_all(self.write_stall));
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        // Without a lane, which takes a machine without any descriptor left, the client has to come again.
        let Some(lane) = lanes.get(turn % lanes.len().max(1)) else { return };
        // Failing to make it smaller costs memory only.
        let _ = set_socket_send_buffer_size(&socket, SEND_BUFFER);
        lane.post(|mail| mail.boarding.push((mio::net::TcpStream::from_std(socket), body, seat)));
    }

    /// Ends all streams at once.
    pub(super) fn cut(&self) {
        for lane in self.lanes.get().into_iter().flatten() {
            lane.post(|mail| mail.is_over = true);
        }
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.cut();
    }
}

/// What others tell a lane's thread.
struct Lane {
    mail: Mutex<Mail>,
    bell: mio::Waker,
}

#[derive(Default)]
struct Mail {
    boarding: Vec<(mio::net::TcpStream, Blocks, Seat)>,
    woken: Vec<usize>,
    is_over: bool,
}

impl Lane {
    /// As many lanes as cores, or as many of them as could be begun.
    fn start_all(write_stall: Duration) -> Vec<Arc<Self>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let started = (0..cores).map(|_| Self::start(write_stall)).collect::<io::Result<Vec<_>>>();
        started.unwrap_or_else(|error| {
            tracing::error!(%error, "no thread for event streams can be begun");
            Vec::new()
        })
    }

    fn start(write_stall: Duration) -> io::Result<Arc<Self>> {
        let poll = mio::Poll::new()?;
        let bell = mio::Waker::new(poll.registry(), MAIL)?;
        let lane = Arc::new(Self { mail: Mutex::default(), bell });
        let conductor =
            Conductor { poll, lane: lane.clone(), riders: Slab::new(), chunk: Vec::new(), write_stall };
        std::thread::Builder::new().name("streams".into()).spawn(move || conductor.run())?;
        Ok(lane)
    }

    fn mail(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rings once for all that is put there before the thread looks.
    fn post(&self, put: impl FnOnce(&mut Mail)) {
        let mut mail = self.mail();
        let was_empty = mail.boarding.is_empty() && mail.woken.is_empty() && !mail.is_over;
        put(&mut mail);
        drop(mail);
        if was_empty && let Err(error) = self.bell.wake() {
            tracing::error!(%error, "a thread for event streams cannot be woken");
        }
    }
}

/// A stream's waker: puts its place on the list. A place that somebody else has by then is asked in vain, no more.
struct Call {
    lane: Arc<Lane>,
    place: usize,
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.lane.post(|mail| mail.woken.push(self.place));
    }
}

/// A lane's thread.
struct Conductor {
    poll: mio::Poll,
    lane: Arc<Lane>,
    riders: Slab<Rider>,
    /// Where each chunk is put together, so that it leaves in one piece.
    chunk: Vec<u8>,
    write_stall: Duration,
}

impl Conductor {
    fn run(mut self) {
        let mut events = Events::with_capacity(1024);
        let (mut swept, sweep) = (Instant::now(), SWEEP.min(self.write_stall));
        loop {
            if let Err(error) = self.poll.poll(&mut events, Some(sweep))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "a thread for event streams ended");
                return;
            }
            for event in events.iter().filter(|event| event.token() != MAIL) {
                self.heard(event);
            }
            let Mail { boarding, woken, is_over } = std::mem::take(&mut *self.lane.mail());
            if is_over {
                return;
            }
            for (socket, body, seat) in boarding {
                self.board(socket, body, seat);
            }
            for place in woken {
                self.advance(place);
            }
            if swept.elapsed() >= sweep {
                swept = Instant::now();
                self.riders.retain(|_, rider| !rider.is_stalled(swept, self.write_stall));
            }
        }
    }

    fn board(&mut self, mut socket: mio::net::TcpStream, body: Blocks, seat: Seat) {
        let entry = self.riders.vacant_entry();
        let place = entry.key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = self.poll.registry().register(&mut socket, Token(place), interest) {
            tracing::warn!(%error, "an event stream cannot be waited for");
            return;
        }
        let waker = Waker::from(Arc::new(Call { lane: self.lane.clone(), place }));
        entry.insert(Rider { socket, body, waker, blocked: None, is_ended: false, _seat: seat });
        self.advance(place);
    }

    /// The client took something, said something or left.
    fn heard(&mut self, event: &Event) {
        let Token(place) = event.token();
        let Some(rider) = self.riders.get_mut(place) else { return };
        if event.is_readable() && !rider.is_there() {
            self.riders.remove(place);
        } else if event.is_writable() && rider.blocked.is_some() {
            self.advance(place);
        }
    }

    /// Lets a stream say what it has to say.
    fn advance(&mut self, place: usize) {
        let Some(rider) = self.riders.get_mut(place) else { return };
        let step = catch_unwind(AssertUnwindSafe(|| rider.advance(&mut self.chunk)));
        if !matches!(step, Ok(Ok(Poll::Pending))) {
            self.riders.remove(place);
        }
    }
}

/// One stream.
struct Rider {
    socket: mio::net::TcpStream,
    body: Blocks,
    waker: Waker,
    blocked: Option<Box<Blocked>>,
    is_ended: bool,
    _seat: Seat,
}

/// What the socket did not take, and since when.
struct Blocked {
    rest: Vec<u8>,
    since: Instant,
}

impl Rider {
    /// Ready when the stream is over.
    fn advance(&mut self, chunk: &mut Vec<u8>) -> io::Result<Poll<()>> {
        loop {
            if !self.flush()? {
                return Ok(Poll::Pending);
            }
            if self.is_ended {
                return Ok(Poll::Ready(()));
            }
            match Pin::new(&mut *self.body).poll_frame(&mut Context::from_waker(&self.waker)) {
                Poll::Pending => return Ok(Poll::Pending),
                Poll::Ready(Some(block)) => self.send_block(block, chunk)?,
                Poll::Ready(None) => {
                    self.is_ended = true;
                    self.send(LAST_CHUNK)?;
                }
            }
        }
    }

    /// Sends a block as one chunk (RFC 9112, 7.1).
    fn send_block(&mut self, block: Result<Frame<Bytes>, Infallible>, chunk: &mut Vec<u8>) -> io::Result<()> {
        let Ok(frame) = block;
        match frame.into_data() {
            Ok(data) if !data.is_empty() => {
                chunk.clear();
                write!(chunk, "{:x}\r\n", data.len())?;
                chunk.extend_from_slice(&data);
                chunk.extend_from_slice(b"\r\n");
                self.send(chunk)
            }
            _ => Ok(()),
        }
    }

    /// Sends bytes, and keeps what the socket does not take.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let sent = retry(|| self.socket.write(bytes))?.unwrap_or(0);
        let rest = bytes.get(sent..).unwrap_or_default();
        if !rest.is_empty() {
            self.blocked = Some(Box::new(Blocked { rest: rest.to_vec(), since: Instant::now() }));
        }
        Ok(())
    }

    /// Says whether nothing is left unsent.
    fn flush(&mut self) -> io::Result<bool> {
        let Some(blocked) = &mut self.blocked else { return Ok(true) };
        if let Some(sent) = retry(|| self.socket.write(&blocked.rest))? {
            blocked.rest.drain(..sent);
            blocked.since = Instant::now();
        }
        if blocked.rest.is_empty() {
            self.blocked = None;
        }
        Ok(self.blocked.is_none())
    }

    /// Drops what the client says; `false` once it has left or says too much.
    fn is_there(&mut self) -> bool {
        let mut scrap = [0; 4096];
        for _ in 0..TALK / scrap.len() {
            match retry(|| self.socket.read(&mut scrap)) {
                Ok(None) => return true,
                Ok(Some(0)) | Err(_) => return false,
                Ok(Some(_)) => {}
            }
        }
        false
    }

    fn is_stalled(&self, now: Instant, limit: Duration) -> bool {
        self.blocked.as_ref().is_some_and(|blocked| now.duration_since(blocked.since) > limit)
    }
}

/// Calls until it is not interrupted; `None` when it would have to wait.
fn retry(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        match call() {
            Ok(count) => return Ok(Some(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
