//! Redis comes late, dies, hangs, forgets and holds garbage: nobody is the worse for it for long.

use std::time::Duration;

use nameplate_core::time::Clock;
use nameplate_live::{Allowance, LEASE, Live};
use nameplate_testkit::redis::RedisServer;
use tokio::io::AsyncReadExt;

use crate::world::*;

const OFFLINE: &str = "event: presence\ndata: {\"status\":\"offline\"}\n\n";

/// Waits until a node has noticed that Redis is away.
async fn has_noticed(node: &Live) {
    soon(async {
        while node.metrics().redis_up == Some(true) {
            node.get(user(999)).await;
        }
    })
    .await;
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_starts_without_redis_and_finds_it_later() {
    let mut server = RedisServer::absent();
    let world = over(&server).await;
    assert_eq!(world.a.metrics().redis_up, Some(false));
    assert!(is_ready(world.a.get(user(1))), "nobody waits for a Redis that was never there");
    let mut here = world.a.stream(Some(user(1)), ADDRESS).await;
    let mut there = world.b.stream(Some(user(1)), ADDRESS).await;
    assert_eq!(retry(&block(&mut here).await.unwrap()).1, OFFLINE);
    assert_eq!(retry(&block(&mut there).await.unwrap()).1, OFFLINE);

    world.a.put(user(1), playing("Chess")).await;
    let chess = event("Chess", "2026-05-29T12:00:00.000Z");
    assert_eq!(block(&mut here).await.unwrap(), chess, "a node's own streams need no Redis");
    server.restart();
    assert_eq!(block(&mut there).await.unwrap(), chess);
    soon(world.a.connected()).await;
    assert_eq!(world.a.metrics().redis_up, Some(true));
    assert!(world.a.get(user(1)).await.is_some());
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_gone_there_is_no_presence_and_afterwards_it_is_back() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    world.a.put(user(1), playing("Chess")).await;
    shows(&world.b, user(1), &playing("Chess")).await;
    server.kill();
    for node in [&world.a, &world.b] {
        has_noticed(node).await;
        assert!(is_ready(node.get(user(1))));
        assert!(node.get(user(1)).await.is_none());
        assert!(node.metrics().redis_failures > 0);
        assert_eq!(node.metrics().redis_outages, 1);
    }
    server.restart();
    shows(&world.b, user(1), &playing("Chess")).await;
    soon(world.a.connected()).await;
    assert!(world.a.get(user(1)).await.is_some(), "who wrote it brings it back to a Redis that lost it");
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_hanging_a_read_takes_a_quarter_of_a_second_and_soon_nothing_at_all() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    world.a.put(user(1), playing("Chess")).await;
    server.hang();
    for _ in 0..3 {
        // Timers go off in their order, however busy the machine is.
        let answer = tokio::time::timeout(Duration::from_millis(250), world.b.get(user(2))).await;
        assert!(answer.expect("an answer within 250 ms").is_none());
    }
    has_noticed(&world.b).await;
    let at = world.clock.now();
    assert!(is_ready(world.b.get(user(1))));
    assert!(is_ready(world.b.put(user(1), playing("Go"))));
    assert!(is_ready(world.b.is_first("view", &[b"ada"], Duration::from_secs(30), at)));
    assert!(is_ready(world.b.take("block", b"ada", Allowance::new(3, Duration::from_secs(30)))));
    assert!(is_ready(world.b.visitor_salt()));
    server.go_on();
    shows(&world.a, user(1), &playing("Go")).await;
    soon(world.b.connected()).await;
}

/// E7, S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_dies_again_and_again_under_changes_and_all_nodes_agree_in_the_end() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    let mut watches = Vec::new();
    for number in 0..20 {
        watches.push(world.a.subscribe(user(number)).await);
        watches.push(world.b.subscribe(user(number)).await);
    }
    for round in 0..15 {
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..20 {
            let node = if number % 2 == 0 { world.a.clone() } else { world.b.clone() };
            writers.spawn(async move {
                for change in 0..10 {
                    node.put(user(number), playing(&format!("{round} {change}"))).await;
                }
                if number >= 16 {
                    node.remove(user(number)).await;
                }
            });
        }
        // Sometimes in the middle of the changes, sometimes between them.
        for _ in 0..round * 3 {
            tokio::task::yield_now().await;
        }
        server.kill();
        if round % 2 == 0 {
            writers.join_all().await;
            server.restart();
        } else {
            server.restart();
            writers.join_all().await;
        }
    }
    // What each node says now comes after everything before: first over the new connections at all, then in order.
    for word in ["first", "second"] {
        world.a.put(user(100), playing(word)).await;
        world.b.put(user(101), playing(word)).await;
        shows(&world.b, user(100), &playing(word)).await;
        shows(&world.a, user(101), &playing(word)).await;
        soon(world.a.connected()).await;
        soon(world.b.connected()).await;
    }
    let last = playing("14 9");
    for (index, watch) in watches.iter_mut().enumerate() {
        let _ = is_ready(watch.changed());
        let wanted = (index / 2 < 16).then_some(&last);
        assert_eq!(watch.current().map(|entry| &entry.snapshot().presence), wanted, "{index}");
    }
}

/// E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_wrote_at_the_same_moment_while_redis_was_away_agree_afterwards() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    let mut watches = [world.a.subscribe(user(1)).await, world.b.subscribe(user(1)).await];
    server.kill();
    has_noticed(&world.a).await;
    has_noticed(&world.b).await;
    world.a.put(user(1), playing("Chess")).await;
    world.b.put(user(1), playing("Go")).await;
    server.restart();
    for (who, from, to) in [(user(2), &world.a, &world.b), (user(3), &world.b, &world.a)] {
        soon(from.connected()).await;
        soon(to.connected()).await;
        from.put(who, playing("Shogi")).await;
        shows(to, who, &playing("Shogi")).await;
    }
    let said = watches.each_mut().map(|watch| {
        let _ = is_ready(watch.changed());
        watch.current().unwrap().event()
    });
    assert_eq!(said[0], said[1]);
}

/// E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_loses_only_its_subscription_reads_again_what_it_missed() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    let mut watch = world.b.subscribe(user(1)).await;
    for number in 0..10 {
        let name = number.to_string();
        command(&server, &[b"CLIENT", b"KILL", b"TYPE", b"pubsub"]).await;
        world.a.put(user(1), playing(&name)).await;
        while watch.current().is_none_or(|entry| entry.snapshot().presence != playing(&name)) {
            soon(watch.changed()).await;
        }
    }
}

/// S4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sharing_that_is_switched_off_while_redis_is_away_ends_everywhere_once_it_is_back() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    for hangs in [true, false] {
        world.a.put(user(1), playing("Chess")).await;
        let mut watch = shows(&world.b, user(1), &playing("Chess")).await;
        if hangs {
            server.hang()
        } else {
            server.kill()
        }
        has_noticed(&world.a).await;
        world.a.remove(user(1)).await;
        if hangs {
            server.go_on()
        } else {
            server.restart()
        }
        assert!(soon(watch.changed()).await.is_none());
        soon(world.a.connected()).await;
        soon(world.b.connected()).await;
        assert!(world.a.get(user(1)).await.is_none() && world.b.get(user(1)).await.is_none());
    }
}

/// E3, E6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_who_came_while_redis_was_slow_still_gets_the_snapshot() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    let now = world.clock.now().as_millis();
    let value =
        format!("{now} {} {{\"status\":\"dnd\",\"updatedAt\":\"2026-05-29T12:00:00.000Z\"}}", now + 300_000);
    command(&server, &[b"SET", b"test:presence:123456789000000001", value.as_bytes()]).await;
    server.hang();
    let mut watch = world.b.subscribe(user(1)).await;
    assert!(watch.current().is_none());
    server.go_on();
    assert!(soon(watch.changed()).await.is_some());
}

/// S3, E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_that_was_not_heard_is_read_before_the_lease_ends() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    world.a.put(user(1), playing("Chess")).await;
    let mut watch = shows(&world.b, user(1), &playing("Chess")).await;
    // A renewal that reaches the key, but nobody's ear.
    let now = world.clock.now().as_millis();
    let snapshot =
        r#"{"status":"online","activity":{"name":"Chess","type":0},"updatedAt":"2026-05-29T12:04:00.000Z"}"#;
    let value = format!("{} {} {snapshot}", now * 1000 + 1, now + 540_000);
    world.advance(Duration::from_secs(240)).await;
    command(&server, &[b"SET", b"test:presence:123456789000000001", value.as_bytes()]).await;
    world.advance(Duration::from_secs(60)).await;
    assert!(!is_ready(watch.changed()), "nothing has changed for the streams");
    assert_eq!(world.b.get(user(1)).await.unwrap().json(), snapshot);
    command(&server, &[b"DEL", b"test:presence:123456789000000001"]).await;
    world.advance(Duration::from_secs(240)).await;
    assert!(soon(watch.changed()).await.is_none());
}

/// E3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_last_stays_even_from_a_node_whose_clock_is_late() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    let ahead = world.clock.now().as_millis() * 1000 + 3_600_000_000;
    let value = format!(
        "{ahead} {} {{\"status\":\"idle\",\"updatedAt\":\"2026-05-29T13:00:00.000Z\"}}",
        ahead / 1000
    );
    command(&server, &[b"SET", b"test:presence:123456789000000001", value.as_bytes()]).await;
    world.a.put(user(1), playing("Chess")).await;
    shows(&world.b, user(1), &playing("Chess")).await;
    assert_eq!(world.a.get(user(1)).await.unwrap().snapshot().presence, playing("Chess"));
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_in_redis_counts_as_nothing_and_is_written_over() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    let key = b"test:presence:123456789000000001";
    let big = vec![b'9'; 100_000];
    let garbage: [&[u8]; 6] =
        [b"", b"garbage", b"\xff\xfe", b"99999999999999999999999 1 ", b"nan 1 {}", &big];
    for (round, value) in garbage.into_iter().enumerate() {
        command(&server, &[b"SET", key, value]).await;
        command(&server, &[b"PUBLISH", b"test:3:presence", value]).await;
        command(&server, &[b"PUBLISH", b"test:3:presence", &[b"123456789000000001 ", value].concat()]).await;
        assert!(world.b.get(user(1)).await.is_none());
        let name = format!("round {round}");
        world.a.put(user(1), playing(&name)).await;
        shows(&world.b, user(1), &playing(&name)).await;
        world.a.remove(user(1)).await;
        let mut watch = world.b.subscribe(user(1)).await;
        while watch.current().is_some() {
            soon(watch.changed()).await;
        }
    }
    command(&server, &[b"DEL", key]).await;
    command(&server, &[b"RPUSH", key, b"a list"]).await;
    world.a.put(user(1), playing("Chess")).await;
    shows(&world.b, user(1), &playing("Chess")).await;
    assert_eq!(world.b.metrics().redis_outages, 0);
}

/// P3, A8, P4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_is_away_each_node_counts_alone() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    server.kill();
    let (at, period) = (world.clock.now(), Duration::from_secs(30));
    for node in [&world.a, &world.b] {
        has_noticed(node).await;
        assert!(node.is_first("view", &[b"ada"], period, at).await);
        assert!(!node.is_first("view", &[b"ada"], period, at).await);
        assert!(node.take("block", b"ada", Allowance::new(1, period)).await.allowed);
        assert!(!node.take("block", b"ada", Allowance::new(1, period)).await.allowed);
    }
    assert!(world.a.visitor_salt().await == world.a.visitor_salt().await);
    server.restart();
    soon(world.a.connected()).await;
    soon(world.b.connected()).await;
    assert!(world.a.visitor_salt().await == world.b.visitor_salt().await);
    assert!(world.a.take("report", b"ada", Allowance::new(1, period)).await.allowed);
    assert!(!world.b.take("report", b"ada", Allowance::new(1, period)).await.allowed);
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rediss_url_speaks_tls_and_outlives_a_server_that_hangs_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("rediss://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let node = node(&url, "test", 1, &ManualClock::starting_at("2026-05-29T12:00:00Z"));
    let _running = running(&node);
    for _ in 0..3 {
        let (mut socket, _) = soon(listener.accept()).await.unwrap();
        let mut start = [0; 2];
        soon(socket.read_exact(&mut start)).await.unwrap();
        assert_eq!(start, [0x16, 0x03], "a TLS handshake");
    }
    assert_eq!(node.metrics().redis_up, Some(false));
}

/// S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_with_another_name_or_database_on_the_same_server_never_meet() {
    let server = RedisServer::start();
    let world = connected_over(&server).await;
    let other = node(&url(&server).replace("/3", "/4"), "test", 7, &world.clock);
    let named = node(&url(&server), "other", 8, &world.clock);
    let strangers = [running(&other), running(&named)];
    for stranger in [&other, &named] {
        soon(stranger.connected()).await;
        world.a.put(user(1), playing("Chess")).await;
        shows(&world.b, user(1), &playing("Chess")).await;
        assert!(stranger.get(user(1)).await.is_none());
    }
    drop(strangers);
}

/// S3, E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_knows_who_holds_a_thing_while_redis_is_away() {
    let mut server = RedisServer::start();
    let world = connected_over(&server).await;
    assert_eq!(world.b.hold("listener", LEASE).await, Some(true));
    server.kill();
    has_noticed(&world.b).await;
    assert_eq!(world.b.hold("listener", LEASE).await, None);
    assert_eq!(world.b.is_held("listener").await, None);
}
