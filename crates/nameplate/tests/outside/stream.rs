//! The presence stream on real sockets (contract E1 to E9).

use std::time::{Duration, Instant};

use nameplate_testkit::events::EventReader;
use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::node::Node;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use serde_json::{Value, json};

use crate::http2::{Client, next_piece};
use crate::world::{ADA, BOB, CARL, empty, fill, world};

fn playing(what: impl ToString) -> Value {
    json!({"status": "online", "activity": {"name": what.to_string(), "type": 0}})
}

fn put(node: &Node<'_>, what: impl ToString) {
    assert_eq!(node.operator().put_presence(ADA, &playing(what)).status, 204);
}

/// E1
#[test]
fn a_stream_says_what_it_is() {
    let instance = world();
    let node = instance.start();
    let visitor = node.visitor().with("accept-encoding", "gzip, br").with("accept", "text/event-stream");
    let stream = visitor.stream(ADA);
    let answer = &stream.answer;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("content-encoding"), None);

    let mut socket = nameplate_testkit::http::connect(node.listen);
    let head = format!("GET /api/v1/profiles/presence/{ADA}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::io::Write::write_all(&mut socket, head.as_bytes()).unwrap();
    let answer = nameplate_testkit::http::Answer::read(socket, false);
    assert_eq!(answer.header("connection"), Some("keep-alive"));
}

/// E1, E3
#[tokio::test]
async fn http2_carries_a_stream_as_well() {
    let instance = world();
    let node = instance.start();
    let mut client = Client::connect(node.listen).await;
    let uri = format!("http://ada.localhost/api/v1/profiles/presence/{ADA}/stream");
    let (head, mut body) = client.get(&uri, None).await;
    assert_eq!(head.status.as_u16(), 200);
    assert_eq!(head.headers["content-type"], "text/event-stream");
    assert!(!head.headers.contains_key("connection"), "HTTP/2 knows no such header");
    let mut text = String::new();
    for mark in ["{\"status\":\"offline\"}", "\"status\":\"dnd\""] {
        while !text.contains(mark) {
            let piece = tokio::time::timeout(PATIENCE, next_piece(&mut body)).await.unwrap().unwrap();
            text.push_str(std::str::from_utf8(&piece).unwrap());
        }
        node.operator().put_presence(ADA, &json!({"status": "dnd"}));
    }
}

/// E2
#[test]
fn a_stream_of_nobody_is_a_bad_request() {
    let instance = world();
    let node = instance.start();
    for user in ["", "%20", "%20%09", "%E3%80%80"] {
        let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/presence/{user}/stream"));
        assert_eq!(
            (reply.status, reply.text()),
            (400, r#"{"ok":false,"error":"userID required"}"#),
            "{user:?}"
        );
    }
}

/// E3, E4
#[test]
fn every_change_comes_in_order_and_in_one_line() {
    let instance = world();
    let node = instance.start();
    put(&node, "first");
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["activity"]["name"], "first");
    for number in 0..50 {
        put(&node, number);
        // Read before the next one is written, nothing is skipped.
        let event = stream.presence();
        assert_eq!(event["activity"]["name"], number.to_string());
        assert!(event["updatedAt"].as_str().unwrap().ends_with('Z'));
    }
    put(&node, "same");
    assert_eq!(stream.presence()["activity"]["name"], "same");
    put(&node, "same");
    node.operator().put_presence(
        ADA,
        &json!({"status": "idle", "activity": {"name": "two\nlines", "type": 4, "state": "a\r\nb"}}),
    );
    let event = stream.presence();
    assert_eq!(event["status"], "idle", "what says nothing new is not told twice");
    assert_eq!(node.operator().delete_presence(ADA).status, 204);
    assert_eq!(stream.presence(), json!({"status": "offline"}));
}

/// E3
#[test]
fn the_first_word_is_the_present_state() {
    let instance = world();
    let node = instance.start();
    let mut before = node.visitor().stream(ADA);
    assert_eq!(before.presence(), json!({"status": "offline"}));
    put(&node, "now");
    let mut after = node.visitor().stream(ADA);
    assert_eq!(after.presence()["activity"]["name"], "now");
    assert_eq!(before.presence()["activity"]["name"], "now");
    let same = node.visitor().presence(ADA);
    assert_eq!(same["activity"]["name"], "now");
}

/// E5
#[test]
fn silence_is_broken_by_a_ping_within_thirty_seconds() {
    let instance = world();
    let node = instance.start();
    let mut stream = node.visitor().stream(CARL);
    assert_eq!(stream.opening().0, json!({"status": "offline"}));
    let begin = Instant::now();
    let ping = stream.next_within(Duration::from_secs(31)).unwrap();
    assert_eq!(
        (ping.comments, ping.event, ping.data.len()),
        (vec!["ping".to_owned()], None, 0),
        "{:?}",
        begin.elapsed()
    );
}

/// E6
#[test]
fn no_change_falls_between_the_snapshot_and_the_subscription() {
    let instance = world();
    let node = instance.start();
    for round in 0..40 {
        let last = format!("round {round}");
        let mut stream = std::thread::scope(|scope| {
            scope.spawn(|| put(&node, &last));
            node.visitor().stream(ADA)
        });
        // Before, between or after: the stream gets there without another change.
        while stream.presence()["activity"]["name"] != *last {}
    }
}

/// E7, S5
#[test]
fn a_change_reaches_streams_on_another_node_also_after_redis_was_lost() {
    let mut redis = RedisServer::start();
    let instance = fill(empty().set("redis_url", redis.url()));
    let (here, there) = (instance.start(), instance.start());
    for node in [&here, &there] {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
    }
    let mut stream = there.visitor().stream(ADA);
    assert_eq!(stream.presence(), json!({"status": "offline"}));
    put(&here, "one");
    assert_eq!(stream.presence()["activity"]["name"], "one");
    assert_eq!(there.visitor().presence(ADA)["activity"]["name"], "one");

    redis.kill();
    for node in [&here, &there] {
        assert!(
            within(Duration::from_secs(30), || (node.operator().metric("nameplate_redis_up") == 0)
                .then_some(()))
            .is_some()
        );
    }
    redis.restart();
    put(&here, "two");
    assert_eq!(stream.presence()["activity"]["name"], "two");
}

/// E8
#[test]
fn over_its_cap_an_address_gets_the_state_and_is_asked_to_come_later() {
    let instance = fill(empty().set("trusted_proxies", "127.0.0.1"));
    let node = instance.start();
    put(&node, "busy");
    let visitor = node.visitor().with("x-forwarded-for", "203.0.113.5");
    let mut open: Vec<EventReader> = Vec::new();
    let mut refused = loop {
        let mut stream = visitor.stream(ADA);
        assert_eq!(stream.answer.status, 200);
        let (state, retry) = stream.opening();
        assert_eq!(state["activity"]["name"], "busy");
        if retry >= 20_000 {
            assert!(retry <= 60_000);
            break stream;
        }
        assert!(open.len() < 200, "an address has a cap");
        open.push(stream);
    };
    assert!(refused.rest().is_empty(), "then it ends");
    // Another address is not touched, and a place that is given back is free.
    let mut other = node.visitor().with("x-forwarded-for", "203.0.113.6").stream(ADA);
    assert!(other.opening().1 < 20_000);
    open.pop();
    let again = within(Duration::from_secs(30), || (visitor.stream(ADA).opening().1 < 20_000).then_some(()));
    assert!(again.is_some());
}

/// E8, W9
#[test]
fn a_stop_ends_the_streams_in_turn_and_tells_them_when_to_come_back() {
    let instance = fill(empty().set("drain", "3"));
    let mut node = instance.start();
    let mut streams: Vec<EventReader> = (0..40).map(|_| node.visitor().stream(ADA)).collect();
    for stream in &mut streams {
        stream.opening();
    }
    let begin = Instant::now();
    node.signal(rustix::process::Signal::TERM);
    let ends = std::thread::scope(|scope| {
        let readers: Vec<_> = streams
            .iter_mut()
            .map(|stream| {
                scope.spawn(move || {
                    let rest = stream.rest();
                    (rest.last().and_then(|block| block.retry), begin.elapsed())
                })
            })
            .collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(node.wait().success());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(ends.iter().all(|(retry, _)| retry.is_some_and(|retry| retry <= 60_000)), "{ends:?}");
    let moments = || ends.iter().map(|(_, moment)| *moment);
    let spread = moments().max().unwrap() - moments().min().unwrap();
    assert!(spread > Duration::from_millis(500), "not all at once: {spread:?}");
}

/// E9
#[test]
fn streams_of_the_unknown_the_private_and_the_silent_look_alike() {
    let instance = world();
    let node = instance.start();
    let opening = |user: &str| {
        let mut stream = node.visitor().stream(user);
        let headers: Vec<_> =
            stream.answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
        let status = stream.answer.status;
        (status, headers, stream.presence())
    };
    let silent = opening(CARL);
    assert_eq!(silent.2, json!({"status": "offline"}));
    for user in [BOB, ADA, "999999999999999999", "1", "abc", "%40me", "%ff", "p_ada"] {
        assert_eq!(opening(user), silent, "{user}");
    }
}
