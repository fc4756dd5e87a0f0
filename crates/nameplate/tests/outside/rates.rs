//! Rate limits of the account API (contract A8).

use nameplate_testkit::http::Reply;
use nameplate_testkit::node::Node;
use nameplate_testkit::redis::RedisServer;
use serde_json::json;

use crate::world::{ADA_RELAY_KEY, BOB_RELAY_KEY, empty, fill, world};

fn set_theme(node: &Node<'_>, key: &str, theme: &str) -> Reply {
    node.key_client("relay-key", key).json("PATCH", "/theme", &json!({ "theme": theme }))
}

/// `X-RateLimit-Limit`, `-Remaining` and `-Reset`.
fn told(reply: &Reply) -> (u32, u32, i64) {
    let number =
        |name| reply.header(name).unwrap_or_else(|| panic!("{name}: {reply:?}")).parse::<i64>().unwrap();
    let small = |name| number(name) as u32;
    (small("x-ratelimit-limit"), small("x-ratelimit-remaining"), number("x-ratelimit-reset"))
}

/// A8
#[test]
fn a_limited_endpoint_says_what_is_left_and_then_refuses() {
    let instance = fill(empty().at("2026-05-15 00:00:00"));
    let node = instance.start();
    let midnight = 1_778_803_200;
    for used in 1..=20 {
        let reply = set_theme(&node, ADA_RELAY_KEY, if used % 2 == 0 { "red" } else { "no theme" });
        assert_eq!(reply.status, if used % 2 == 0 { 200 } else { 400 });
        assert_eq!(told(&reply), (20, 20 - used, midnight + 60));
    }
    let refused = set_theme(&node, ADA_RELAY_KEY, "red");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.text(), r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    assert_eq!((told(&refused), refused.header("retry-after")), ((20, 0, midnight + 60), Some("60")));
    assert_eq!(refused.header("vary"), Some("relay-key"));
    assert_eq!(set_theme(&node, BOB_RELAY_KEY, "red").status, 403, "another owner has a window of their own");
    instance.set_clock("2026-05-15 00:01:00");
    assert_eq!(set_theme(&node, ADA_RELAY_KEY, "red").status, 200, "the window is over");
}

/// A8, U1
#[test]
fn a_caller_who_is_not_known_is_told_the_limit_and_uses_nothing_of_it() {
    let instance = world();
    let node = instance.start();
    for _ in 0..25 {
        let reply = set_theme(&node, "x", "red");
        assert_eq!((reply.status, told(&reply).0, told(&reply).1), (401, 20, 20));
    }
    assert_eq!(told(&set_theme(&node, ADA_RELAY_KEY, "red")).1, 19);
}

/// A8
#[test]
fn a_limit_holds_over_all_nodes() {
    let redis = RedisServer::start();
    let instance = fill(empty().set("redis_url", redis.url()));
    let (one, two) = (instance.start(), instance.start());
    for node in [&one, &two] {
        node.operator().wait_for_metric("nameplate_redis_up", 1);
    }
    // One after the other: that many at the same time are the live crate's tests, where no busy machine makes a node
    // give Redis up.
    let replies: Vec<Reply> =
        [&one, &two].iter().cycle().take(40).map(|node| set_theme(node, ADA_RELAY_KEY, "red")).collect();
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 20);
    assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 20);
}
