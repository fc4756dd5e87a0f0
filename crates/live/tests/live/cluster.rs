//! A cluster loses a node: a replica takes its place, or it comes back with nothing. What else a cluster must do is what
//! one server does, and proved there.

use std::time::Duration;

use nameplate_core::presence::Presence;
use nameplate_live::UnfitRedis;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use nameplate_testkit::redis_cluster::RedisCluster;

use crate::world::*;

/// What a cluster may take to find a new master, or to take an old one back.
const AGREEMENT: Duration = Duration::from_secs(40);

/// Who writes so much later writes last, even without having heard of the other.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Waits until a node shows that.
async fn shows_in_the_end(node: &nameplate_live::Live, number: u32, presence: &Presence) {
    let mut watch = node.subscribe(user(number)).await;
    let wait = async {
        while watch.current().is_none_or(|entry| entry.snapshot().presence != *presence) {
            watch.changed().await;
        }
    };
    tokio::time::timeout(AGREEMENT, wait).await.expect("the nodes agree by now");
}

/// E7, S5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_dies_and_all_nodes_agree_once_its_replica_serves() {
    let mut cluster = RedisCluster::with_a_replica();
    let world = on_cluster(&cluster.url(), "test").await;
    for number in 0..20 {
        world.a.put(user(number), playing("before")).await;
    }
    cluster.nodes[0].kill();
    world.clock.advance(A_MOMENT);
    // A third of these is lost at first, in both directions.
    for number in 0..20 {
        let node = if number % 2 == 0 { &world.a } else { &world.b };
        node.put(user(number), playing("meanwhile")).await;
    }
    for number in 0..20 {
        shows_in_the_end(&world.a, number, &playing("meanwhile")).await;
        shows_in_the_end(&world.b, number, &playing("meanwhile")).await;
    }
    assert!(cluster.nodes[3].ask(&["ROLE"]).starts_with("master"));
    soon(world.a.connected()).await;
    let late = node(&cluster.url(), "test", 3, &world.clock);
    let _running = running(&late);
    soon(late.connected()).await;
    for number in 0..20 {
        let read = late.get(user(number)).await.expect("all of it is in the cluster");
        assert_eq!(read.snapshot().presence, playing("meanwhile"));
    }
}

/// E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_with_the_subscriptions_dies_and_comes_back_with_nothing() {
    let mut cluster = RedisCluster::start();
    let world = on_cluster(&cluster.url(), "test").await;
    for number in 0..20 {
        world.a.put(user(number), playing("before")).await;
    }
    let hears = |node: &RedisServer| node.ask(&["CLIENT", "LIST", "TYPE", "pubsub"]).contains("sub=1");
    let dying = cluster.nodes.iter().position(hears).expect("somebody listens");
    cluster.nodes[dying].kill();
    cluster.nodes[dying].restart();
    world.clock.advance(A_MOMENT);
    for number in 0..20 {
        world.b.put(user(number), playing("after")).await;
        shows_in_the_end(&world.a, number, &playing("after")).await;
    }
    world.a.put(user(20), playing("Chess")).await;
    shows_in_the_end(&world.b, 20, &playing("Chess")).await;
}

/// E7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_lost_is_brought_back_by_who_wrote_it() {
    let mut cluster = RedisCluster::start();
    let world = on_cluster(&cluster.url(), "test").await;
    for number in 0..20 {
        world.a.put(user(number), playing("Chess")).await;
    }
    let held = |node: &RedisServer| {
        node.ask(&["KEYS", "test:presence:*"]).lines().filter(|line| !line.trim().is_empty()).count()
    };
    let before: Vec<_> = cluster.nodes.iter().map(held).collect();
    assert_eq!(before.iter().sum::<usize>(), 20);
    for (node, before) in cluster.nodes.iter_mut().zip(before) {
        node.kill();
        node.restart();
        let is_back = within(AGREEMENT, || (held(node) == before).then_some(()));
        is_back.expect("nobody has to ask for it");
    }
}

/// S5
#[tokio::test]
async fn several_servers_that_are_no_cluster_and_a_database_that_is_not_there_are_refused() {
    let servers = [RedisServer::start(), RedisServer::start()];
    let both = servers.each_ref().map(RedisServer::url).join(",");
    let cluster = RedisCluster::start();
    let clock = ManualClock::starting_at("2026-05-29T12:00:00Z");
    let database = format!("{}/3", cluster.nodes[0].url());
    for (url, reason) in [(both, "no Redis Cluster"), (database, "SELECT is not allowed")] {
        let Err(UnfitRedis::Refuses(because)) = node(&url, "test", 1, &clock).check().await else {
            panic!("{url} was not refused")
        };
        assert!(because.contains(reason), "{because}");
    }
    for url in [cluster.url(), cluster.nodes[1].url()] {
        node(&url, "test", 1, &clock).check().await.unwrap();
    }
}
