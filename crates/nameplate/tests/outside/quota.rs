//! The weekly quota, and uploads that never end (contract A3, U9).

use std::io::Write;

use nameplate_testkit::form::{Form, mp4, png};
use nameplate_testkit::http::{PATIENCE, Reply, Request, connect};
use nameplate_testkit::process::within;
use serde_json::json;

use crate::uploads::{blobs, bob, fault, instance, upload, usage};
use crate::world::{BOB, BOB_RELAY_KEY, empty};

/// A3, U9
#[test]
fn parallel_uploads_never_pass_the_weekly_quota() {
    const QUOTA: u64 = 2 << 30;
    let users = json!([{ "id": BOB, "username": "bob", "relayKey": BOB_RELAY_KEY,
        "usage": { "used": QUOTA - 5_000_000, "windowStart": "2026-05-12T00:00:00Z" } }]);
    let instance = empty().at("2026-05-15 00:00:00").import(&json!({ "nameplate": 1, "users": users }));
    let node = instance.start();
    let sizes = [400_000_usize, 1_300_000];
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let uploads = (0..16).map(|number| {
            let node = &node;
            scope.spawn(move || upload(node, &[], Form::new().file("a.mp4", &mp4(sizes[number % 2]))))
        });
        let uploads: Vec<_> = uploads.collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).collect()
    });
    let taken: u64 = replies
        .iter()
        .filter(|reply| reply.status == 200)
        .map(|reply| reply.json()["file"]["size"].as_u64().unwrap())
        .sum();
    assert!((3_000_000..=5_000_000).contains(&taken), "{taken}");
    let refused = (400, "Weekly usage limit exceeded.".to_owned());
    assert!(replies.iter().filter(|reply| reply.status != 200).all(|reply| fault(reply) == refused));
    assert_eq!(usage(&node), QUOTA - 5_000_000 + taken);
    let left = QUOTA - usage(&node);
    let too_much = Form::new().file("a.mp4", &mp4(left as usize + 1)).file("b.png", &png(1, 1, [0, 0, 0]));
    let partly = upload(&node, &[], too_much).json();
    let failed = json!([{ "index": 0, "error": "Weekly usage limit exceeded.", "quota": QUOTA, "used": QUOTA - left,
        "resetsAt": "2026-05-19T00:00:00Z", "status": "failed" }]);
    assert_eq!(partly["failed"], failed);
    let left = QUOTA - usage(&node);
    assert_eq!(
        upload(&node, &[], Form::new().file("a.mp4", &mp4(left as usize))).status,
        200,
        "to the last byte"
    );
    assert_eq!(usage(&node), QUOTA);
    instance.set_clock("2026-05-19 00:00:00");
    assert_eq!(
        upload(&node, &[], Form::new().file("a.mp4", &mp4(4000))).status,
        200,
        "a new window has opened"
    );
}

/// A3
#[test]
fn an_upload_that_breaks_off_costs_nothing_and_leaves_nothing() {
    let instance = instance();
    let node = instance.start();
    let form = Form::new().file("a.png", &png(9, 9, [1, 2, 3])).file("b.mp4", &mp4(9 << 20)).into_bytes();
    let head = |length: usize| {
        format!(
            "POST /upload HTTP/1.1\r\nhost: relay.localhost\r\nrelay-key: {BOB_RELAY_KEY}\r\ncontent-type: {}\r\n\
             content-length: {length}\r\n\r\n",
            Form::content_type()
        )
    };
    for sent in [0, 100, 4 << 20, form.len() - 10] {
        let mut socket = connect(node.listen);
        socket.write_all(head(form.len()).as_bytes()).unwrap();
        socket.write_all(&form[..sent]).unwrap();
        if sent == 4 << 20 {
            let begun =
                within(PATIENCE, || blobs(&instance).iter().any(|name| name.contains('#')).then_some(()));
            assert!(begun.is_some(), "a part of it is on the disk");
        }
    }
    let gone = within(PATIENCE, || blobs(&instance).is_empty().then_some(()));
    assert!(gone.is_some(), "{:?}", blobs(&instance));
    // A form that ends too early is told so.
    let short = Request::new("POST", "relay.localhost", "/upload").header("relay-key", BOB_RELAY_KEY);
    let short = short.header("content-type", Form::content_type()).body(&form[..form.len() - 10]);
    assert_eq!(short.send(node.listen).status, 400);
    assert_eq!((usage(&node), blobs(&instance)), (0, Vec::<String>::new()));
    assert_eq!(bob(&node, "GET", "/users/@me", &[]).json()["user"]["uploads"], 6, "those that were imported");

    let mut socket = connect(node.listen);
    socket.write_all(head(form.len()).as_bytes()).unwrap();
    socket.write_all(&form[..4 << 20]).unwrap();
    assert!(within(PATIENCE, || (!blobs(&instance).is_empty()).then_some(())).is_some());
    node.kill();
    let node = instance.start();
    assert!(blobs(&instance).iter().all(|name| !name.contains('#')), "what a crash left is swept");
    assert_eq!(usage(&node), 0);
}
