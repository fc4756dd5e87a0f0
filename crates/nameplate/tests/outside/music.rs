//! The music proxy, before our own worker and before one that misbehaves (contract M1 to M6, W7).

use nameplate_music::synth::write_demo_library;
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::{Instance, MusicWorker, Node};
use nameplate_testkit::process::within;
use nameplate_testkit::upstream::{BODY, FakeUpstream, Mode, refusing_address};

use crate::world::{ADA, ADA_MUSIC_KEY, ISRC, empty, fill};

/// What may come back of the worker's headers (M3), and what is ours.
const FORWARDED: [&str; 11] = [
    "content-type",
    "content-length",
    "content-range",
    "accept-ranges",
    "last-modified",
    "etag",
    "x-track-title",
    "x-track-artist",
    "x-track-duration",
    "x-track-album",
    "x-track-artwork",
];
const OURS: [&str; 6] = [
    "cache-control",
    "access-control-allow-origin",
    "x-content-type-options",
    "date",
    "connection",
    "transfer-encoding",
];

fn path(isrc: &str) -> String {
    format!("/api/v1/profiles/p_ada/music/{isrc}")
}

fn before(upstream: &FakeUpstream) -> Instance {
    fill(empty().set("music_url", upstream.template()))
}

fn get(node: &Node<'_>, headers: &[(&str, &str)]) -> Reply {
    node.visitor().request("GET", "ada.localhost", &path(ISRC)).headers(headers).send(node.listen)
}

fn plays(instance: &Instance) -> u64 {
    instance.shown("user", ADA, "plays")
}

/// M6, M2, M3
#[test]
fn our_own_worker_plays_a_folder_with_full_ranges() {
    let library = tempfile::tempdir().unwrap();
    let tracks = write_demo_library(library.path()).unwrap();
    let worker_only = empty();
    let worker = MusicWorker::start(&worker_only, library.path(), &[ADA_MUSIC_KEY]);
    let instance = fill(empty().set("music_url", format!("http://{}/stream/{{isrc}}", worker.listen)));
    let node = instance.start();
    for track in &tracks {
        let file = std::fs::read(&track.path).unwrap();
        let path = path(&track.isrc.to_string().to_ascii_lowercase());
        let whole = node.visitor().get("ada.localhost", &path);
        assert_eq!((whole.status, whole.header("accept-ranges")), (200, Some("bytes")), "{track:?}");
        assert!(whole.body == file, "{track:?}");
        assert_eq!(whole.header("x-track-title"), Some(track.title));
        assert_eq!(whole.header("x-track-artist"), Some(track.artist));
        assert_eq!(whole.header("x-track-album"), Some(track.album));
        let head = node.visitor().head("ada.localhost", &path);
        assert_eq!((head.status, head.header("content-length")), (200, Some(&*file.len().to_string())));
    }

    let file = std::fs::read(&tracks[0].path).unwrap();
    let (path, size) = (path(tracks[0].isrc.as_str()), file.len());
    let ask = |headers: &[(&str, &str)]| {
        node.visitor().request("GET", "ada.localhost", &path).headers(headers).send(node.listen)
    };
    let etag = ask(&[])
        .header("etag")
        .map(str::to_owned)
        .or_else(|| ask(&[]).header("last-modified").map(str::to_owned))
        .unwrap();
    for (range, part) in [
        ("bytes=0-99", 0..100),
        ("bytes=1000-1999", 1000..2000),
        ("bytes=-100", size - 100..size),
        ("bytes=44-", 44..size),
    ] {
        let reply = ask(&[("range", range), ("if-range", &etag)]);
        assert_eq!(reply.status, 206, "{range}");
        let content_range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        assert_eq!(reply.header("content-range"), Some(&*content_range), "{range}");
        assert!(reply.body == file[part], "{range}");
    }
    let beyond = ask(&[("range", &format!("bytes={size}-"))]);
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some(&*format!("bytes */{size}"))));
    let stale = ask(&[("range", "bytes=0-99"), ("if-range", "\"another\"")]);
    assert_eq!((stale.status, stale.body.len()), (200, size));
    assert_eq!(node.visitor().get("ada.localhost", &crate::music::path("ZZZZZ0000000")).status, 404);
    assert!(worker.terminate().success());
}

/// M1
#[tokio::test(flavor = "multi_thread")]
async fn the_checks_come_in_their_order_and_answer_with_a_status_alone() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let instance = before(&upstream);
    let node = instance.start();
    let bare = |target: &str| {
        let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/{target}"));
        assert!(reply.body.is_empty(), "{target}");
        reply.status
    };
    for isrc in [
        "",
        "USRC1760783",
        "USRC176078390",
        "USRC1760783-",
        "USRC1760783%20",
        "%C3%84SRC17607839",
        "US-RC1-76-07839",
        "%ff",
    ] {
        assert_eq!(bare(&format!("p_ada/music/{isrc}")), 400, "{isrc}");
        assert_eq!(bare(&format!("p_nobody/music/{isrc}")), 400, "{isrc}: before the profile is looked for");
    }
    assert_eq!(bare(&format!("/music/{ISRC}")), 400);
    assert_eq!(bare(&format!("%20/music/{ISRC}")), 400);
    for profile in ["p_nobody", "p_hidden", "p_suspended", "p_expired", "p_eve", "p_bob", "a%2Fb"] {
        assert_eq!(bare(&format!("{profile}/music/{ISRC}")), 404, "{profile}");
    }
    assert!(upstream.requests().is_empty(), "none of these is the worker's business");
    assert_eq!(bare_of(&node, "usrc17607839"), 200);
    assert_eq!(
        upstream.last_request().target,
        format!("/stream/{ISRC}?key={ADA_MUSIC_KEY}"),
        "in upper case"
    );
}

fn bare_of(node: &Node<'_>, isrc: &str) -> u16 {
    node.visitor().get("localhost", &path(isrc)).status
}

/// M1, M2
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_fails_is_a_bare_502() {
    let upstream = FakeUpstream::start(Mode::CloseAtOnce).await;
    let instance = before(&upstream);
    let node = instance.start();
    for mode in [Mode::CloseAtOnce, Mode::Status(99), Mode::Status(600), Mode::Status(101), Mode::NoAnswer] {
        upstream.switch(mode.clone());
        let reply = get(&node, &[]);
        assert_eq!((reply.status, reply.body.len()), (502, 0), "{mode:?}");
    }
    let refused = fill(empty().set("music_url", format!("http://{}/{{isrc}}", refusing_address().await)));
    let reply = get(&refused.start(), &[]);
    assert_eq!((reply.status, reply.body.len()), (502, 0));
    let without_worker = fill(empty());
    assert_eq!(get(&without_worker.start(), &[]).status, 502);
}

/// M2
#[tokio::test(flavor = "multi_thread")]
async fn the_workers_status_is_passed_on_and_redirects_are_not_followed() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let instance = before(&upstream);
    let node = instance.start();
    for status in [200, 203, 206, 304, 401, 404, 410, 416, 429, 500, 503, 599] {
        upstream.switch(Mode::Status(status));
        let reply = get(&node, &[]);
        assert_eq!(reply.status, status);
        let has_body = status != 304;
        assert_eq!(reply.body, if has_body { &b"worker says no"[..] } else { b"" }, "{status}");
    }
    let elsewhere = FakeUpstream::start(Mode::Well).await;
    upstream.switch(Mode::Redirect(elsewhere.template().replace("{isrc}", ISRC).replace("{key}", "x")));
    let reply = get(&node, &[]);
    assert_eq!((reply.status, reply.header("location")), (302, None));
    assert!(elsewhere.requests().is_empty());
}

/// M2
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_who_leaves_stops_the_worker_and_an_endless_track_fills_no_memory() {
    let upstream = FakeUpstream::start(Mode::EndlessBody).await;
    let instance = before(&upstream);
    let node = instance.start();
    let mut answer = node.visitor().request("GET", "ada.localhost", &path(ISRC)).open(node.listen);
    let at_first = node.peak_memory();
    let mut piece = vec![0; 1 << 20];
    for _ in 0..64 {
        std::io::Read::read_exact(&mut answer.body, &mut piece).unwrap();
    }
    let grown = node.peak_memory().saturating_sub(at_first);
    assert!(grown < 24 << 20, "64 MiB passed through {} KiB", grown >> 10);
    drop(answer);
    tokio::time::timeout(PATIENCE, upstream.left(1)).await.expect("the request at the worker ends");
    upstream.switch(Mode::ShortBody);
    let mut cut = node.visitor().request("GET", "ada.localhost", &path(ISRC)).open(node.listen);
    assert!(
        std::io::Read::read_to_end(&mut cut.body, &mut piece).is_err(),
        "a cut track does not look whole"
    );
    // `open` reads the head: it comes even where the body is broken before it has left.
    upstream.switch(Mode::BrokenChunks);
    for _ in 0..5 {
        let mut cut = node.visitor().request("GET", "ada.localhost", &path(ISRC)).open(node.listen);
        assert_eq!(cut.status, 200);
        assert!(std::io::Read::read_to_end(&mut cut.body, &mut piece).is_err());
    }
}

/// M3
#[tokio::test(flavor = "multi_thread")]
async fn only_the_named_headers_travel() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let instance = before(&upstream);
    let node = instance.start();
    let private = [
        ("range", "bytes=4-9"),
        ("if-range", "\"v1\""),
        ("referer", "https://ada.localhost/"),
        ("cookie", "a=b"),
        ("user-agent", "a browser"),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9"),
        ("authorization", "Bearer x"),
        ("accept-language", "de"),
        ("origin", "https://ada.localhost"),
    ];
    let reply = get(&node, &private);
    let seen = upstream.last_request();
    assert_eq!((seen.header("range"), seen.header("if-range")), (Some("bytes=4-9"), Some("\"v1\"")));
    for name in [
        "referer",
        "cookie",
        "x-forwarded-for",
        "forwarded",
        "authorization",
        "accept-language",
        "origin",
        "via",
    ] {
        assert_eq!(seen.header(name), None, "{name}");
    }
    assert!(!format!("{seen:?}").contains("a browser"));

    assert_eq!((reply.status, &reply.body[..]), (206, &BODY[4..=9]));
    assert_eq!(reply.header("x-track-title"), Some("Déjà vu ✨"), "bytes as they came");
    for name in FORWARDED {
        assert!(reply.header(name).is_some(), "{name}");
    }
    for (name, _) in &reply.headers {
        assert!(
            FORWARDED.contains(&&**name) || OURS.contains(&&**name),
            "{name} is the worker's own business"
        );
    }
}

/// M3
#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_too_long_or_broken_is_dropped_alone() {
    let lines = [
        b"content-type: audio/mpeg\r\nx-track-artist: A\x01B\r\nx-track-album: ".to_vec(),
        vec![b'a'; 1_025],
        b"\r\nx-track-artwork: ".to_vec(),
        vec![b'b'; 1_024],
        b"\r\nx-track-title: Fine\r\n".to_vec(),
    ];
    let upstream = FakeUpstream::start(Mode::Headers(lines.concat())).await;
    let instance = before(&upstream);
    let reply = get(&instance.start(), &[]);
    assert_eq!((reply.status, &reply.body[..]), (200, BODY));
    assert_eq!((reply.header("x-track-artist"), reply.header("x-track-album")), (None, None));
    assert_eq!(reply.header("x-track-title"), Some("Fine"));
    assert_eq!(reply.header("x-track-artwork").map(str::len), Some(1_024));
}

/// M4, W7
#[tokio::test(flavor = "multi_thread")]
async fn the_key_goes_to_the_worker_and_nowhere_else() {
    let upstream = FakeUpstream::start(Mode::Echo).await;
    for (template, holds_key) in [(upstream.template(), true), (upstream.bearer_template(), false)] {
        let instance = fill(empty().set("music_url", template).set("log", "trace"));
        let node = instance.start();
        let reply = get(&node, &[]);
        assert_eq!(reply.status, 500);
        let seen = upstream.last_request();
        assert_eq!(seen.target.contains(ADA_MUSIC_KEY), holds_key);
        let bearer = format!("Bearer {ADA_MUSIC_KEY}");
        assert_eq!(seen.header("authorization"), (!holds_key).then_some(&*bearer));
        assert!(
            reply.headers.iter().all(|(_, value)| !String::from_utf8_lossy(value).contains(ADA_MUSIC_KEY))
        );
        upstream.switch(Mode::CloseAtOnce);
        assert_eq!(get(&node, &[]).status, 502);
        upstream.switch(Mode::Echo);
        assert!(!node.operator().get("/metrics").text().contains(ADA_MUSIC_KEY));
        assert!(!instance.logs().contains(ADA_MUSIC_KEY), "{}", instance.logs());
    }
}

/// M5
#[tokio::test(flavor = "multi_thread")]
async fn a_play_is_the_beginning_of_a_track_once_in_thirty_seconds() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let instance = fill(empty().set("music_url", upstream.template()).at("2026-05-15 12:00:00"));
    let node = instance.start();
    let played = |count: u64| {
        node.operator().wait_for_metric("nameplate_plays_recorded_total", count);
        assert_eq!(plays(&instance), count);
    };
    node.visitor().head("ada.localhost", &path(ISRC));
    get(&node, &[("range", "bytes=1-")]);
    upstream.switch(Mode::Status(404));
    get(&node, &[]);
    upstream.switch(Mode::Well);
    get(&node, &[("user-agent", "A")]);
    played(1);
    get(&node, &[("user-agent", "A")]);
    get(&node, &[("user-agent", "A"), ("range", "bytes=0-")]);
    get(&node, &[("user-agent", "B"), ("range", "bytes=0-")]);
    played(2);
    node.visitor().with("user-agent", "A").get("ada.localhost", &path("QZES71982312"));
    played(3);
    instance.set_clock("2026-05-15 12:00:31");
    get(&node, &[("user-agent", "A")]);
    played(4);
}

/// M5
#[tokio::test(flavor = "multi_thread")]
async fn without_an_enabled_key_nothing_new_plays() {
    let upstream = FakeUpstream::start(Mode::Well).await;
    let instance = before(&upstream);
    let node = instance.start();
    let becomes = |status: u16| {
        let seen = within(PATIENCE, || (get(&node, &[]).status == status).then_some(()));
        assert!(seen.is_some(), "{status}");
    };
    becomes(200);
    instance.admin(&["music", "disable", ADA]);
    becomes(404);
    instance.admin(&["music", "enable", ADA]);
    becomes(200);
    instance.admin(&["music", "delete", ADA]);
    becomes(404);
    instance.must(&["admin", "music", "set", ADA], b"another-key\n");
    becomes(200);
    assert!(upstream.last_request().target.ends_with("?key=another-key"));
}
