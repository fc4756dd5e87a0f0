//! Answers that leave the HTTP library.

use super::*;

const NEWS: &str = "GET /news HTTP/1.1\r\nHost: a\r\n\r\n";

/// The head of an answer without the date.
async fn head(client: &mut Client) -> String {
    client.hear_until("\r\n\r\n").await
}

/// E1, E3: the head is hyper's own, the blocks are chunks, and the end is the end of the connection.
#[tokio::test]
async fn blocks_come_as_chunks_to_the_end() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say(NEWS).await;
    let head = head(&mut client).await;
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("transfer-encoding: chunked\r\n"),
        "{head}"
    );
    client.hear_until("5\r\nfirst\r\n").await;
    server.desk.news.send_replace("a second piece of news".into());
    assert_eq!(client.hear_until("news\r\n").await, "16\r\na second piece of news\r\n");
    assert_eq!(server.metrics.connections.get(), 1, "it still counts as a connection");
    server.desk.news.send_replace(String::new());
    assert_eq!(client.hear_all().await, "0\r\n\r\n");
    within(server.gone.recv()).await.unwrap();
    server.stop.cancel();
    server.ended().await;
    assert_eq!(server.metrics.connections.get(), 0);
}

#[tokio::test]
async fn a_connection_that_was_used_before_is_taken_over_too() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    client.hear_until("hello").await;
    // Both at once: the second waits in a buffer when the first is answered.
    client.say(&format!("GET / HTTP/1.1\r\nHost: a\r\n\r\n{NEWS}")).await;
    client.hear_until("hello").await;
    client.hear_until("5\r\nfirst\r\n").await;
}

#[tokio::test]
async fn what_a_client_says_behind_a_long_request_is_dropped() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say(&format!("{NEWS}GET / HTTP/1.1\r\nHost: a\r\n\r\n")).await;
    client.hear_until("5\r\nfirst\r\n").await;
    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    server.desk.news.send_replace("more".into());
    assert_eq!(client.hear_until("more\r\n").await, "4\r\nmore\r\n");
    server.desk.news.send_replace(String::new());
    assert_eq!(client.hear_all().await, "0\r\n\r\n");
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_stream() {
    let mut server = Running::start(Limits::default(), PATIENCE).await;
    let (mut client, mut other) = (server.connect().await, server.connect().await);
    for client in [&mut client, &mut other] {
        client.say(NEWS).await;
        client.hear_until("first\r\n").await;
    }
    drop(client);
    within(server.gone.recv()).await.unwrap();
    server.desk.news.send_replace("still here".into());
    other.hear_until("still here\r\n").await;
}

#[tokio::test]
async fn head_and_old_versions_are_answered_by_the_library() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    server.desk.news.send_replace("only".into());
    let mut old = server.connect().await;
    old.say("GET /news HTTP/1.0\r\nHost: a\r\n\r\n").await;
    old.hear_until("\r\n\r\nonly").await;
    let mut head = server.connect().await;
    head.say("HEAD /relay HTTP/1.1\r\nHost: a\r\n\r\nGET /relay HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let heard = head.hear_all().await;
    assert!(heard.contains("connection: close\r\n"), "{heard}");
    assert!(heard.ends_with("\r\n\r\ntaken") && heard.matches("content-length: 5").count() == 2, "{heard}");
}

/// E3: a client that reads nothing for a while skips to the newest.
#[tokio::test]
async fn a_slow_client_gets_the_newest_and_not_everything() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say(NEWS).await;
    client.hear_until("first\r\n").await;
    let long = "x".repeat(1 << 20);
    // More than every buffer between the two together holds.
    for count in 0..100 {
        server.desk.news.send_replace(format!("{long}{count}"));
        tokio::task::yield_now().await;
    }
    server.desk.news.send_replace("newest".into());
    let heard = client.hear_until("newest\r\n").await;
    assert!(heard.len() < 50 << 20, "{} bytes", heard.len());
}

/// T06
#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go() {
    let mut server = Running::start(Limits { write_stall: millis(100), ..Limits::default() }, PATIENCE).await;
    let mut client = server.connect().await;
    client.say(NEWS).await;
    client.hear_until("first\r\n").await;
    server.desk.news.send_replace("x".repeat(64 << 20));
    within(server.gone.recv()).await.unwrap();
}

/// W9
#[tokio::test]
async fn streams_are_cut_at_the_end_of_the_drain() {
    let mut server = Running::start(Limits::default(), millis(300)).await;
    let mut client = server.connect().await;
    client.say(NEWS).await;
    client.hear_until("first\r\n").await;
    server.stop.cancel();
    server.ended().await;
    assert_eq!(client.hear_all().await, "");
    within(server.gone.recv()).await.unwrap();
    assert_eq!(server.metrics.connections.get(), 0);
}

/// After a body of known length the connection is as good as before.
#[tokio::test]
async fn a_connection_goes_on_after_a_relayed_body() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        client.say("GET /relay HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let heard = client.hear_until("taken").await;
        assert!(!heard.contains("connection: close"), "{heard}");
        client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        client.hear_until("hello").await;
    }
}

#[tokio::test]
async fn a_client_that_wants_one_answer_gets_the_end_right_behind_it() {
    let server = Running::start(Limits { idle: PATIENCE * 10, ..Limits::default() }, PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /relay HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    let mut heard = String::new();
    within(client.0.read_to_string(&mut heard)).await.unwrap();
    assert!(heard.contains("connection: close\r\n") && heard.ends_with("taken"), "{heard}");
}

#[tokio::test]
async fn what_came_behind_a_relayed_request_is_not_answered_and_the_client_is_told() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /relay HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let heard = client.hear_all().await;
    assert!(heard.contains("connection: close\r\n") && heard.ends_with("taken"), "{heard}");
}

/// M2: a body that breaks off never looks like a whole one.
#[tokio::test]
async fn a_relayed_body_that_breaks_off_ends_the_connection_early() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /relay?short HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let heard = client.hear_all().await;
    assert!(heard.contains("content-length: 11\r\n") && heard.ends_with("\r\n\r\ntaken"), "{heard}");
}
