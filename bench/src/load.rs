//! The load client: many connections, one request on each at a time, no pipelining.
//!
//! One thread and one epoll. The same client drives every contestant, over HTTP or Redis's protocol. An answer that is
//! not the expected one ends the run: a fast error is no result.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use crate::http::parse_head;
use crate::readings;
use crate::series::Sample;
use crate::server::Server;
use crate::sockets;

/// What is read of an answer: its head, and a small body. The rest is thrown away in the kernel (`MSG_TRUNC`), so that the
/// client does not become the limit; that it is right was seen before.
const READ: usize = 8 << 10;
/// Bytes that one call throws away at most.
const THROWN: usize = 1 << 20;

#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    Http,
    Redis,
}

/// What is asked of one server.
pub(crate) struct Load {
    pub address: SocketAddr,
    pub protocol: Protocol,
    pub connections: usize,
    /// Sent in this order, over and over; a later turn goes on where the one before ended.
    pub requests: Vec<Vec<u8>>,
    next: usize,
    /// Whether the turn ends when everything was asked.
    is_once: bool,
}

struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes of the answer that are here or thrown away.
    filled: usize,
    /// The length of the answer that is being read, once its head was.
    expected: Option<usize>,
    asked: Instant,
}

impl Load {
    pub(crate) fn http(address: SocketAddr, connections: usize, requests: Vec<Vec<u8>>) -> Self {
        Self { address, protocol: Protocol::Http, connections, requests, next: 0, is_once: false }
    }

    pub(crate) fn redis(address: SocketAddr, connections: usize, key: &str) -> Self {
        let request = format!("*2\r\n$3\r\nGET\r\n${}\r\n{key}\r\n", key.len()).into_bytes();
        Self {
            address,
            protocol: Protocol::Redis,
            connections,
            requests: vec![request],
            next: 0,
            is_once: false,
        }
    }

    /// Asks for everything once at most.
    pub(crate) fn once(mut self) -> Self {
        self.is_once = true;
        self
    }

    /// One turn: connects, warms up, and measures for `seconds`. `servers` are all who work for the answers.
    pub(crate) fn turn(&mut self, servers: &[&Server], seconds: f64) -> anyhow::Result<Sample> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut clients = self.connect(&epoll)?;
        for client in &mut clients {
            self.ask(client)?;
        }
        // What may be asked once only is not spent on a long warm-up.
        let warm_up = if self.is_once { seconds / 20.0 } else { seconds / 4.0 };
        self.drive(&epoll, &mut clients, warm_up, &mut Vec::new())?;
        let mut times = Vec::with_capacity(1 << 20);
        let (cpu, own) = (cpu_seconds(servers)?, own_cpu_seconds()?);
        let started = Instant::now();
        self.drive(&epoll, &mut clients, seconds, &mut times)?;
        let passed = started.elapsed().as_secs_f64();
        let (cpu, own) = (cpu_seconds(servers)? - cpu, own_cpu_seconds()? - own);
        ensure!(!times.is_empty(), "no answer came in {seconds} s");
        times.sort_unstable();
        let at =
            |share: usize| f64::from(times.get((times.len() - 1) * share / 100).copied().unwrap_or(0)) / 1e6;
        let count = times.len() as f64;
        Ok(Sample::new()
            .with("req/s", count / passed)
            .with("CPU us/req", cpu / count * 1e6)
            .with("p50 ms", at(50))
            .with("p99 ms", at(99))
            .with("client CPU %", own / passed * 100.0)
            .with("PSS MiB", memory(servers)? as f64 / f64::from(1 << 20)))
    }

    fn connect(&self, epoll: &OwnedFd) -> anyhow::Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(self.connections);
        for number in 0..self.connections {
            let stream = sockets::connect_from(number, self.address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(epoll, &stream, data, epoll::EventFlags::IN)?;
            let buffer = vec![0; READ];
            clients.push(Client { stream, buffer, filled: 0, expected: None, asked: Instant::now() });
        }
        Ok(clients)
    }

    fn drive(
        &mut self,
        epoll: &OwnedFd,
        clients: &mut [Client],
        seconds: f64,
        times: &mut Vec<u32>,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_secs_f64(seconds);
        let mut events = Vec::with_capacity(clients.len());
        let mut bin = vec![0; THROWN];
        while Instant::now() < deadline && !(self.is_once && self.next >= self.requests.len()) {
            events.clear();
            let patience = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
            match epoll::wait(epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &events {
                let client = clients.get_mut(event.data.u64() as usize).context("an unknown socket")?;
                if client.read(self.protocol, &mut bin)? {
                    times.push(client.asked.elapsed().as_nanos().min(u128::from(u32::MAX)) as u32);
                    self.ask(client)?;
                }
            }
        }
        Ok(())
    }

    fn ask(&mut self, client: &mut Client) -> anyhow::Result<()> {
        let request = self.requests.get(self.next % self.requests.len()).context("nothing to ask")?;
        self.next += 1;
        client.asked = Instant::now();
        (client.filled, client.expected) = (0, None);
        client.stream.write_all(request).context("a request did not fit into an empty socket")
    }
}

fn cpu_seconds(servers: &[&Server]) -> anyhow::Result<f64> {
    servers.iter().map(|server| server.cpu_seconds()).sum()
}

fn memory(servers: &[&Server]) -> anyhow::Result<u64> {
    servers.iter().map(|server| server.memory()).sum()
}

/// The client's own; its children are the servers.
fn own_cpu_seconds() -> anyhow::Result<f64> {
    readings::cpu_seconds_alone(std::process::id())
}

impl Client {
    /// Takes what is there. Answers whether the answer is complete.
    fn read(&mut self, protocol: Protocol, bin: &mut [u8]) -> anyhow::Result<bool> {
        loop {
            let taken = match self.expected {
                None => {
                    let room = self.buffer.get_mut(self.filled..).context("a head that is too long")?;
                    recv(&self.stream, room, RecvFlags::empty())
                }
                Some(length) => {
                    let left = length.checked_sub(self.filled).context("more bytes than were announced")?;
                    recv(&self.stream, bin.get_mut(..left.min(THROWN)).unwrap_or_default(), RecvFlags::TRUNC)
                }
            };
            match taken {
                Ok((_, 0)) => bail!("the server closed a connection"),
                Ok((_, taken)) => self.filled += taken,
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            if self.expected.is_none() {
                self.expected = answer_length(protocol, self.buffer.get(..self.filled).unwrap_or_default())?;
            }
            if self.expected == Some(self.filled) {
                return Ok(true);
            }
        }
    }
}

/// The length of the answer that begins here, once it can be known.
fn answer_length(protocol: Protocol, bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    match protocol {
        Protocol::Http => {
            let Some(head) = parse_head(bytes)? else { return Ok(None) };
            ensure!(head.status == 200, "an answer with the status {}", head.status);
            Ok(Some(head.length + head.body))
        }
        Protocol::Redis => {
            let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
            let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
            let length: usize = head.strip_prefix('$').context("not a bulk string")?.parse()?;
            Ok(Some(end + 2 + length + 2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_an_answer_is_known_with_its_head() {
        let http = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe";
        assert_eq!(answer_length(Protocol::Http, http).unwrap(), Some(http.len() + 3));
        assert_eq!(answer_length(Protocol::Http, b"HTTP/1.1 200 OK\r\nCont").unwrap(), None);
        assert!(answer_length(Protocol::Http, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").is_err());
        assert_eq!(answer_length(Protocol::Redis, b"$10\r\n0123").unwrap(), Some(17));
        assert_eq!(answer_length(Protocol::Redis, b"$1").unwrap(), None);
        assert!(answer_length(Protocol::Redis, b"$-1\r\n").is_err());
    }
}
