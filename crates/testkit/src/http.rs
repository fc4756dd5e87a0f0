//! A visitor's side of HTTP/1.1, on a socket of its own.
//!
//! Tests of the binary say exactly what goes over the wire (a host that no name server knows, two `Host` lines, half a
//! request) and read what comes back byte by byte. A connection carries one request. Every wait is bounded.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool of the tests may panic"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// The longest silence that is borne where a test does not say otherwise; a machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes out, and everything that comes back until the other side closes.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A reset ends an answer as well.
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A socket whose reads and writes are bounded by [`PATIENCE`].
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the node accepts connections");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Request {
    /// With a `Host` line; any port that the host needs stands in it.
    pub fn new(method: &str, host: &str, target: &str) -> Self {
        let head =
            format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n").into_bytes();
        Self { method: method.to_owned(), head, body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head.extend([name.as_bytes(), b": ", value.as_ref(), b"\r\n"].concat());
        self
    }

    pub fn headers(self, headers: &[(&str, &str)]) -> Self {
        headers.iter().fold(self, |request, (name, value)| request.header(name, value))
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-length", length)
    }

    /// Sends it and reads the answer to its end.
    pub fn send(&self, address: SocketAddr) -> Reply {
        let Answer { status, headers, mut body } = self.open(address);
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes).expect("the whole body comes");
        Reply { status, headers, body: bytes }
    }

    /// Sends it and reads the head of the answer.
    pub fn open(&self, address: SocketAddr) -> Answer {
        let mut stream = connect(address);
        stream.write_all(&[&self.head[..], b"\r\n", &self.body].concat()).unwrap();
        Answer::read(stream, self.method == "HEAD")
    }
}

type Headers = Vec<(String, Vec<u8>)>;

/// An answer that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// In their order, names in lower case.
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads an answer from bytes.
    pub fn parse(bytes: &[u8]) -> Self {
        let (status, headers, length) = parse_head(bytes).expect("all of the head");
        Self { status, headers, body: bytes.get(length..).unwrap_or_default().to_vec() }
    }

    /// The value of a header that stands there at most once.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The whole answer but for the moment at which it was given.
    pub fn without_date(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "date");
        self
    }
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let mut values = headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value);
    let value = values.next()?;
    assert!(values.next().is_none(), "{name} stands there twice");
    Some(std::str::from_utf8(value).expect("a header in UTF-8"))
}

/// An answer whose body is still to be read.
pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Body,
}

impl Answer {
    /// Reads the head of an answer from a socket on which a request was sent.
    pub fn read(mut stream: TcpStream, is_head: bool) -> Self {
        let mut buffer = Vec::new();
        loop {
            if let Some((status, headers, length)) = parse_head(&buffer) {
                buffer.drain(..length);
                let framing = Framing::of(status, &headers, is_head);
                return Self { status, headers, body: Body { stream, buffer, framing } };
            }
            let mut piece = [0; 4096];
            let count = stream.read(&mut piece).expect("the head of the answer comes");
            assert!(count > 0, "closed within the head: {:?}", String::from_utf8_lossy(&buffer));
            buffer.extend(&piece[..count]);
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// Status, headers and the length of the head, once all of it is there.
fn parse_head(bytes: &[u8]) -> Option<(u16, Headers, usize)> {
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut slots);
    let parsed = response.parse(bytes).unwrap_or_else(|error| {
        panic!("{error}: this is no answer of HTTP/1.1: {:?}", String::from_utf8_lossy(bytes))
    });
    let httparse::Status::Complete(length) = parsed else { return None };
    let headers = response.headers.iter();
    let headers = headers.map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec())).collect();
    Some((response.code.unwrap_or_default(), headers, length))
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// After so many bytes more.
    Length(u64),
    /// After the last chunk; so many bytes of the present one are still to come.
    Chunks(u64),
    /// With the connection.
    Close,
    Over,
}

impl Framing {
    fn of(status: u16, headers: &Headers, is_head: bool) -> Self {
        if is_head || matches!(status, 100..200 | 204 | 304) {
            return Self::Over;
        }
        if header(headers, "transfer-encoding") == Some("chunked") {
            return Self::Chunks(0);
        }
        match header(headers, "content-length") {
            Some(length) => Self::Length(length.parse().expect("a length")),
            None => Self::Close,
        }
    }
}

/// A body as it comes. The end of the connection before the end of the body is an error.
pub struct Body {
    stream: TcpStream,
    /// What came and was not read yet.
    buffer: Vec<u8>,
    framing: Framing,
}

impl Body {
    /// How long a read waits.
    pub fn wait_at_most(&self, patience: Duration) {
        self.stream.set_read_timeout(Some(patience.max(Duration::from_millis(1)))).unwrap();
    }

    /// The socket, to read nothing more from.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Gets more bytes from the socket; false at its end.
    fn fill(&mut self) -> std::io::Result<bool> {
        let mut piece = [0; 16 << 10];
        let count = self.stream.read(&mut piece)?;
        self.buffer.extend(&piece[..count]);
        Ok(count > 0)
    }

    /// Reads the line that begins a chunk; 0 is the last one.
    fn begin_chunk(&mut self) -> std::io::Result<u64> {
        loop {
            // The line break behind the chunk before.
            if self.buffer.starts_with(b"\r\n") {
                self.buffer.drain(..2);
            }
            if let Ok(httparse::Status::Complete((length, size))) = httparse::parse_chunk_size(&self.buffer) {
                self.buffer.drain(..length);
                return Ok(size);
            }
            if !self.fill()? {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.framing == Framing::Chunks(0) {
            self.framing = match self.begin_chunk()? {
                0 => Framing::Over,
                size => Framing::Chunks(size),
            };
        }
        let left = match self.framing {
            Framing::Over | Framing::Length(0) => return Ok(0),
            Framing::Length(left) | Framing::Chunks(left) => usize::try_from(left).unwrap_or(usize::MAX),
            Framing::Close => usize::MAX,
        };
        if self.buffer.is_empty() && !self.fill()? {
            return if self.framing == Framing::Close {
                Ok(0)
            } else {
                Err(std::io::ErrorKind::UnexpectedEof.into())
            };
        }
        let count = into.len().min(left).min(self.buffer.len());
        into[..count].copy_from_slice(&self.buffer[..count]);
        self.buffer.drain(..count);
        if let Framing::Length(left) | Framing::Chunks(left) = &mut self.framing {
            *left -= count as u64;
        }
        Ok(count)
    }
}
