//! A body that another server sends, passed from its socket to the client's.
//!
//! On Linux the bytes never enter this process: `splice(2)` moves them through a pipe. What holds for any answer holds
//! here too: the client may not take for ever, the other server may not fall silent, and a client that leaves ends it
//! for both (M2). A body that breaks off closes the connection before the length that the head promised.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::TcpStream;

use super::Limits;
use super::pace::Pace;

/// What the kernel keeps for a client: more would only be fetched ahead of what is heard.
const SEND_BUFFER: usize = 256 << 10;

/// A body on its way.
#[derive(Debug)]
pub struct Source {
    /// What was read of it already.
    pub first: Bytes,
    pub socket: TcpStream,
    /// Bytes that the socket still has to bring.
    pub left: u64,
    /// How long it may stay silent.
    pub idle: Duration,
}

/// Sends all of the body, and gives the client's socket back.
pub(super) async fn relay(mut client: TcpStream, source: Source, limits: &Limits) -> io::Result<TcpStream> {
    let Source { first, socket, mut left, idle } = source;
    // Failing to bound it costs memory only.
    let _ = set_socket_send_buffer_size(&client, SEND_BUFFER);
    let mut pace = Pace::new(limits.write_stall, limits.write_stall, limits.min_rate);
    paced(&mut pace, async { client.write_all(&first).await.map(|()| first.len()) }).await?;
    // The buffer that brought the head, of tens of kilobytes, would otherwise be held as long as the track is heard.
    drop(first);
    let mut pipe = Pipe::new()?;
    while left > 0 {
        let mut held = tokio::select! {
            held = tokio::time::timeout(idle, pipe.fill(&socket, left)) => held.map_err(|_| io::ErrorKind::TimedOut)??,
            () = gone(&client) => return Err(io::ErrorKind::ConnectionAborted.into()),
        };
        if held == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left -= held as u64;
        while held > 0 {
            held -= paced(&mut pace, pipe.drain(&client, held)).await?;
        }
        // A fast pair would otherwise keep the thread.
        tokio::task::yield_now().await;
    }
    Ok(client)
}

/// Fails when the client takes too little for too long.
async fn paced(pace: &mut Pace, work: impl Future<Output = io::Result<usize>>) -> io::Result<usize> {
    let mut work = pin!(work);
    let sent = poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(sent) => Poll::Ready(sent),
        Poll::Pending => pace.poll_too_slow(cx).map(|()| Err(io::ErrorKind::TimedOut.into())),
    })
    .await?;
    pace.moved(sent);
    Ok(sent)
}

/// Ready once the client has left. What it says is left for later.
async fn gone(client: &TcpStream) {
    if let Ok(1..) = client.peek(&mut [0]).await {
        std::future::pending().await
    }
}

#[cfg(target_os = "linux")]
use spliced::Pipe;

#[cfg(target_os = "linux")]
mod spliced {
    use std::os::fd::OwnedFd;

    use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};

    use super::*;

    /// As much as moves at once.
    const SIZE: usize = 256 << 10;

    pub(super) struct Pipe {
        reader: OwnedFd,
        writer: OwnedFd,
    }

    impl Pipe {
        pub(super) fn new() -> io::Result<Self> {
            let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
            // The system may allow less; then less moves at once.
            let _ = fcntl_setpipe_size(&writer, SIZE);
            Ok(Self { reader, writer })
        }

        /// Takes what is there, up to `limit`; 0 at the end.
        pub(super) async fn fill(&mut self, source: &TcpStream, limit: u64) -> io::Result<usize> {
            let limit = usize::try_from(limit).unwrap_or(SIZE).min(SIZE);
            source.async_io(Interest::READABLE, || moved(source, &self.writer, limit)).await
        }

        /// Gives some of the `held` bytes.
        pub(super) async fn drain(&mut self, client: &TcpStream, held: usize) -> io::Result<usize> {
            client.async_io(Interest::WRITABLE, || moved(&self.reader, client, held)).await
        }
    }

    fn moved(from: impl std::os::fd::AsFd, to: impl std::os::fd::AsFd, limit: usize) -> io::Result<usize> {
        Ok(splice(from, None, to, None, limit, SpliceFlags::MOVE | SpliceFlags::NONBLOCK)?)
    }
}

#[cfg(not(target_os = "linux"))]
use copied::Pipe;

#[cfg(not(target_os = "linux"))]
mod copied {
    use super::*;

    const SIZE: usize = 64 << 10;

    pub(super) struct Pipe(Bytes);

    impl Pipe {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self(Bytes::new()))
        }

        pub(super) async fn fill(&mut self, source: &TcpStream, limit: u64) -> io::Result<usize> {
            let mut piece = vec![0; usize::try_from(limit).unwrap_or(SIZE).min(SIZE)];
            let count = source.async_io(Interest::READABLE, || source.try_read(&mut piece)).await?;
            piece.truncate(count);
            self.0 = piece.into();
            Ok(count)
        }

        pub(super) async fn drain(&mut self, client: &TcpStream, _: usize) -> io::Result<usize> {
            let count = client.async_io(Interest::WRITABLE, || client.try_write(&self.0)).await?;
            let _ = self.0.split_to(count);
            Ok(count)
        }
    }
}
