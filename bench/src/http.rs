//! One HTTP/1.1 connection for what is not measured: checks, publishing, waiting.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

const PATIENCE: Duration = Duration::from_secs(30);
const MOST_HEADERS: usize = 64;

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The length of a head and of the body that follows it.
pub(crate) struct Head {
    pub status: u16,
    pub length: usize,
    pub body: usize,
}

/// Reads an answer's head, if it is there as a whole.
pub(crate) fn parse_head(bytes: &[u8]) -> anyhow::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes)? else { return Ok(None) };
    let status = response.code.context("an answer without a status")?;
    let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body = match header {
        Some(header) => std::str::from_utf8(header.value)?.parse()?,
        None if status == 204 || status == 304 => 0,
        None => bail!("an answer without a content-length"),
    };
    Ok(Some(Head { status, length, body }))
}

/// A `GET` of a host's path, with more header lines if wanted, each with its line end.
pub(crate) fn get(host: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").into_bytes()
}

/// A request with a JSON body.
pub(crate) fn send(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    format!("{head}{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let head = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            self.read()?;
        };
        while self.buffer.len() < head.length + head.body {
            self.read()?;
        }
        let body = self.buffer.get(head.length..head.length + head.body).unwrap_or_default().to_vec();
        Ok(Answer { status: head.status, body })
    }

    fn read(&mut self) -> anyhow::Result<()> {
        let mut piece = [0; 64 << 10];
        let read = self.stream.read(&mut piece)?;
        ensure!(read > 0, "the connection ended within an answer");
        self.buffer.extend_from_slice(piece.get(..read).unwrap_or_default());
        Ok(())
    }
}

/// Asks once, and insists on a status.
pub(crate) fn fetch(address: SocketAddr, request: &[u8], status: u16) -> anyhow::Result<Vec<u8>> {
    let answer = Connection::open(address)?.ask(request)?;
    let asked = String::from_utf8_lossy(request);
    ensure!(
        answer.status == status,
        "{} gave {} instead of {status}: {}",
        asked.lines().next().unwrap_or_default(),
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    Ok(answer.body)
}
