//! Two nodes on PostgreSQL and Redis, by configuration alone (contract W5, and "on every node" wherever it stands).

use std::time::Duration;

use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::postgres::Postgres;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use serde_json::json;

use crate::world::{ADA, ADA_RELAY_KEY, empty, fill};

/// W5, P3, P9, E7, U13
#[test]
fn two_nodes_are_one_instance() {
    let (postgres, redis) = (Postgres::start().unwrap(), RedisServer::start());
    let instance =
        fill(empty().set("database_url", postgres.create_database().unwrap()).set("redis_url", redis.url()));
    let nodes = [instance.start(), instance.start()];
    let [here, there] = &nodes;
    for node in &nodes {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
        let ready = node.operator().get("/readyz").json()["data"].clone();
        assert_eq!(
            (&ready["database"]["backend"], &ready["presence"]["backend"]),
            (&json!("postgres"), &json!("redis"))
        );
    }
    let pages = nodes.each_ref().map(|node| node.visitor().with("user-agent", "A").get("ada.localhost", "/"));
    assert!(pages.iter().all(|page| page.status == 200));
    let mut stream = there.visitor().stream(ADA);
    assert_eq!(stream.presence(), json!({"status": "offline"}));
    here.operator().put_presence(ADA, &json!({"status": "dnd"}));
    assert_eq!(stream.presence()["status"], "dnd");

    instance.admin(&["profile", "unpublish", "p_ada"]);
    for node in &nodes {
        let gone = within(Duration::from_secs(1), || {
            (node.visitor().get("ada.localhost", "/").status == 404).then_some(())
        });
        assert!(gone.is_some(), "within a second on every node");
    }
    let new = instance.admin(&["key", "rotate", ADA, "relay"]);
    for node in &nodes {
        let status = |key: &str| node.key_client("relay-key", key).get("/users/@me").status;
        assert!(within(Duration::from_secs(1), || (status(ADA_RELAY_KEY) == 401).then_some(())).is_some());
        assert_eq!(status(new.lines().last().unwrap()), 200);
    }
    for node in nodes {
        assert!(node.terminate().success());
    }
    assert_eq!(
        instance.shown("profile", "p_ada", "views"),
        1,
        "the same visitor at two nodes is one visitor"
    );
    assert_eq!(instance.shown("profile", "p_ada", "visitors"), 1);
}

/// W5, P5, W8
#[test]
fn a_lost_database_takes_neither_known_pages_nor_views() {
    let mut postgres = Postgres::start().unwrap();
    let instance = fill(empty().set("database_url", postgres.create_database().unwrap()));
    let node = instance.start();
    let page = |agent: &str| node.visitor().with("user-agent", agent).get("ada.localhost", "/");
    // A node forgets everything once, when it begins to listen for changes: from here on it does.
    instance.admin(&["profile", "unpublish", "p_own"]);
    let listens = within(PATIENCE, || (node.visitor().get("ada.example", "/").status == 302).then_some(()));
    assert!(listens.is_some());
    assert_eq!(page("before").status, 200);
    node.operator().wait_for_metric("nameplate_views_recorded_total", 1);
    // The first question reads the list.
    let may_have_a_certificate = || node.operator().get("/tls-ask?domain=bob.localhost").status == 200;
    assert!(may_have_a_certificate());
    postgres.stop().unwrap();
    assert_eq!(node.visitor().get("localhost", "/healthz").status, 200);
    let unready =
        within(PATIENCE, || (node.visitor().get("localhost", "/readyz").status == 503).then_some(()));
    assert!(unready.is_some());
    assert_eq!(page("meanwhile").status, 200);
    assert!(may_have_a_certificate(), "certificates are a matter of memory");
    let unknown = node.visitor().get("bob.localhost", "/");
    assert_eq!((unknown.status, unknown.header("retry-after").is_some()), (503, true));

    postgres.restart().unwrap();
    let back = within(PATIENCE, || (node.visitor().get("localhost", "/readyz").status == 200).then_some(()));
    assert!(back.is_some());
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 200);
    assert_eq!(page("after").status, 200);
    assert!(node.terminate().success());
    assert_eq!(instance.shown("profile", "p_ada", "views"), 3);
}
