//! Start, stop and what a stop leaves running (contract W5, W6, W9).

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use nameplate_testkit::http::{PATIENCE, connect};
use nameplate_testkit::process::within;
use rustix::process::Signal;
use serde_json::json;

use crate::world::{ADA, empty, fill, world};

/// W5, W6
#[test]
fn serve_needs_no_settings_and_says_where_it_listens() {
    let instance = empty();
    let node = instance.start();
    for file in ["data/root.secret", "data/nameplate.db"] {
        assert!(instance.path(file).exists(), "{file}");
    }
    let mode = |file: &str| std::fs::metadata(instance.path(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/root.secret")), (0o700, 0o600));
    let ready = std::fs::read_to_string(instance.path("ready-0.json")).unwrap();
    assert_eq!(
        ready.trim(),
        json!({ "listen": node.listen.to_string(), "internal": node.internal.to_string() }).to_string()
    );
    assert!(node.listen.port() != 0 && node.listen.ip().is_loopback());
    for word in [&*node.listen.to_string(), &node.internal.to_string(), "Open this link to make your page"] {
        assert!(node.log().contains(word), "{word}: {}", node.log());
    }
    assert_eq!(node.visitor().get("localhost", "/").status, 200);
}

/// W5
#[test]
fn what_was_there_is_there_after_a_restart() {
    let instance = world();
    let node = instance.start();
    let page = node.visitor().get("bob.localhost", "/").body;
    let port = node.listen.port();
    node.kill();
    let node = instance.start();
    let again = node.visitor().get("bob.localhost", "/").body;
    let same_port =
        |body: Vec<u8>, port: u16| String::from_utf8(body).unwrap().replace(&format!(":{port}"), "");
    assert_eq!(same_port(again, node.listen.port()), same_port(page, port));
}

/// W9
#[test]
fn a_stop_finishes_what_runs_ends_streams_and_exits_with_success() {
    for signal in [Signal::TERM, Signal::INT] {
        let instance = fill(empty().set("drain", "4"));
        let mut node = instance.start();
        let mut stream = node.visitor().stream(ADA);
        stream.opening();
        let mut half = connect(node.listen);
        half.write_all(b"GET / HTTP/1.1\r\nHost: ada.localhost\r\n").unwrap();
        let idle = connect(node.listen);
        assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);

        let begin = Instant::now();
        node.signal(signal);
        // The request that was under way is still answered.
        half.write_all(b"\r\n").unwrap();
        let mut answer = Vec::new();
        half.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&answer));
        assert!(stream.rest().iter().any(|block| block.retry.is_some()));
        assert!(node.wait().success(), "{signal:?}");
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        assert!(std::net::TcpStream::connect(node.listen).is_err(), "nobody listens any more");
        drop(idle);
    }
}

/// W9
#[test]
fn whoever_does_not_go_is_cut_when_the_drain_is_over() {
    let instance = fill(empty().set("drain", "1"));
    let mut node = instance.start();
    let mut half = connect(node.listen);
    half.write_all(b"POST / HTTP/1.1\r\nHost: ada.localhost\r\nContent-Length: 1000\r\n\r\nslow").unwrap();
    let streams: Vec<_> = (0..20).map(|_| node.visitor().stream(ADA)).collect();
    let begin = Instant::now();
    node.signal(Signal::TERM);
    assert!(node.wait().success());
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    drop(streams);
}

/// W9
#[test]
fn a_second_signal_stops_at_once() {
    let instance = fill(empty().set("drain", "60"));
    let mut node = instance.start();
    let mut stream = node.visitor().stream(ADA);
    stream.presence();
    node.signal(Signal::TERM);
    let stopping = within(PATIENCE, || node.log().contains("stopping").then_some(()));
    assert!(stopping.is_some());
    let begin = Instant::now();
    node.signal(Signal::TERM);
    assert!(!node.wait().success());
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}

/// W9, W8
#[test]
fn a_node_that_stops_is_no_longer_ready() {
    let instance = fill(empty().set("drain", "5"));
    let mut node = instance.start();
    // Keeps the node from ending before it was asked.
    let mut stream = node.visitor().stream(ADA);
    stream.presence();
    let mut asking = connect(node.listen);
    asking
        .write_all(
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /readyz HTTP/1.1\r\nHost: localhost\r\n",
        )
        .unwrap();
    let mut first = vec![0; 12];
    asking.read_exact(&mut first).unwrap();
    assert_eq!(first, b"HTTP/1.1 200");
    node.signal(Signal::TERM);
    let stopping = within(PATIENCE, || node.log().contains("stopping").then_some(()));
    assert!(stopping.is_some());
    asking.write_all(b"\r\n").unwrap();
    let mut rest = Vec::new();
    asking.read_to_end(&mut rest).unwrap();
    let rest = String::from_utf8(rest).unwrap();
    assert!(rest.contains("HTTP/1.1 503") && rest.contains("not ready"), "{rest}");
    assert!(node.wait().success());
}

/// W5, W6
#[test]
fn a_start_that_cannot_work_says_why() {
    let instance = empty();
    let node = instance.start();
    let taken = node.listen.to_string();
    let complaint = instance.must_not(&["serve", "--listen", &taken], b"");
    assert!(complaint.contains("listen") && complaint.contains(&taken), "{complaint}");
    std::fs::set_permissions(instance.path("data/root.secret"), std::fs::Permissions::from_mode(0o644))
        .unwrap();
    let complaint = instance.must_not(&["serve"], b"");
    assert!(complaint.contains("root.secret") && complaint.contains("chmod 600"), "{complaint}");
}
