//! Reports of posts, and what operators do about them (contract A2, W3).

use nameplate_testkit::http::Reply;
use nameplate_testkit::node::Node;
use serde_json::{Value, json};

use crate::world::{ADA, ADA_API_KEY, ADA_RELAY_KEY, BOB, BOB_RELAY_KEY, empty, file, world};

fn report(node: &Node<'_>, key: &str, body: Value) -> Reply {
    node.key_client("relay-key", key).json("POST", "/report", &body)
}

#[track_caller]
fn assert_error(reply: &Reply, status: u16, error: &str) {
    assert_eq!((reply.status, reply.json()), (status, json!({ "error": error })));
}

/// A2, A8
#[test]
fn a_report_waits_for_the_operator() {
    let instance = world();
    let node = instance.start();
    let reported =
        report(&node, ADA_RELAY_KEY, json!({"code": "AbCd1234", "reason": "Looks\tlike\u{0} spam"}));
    assert_eq!((reported.status, reported.json()), (200, json!({"success": true})));
    let other_host =
        node.key_client("api-key", ADA_API_KEY).json("POST", "/report", &json!({"code": "A1bum222"}));
    assert_eq!(
        (other_host.status, other_host.header("x-ratelimit-remaining")),
        (200, Some("1")),
        "one limit for both hosts"
    );
    let listed = instance.admin(&["report", "list"]);
    assert!(listed.contains(&format!("\tAbCd1234\t{BOB}\t{ADA}\tLookslike spam\n")), "{listed}");
    assert_eq!(listed.lines().count(), 2);
    instance.admin(&["report", "dismiss", "AbCd1234"]);
    assert_eq!(instance.admin(&["report", "list"]).lines().count(), 1);
    instance.must_not(&["admin", "report", "dismiss", "AbCd1234"], b"");
    assert!(instance.admin(&["audit"]).contains("operator dismissed reports of post AbCd1234"));
}

/// A2, A9
#[test]
fn a_report_that_makes_no_sense_is_refused() {
    let mut file = file();
    for (index, (id, key)) in
        [("carl", "carlRelayKey00000000000000000001"), ("dora", "doraRelayKey00000000000000000001")]
            .into_iter()
            .enumerate()
    {
        let users = file["users"].as_array_mut().unwrap();
        let user = users.iter_mut().find(|user| user["username"] == id).unwrap();
        user["relayKey"] = key.into();
        assert!(index < 2);
    }
    let instance = empty().import(&file);
    let node = instance.start();
    let (carl, dora) = ("carlRelayKey00000000000000000001", "doraRelayKey00000000000000000001");
    assert_error(&report(&node, carl, json!({"code": "Beef0001"})), 403, "You cannot report this post.");
    assert_error(&report(&node, dora, json!({"code": "Beef0001"})), 403, "You cannot report this post.");
    assert_error(
        &report(&node, dora, json!({"code": "AbCd1234", "reason": "x".repeat(201)})),
        400,
        "Reason cannot exceed 200 characters.",
    );
    assert_error(
        &report(&node, BOB_RELAY_KEY, json!({"code": "AbCd1234"})),
        403,
        "You cannot report your own post.",
    );
    assert_error(&report(&node, BOB_RELAY_KEY, json!({"code": "Nobody00"})), 404, "Post not found.");
    assert_error(&report(&node, BOB_RELAY_KEY, json!({})), 400, "Missing or invalid post code.");
    assert_error(&report(&node, ADA_RELAY_KEY, json!({"code": "Fade0002"})), 404, "Post not found.");
    assert_error(
        &report(&node, ADA_RELAY_KEY, json!({"code": "Fade0003"})),
        403,
        "This post has already been moderated.",
    );
    assert_error(&report(&node, ADA_RELAY_KEY, json!({"code": 7})), 400, "Missing or invalid post code.");
    assert_error(
        &report(&node, ADA_RELAY_KEY, json!({"code": ""})),
        429,
        "Rate limit exceeded. Please try again later.",
    );
    assert!(instance.admin(&["report", "list"]).is_empty());
}

/// U7, W3
#[test]
fn a_quarantined_post_vanishes_and_comes_back() {
    let instance = world();
    let node = instance.start();
    let listed = || {
        let reply = node.key_client("relay-key", ADA_RELAY_KEY).get(&format!("/users/{BOB}"));
        let uploads = reply.json()["user"]["publicUploads"].as_array().unwrap().clone();
        uploads.iter().any(|upload| upload["code"] == "AbCd1234")
    };
    report(&node, ADA_RELAY_KEY, json!({"code": "AbCd1234"}));
    assert!(listed());
    instance.admin(&["post", "quarantine", "AbCd1234", "--reason", "Spam"]);
    assert!(!listed());
    let seen = |key| node.key_client("relay-key", key).get("/posts/AbCd1234");
    let own = seen(BOB_RELAY_KEY).json();
    assert_eq!((&own["post"]["moderated"], &own["post"]["moderationReason"]), (&json!(true), &json!("Spam")));
    let others = seen(ADA_RELAY_KEY);
    assert!(others.status == 403 && !others.text().contains("Spam"));
    assert_eq!(instance.admin(&["report", "list"]), "", "its reports are closed");
    let line = |text: &str| text.lines().find(|line| line.starts_with("AbCd1234")).unwrap().to_owned();
    assert!(line(&instance.admin(&["post", "list"])).ends_with("quarantined"));
    instance.admin(&["post", "restore", "AbCd1234"]);
    assert!(listed());
    assert!(!line(&instance.admin(&["post", "list", "--owner", BOB])).ends_with("quarantined"));
    instance.admin(&["post", "delete", "AbCd1234"]);
    assert!(!listed());
    for command in ["quarantine", "restore", "delete"] {
        assert!(instance.must_not(&["admin", "post", command, "AbCd1234"], b"").contains("there is no post"));
    }
    let audit = instance.admin(&["audit"]);
    for done in ["quarantined post AbCd1234: Spam", "restored post AbCd1234", "deleted post AbCd1234"] {
        assert!(audit.contains(done), "{audit}");
    }
}
