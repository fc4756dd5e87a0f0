//! Many listeners to one track: as fast as the server can, or at the pace of music.
//!
//! Bytes are thrown away within the kernel (`MSG_TRUNC`), so that the client does not become the limit.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use crate::http::parse_head;
use crate::sockets::connect_with_buffer;

/// Bytes that one call throws away at most.
const PIECE: usize = 1 << 20;

struct Listener {
    stream: TcpStream,
    asked: Instant,
    head: Vec<u8>,
    /// Bytes of the body that are still to come, once its head was read.
    left: Option<usize>,
}

/// What the listeners got.
#[derive(Default)]
pub(crate) struct Heard {
    pub bytes: u64,
    /// Seconds from a request to its first byte.
    pub first_bytes: Vec<f64>,
}

pub(crate) struct Listeners {
    epoll: OwnedFd,
    listeners: Vec<Listener>,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Listeners {
    /// Connects, and asks for the track on each connection. `receive_buffer` is what the kernel may hold for each.
    pub(crate) fn open(
        address: SocketAddr,
        count: usize,
        request: Vec<u8>,
        receive_buffer: Option<usize>,
    ) -> anyhow::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut listeners = Vec::with_capacity(count);
        for number in 0..count {
            let mut stream = connect_with_buffer(number, address, receive_buffer)?;
            stream.write_all(&request)?;
            stream.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(&epoll, &stream, data, epoll::EventFlags::IN)?;
            listeners.push(Listener { stream, asked: Instant::now(), head: Vec::new(), left: None });
        }
        Ok(Self { epoll, listeners, request, buffer: vec![0; PIECE] })
    }

    /// Listens as fast as bytes come; a track that is over is asked for again.
    pub(crate) fn rush(
        &mut self,
        time: Duration,
        mut tick: impl FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<Heard> {
        let mut heard = Heard::default();
        let (started, mut ticked) = (Instant::now(), Instant::now());
        let mut events = Vec::with_capacity(64);
        while started.elapsed() < time {
            events.clear();
            let patience = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
            match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &events {
                let listener =
                    self.listeners.get_mut(event.data.u64() as usize).context("an unknown socket")?;
                listener.take(&mut self.buffer, &mut heard)?;
                if listener.left == Some(0) {
                    listener.ask(&self.request)?;
                }
            }
            if ticked.elapsed() > Duration::from_millis(500) {
                tick()?;
                ticked = Instant::now();
            }
        }
        Ok(heard)
    }

    /// Listens at so many bytes a second each.
    pub(crate) fn stroll(&mut self, time: Duration, rate: usize) -> anyhow::Result<Heard> {
        const TICK: Duration = Duration::from_millis(50);
        let mut heard = Heard::default();
        let started = Instant::now();
        let share = rate * TICK.as_millis() as usize / 1000;
        while started.elapsed() < time {
            let next = Instant::now() + TICK;
            for listener in &mut self.listeners {
                let room = self.buffer.get_mut(..share).context("a rate that is too high")?;
                listener.take(room, &mut heard)?;
            }
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        Ok(heard)
    }
}

impl Listener {
    fn ask(&mut self, request: &[u8]) -> anyhow::Result<()> {
        (self.asked, self.left) = (Instant::now(), None);
        self.head.clear();
        self.stream.write_all(request).context("a request did not fit into an empty socket")
    }

    /// Takes what is there, at most as much as `buffer` holds.
    fn take(&mut self, buffer: &mut [u8], heard: &mut Heard) -> anyhow::Result<()> {
        match &mut self.left {
            None => self.read_head(heard),
            Some(left) => match recv(&self.stream, buffer, RecvFlags::TRUNC) {
                Ok((_, 0)) if *left > 0 => bail!("a track ended {left} bytes early"),
                Ok((_, taken)) => {
                    *left = left.checked_sub(taken).context("more bytes than were announced")?;
                    heard.bytes += taken as u64;
                    Ok(())
                }
                Err(Errno::AGAIN) => Ok(()),
                Err(error) => Err(error.into()),
            },
        }
    }

    fn read_head(&mut self, heard: &mut Heard) -> anyhow::Result<()> {
        let mut piece = [0; 4096];
        let read = match self.stream.read(&mut piece) {
            Ok(0) => bail!("the server closed a connection before its answer"),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.head.extend_from_slice(piece.get(..read).unwrap_or_default());
        let Some(head) = parse_head(&self.head)? else { return Ok(()) };
        ensure!(head.status == 200, "a track with the status {}", head.status);
        heard.first_bytes.push(self.asked.elapsed().as_secs_f64());
        let taken = self.head.len() - head.length;
        heard.bytes += taken as u64;
        self.left = Some(head.body.checked_sub(taken).context("more bytes than were announced")?);
        Ok(())
    }
}
