//! What `Live` promises, whatever carries it.

use std::time::Duration;

use http_body_util::BodyExt;
use nameplate_core::change::Change;
use nameplate_core::host::Host;
use nameplate_core::id::ProfileId;
use nameplate_core::presence::Presence;
use nameplate_core::time::Clock;
use nameplate_live::{Allowance, LEASE, Live};

use crate::world::*;

/// Runs every case on every implementation.
macro_rules! suite {
    ($($(#[$doc:meta])* $case:ident)*) => {
        mod in_process {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(&crate::world::in_process().await).await; })*
        }

        mod redis {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(&crate::world::redis().await).await; })*
        }
    };
}

suite! {
    /// S1, S2
    a_written_presence_is_read_with_the_moment_of_its_writing
    /// S3
    an_entry_that_nobody_renews_ends_after_five_minutes
    /// S3
    a_renewal_starts_the_lease_anew_but_is_no_event
    /// E4
    streams_hear_that_a_lease_ran_out
    /// S4, E4
    streams_hear_at_once_that_sharing_is_switched_off
    /// E3, E7
    changes_arrive_in_order_on_another_node
    /// E3
    a_slow_reader_gets_the_newest_state_and_no_stale_ones
    /// E3
    a_crowd_of_viewers_hears_of_a_change_to_the_last
    /// E6
    no_change_falls_between_subscribing_and_reading
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
    /// P3, M5
    a_view_counts_again_thirty_seconds_after_the_last_counted_one
    /// P3
    of_many_equal_views_at_once_on_all_nodes_one_counts
    /// A8
    an_allowance_is_used_up_and_comes_back_with_the_next_window
    /// A8
    an_allowance_holds_across_nodes_under_load
    /// P4
    the_visitor_salt_is_one_for_all_nodes_and_gone_the_next_day
    /// P9, U13
    a_change_is_heard_on_every_node
}

async fn a_written_presence_is_read_with_the_moment_of_its_writing(world: &World) {
    assert!(world.a.get(user(1)).await.is_none());
    world.a.put(user(1), playing("Chess")).await;
    for node in [&world.a, &world.b] {
        let _watch = shows(node, user(1), &playing("Chess")).await;
        let entry = node.get(user(1)).await.unwrap();
        let json = r#"{"status":"online","activity":{"name":"Chess","type":0},"updatedAt":"2026-05-29T12:00:00.000Z"}"#;
        assert_eq!(entry.json(), json);
        assert_eq!(entry.body(), format!(r#"{{"ok":true,"data":{{"presence":{json}}}}}"#));
        assert_eq!(entry.snapshot().presence, playing("Chess"));
        assert!(node.get(user(2)).await.is_none());
    }
}

async fn an_entry_that_nobody_renews_ends_after_five_minutes(world: &World) {
    world.a.put(user(1), playing("Chess")).await;
    let _watches = [
        shows(&world.a, user(1), &playing("Chess")).await,
        shows(&world.b, user(1), &playing("Chess")).await,
    ];
    world.clock.advance(LEASE - Duration::from_millis(1));
    assert!(world.a.get(user(1)).await.is_some() && world.b.get(user(1)).await.is_some());
    world.clock.advance(Duration::from_millis(1));
    assert!(world.a.get(user(1)).await.is_none() && world.b.get(user(1)).await.is_none());
    world.a.tick(world.clock.now()).await;
    assert!(world.a.get(user(1)).await.is_none());
    assert_eq!(world.a.metrics().entries, 0);
    assert_eq!(world.a.metrics().lease_expiries, 1);
}

async fn a_renewal_starts_the_lease_anew_but_is_no_event(world: &World) {
    world.a.put(user(1), playing("Chess")).await;
    let mut watch = shows(&world.b, user(1), &playing("Chess")).await;
    for _ in 0..3 {
        world.advance(Duration::from_secs(120)).await;
        world.a.put(user(1), playing("Chess")).await;
    }
    world.a.put(user(1), playing("Go")).await;
    let entry = soon(watch.changed()).await.unwrap();
    assert_eq!(
        entry.event(),
        event("Go", "2026-05-29T12:06:00.000Z"),
        "the first event after the start is the change"
    );
    assert!(!is_ready(watch.changed()));

    world.advance(Duration::from_secs(120)).await;
    world.a.put(user(1), playing("Go")).await;
    let entry = world.a.get(user(1)).await.unwrap();
    assert_eq!(
        entry.event(),
        event("Go", "2026-05-29T12:08:00.000Z"),
        "but a reader sees when it was renewed"
    );
}

async fn streams_hear_that_a_lease_ran_out(world: &World) {
    world.a.put(user(1), playing("Chess")).await;
    let mut watch = shows(&world.b, user(1), &playing("Chess")).await;
    world.advance(LEASE - Duration::from_secs(1)).await;
    assert!(!is_ready(watch.changed()));
    world.advance(Duration::from_secs(1)).await;
    assert!(soon(watch.changed()).await.is_none());
    world.a.put(user(1), playing("Chess")).await;
    assert!(soon(watch.changed()).await.is_some(), "the same presence is news after the end");
}

async fn streams_hear_at_once_that_sharing_is_switched_off(world: &World) {
    world.a.put(user(1), playing("Chess")).await;
    let _watch = shows(&world.b, user(1), &playing("Chess")).await;
    let mut stream = world.b.stream(Some(user(1)), ADDRESS).await;
    block(&mut stream).await;
    world.a.remove(user(1)).await;
    assert_eq!(block(&mut stream).await.unwrap(), "event: presence\ndata: {\"status\":\"offline\"}\n\n");
    assert!(world.a.get(user(1)).await.is_none() && world.b.get(user(1)).await.is_none());

    world.a.remove(user(1)).await;
    world.a.put(user(1), playing("Go")).await;
    let next = block(&mut stream).await.unwrap();
    assert_eq!(next, event("Go", "2026-05-29T12:00:00.000Z"), "who is gone does not leave a second time");
}

async fn changes_arrive_in_order_on_another_node(world: &World) {
    let mut watch = world.b.subscribe(user(1)).await;
    assert!(watch.current().is_none());
    for number in 0..200 {
        world.a.put(user(1), playing(&number.to_string())).await;
        let entry = soon(watch.changed()).await.unwrap();
        assert_eq!(entry.snapshot().presence, playing(&number.to_string()));
    }
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

async fn a_crowd_of_viewers_hears_of_a_change_to_the_last(world: &World) {
    let mut viewers = tokio::task::JoinSet::new();
    for _ in 0..2000 {
        let mut watch = world.b.subscribe(user(1)).await;
        viewers.spawn(async move {
            while soon(watch.changed()).await.unwrap().snapshot().presence != playing("9") {}
        });
    }
    for number in 0..10 {
        world.a.put(user(1), playing(&number.to_string())).await;
    }
    viewers.join_all().await;
}

async fn no_change_falls_between_subscribing_and_reading(world: &World) {
    for round in 0..30 {
        let (node, who) = (world.a.clone(), user(round));
        let mut writer = tokio::task::JoinSet::new();
        writer.spawn(async move {
            for number in 0..20 {
                node.put(who, playing(&number.to_string())).await;
            }
        });
        let mut watch = world.b.subscribe(who).await;
        let last = playing("19");
        while watch.current().is_none_or(|entry| entry.snapshot().presence != last) {
            soon(watch.changed()).await;
        }
        writer.join_all().await;
    }
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

async fn a_view_counts_again_thirty_seconds_after_the_last_counted_one(world: &World) {
    let start = world.clock.now();
    let view = async |node: &Live, visitor: &[u8], millis: u64| {
        let at = start.plus(Duration::from_millis(millis));
        node.is_first("view", &[b"p_ada", visitor], Duration::from_secs(30), at).await
    };
    assert!(view(&world.a, b"ada", 0).await);
    assert!(!view(&world.b, b"ada", 20_000).await);
    assert!(!view(&world.b, b"ada", 29_999).await, "still inside");
    assert!(view(&world.b, b"bob", 29_999).await, "another visitor");
    assert!(view(&world.b, b"ada", 30_000).await, "the one at 20 s was not counted and prolongs nothing");
    assert!(!view(&world.a, b"ada", 59_999).await);
    assert!(view(&world.a, b"ada", 60_000).await);
    assert!(!view(&world.a, b"ada", 59_990).await, "one that comes late out of a queue");
}

async fn of_many_equal_views_at_once_on_all_nodes_one_counts(world: &World) {
    let now = world.clock.now();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let node = if number % 2 == 0 { world.a.clone() } else { world.b.clone() };
        tasks.spawn(async move {
            node.is_first("view", &[b"p_ada" as &[u8], b"ada"], Duration::from_secs(30), now).await
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|is_first| *is_first).count(), 1);
}

async fn an_allowance_is_used_up_and_comes_back_with_the_next_window(world: &World) {
    let allowance = Allowance::new(3, Duration::from_secs(30));
    world.clock.advance(Duration::from_millis(500));
    for remaining in [2, 1, 0] {
        let verdict = world.a.take("block", b"ada", allowance).await;
        assert_eq!((verdict.allowed, verdict.limit, verdict.remaining), (true, 3, remaining));
        world.clock.advance(Duration::from_secs(1));
    }
    let verdict = world.b.take("block", b"ada", allowance).await;
    assert_eq!((verdict.allowed, verdict.remaining, verdict.retry_after_seconds()), (false, 0, 27));
    let opened = world.clock.now().as_millis() - 3_000;
    assert_eq!(
        verdict.reset_seconds(),
        opened.div_euclid(1000) + 31,
        "rounded up, or the client comes too early"
    );
    assert!(world.b.take("block", b"bob", allowance).await.allowed, "another owner");
    assert!(world.b.take("report", b"ada", allowance).await.allowed, "another action");

    world.clock.advance(Duration::from_millis(26_999));
    assert!(!world.a.take("block", b"ada", allowance).await.allowed);
    world.clock.advance(Duration::from_millis(1));
    let verdict = world.a.take("block", b"ada", allowance).await;
    assert_eq!((verdict.allowed, verdict.remaining), (true, 2));
}

async fn an_allowance_holds_across_nodes_under_load(world: &World) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let node = if number % 2 == 0 { world.a.clone() } else { world.b.clone() };
        tasks.spawn(async move {
            node.take("upload", b"ada", Allowance::new(20, Duration::from_secs(30))).await.allowed
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|allowed| *allowed).count(), 20);
}

async fn the_visitor_salt_is_one_for_all_nodes_and_gone_the_next_day(world: &World) {
    let today = world.a.visitor_salt().await;
    assert!(today == world.b.visitor_salt().await);
    world.clock.advance(Duration::from_millis(12 * 3_600_000 - 1));
    assert!(today == world.a.visitor_salt().await && today == world.b.visitor_salt().await);
    world.clock.advance(Duration::from_millis(1));
    let tomorrow = world.b.visitor_salt().await;
    assert!(today != tomorrow);
    assert!(tomorrow == world.a.visitor_salt().await);
    assert!(tomorrow.as_bytes().iter().any(|byte| *byte != 0));
}

async fn a_change_is_heard_on_every_node(world: &World) {
    let (mut here, mut there) = (world.a.changes(), world.b.changes());
    let changes = [
        Change::User(user(1)),
        Change::Profile(ProfileId::parse("p_ada").unwrap(), vec![Host::parse("ada.localhost").unwrap()]),
        Change::Everything,
    ];
    for change in changes {
        world.a.publish(change.clone()).await;
        assert_eq!(soon(here.next()).await.unwrap(), change);
        assert_eq!(soon(there.next()).await.unwrap(), change);
    }
    world.a.put(user(1), Presence::OFFLINE).await;
    assert!(
        !is_ready(here.next()) && !is_ready(there.next()),
        "each is heard once, and a presence is no such change"
    );
}

/// A block that is there already.
async fn ready_block(stream: &mut nameplate_live::EventStream) -> Option<String> {
    tokio::select! {
        biased;
        block = block(stream) => block,
        () = std::future::ready(()) => None,
    }
}
