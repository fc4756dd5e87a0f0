//! `nameplate demo` (contract W4).

use std::collections::HashSet;

use nameplate_testkit::events::EventReader;
use nameplate_testkit::http::{PATIENCE, Request};
use nameplate_testkit::process::{Process, within};
use serde_json::Value;

use crate::world::empty;

/// W4
#[test]
fn the_demo_needs_nothing_and_is_alive() {
    let instance = empty();
    let (log, ready) = (instance.path("demo.log"), instance.path("demo.json"));
    let mut command = instance.command(&["demo", "--ready-file", "demo.json"]);
    command.env_remove("NAMEPLATE_DATA_DIR");
    let (mut demo, addresses) = Process::start_with_file(command, &log, &ready);
    let listen = addresses["listen"].as_str().unwrap().parse().unwrap();
    let text = std::fs::read_to_string(&log).unwrap();
    let hosts: Vec<_> =
        text.lines().filter_map(|line| line.trim().strip_prefix("http://")?.split('/').next()).collect();
    assert!(hosts.len() >= 6, "{text}");
    let (mut designs, mut track, mut picture) = (HashSet::new(), None, None);
    for host in hosts {
        let page = Request::new("GET", host, "/").send(listen);
        assert_eq!(page.status, 200, "{host}");
        let source = |mark: &str| {
            let after = page.text().split(&format!("src=\"{mark}")).nth(1)?;
            Some(format!("{mark}{}", after.split('"').next()?.replace("&amp;", "&")))
        };
        track = track
            .or_else(|| source(&format!("/api/v1/profiles/demo-{}/music/", host.split('.').next().unwrap())));
        picture = picture.or_else(|| source("/api/v1/art?url="));
        let body = page.text().split("<body class=\"").nth(1).unwrap();
        designs.insert(body.split(['"', ' ']).next().unwrap().to_owned());
    }
    assert_eq!(designs.len(), 6, "one page for each design: {designs:?}");

    // The commands that it prints do what they promise.
    let word = |mark: &str| {
        text.split_whitespace().find(|word| word.contains(mark)).unwrap_or_else(|| panic!("{mark}: {text}"))
    };
    let path = |mark: &str| format!("/{}", word(mark).splitn(4, '/').nth(3).unwrap());
    let card = Request::new("GET", "localhost", &path("og.png")).send(listen);
    assert_eq!((card.status, card.header("content-type")), (200, Some("image/png")));
    let key = text.split("relay-key: ").nth(1).unwrap().split('\'').next().unwrap();
    let me = Request::new("GET", "relay.localhost", "/users/@me").header("relay-key", key).send(listen);
    assert_eq!((me.status, &me.json()["user"]["relayKey"]), (200, &Value::from(key)));
    let mut stream = EventReader::new(Request::new("GET", "localhost", &path("/stream")).open(listen));
    let first = stream.presence();
    let next = stream.presence_within(PATIENCE);
    assert_ne!(first, next, "presence changes by itself");

    let track = track.expect("a page with music");
    let part = Request::new("GET", "localhost", &track).header("range", "bytes=0-3").send(listen);
    assert_eq!(
        (part.status, &part.body[..], part.header("content-type")),
        (206, &b"RIFF"[..], Some("audio/wav"))
    );
    let picture =
        Request::new("GET", "localhost", picture.as_deref().expect("a page with a picture")).send(listen);
    assert_eq!(picture.status, 200);
    demo.signal(rustix::process::Signal::TERM);
    assert!(demo.wait().success());
    assert!(within(PATIENCE, || std::net::TcpStream::connect(listen).err()).is_some());
}
