//! Leases and who hears of them, whatever carries them.

use std::time::Duration;

use nameplate_core::time::Clock;
use nameplate_live::LEASE;

use crate::world::*;

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
    a_crowd_of_viewers_hears_of_a_change_to_the_last
    /// E6
    no_change_falls_between_subscribing_and_reading
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
        assert_eq!(node.users(), [user(1)]);
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
        assert!(!is_ready(watch.changed()));
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
