//! The database as an operator meets it: brought up to date, shared, lost and found again (contract W5, W8).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::postgres::Postgres;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use nameplate_testkit::redis_cluster::RedisCluster;
use serde_json::json;

use crate::world::{ADA, ADA_RELAY_KEY, CARL, empty, fill};

/// What an answer may take while the database is away, and what a busy machine adds.
const AWAY: Duration = Duration::from_millis(3_000 + 500);
/// What a node may take to find it again.
const BACK: Duration = Duration::from_secs(5);

fn on(postgres: &Postgres) -> Instance {
    empty().set("database_url", postgres.create_database().unwrap())
}

/// W5
#[test]
fn several_may_bring_one_database_up_to_date_at_once() {
    let postgres = Postgres::start().unwrap();
    let instance = on(&postgres);
    let mut commands = [(); 4].map(|()| instance.command(&["migrate"]).spawn().unwrap());
    for command in &mut commands {
        assert!(command.wait().unwrap().success());
    }
    let again = instance.must(&["migrate"], b"");
    assert!(again.starts_with("postgres, schema ") && again.contains("up to date"), "{again}");
    let instance = fill(instance);
    assert_eq!(instance.start().visitor().get("ada.localhost", "/").status, 200);
    let sqlite = empty().must(&["migrate"], b"");
    assert!(sqlite.starts_with("sqlite, schema "), "{sqlite}");
}

/// W5
#[test]
fn nodes_that_would_not_share_presence_are_refused() {
    let (postgres, redis) = (Postgres::start().unwrap(), RedisServer::start());
    let instance = fill(on(&postgres));
    let alone = instance.start();
    let complaint = instance.must_not(&["serve"], b"");
    assert!(complaint.contains("redis_url") && complaint.contains("another node"), "{complaint}");
    assert_eq!(instance.admin(&["profile", "show", "p_ada"]).lines().count(), 8, "commands are no nodes");
    assert!(alone.terminate().success());
    instance.start().kill();
    let sharing = instance.set("redis_url", redis.url());
    let nodes = [sharing.start(), sharing.start()];
    assert!(nodes.iter().all(|node| node.visitor().get("ada.localhost", "/").status == 200));
}

/// W5
#[test]
fn a_redis_that_cannot_be_used_stops_the_start() {
    let cluster = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    let database = format!("{}/3", cluster.url());
    let complaint = fill(empty().set("redis_url", database)).must_not(&["serve"], b"");
    assert!(complaint.contains("redis_url") && complaint.contains("SELECT"), "{complaint}");
    let guarded = RedisServer::start_with(&["--user", "default", "on", ">right", "~*", "&*", "+@all"]);
    let url = |password: &str| guarded.url().replace("//", &format!("//:{password}@"));
    let complaint = fill(empty().set("redis_url", url("canary-wrong"))).must_not(&["serve"], b"");
    assert!(complaint.contains("redis_url") && !complaint.contains("canary"), "{complaint}");
    let instance = fill(empty().set("redis_url", url("right")));
    instance.start().operator().wait_for_metric("nameplate_redis_up", 1);
}

/// S5, E7
#[test]
fn a_redis_cluster_carries_presence_from_node_to_node() {
    let cluster = RedisCluster::start();
    let instance = fill(empty().set("redis_url", cluster.url()));
    let nodes = [instance.start(), instance.start()];
    for node in &nodes {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
    }
    assert_eq!(nodes[0].operator().put_presence(ADA, &json!({"status": "dnd"})).status, 204);
    assert_eq!(nodes[1].visitor().presence(ADA)["status"], "dnd");
}

/// S5
#[test]
fn redis_over_tls_is_used_when_its_certificate_can_be_trusted() {
    let certificates = nameplate_testkit::certificates::Certificates::make();
    let port = nameplate_testkit::process::free_port().to_string();
    let path = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let (certificate, key) = (path(certificates.certificate()), path(certificates.key()));
    let _redis = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-auth-clients",
        "no",
    ]);
    let url = format!("rediss://127.0.0.1:{port}");
    let stranger = fill(empty().set("redis_url", &url));
    let node = stranger.start();
    let complains = within(PATIENCE, || node.log().contains("Redis is away").then_some(()));
    assert!(complains.is_some() && node.operator().metric("nameplate_redis_up") == 0);

    let instance =
        fill(empty().set("redis_url", &url).variable("SSL_CERT_FILE", path(certificates.authority())));
    let nodes = [instance.start(), instance.start()];
    for node in &nodes {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
    }
    assert_eq!(nodes[0].operator().put_presence(ADA, &json!({"status": "idle"})).status, 204);
    assert_eq!(nodes[1].visitor().presence(ADA)["status"], "idle");
}

fn timed(ask: impl Fn() -> Reply) -> Reply {
    let begin = Instant::now();
    let reply = ask();
    assert!(begin.elapsed() < AWAY, "{:?}: {reply:?}", begin.elapsed());
    reply
}

/// W8: what was known is served, everything else is a 503 in its surface's own shape, and the reason can be read.
fn is_away(node: &Node<'_>) {
    assert_eq!(timed(|| node.visitor().get("ada.localhost", "/")).status, 200);
    assert_eq!(node.visitor().presence(ADA)["status"], "dnd");
    assert_eq!(
        timed(|| node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me?includePosts=false")).status,
        200
    );
    let asked = [
        ("bob.localhost", "/"),
        ("localhost", "/api/v1/profiles/p_bob/og.png"),
        ("localhost", "/api/v1/profiles/p_bob/music/USRC17607839"),
        ("localhost", "/readyz"),
    ];
    for (host, target) in asked {
        let reply = timed(|| node.visitor().get(host, target));
        assert_eq!(
            (reply.status, reply.header("retry-after").is_some()),
            (503, true),
            "{host}{target} {reply:?}"
        );
    }
    let unknown_key = timed(|| node.key_client("api-key", &"x".repeat(32)).get("/users/@me"));
    assert_eq!((unknown_key.status, unknown_key.header("retry-after").is_some()), (503, true));
    assert!(unknown_key.json()["error"].is_string(), "{unknown_key:?}");
    let presence = timed(|| node.operator().put_presence(CARL, &json!({"status": "dnd"})));
    assert_eq!((presence.status, presence.header("retry-after").is_some()), (503, true), "{presence:?}");
    let ready = timed(|| node.operator().get("/readyz"));
    assert_eq!((ready.status, &ready.json()["data"]["ready"]), (503, &json!(false)));
    assert!(
        ready.json()["data"]["database"]["error"].as_str().is_some_and(|why| !why.is_empty()),
        "{ready:?}"
    );
}

fn is_back(node: &Node<'_>, host: &str) {
    let begin = Instant::now();
    let back = within(PATIENCE, || (node.visitor().get(host, "/").status == 200).then(|| begin.elapsed()));
    assert!(back.is_some_and(|took| took < BACK), "{back:?}");
    assert_eq!(node.visitor().get("localhost", "/readyz").status, 200);
}

/// What is remembered while the database is away is asked for before.
fn warm(node: &Node<'_>) {
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    assert_eq!(node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me?includePosts=false").status, 200);
    assert_eq!(node.operator().put_presence(ADA, &json!({"status": "dnd"})).status, 204);
}

/// W5, W8
#[test]
fn a_database_that_dies_or_hangs_is_answered_in_time_and_found_again() {
    let mut postgres = Postgres::start().unwrap();
    let instance = fill(on(&postgres));
    let node = instance.start();
    // A node forgets everything once, when it begins to listen for changes: from here on it does.
    instance.admin(&["profile", "unpublish", "p_own"]);
    let listens = within(PATIENCE, || (node.visitor().get("ada.example", "/").status == 302).then_some(()));
    assert!(listens.is_some());
    warm(&node);
    postgres.stop().unwrap();
    is_away(&node);
    postgres.restart().unwrap();
    is_back(&node, "bob.localhost");

    instance.admin(&["profile", "publish", "p_own"]);
    let heard = within(BACK, || (node.visitor().get("ada.example", "/").status == 200).then_some(()));
    assert!(heard.is_some(), "changes are heard again");
    // Everything but what is asked for now is forgotten.
    instance.admin(&["user", "suspend", CARL]);
    instance.admin(&["user", "restore", CARL]);
    instance.admin(&["profile", "unpublish", "p_bob"]);
    instance.admin(&["profile", "publish", "p_bob"]);
    warm(&node);
    postgres.pause().unwrap();
    is_away(&node);
    postgres.resume().unwrap();
    is_back(&node, "bob.localhost");
    assert!(node.terminate().success());
}

/// W5
#[test]
fn what_was_acknowledged_before_the_database_died_is_there_afterwards() {
    let mut postgres = Postgres::start().unwrap();
    let instance = fill(on(&postgres));
    let is_over = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut done = Vec::new();
            for number in 0.. {
                let (slug, id) = (format!("s{number}"), format!("p_s{number}"));
                let made = ["admin", "profile", "create", &slug, "--id", &id, "--owner", ADA, "--publish"];
                if instance.run(&made, b"").status.success() {
                    done.push(id);
                } else if is_over.load(Ordering::Relaxed) {
                    return done;
                }
            }
            done
        });
        let begun = || instance.admin(&["profile", "list"]).contains("p_s2").then_some(());
        assert!(within(PATIENCE, begun).is_some());
        is_over.store(true, Ordering::Relaxed);
        postgres.stop().unwrap();
        writer.join().unwrap()
    });
    postgres.restart().unwrap();
    let list = instance.admin(&["profile", "list"]);
    assert!(done.len() >= 3 && done.iter().all(|id| list.contains(&format!("{id}\t"))), "{done:?}\n{list}");
}
