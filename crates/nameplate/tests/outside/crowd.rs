//! Many streams at once (contract E3, E5, E7).

use std::time::Instant;

use nameplate_testkit::events::EventReader;
use nameplate_testkit::http::{Answer, PATIENCE};
use nameplate_testkit::node::Node;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};

use crate::world::{ADA, CARL, world};

const STREAMS: usize = 2_000;

/// A long one, so that few of them fill a socket.
fn state(number: usize) -> Value {
    json!({ "status": "online", "activity": {
        "name": "Counting", "type": 0, "state": number.to_string(), "details": "d".repeat(128), "largeText": "t".repeat(128),
        "largeImage": format!("https://i.scdn.co/image/{}", "i".repeat(2_000)) } })
}

fn put(node: &Node<'_>, number: usize) {
    assert_eq!(node.operator().put_presence(ADA, &state(number)).status, 204);
}

/// E3, E7
#[test]
fn two_thousand_streams_hear_every_change() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
    let instance = world();
    let node = instance.start();
    let mut streams: Vec<EventReader> = (0..STREAMS).map(|_| node.visitor().stream(ADA)).collect();
    for stream in &mut streams {
        assert_eq!(stream.presence(), json!({"status": "offline"}));
    }
    assert_eq!(node.operator().metric("nameplate_streams_open"), STREAMS as u64);
    for change in 1..=3 {
        let begin = Instant::now();
        put(&node, change);
        for stream in &mut streams {
            assert_eq!(stream.presence()["activity"]["state"], change.to_string());
        }
        println!("change {change} reached {STREAMS} streams in {:?}", begin.elapsed());
    }
    // Others are answered meanwhile, and nothing is left when the crowd goes.
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    println!("peak memory of the node: {} MiB", node.peak_memory() >> 20);
    drop(streams);
    let gone = nameplate_testkit::process::within(PATIENCE, || {
        (node.operator().metric("nameplate_streams_open") == 0).then_some(())
    });
    assert!(gone.is_some(), "{} streams are left", node.operator().metric("nameplate_streams_open"));
}

/// E3
#[tokio::test]
async fn who_reads_slowly_skips_states_and_gets_the_last_one() {
    const CHANGES: usize = 3_000;
    let instance = world();
    let node = instance.start();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(node.listen).await.unwrap().into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!("GET /api/v1/profiles/presence/{ADA}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::io::Write::write_all(&mut &stream, head.as_bytes()).unwrap();
    let mut slow = EventReader::new(Answer::read(stream, false));
    let mut quick = node.visitor().stream(CARL);
    assert_eq!(quick.presence(), json!({"status": "offline"}));

    for change in 1..=CHANGES {
        put(&node, change);
    }
    // Nobody else waited for the slow one.
    node.operator().put_presence(CARL, &json!({"status": "dnd"}));
    assert_eq!(quick.presence()["status"], "dnd");
    let mut seen = vec![0];
    assert_eq!(slow.presence(), json!({"status": "offline"}));
    while seen.last() != Some(&CHANGES) {
        let state = slow.presence();
        seen.push(state["activity"]["state"].as_str().unwrap().parse::<usize>().unwrap());
    }
    assert!(seen.is_sorted_by(|earlier, later| earlier < later));
    assert!(seen.len() < CHANGES, "{} states came to who read none of them", seen.len());
    assert!(node.operator().metric("nameplate_presence_conflated_total") > 0);
}
