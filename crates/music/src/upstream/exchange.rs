//! One connection, one request, one answer.
//!
//! A connection is never used again: a track takes long against a handshake, and a pool brings connections that the
//! worker has closed in the meantime. Whoever reads the body drives the connection, so there is no task to look after:
//! dropping the body closes the socket.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

/// Bytes that the kernel fetches ahead for one listener, where the system allows so many: with its default it may take
/// tens of megabytes, heard or not. With much less, the worker waits for word of each piece that was taken, and each of
/// these words costs this process as much as the piece.
const RECEIVE_BUFFER: u32 = 2 << 20;

type Http<T> = http1::Connection<TokioIo<T>, Empty<Bytes>>;

enum Connection {
    Plain(Box<Http<TcpStream>>),
    Tls(Box<Http<TlsStream<TcpStream>>>),
    /// Nothing more comes from it.
    Over,
}

impl Connection {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        let result = match self {
            Self::Plain(http) => ready!(Pin::new(http.as_mut()).poll_without_shutdown(cx)),
            Self::Tls(http) => ready!(Pin::new(http.as_mut()).poll_without_shutdown(cx)),
            Self::Over => return Poll::Pending,
        };
        *self = Self::Over;
        Poll::Ready(result)
    }
}

/// The body of an answer, with the connection that brings it.
pub(super) struct Exchange {
    body: Incoming,
    connection: Connection,
}

/// Connects to the host of a URL.
pub(super) async fn connect(url: &Url) -> io::Result<TcpStream> {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let mut failure = io::Error::from(io::ErrorKind::NotFound);
    for address in lookup_host((host, url.port_or_known_default().unwrap_or(80))).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        match socket.connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Agrees on TLS with the host of a URL.
pub(super) async fn encrypt(
    tls: &Arc<rustls::ClientConfig>,
    url: &Url,
    stream: TcpStream,
) -> io::Result<TlsStream<TcpStream>> {
    let name =
        ServerName::try_from(url.host_str().unwrap_or_default().to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(tls.clone()).connect(name, stream).await
}

/// Sends a request whose target is a whole URL over a plain connection.
pub(super) async fn ask_plainly(
    stream: TcpStream,
    request: Request<Empty<Bytes>>,
) -> hyper::Result<Response<Exchange>> {
    ask(stream, request, |http| Connection::Plain(Box::new(http))).await
}

/// The same over TLS.
pub(super) async fn ask_secretly(
    stream: TlsStream<TcpStream>,
    request: Request<Empty<Bytes>>,
) -> hyper::Result<Response<Exchange>> {
    ask(stream, request, |http| Connection::Tls(Box::new(http))).await
}

async fn ask<T>(
    stream: T,
    mut request: Request<Empty<Bytes>>,
    name: impl FnOnce(Http<T>) -> Connection,
) -> hyper::Result<Response<Exchange>>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // The request line holds the path alone; the host stands in its header.
    if let Some(target) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = Uri::from(target);
    }
    // A header with control bytes is dropped alone (M3), it does not fail the answer.
    let builder = http1::Builder::new().ignore_invalid_headers_in_responses(true).clone();
    let (mut sender, http) = builder.handshake(TokioIo::new(stream)).await?;
    let mut connection = name(http);
    let mut answer = pin!(sender.send_request(request));
    let answer = poll_fn(|cx| {
        if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
            return Poll::Ready(answer);
        }
        // How the connection ends shows in the answer.
        let _ = connection.poll(cx);
        answer.as_mut().poll(cx)
    })
    .await?;
    Ok(answer.map(|body| Exchange { body, connection }))
}

impl Exchange {
    /// The socket and the bytes of the body that were read from it already, if the rest of the body is exactly what
    /// comes from it next: no encryption, no chunks.
    pub(super) fn into_socket(self) -> Result<(TcpStream, Bytes), Self> {
        let Self { mut body, connection } = self;
        match (connection, body.size_hint().exact()) {
            (Connection::Plain(http), Some(_)) => {
                let mut first = BytesMut::new();
                // What waits here was taken from the connection's buffer before what is still in it.
                let mut cx = Context::from_waker(Waker::noop());
                while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut cx) {
                    first.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
                }
                let parts = http.into_parts();
                first.extend_from_slice(&parts.read_buf);
                Ok((parts.io.into_inner(), first.freeze()))
            }
            (connection, _) => Err(Self { body, connection }),
        }
    }
}

impl Body for Exchange {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        // Asking first tells the connection that more is wanted; it then puts it where the second look finds it.
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        if let Poll::Ready(Err(error)) = this.connection.poll(cx) {
            return Poll::Ready(Some(Err(error)));
        }
        Pin::new(&mut this.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
