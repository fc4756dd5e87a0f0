//! What reaches the service, and what comes back.

use super::*;

/// T07
#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client
        .say("GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    let heard = client.hear_all().await;
    let places = [heard.find("HTTP/1.1 /a "), heard.find("\r\n\r\nabc"), heard.find("HTTP/1.1 /b ")];
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{heard}");
    assert_eq!(heard.matches("200 OK").count(), 3);
}

/// T01, T03: judging a request's host is the service's part, so nothing may be lost before it
#[tokio::test]
async fn odd_requests_reach_the_service_as_they_are() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    for (request, seen) in [
        ("GET /x HTTP/1.0\r\n\r\n", "HTTP/1.0 /x []"),
        ("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 /x []"),
        ("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "HTTP/1.1 /x [\"a\", \"b\"]"),
        ("GET http://b/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 http://b/x [\"a\"]"),
        ("BREW /x?y HTTP/1.1\r\nHost: u:p@a, b\r\nConnection: close\r\n\r\n", "HTTP/1.1 /x?y [\"u:p@a, b\"]"),
    ] {
        let mut client = server.connect().await;
        let peer = client.0.local_addr().unwrap();
        client.say(request).await;
        let heard = client.hear_all().await;
        assert!(heard.ends_with(&format!("{seen} {peer}")), "{request}: {heard}");
    }
}

/// T07, T08
#[tokio::test]
async fn what_is_no_http_is_refused_and_the_connection_closed() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(150));
    for (request, status) in [
        ("\x16\x03\x01 hello\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"),
        (&long, "431"),
        (&many, "431"),
    ] {
        let mut client = server.connect().await;
        client.say(request).await;
        let heard = client.hear_all().await;
        assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{heard}");
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{heard}");
    }
    assert_eq!(*server.desk.came.borrow(), 0);
}

/// R33
#[tokio::test]
async fn a_panic_is_a_bare_500_and_the_connection_goes_on() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    let mut client = server.connect().await;
    client.say("GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let heard = client.hear_until("hello").await;
    assert!(heard.starts_with("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n"), "{heard}");
    assert!(!heard.contains("command"));
    assert_eq!(server.metrics.panics.get(), 1);
}

/// A3: an upload that is refused early still hears why
#[tokio::test]
async fn the_answer_reaches_a_client_that_is_still_sending() {
    let server = Running::start(Limits::default(), PATIENCE).await;
    for _ in 0..3 {
        let mut client = server.connect().await;
        client.say("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n").await;
        client.say(&"x".repeat(30_000_000)).await;
        let heard = client.hear_all().await;
        assert!(heard.starts_with("HTTP/1.1 413 "), "{heard}");
    }
}
