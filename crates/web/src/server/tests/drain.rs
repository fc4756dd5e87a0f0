//! The end of a server.

use super::*;

const WAIT: &str = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";

/// W9
#[tokio::test]
async fn a_running_request_is_finished_and_an_idle_connection_closed() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    let (mut idle, mut running, mut silent) =
        (server.connect().await, server.connect().await, server.connect().await);
    idle.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    idle.hear_until("hello").await;
    running.say(WAIT).await;
    server.came(2).await;
    server.stop.cancel();
    assert_eq!(idle.hear_all().await, "");
    assert_eq!(silent.hear_all().await, "");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
    assert!(server.served.try_join_next().is_none(), "a request still runs");
    server.desk.go.send_replace(true);
    let heard = running.hear_all().await;
    assert!(heard.contains("connection: close\r\n") && heard.ends_with("waited"), "{heard}");
    server.ended().await;
    assert_eq!(server.metrics.connections.get(), 0);
}

/// W9, R03
#[tokio::test]
async fn a_request_that_was_on_its_way_is_still_answered() {
    let mut server = Running::start(Limits { drain_idle: PATIENCE, ..Limits::default() }, PATIENCE * 2).await;
    let (mut kept, mut fresh) = (server.connect().await, server.connect().await);
    kept.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    kept.hear_until("hello").await;
    server.stop.cancel();
    while TcpStream::connect(server.address).await.is_ok() {}
    for client in [&mut kept, &mut fresh] {
        client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let heard = client.hear_all().await;
        assert!(heard.contains("connection: close\r\n") && heard.ends_with("hello"), "{heard}");
    }
    server.ended().await;
}

/// W9, R03
#[tokio::test]
async fn a_connection_that_waits_to_be_accepted_is_still_served() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    // The system takes it without the server, which has no turn before the stop.
    let waiting = std::net::TcpStream::connect(server.address).unwrap();
    std::io::Write::write_all(&mut &waiting, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    server.stop.cancel();
    waiting.set_nonblocking(true).unwrap();
    let heard = Client(TcpStream::from_std(waiting).unwrap()).hear_all().await;
    assert!(heard.ends_with("hello"), "{heard}");
    server.ended().await;
}

/// W9, R04
#[tokio::test]
async fn what_still_runs_at_the_end_of_the_drain_is_cut() {
    let mut server = Running::start(Limits::default(), millis(300)).await;
    let (mut stuck, mut deaf) = (server.connect().await, server.connect().await);
    stuck.say(WAIT).await;
    deaf.say("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    server.came(2).await;
    server.stop.cancel();
    server.ended().await;
    assert_eq!(stuck.hear_all().await, "");
    within(server.gone.recv()).await.unwrap();
    assert_eq!(server.metrics.connections.get(), 0);
}

/// W9: a second signal
#[tokio::test]
async fn dropping_the_server_cuts_everything_at_once() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    let mut stuck = server.connect().await;
    stuck.say(WAIT).await;
    server.came(1).await;
    server.stop.cancel();
    server.served.shutdown().await;
    assert_eq!(stuck.hear_all().await, "");
}
