//! Publishes changes beside the viewers in the same thread: it sends, and looks for the answer when it is asked to, so
//! that no other thread has to be woken on the client's core.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};

use crate::http::parse_head;

pub(crate) struct Publisher {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// When the call that has no answer yet began.
    called: Option<Instant>,
}

impl Publisher {
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1024), called: None })
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.called.is_none()
    }

    pub(crate) fn call(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.called = Some(Instant::now());
        self.buffer.clear();
        Ok(self.stream.write_all(request)?)
    }

    /// How long the call took, once its answer is there.
    pub(crate) fn look(&mut self) -> anyhow::Result<Option<Duration>> {
        let Some(called) = self.called else { return Ok(None) };
        let mut piece = [0; 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => bail!("the server closed the publisher's connection"),
            Ok(read) => self.buffer.extend_from_slice(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let Some(head) = parse_head(&self.buffer)? else { return Ok(None) };
        if self.buffer.len() < head.length + head.body {
            return Ok(None);
        }
        ensure!((200..300).contains(&head.status), "publishing gave {}", head.status);
        self.called = None;
        Ok(Some(called.elapsed()))
    }
}
