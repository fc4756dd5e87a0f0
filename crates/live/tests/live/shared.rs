//! What nodes share besides presence: windows, allowances, the salt, and what only one of them may do.

use std::time::Duration;

use nameplate_core::time::Clock;
use nameplate_live::{Allowance, LEASE, Live};

use crate::world::*;

suite! {
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
    /// S3
    one_node_at_a_time_holds_a_thing
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

async fn one_node_at_a_time_holds_a_thing(world: &World) {
    if world.a.metrics().redis_up.is_none() {
        let alone = world.a.hold("listener", LEASE).await;
        assert_eq!(alone, Some(true), "a node alone has everything");
        assert_eq!(world.a.is_held("listener").await, Some(false), "and there is no other");
        return;
    }
    assert_eq!(world.b.is_held("listener").await, Some(false));
    assert_eq!(world.a.hold("listener", LEASE).await, Some(true));
    assert_eq!(world.b.hold("listener", LEASE).await, Some(false));
    assert_eq!(world.b.is_held("listener").await, Some(true));
    assert_eq!(world.b.hold("another", LEASE).await, Some(true));
    assert_eq!(world.a.hold("listener", LEASE).await, Some(true), "it goes on");
    world.b.release("listener").await;
    assert_eq!(world.b.hold("listener", LEASE).await, Some(false), "only its holder lets it go");
    world.a.release("listener").await;
    assert_eq!(world.b.is_held("listener").await, Some(false));
    assert_eq!(world.b.hold("listener", LEASE).await, Some(true));
}
