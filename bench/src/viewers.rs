//! Many open streams of presence, read by one thread: who got which change, and when.
//!
//! A change carries the moment it was due in its text, so that a viewer's bytes tell how long they took. Sockets come
//! from many addresses (`sockets.rs`).

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::event::{Timespec, epoll};

use crate::http::get;
use crate::sockets::connect_from;

/// How many connections may wait for their head at once.
const IN_FLIGHT: usize = 128;
const PATIENCE: Duration = Duration::from_secs(20);
/// Few, so that whoever drives can look at other things in between.
const BATCH: usize = 64;

/// The clock of the marks in changes.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn nanos(self) -> u64 {
        self.0.elapsed().as_nanos() as u64
    }
}

const MARK: &[u8] = b"due at ";
const MARK_DIGITS: usize = 16;

/// The text of a change that is due at a moment.
pub(crate) fn mark(nanos: u64) -> String {
    format!("due at {nanos:016}")
}

/// The newest mark in some bytes.
fn find_mark(bytes: &[u8]) -> Option<u64> {
    let at = bytes.windows(MARK.len()).rposition(|window| window == MARK)? + MARK.len();
    std::str::from_utf8(bytes.get(at..at + MARK_DIGITS)?).ok()?.parse().ok()
}

/// What came of one read.
pub(crate) enum News {
    /// A change with its mark.
    Change {
        viewer: usize,
        due: u64,
    },
    /// Nothing but a comment line.
    Ping {
        viewer: usize,
    },
    End,
}

struct Viewer {
    stream: Option<TcpStream>,
    /// The beginning of a frame that came in pieces.
    rest: Vec<u8>,
}

pub(crate) struct Viewers {
    epoll: OwnedFd,
    viewers: Vec<Viewer>,
    open: usize,
    buffer: Vec<u8>,
}

impl Viewers {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        Ok(Self { epoll, viewers: Vec::new(), open: 0, buffer: vec![0; 64 << 10] })
    }

    /// How many streams are open.
    pub(crate) fn open(&self) -> usize {
        self.open
    }

    /// Opens more streams, each on the path that `path` gives for its number, and waits for their heads.
    pub(crate) fn add(
        &mut self,
        server: SocketAddr,
        count: usize,
        path: impl Fn(usize) -> String,
    ) -> anyhow::Result<()> {
        let first = self.viewers.len();
        for number in first..first + count {
            let mut stream = connect_from(number, server)?;
            stream.write_all(&get("localhost", &path(number), "Accept: text/event-stream\r\n"))?;
            stream.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
            self.viewers.push(Viewer { stream: Some(stream), rest: Vec::new() });
            self.open += 1;
            if (number + 1) % IN_FLIGHT == 0 || number + 1 == first + count {
                self.await_heads(first.max(number / IN_FLIGHT * IN_FLIGHT))?;
            }
        }
        Ok(())
    }

    /// Waits until every viewer from a number on has had its head and what follows it at once.
    fn await_heads(&mut self, from: usize) -> anyhow::Result<()> {
        for number in from..self.viewers.len() {
            let viewer = self.viewers.get_mut(number).context("a viewer")?;
            let Some(stream) = &mut viewer.stream else { continue };
            stream.set_nonblocking(false)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            let read = stream.read(&mut self.buffer)?;
            let head = String::from_utf8_lossy(self.buffer.get(..read).unwrap_or_default());
            let is_stream = head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream");
            ensure!(is_stream, "not a stream: {head}");
            stream.set_nonblocking(true)?;
        }
        Ok(())
    }

    /// Reads whatever comes within `patience`, at most a batch of it, and tells it.
    pub(crate) fn read(&mut self, patience: Duration, mut tell: impl FnMut(News)) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(BATCH);
        let patience =
            Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: i64::from(patience.subsec_nanos()) };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in events {
            let number = event.data.u64() as usize;
            let viewer = self.viewers.get_mut(number).context("an unknown socket")?;
            match viewer.read(&mut self.buffer, number)? {
                Some(News::End) => {
                    viewer.stream = None;
                    self.open -= 1;
                    tell(News::End);
                }
                Some(news) => tell(news),
                None => {}
            }
        }
        Ok(())
    }

    /// Reads until nothing more comes for a moment.
    pub(crate) fn settle(&mut self) -> anyhow::Result<()> {
        let quiet = Duration::from_millis(200);
        let mut last = Instant::now();
        while last.elapsed() < quiet {
            self.read(quiet, |_| last = Instant::now())?;
        }
        Ok(())
    }
}

impl Viewer {
    fn read(&mut self, buffer: &mut [u8], viewer: usize) -> anyhow::Result<Option<News>> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        let read = match stream.read(buffer) {
            Ok(0) => return Ok(Some(News::End)),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let piece = buffer.get(..read).unwrap_or_default();
        // Frames end with a line end, whatever the framing around them is.
        if !self.rest.is_empty() || !piece.ends_with(b"\n") {
            self.rest.extend_from_slice(piece);
            if !piece.ends_with(b"\n") {
                return Ok(None);
            }
            let whole = std::mem::take(&mut self.rest);
            return Ok(Some(understand(&whole, viewer)));
        }
        Ok(Some(understand(piece, viewer)))
    }
}

fn understand(bytes: &[u8], viewer: usize) -> News {
    match find_mark(bytes) {
        Some(due) => News::Change { viewer, due },
        None => News::Ping { viewer },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_mark_counts() {
        let bytes =
            format!("event: presence\ndata: {{\"x\":\"{}\"}}\n\ndata: \"{}\"\n\n", mark(7), mark(1_234_567));
        assert_eq!(find_mark(bytes.as_bytes()), Some(1_234_567));
        assert_eq!(find_mark(b": ping\n\n"), None);
        assert_eq!(find_mark(b"due at 00"), None);
    }
}
