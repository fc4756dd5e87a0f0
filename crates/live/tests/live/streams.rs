//! What the body of an event stream sends and when it ends, whatever carries the presence.

use std::time::Duration;

use http_body_util::BodyExt;
use nameplate_core::time::Clock;

use crate::world::*;

suite! {
    /// E3
    a_slow_reader_gets_the_newest_state_and_no_stale_ones
    /// E3, E4, E8
    a_stream_opens_with_the_snapshot_and_a_retry_in_one_piece
    /// E5, E8
    a_quiet_stream_pings_within_thirty_seconds_and_ends_after_twenty_to_thirty_minutes
    /// E8
    over_a_cap_a_stream_is_one_snapshot_with_a_late_retry
    /// E9
    what_is_no_user_looks_like_an_unknown_user
    /// E8, W9
    on_shutdown_all_streams_end_within_the_drain
    /// E3
    nothing_is_kept_of_a_viewer_who_left
}

async fn a_slow_reader_gets_the_newest_state_and_no_stale_ones(world: &World) {
    let mut slow = world.b.stream(Some(user(1)), ADDRESS).await;
    let mut quick = world.b.subscribe(user(1)).await;
    block(&mut slow).await;
    for number in 0..100 {
        world.a.put(user(1), playing(&number.to_string())).await;
    }
    while soon(quick.changed()).await.unwrap().snapshot().presence != playing("99") {}
    assert_eq!(block(&mut slow).await.unwrap(), event("99", "2026-05-29T12:00:00.000Z"));
    assert!(!is_ready(slow.frame()));
    assert_eq!(world.b.metrics().events_conflated, 99);
}

async fn a_stream_opens_with_the_snapshot_and_a_retry_in_one_piece(world: &World) {
    let mut unknown = world.b.stream(Some(user(1)), ADDRESS).await;
    let first = block(&mut unknown).await.unwrap();
    assert!(first.starts_with("event: presence\n"), "{first}");
    let (milliseconds, rest) = retry(&first);
    assert!((2_000..=8_000).contains(&milliseconds), "{milliseconds}");
    assert_eq!(rest, "event: presence\ndata: {\"status\":\"offline\"}\n\n");

    world.a.put(user(1), playing("Chess")).await;
    let chess = event("Chess", "2026-05-29T12:00:00.000Z");
    assert_eq!(block(&mut unknown).await.unwrap(), chess);
    let mut known = world.b.stream(Some(user(1)), ADDRESS).await;
    assert_eq!(retry(&block(&mut known).await.unwrap()).1, chess);
    assert_eq!(world.b.metrics().streams_open, 2);
}

async fn a_quiet_stream_pings_within_thirty_seconds_and_ends_after_twenty_to_thirty_minutes(world: &World) {
    world.advance(Duration::ZERO).await;
    let mut stream = world.b.stream(Some(user(1)), ADDRESS).await;
    block(&mut stream).await;
    let (mut seconds, mut silence, mut pings) = (0.0, 0.0, 0);
    let last = loop {
        world.clock.advance(Duration::from_millis(250));
        world.b.tick(world.clock.now()).await;
        (seconds, silence) = (seconds + 0.25, silence + 0.25);
        assert!(silence <= 30.0, "{silence} s of silence");
        match ready_block(&mut stream).await {
            None => continue,
            Some(block) if block == ": ping\n\n" => (silence, pings) = (0.0, pings + 1),
            Some(block) => break block,
        }
    };
    assert!((20.0 * 60.0..=30.0 * 60.0).contains(&seconds), "{seconds}");
    assert!(pings >= 40, "{pings}");
    assert_eq!(retry(&last).1, "");
    assert!(block(&mut stream).await.is_none());
    assert_eq!(world.b.metrics().streams_open, 0);
}

async fn over_a_cap_a_stream_is_one_snapshot_with_a_late_retry(world: &World) {
    world.a.put(user(1), playing("Chess")).await;
    let _watch = shows(&world.b, user(1), &playing("Chess")).await;
    let mut open = Vec::new();
    for _ in 0..LIMITS.per_address {
        open.push(world.b.stream(Some(user(1)), ADDRESS).await);
    }
    let mut refused = world.b.stream(Some(user(1)), ADDRESS).await;
    let first = block(&mut refused).await.unwrap();
    let (milliseconds, rest) = retry(&first);
    assert!((20_000..=60_000).contains(&milliseconds), "{milliseconds}");
    assert_eq!(rest, event("Chess", "2026-05-29T12:00:00.000Z"));
    assert!(block(&mut refused).await.is_none());
    assert_eq!(world.b.metrics().streams_refused, 1);

    open.pop();
    let mut next = world.b.stream(Some(user(1)), ADDRESS).await;
    assert!(retry(&block(&mut next).await.unwrap()).0 <= 8_000, "a place that was given back is free");
}

async fn what_is_no_user_looks_like_an_unknown_user(world: &World) {
    let mut nobody = world.b.stream(None, ADDRESS).await;
    let mut unknown = world.b.stream(Some(user(9)), ADDRESS).await;
    let (first, second) = (block(&mut nobody).await.unwrap(), block(&mut unknown).await.unwrap());
    assert_eq!(retry(&first).1, retry(&second).1);
    for stream in [&mut nobody, &mut unknown] {
        world.advance(Duration::from_secs(30)).await;
        assert_eq!(block(stream).await.unwrap(), ": ping\n\n");
    }
}

async fn on_shutdown_all_streams_end_within_the_drain(world: &World) {
    let mut streams = Vec::new();
    for number in 0..LIMITS.per_address as u32 {
        streams.push(world.b.stream(Some(user(number)), ADDRESS).await);
        block(&mut streams[number as usize]).await;
    }
    world.b.drain(Duration::from_secs(8));
    let mut left = streams.len();
    for _ in 0..32 {
        world.advance(Duration::from_millis(250)).await;
        let mut open = Vec::new();
        for mut stream in streams {
            match ready_block(&mut stream).await {
                Some(last) => assert!((2_000..=8_000).contains(&retry(&last).0)),
                None => open.push(stream),
            }
        }
        streams = open;
        assert!(left - streams.len() <= 20, "too many at once");
        left = streams.len();
    }
    assert_eq!(left, 0);
    assert_eq!(world.b.metrics().streams_open, 0);
    let mut late = world.b.stream(Some(user(1)), ADDRESS).await;
    assert!(block(&mut late).await.is_some());
    assert!(block(&mut late).await.is_none(), "who comes now is sent away with a snapshot");
}

async fn nothing_is_kept_of_a_viewer_who_left(world: &World) {
    for number in 0..300 {
        let mut stream = world.b.stream(Some(user(number)), ADDRESS).await;
        block(&mut stream).await;
        assert!(!is_ready(stream.frame()));
    }
    assert_eq!((world.b.metrics().topics, world.b.metrics().streams_open), (0, 0));
}

/// A block that is there already.
async fn ready_block(stream: &mut nameplate_live::EventStream) -> Option<String> {
    tokio::select! {
        biased;
        block = block(stream) => block,
        () = std::future::ready(()) => None,
    }
}
