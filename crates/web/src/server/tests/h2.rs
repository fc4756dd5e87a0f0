//! The same over HTTP/2 with prior knowledge.

use ::h2::client::{SendRequest, handshake};
use ::h2::{Ping, PingPong, Reason, RecvStream};
use http::Request;

use super::*;

/// A connection to the server, driven in the background.
struct Connection {
    sender: SendRequest<Bytes>,
    pings: Option<PingPong>,
    driven: JoinSet<Result<(), ::h2::Error>>,
}

impl Connection {
    async fn open(server: &Running) -> Self {
        let (sender, mut connection) = handshake(server.connect().await.0).await.unwrap();
        let pings = connection.ping_pong();
        let mut driven = JoinSet::new();
        driven.spawn(connection);
        Self { sender, pings, driven }
    }

    async fn get(&mut self, path: &str) -> Result<http::Response<RecvStream>, ::h2::Error> {
        let request = Request::get(format!("http://a{path}")).body(()).unwrap();
        let mut sender = self.sender.clone().ready().await?;
        let (answer, _) = sender.send_request(request, true)?;
        within(answer).await
    }

    async fn text(&mut self, path: &str) -> String {
        let mut body = self.get(path).await.unwrap().into_body();
        let mut text = Vec::new();
        while let Some(piece) = within(body.data()).await {
            text.extend_from_slice(&piece.unwrap());
        }
        String::from_utf8(text).unwrap()
    }

    /// Waits for the server to end the connection.
    async fn ended(&mut self) {
        let _ = within(self.driven.join_next()).await;
    }
}

#[tokio::test]
async fn both_protocols_are_answered_on_one_port() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut connection = Connection::open(&server).await;
    assert_eq!(connection.text("/").await, "hello");
    let seen = connection.text("/x").await;
    assert!(seen.starts_with("HTTP/2.0 http://a/x [] 127.0.0.1:"), "{seen}");
    assert_eq!(connection.get("/panic").await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(connection.text("/").await, "hello");
}

/// T06, T08
#[tokio::test]
async fn a_preface_and_then_silence_is_closed() {
    let server = Running::start(Limits { header: millis(300), ..Limits::default() }, PATIENCE).await;
    let mut client = server.connect().await;
    client.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    client.hear_all().await;
    let mut settled = server.connect().await;
    settled.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    settled.hear_all().await;
}

/// T06
#[tokio::test]
async fn a_quiet_connection_is_closed_though_it_answers_pings() {
    let server = Running::start(Limits { idle: millis(400), ..Limits::default() }, PATIENCE).await;
    let mut connection = Connection::open(&server).await;
    assert_eq!(connection.text("/").await, "hello");
    connection.ended().await;
}

/// T06
#[tokio::test]
async fn a_ping_between_requests_does_not_begin_one() {
    let limits = Limits { first_byte: millis(2500), header: millis(1000), ..Limits::default() };
    let server = Running::start(limits, PATIENCE).await;
    let mut connection = Connection::open(&server).await;
    assert_eq!(connection.text("/").await, "hello");
    within(connection.pings.take().unwrap().ping(Ping::opaque())).await.unwrap();
    // The silent one is the clock.
    server.connect().await.hear_all().await;
    assert_eq!(connection.text("/").await, "hello");
}

/// T06
#[tokio::test]
async fn a_window_that_is_never_opened_ends_the_connection() {
    let mut server = Running::start(Limits { write_stall: millis(300), ..Limits::default() }, PATIENCE).await;
    let mut connection = Connection::open(&server).await;
    let _unread = connection.get("/endless").await.unwrap();
    within(server.gone.recv()).await.unwrap();
    connection.ended().await;
}

/// T08
#[tokio::test]
async fn a_flood_of_requests_that_are_taken_back_ends_the_connection() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let connection = Connection::open(&server).await;
    let flood = async {
        for _ in 0..10_000 {
            let Ok(mut sender) = connection.sender.clone().ready().await else { return };
            let Ok((_, mut stream)) =
                sender.send_request(Request::get("http://a/wait").body(()).unwrap(), false)
            else {
                return;
            };
            stream.send_reset(Reason::CANCEL);
            tokio::task::yield_now().await;
        }
        panic!("ten thousand resets were taken");
    };
    within(flood).await;
    assert_eq!(Connection::open(&server).await.text("/").await, "hello", "others are served");
}

/// W9
#[tokio::test]
async fn a_drain_finishes_what_runs_and_says_goodbye() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    let (mut connection, mut idle) = (Connection::open(&server).await, Connection::open(&server).await);
    assert_eq!(idle.text("/").await, "hello");
    let mut asking = Connection { sender: connection.sender.clone(), pings: None, driven: JoinSet::new() };
    let (answer, ()) = tokio::join!(asking.text("/wait"), async {
        server.came(2).await;
        server.stop.cancel();
        idle.ended().await;
        assert!(server.served.try_join_next().is_none(), "a request still runs");
        server.desk.go.send_replace(true);
    });
    assert_eq!(answer, "waited");
    connection.ended().await;
    server.ended().await;
}

/// W9, R04
#[tokio::test]
async fn streams_that_still_run_at_the_end_of_the_drain_are_cut() {
    let mut server = Running::start(Limits::default(), millis(300)).await;
    let mut connection = Connection::open(&server).await;
    let _unread = connection.get("/endless").await.unwrap();
    server.stop.cancel();
    server.ended().await;
    within(server.gone.recv()).await.unwrap();
}
