//! The client against a worker that misbehaves on command.

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use nameplate_music::upstream::{
    MusicUrl, Upstream, UpstreamAnswer, UpstreamBodyError, UpstreamError, UpstreamLimits,
};
use nameplate_testkit::upstream::{BODY, Blackhole, FakeUpstream, Mode, refusing_address};
use tokio::io::AsyncReadExt;

/// Long enough for a busy machine, short enough to wait for in a test that expects the limit to strike.
const SHORT: Duration = Duration::from_millis(200);

/// A client whose limits never strike in the test.
fn patient(template: &str) -> Upstream {
    limited(template, |_| {})
}

/// A client with one limit that strikes.
fn limited(template: &str, set: impl FnOnce(&mut UpstreamLimits)) -> Upstream {
    let mut limits = UpstreamLimits::default();
    set(&mut limits);
    Upstream::new(MusicUrl::parse(template).unwrap(), limits).unwrap()
}

async fn ask(
    client: &Upstream,
    method: Method,
    range: Option<&'static str>,
) -> Result<UpstreamAnswer, UpstreamError> {
    let isrc = Isrc::parse("usrc17607839").unwrap();
    let key = MusicKey::parse("CANARY key/1").unwrap();
    client.open(method, isrc, &key, range.map(HeaderValue::from_static), None).await
}

async fn get(client: &Upstream) -> Result<UpstreamAnswer, UpstreamError> {
    ask(client, Method::GET, None).await
}

async fn bytes(answer: UpstreamAnswer) -> Result<bytes::Bytes, UpstreamBodyError> {
    Ok(answer.body.collect().await?.to_bytes())
}

/// M2, M3
#[tokio::test]
async fn a_track_comes_with_its_headers_as_bytes_and_with_no_others() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let answer = get(&patient(&worker.template())).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers.len(), 10, "{:?}", answer.headers);
    assert_eq!(answer.headers["x-track-title"].as_bytes(), "Déjà vu ✨".as_bytes());
    assert_eq!(answer.headers["content-length"], BODY.len().to_string());
    assert_eq!(bytes(answer).await.unwrap(), BODY);
}

/// M3
#[tokio::test]
async fn range_and_if_range_are_passed_on_and_the_partial_answer_comes_back() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let client = patient(&worker.template());
    let (isrc, key) = (Isrc::parse("USRC17607839").unwrap(), MusicKey::parse("k").unwrap());
    let header = |text| Some(HeaderValue::from_static(text));
    let answer = client.open(Method::GET, isrc, &key, header("bytes=4-8"), header("\"v1\"")).await.unwrap();
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.headers["content-range"], format!("bytes 4-8/{}", BODY.len()));
    assert_eq!(bytes(answer).await.unwrap(), BODY[4..=8]);
    let seen = worker.last_request();
    assert_eq!((seen.header("range"), seen.header("if-range")), (Some("bytes=4-8"), Some("\"v1\"")));
}

/// M1, M3, W7
#[tokio::test]
async fn the_worker_sees_the_upper_case_isrc_and_the_key_and_nothing_about_the_visitor() {
    let worker = FakeUpstream::start(Mode::Well).await;
    get(&patient(&worker.template())).await.unwrap();
    let seen = worker.last_request();
    assert_eq!(seen.target, "/stream/USRC17607839?key=CANARY%20key%2F1");
    let mut names: Vec<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
}

/// W7
#[tokio::test]
async fn a_template_without_key_sends_it_as_a_bearer_token() {
    let worker = FakeUpstream::start(Mode::Well).await;
    get(&patient(&worker.bearer_template())).await.unwrap();
    let seen = worker.last_request();
    assert_eq!(seen.target, "/stream/USRC17607839");
    assert_eq!(seen.header("authorization"), Some("Bearer CANARY key/1"));
}

/// M2
#[tokio::test]
async fn head_brings_the_headers_without_a_body() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let answer = ask(&patient(&worker.template()), Method::HEAD, None).await.unwrap();
    assert_eq!(worker.last_request().method, "HEAD");
    assert_eq!(answer.headers["content-length"], BODY.len().to_string());
    assert!(bytes(answer).await.unwrap().is_empty());
}

/// M3, T24
#[tokio::test]
async fn strange_headers_are_copied_as_bytes_or_dropped_alone() {
    let long = [b"x-track-album: ", &[b'x'; 65_536][..], b"\r\n"].concat();
    let lines = [
        b"x-track-title: \xc3\x9cber \xe2\x9c\xa8\r\nx-track-artist: Beyonc\xe9\r\n",
        &long[..],
        b"x-track-artwork: a\x01b\r\nx-track-duration: 183\nset-cookie: evil=1\ncontent-type: audio/mpeg\r\n",
    ]
    .concat();
    let worker = FakeUpstream::start(Mode::Headers(lines)).await;
    let answer = get(&patient(&worker.template())).await.unwrap();
    let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["content-length", "content-type", "x-track-artist", "x-track-duration", "x-track-title"]
    );
    assert_eq!(answer.headers["x-track-title"].as_bytes(), "Über ✨".as_bytes());
    assert_eq!(answer.headers["x-track-artist"].as_bytes(), b"Beyonc\xe9");
    assert_eq!(bytes(answer).await.unwrap(), BODY);
}

/// M2
#[tokio::test]
async fn any_status_from_200_to_599_is_passed_with_its_body() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let client = patient(&worker.template());
    for status in [200, 203, 401, 403, 404, 416, 429, 500, 503, 599] {
        worker.switch(Mode::Status(status));
        let answer = get(&client).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(bytes(answer).await.unwrap(), "worker says no");
    }
}

/// M2
#[tokio::test]
async fn a_status_outside_200_to_599_is_an_error() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let client = patient(&worker.template());
    for status in [99, 101, 600, 999] {
        worker.switch(Mode::Status(status));
        let error = get(&client).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Status(_) | UpstreamError::Broken(_)), "{status}: {error:?}");
    }
}

/// M3
#[tokio::test]
async fn a_redirect_is_passed_without_its_location_and_never_followed() {
    let elsewhere = FakeUpstream::start(Mode::Well).await;
    let worker = FakeUpstream::start(Mode::Redirect(format!("http://{}/", elsewhere.address()))).await;
    let answer = get(&patient(&worker.template())).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
    assert!(!answer.headers.contains_key("location"));
    assert!(elsewhere.requests().is_empty());
}

/// M1, R22
#[tokio::test]
async fn a_worker_that_refuses_cannot_be_reached() {
    let client = patient(&format!("http://{}/{{isrc}}", refusing_address().await));
    assert!(matches!(get(&client).await, Err(UpstreamError::Unreachable(_))));
}

/// M1, R22
#[tokio::test]
async fn a_worker_that_swallows_packets_is_given_up_after_the_connect_limit() {
    let hole = Blackhole::start().await;
    let client = limited(&format!("http://{}/{{isrc}}", hole.address()), |limits| limits.connect = SHORT);
    assert!(matches!(get(&client).await, Err(UpstreamError::Timeout | UpstreamError::Unreachable(_))));
}

/// M1, R22
#[tokio::test]
async fn a_worker_without_a_whole_head_in_time_is_left() {
    let worker = FakeUpstream::start(Mode::NoAnswer).await;
    let client = limited(&worker.template(), |limits| limits.headers = SHORT);
    assert!(matches!(get(&client).await, Err(UpstreamError::Timeout)));
    worker.left(1).await;
    worker.switch(Mode::SlowHeaders);
    assert!(matches!(get(&client).await, Err(UpstreamError::Timeout)));
    worker.left(2).await;
    worker.all_closed().await;
}

/// M2, R22
#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_and_never_an_end() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let client = patient(&worker.template());
    for mode in [Mode::ResetMidBody, Mode::ShortBody, Mode::ShortChunks] {
        worker.switch(mode.clone());
        // The reset may overtake the head; both are failures that the visitor must see as such.
        match get(&client).await {
            Ok(answer) => {
                assert!(matches!(bytes(answer).await, Err(UpstreamBodyError::Broken(_))), "{mode:?}")
            }
            Err(error) => assert!(matches!(error, UpstreamError::Broken(_)), "{mode:?}: {error:?}"),
        }
    }
}

/// R22
#[tokio::test]
async fn a_body_that_falls_silent_ends_with_an_error() {
    let worker = FakeUpstream::start(Mode::StallMidBody).await;
    let answer = get(&limited(&worker.template(), |limits| limits.body_idle = SHORT)).await.unwrap();
    assert!(matches!(bytes(answer).await, Err(UpstreamBodyError::Idle)));
    worker.left(1).await;
}

/// R22
#[tokio::test]
async fn an_endless_body_is_cut_at_the_limit() {
    let worker = FakeUpstream::start(Mode::EndlessBody).await;
    let client = limited(&worker.template(), |limits| limits.body_bytes = 100_000);
    let mut body = get(&client).await.unwrap().body;
    let mut received = 0;
    let error = loop {
        match body.frame().await.unwrap() {
            Ok(frame) => received += frame.into_data().unwrap().len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, UpstreamBodyError::TooLong));
    assert!(received <= 100_000);
    drop(body);
    worker.left(1).await;
}

/// M2, R24
#[tokio::test]
async fn a_listener_who_leaves_stops_the_request_at_the_worker() {
    let worker = FakeUpstream::start(Mode::EndlessBody).await;
    let client = patient(&worker.template());
    for round in 1..=20 {
        let mut body = get(&client).await.unwrap().body;
        body.frame().await.unwrap().unwrap();
        drop(body);
        worker.left(round).await;
    }
    worker.all_closed().await;
}

/// M2: a listener who leaves before the head arrived
#[tokio::test]
async fn a_request_that_is_given_up_is_closed_at_the_worker() {
    let worker = FakeUpstream::start(Mode::NoAnswer).await;
    let client = patient(&worker.template());
    tokio::select! {
        _ = get(&client) => panic!("there is no answer"),
        () = worker.came(1) => {}
    }
    worker.left(1).await;
}

/// R23: there is no connection that the worker may have closed in the meantime.
#[tokio::test]
async fn every_request_has_a_connection_of_its_own_and_is_sent_once() {
    let worker = FakeUpstream::start(Mode::CloseSecondRequest).await;
    let client = patient(&worker.template());
    for _ in 0..5 {
        assert_eq!(bytes(get(&client).await.unwrap()).await.unwrap(), BODY);
    }
    let before = worker.requests().len();
    worker.switch(Mode::CloseAtOnce);
    assert!(matches!(get(&client).await, Err(UpstreamError::Broken(_))));
    assert_eq!(worker.requests().len() - before, 1);
}

/// M2: a body can leave the library at any point before it was read, and is the same.
#[tokio::test]
async fn a_body_of_known_length_can_be_tapped() {
    let worker = FakeUpstream::start(Mode::Well).await;
    let client = patient(&worker.template());
    let Ok(mut tap) = get(&client).await.unwrap().body.into_tap() else { panic!("its length is known") };
    let mut all = tap.first.to_vec();
    (&mut tap.socket).take(tap.left).read_to_end(&mut all).await.unwrap();
    assert_eq!(all, BODY);
    worker.switch(Mode::ShortChunks);
    if let Ok(answer) = get(&client).await {
        assert!(answer.body.into_tap().is_err(), "chunks have no known length");
    }
    worker.switch(Mode::Well);
    let small = limited(&worker.template(), |limits| limits.body_bytes = 3);
    assert!(get(&small).await.unwrap().body.into_tap().is_err(), "longer than a track may be");
}

/// M4, T23
#[tokio::test]
async fn the_key_appears_in_no_error_and_in_no_header() {
    let worker = FakeUpstream::start(Mode::Echo).await;
    let client = patient(&worker.template());
    let answer = get(&client).await.unwrap();
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let mut seen = format!("{client:?} {:?}", answer.headers);
    for mode in [Mode::CloseAtOnce, Mode::Status(999), Mode::Status(99), Mode::ShortBody] {
        worker.switch(mode);
        match get(&client).await {
            Ok(answer) => seen += &format!("{:?}", bytes(answer).await.unwrap_err()),
            Err(error) => seen += &format!("{error} {error:?}"),
        }
    }
    worker.switch(Mode::NoAnswer);
    let hasty = limited(&worker.template(), |limits| limits.headers = SHORT);
    let unreachable = patient(&format!("http://{}/{{isrc}}?key={{key}}", refusing_address().await));
    for client in [hasty, unreachable] {
        let error = get(&client).await.unwrap_err();
        seen += &format!("{error} {error:?}");
    }
    assert!(!seen.contains("CANARY") && !seen.contains("USRC17607839"), "{seen}");
}
