//! The presence snapshot (contract S1 to S5).

use std::time::{Duration, Instant};

use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, CARL, EVE, empty, fill, world};

fn spotify() -> Value {
    json!({ "status": "online", "activity": {
        "name": "Spotify", "type": 2, "details": "Song Title", "state": "Artist Name", "startedAt": 1_716_900_000_000_u64,
        "endsAt": 1_716_900_210_000_u64, "largeImage": "https://i.scdn.co/image/ab67616d", "largeText": "Album Name" } })
}

/// S1, S2
#[test]
fn the_seeds_example_comes_back_byte_for_byte() {
    let instance = fill(empty().at("2026-05-29 12:00:00"));
    let node = instance.start();
    assert_eq!(node.operator().put_presence(ADA, &spotify()).status, 204);
    let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/presence/{ADA}"));
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.text(),
        r#"{"ok":true,"data":{"presence":{"status":"online","activity":{"name":"Spotify","type":2,"details":"Song Title","state":"Artist Name","startedAt":1716900000000,"endsAt":1716900210000,"largeImage":"https://i.scdn.co/image/ab67616d","largeText":"Album Name"},"updatedAt":"2026-05-29T12:00:00.000Z"}}}"#
    );
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));

    node.operator().put_presence(ADA, &json!({"status": "idle", "activity": {"name": "A game", "type": 0}}));
    let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/presence/{ADA}"));
    assert_eq!(
        reply.text(),
        r#"{"ok":true,"data":{"presence":{"status":"idle","activity":{"name":"A game","type":0},"updatedAt":"2026-05-29T12:00:00.000Z"}}}"#,
        "what is absent is left out"
    );
}

/// S1, S4, E9
#[test]
fn nobody_can_tell_the_unknown_the_private_and_the_silent_apart() {
    let instance = world();
    let node = instance.start();
    for user in [BOB, EVE] {
        assert_eq!(node.operator().put_presence(user, &spotify()).status, 404, "{user} does not share");
    }
    let silent = node.visitor().get("localhost", &format!("/api/v1/profiles/presence/{CARL}")).without_date();
    assert_eq!(silent.text(), r#"{"ok":true,"data":{"presence":null}}"#);
    for user in [
        BOB,
        EVE,
        ADA,
        "999999999999999999",
        "1",
        "abc",
        "%40me",
        "%ff",
        "%20",
        "123456789012345678901234567890",
    ] {
        let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/presence/{user}"));
        assert_eq!(reply.without_date(), silent, "{user}");
    }
}

/// S3, E4
#[test]
fn an_entry_lives_five_minutes_from_its_last_write() {
    let instance = fill(empty().at("2026-05-29 12:00:00"));
    let node = instance.start();
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence(), json!({"status": "offline"}));
    node.operator().put_presence(ADA, &spotify());
    assert_eq!(stream.presence()["updatedAt"], "2026-05-29T12:00:00.000Z");
    instance.set_clock("2026-05-29 12:04:00");
    node.operator().put_presence(ADA, &spotify());
    instance.set_clock("2026-05-29 12:08:59");
    assert_eq!(node.visitor().presence(ADA)["updatedAt"], "2026-05-29T12:04:00.000Z");
    instance.set_clock("2026-05-29 12:09:00");
    assert_eq!(node.visitor().presence(ADA), Value::Null);
    // The second write said nothing new, so the next word is the end.
    assert_eq!(stream.presence(), json!({"status": "offline"}));
    assert!(node.visitor().get("ada.localhost", "/").text().contains("data-status=\"offline\""));
}

/// S4, E4
#[test]
fn switching_sharing_off_deletes_and_tells_at_once() {
    let instance = world();
    let node = instance.start();
    node.operator().put_presence(ADA, &spotify());
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["status"], "online");
    instance.admin(&["presence", "off", ADA]);
    assert_eq!(stream.presence_within(Duration::from_secs(5)), json!({"status": "offline"}));
    assert_eq!(node.visitor().presence(ADA), Value::Null);
    assert_eq!(node.operator().put_presence(ADA, &spotify()).status, 404);
    instance.admin(&["presence", "on", ADA]);
    let written =
        within(PATIENCE, || (node.operator().put_presence(ADA, &spotify()).status == 204).then_some(()));
    assert!(written.is_some());
    assert_eq!(stream.presence()["status"], "online");
}

/// S5
#[test]
fn without_redis_a_page_has_no_presence_and_later_it_heals() {
    let mut redis = RedisServer::start();
    let instance = fill(empty().set("redis_url", redis.url()));
    let node = instance.start();
    node.operator().wait_for_metric("nameplate_redis_up", 1);
    node.operator().put_presence(ADA, &spotify());
    redis.kill();
    let down = within(PATIENCE, || (node.operator().metric("nameplate_redis_up") == 0).then_some(()));
    assert!(down.is_some(), "a metric says so");
    assert!(node.operator().get("/readyz").json()["data"]["presence"]["ok"] == false);
    let fresh = instance.start();
    let begin = Instant::now();
    assert_eq!(fresh.visitor().presence(ADA), Value::Null);
    assert!(
        begin.elapsed() < Duration::from_millis(750),
        "a quarter of a second, and what a busy machine adds: {:?}",
        begin.elapsed()
    );
    let page = fresh.visitor().get("ada.localhost", "/");
    assert!(page.status == 200 && page.text().contains("data-status=\"offline\""));
    assert!(fresh.log().contains("Redis"), "{}", fresh.log());

    redis.restart();
    for node in [&node, &fresh] {
        let up = within(PATIENCE, || (node.operator().metric("nameplate_redis_up") == 1).then_some(()));
        assert!(up.is_some());
    }
    node.operator().put_presence(ADA, &json!({"status": "dnd"}));
    let seen = within(PATIENCE, || (fresh.visitor().presence(ADA)["status"] == "dnd").then_some(()));
    assert!(seen.is_some());
}

/// S5
#[test]
fn a_redis_that_hangs_costs_a_quarter_of_a_second_at_most() {
    let redis = RedisServer::start();
    let instance = fill(empty().set("redis_url", redis.url()));
    let node = instance.start();
    node.operator().wait_for_metric("nameplate_redis_up", 1);
    redis.hang();
    let begin = Instant::now();
    assert_eq!(node.visitor().presence(CARL), Value::Null);
    let page = node.visitor().get("ada.localhost", "/");
    assert!(page.status == 200 && page.text().contains("data-status=\"offline\""));
    assert!(
        begin.elapsed() < Duration::from_millis(1_000),
        "two looks, and what a busy machine adds: {:?}",
        begin.elapsed()
    );
    redis.go_on();
    let back = within(PATIENCE, || {
        node.operator().put_presence(ADA, &spotify());
        (node.operator().metric("nameplate_redis_up") == 1 && node.visitor().presence(ADA) != Value::Null)
            .then_some(())
    });
    assert!(back.is_some());
}
