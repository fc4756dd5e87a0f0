//! A client of HTTP/2 with prior knowledge.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::SendRequest;
use http::response::Parts;
use tokio::task::JoinSet;

pub(crate) struct Client {
    sender: SendRequest<Bytes>,
    _connection: JoinSet<()>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (sender, connection) = h2::client::handshake(stream).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async {
            // It ends with the node, however that ends.
            let _ = connection.await;
        });
        Self { sender, _connection: tasks }
    }

    /// Asks for a URI, whose host goes into `:authority`; perhaps with a `host` header beside it.
    pub(crate) async fn get(&mut self, uri: &str, host: Option<&str>) -> (Parts, RecvStream) {
        let mut request = http::Request::get(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let (answer, _) = self.sender.send_request(request.body(()).unwrap(), true).unwrap();
        answer.await.unwrap().into_parts()
    }
}

/// The next piece of a body; `None` at its end.
pub(crate) async fn next_piece(body: &mut RecvStream) -> Option<Bytes> {
    let piece = body.data().await?.unwrap();
    body.flow_control().release_capacity(piece.len()).unwrap();
    Some(piece)
}
