//! No secret shows where it does not belong (contract M4, U13, W6).

use nameplate_testkit::http::Request;
use serde_json::json;

use crate::world::{ADA, ADA_API_KEY, ADA_MUSIC_KEY, ADA_RELAY_KEY, BOB_RELAY_KEY, ISRC, empty, fill};

/// M4, U13, W6
#[test]
fn the_canaries_are_in_no_log_no_metric_and_no_strangers_answer() {
    let root = "0123456789abcdef".repeat(4);
    // A worker that is not there: failures are where secrets like to show.
    let instance = empty()
        .set("log", "trace")
        .set("root_secret", &*root)
        .set("internal_token", "canary-internal-token")
        .set("music_url", "http://127.0.0.1:1/{isrc}?key={key}");
    let instance = fill(instance);
    let node = instance.start();
    let mut answers = Vec::new();
    let mut ask = |request: Request| answers.push(request.send(node.listen));
    for (host, header, key) in
        [("relay.localhost", "relay-key", ADA_RELAY_KEY), ("api.localhost", "api-key", ADA_API_KEY)]
    {
        // Wrong hosts, wrong headers, half a key: none of them says it back.
        for place in [host, "ada.localhost", "localhost"] {
            ask(Request::new("GET", place, "/users/123").header(header, key));
            ask(Request::new("GET", place, &format!("/users/{key}")).header(header, &key[1..]));
        }
    }
    ask(Request::new("GET", "ada.localhost", &format!("/api/v1/profiles/p_ada/music/{ISRC}")));
    ask(Request::new("GET", "ada.localhost", "/")
        .header("cookie", "session=canary-cookie")
        .header("authorization", "Bearer canary-bearer"));
    ask(Request::new("GET", "i.localhost", "/x?s=canary-signature"));
    let stranger = node.key_client("relay-key", BOB_RELAY_KEY).get(&format!("/users/{ADA}"));
    let rotated = instance.admin(&["key", "rotate", ADA, "api"]).lines().last().unwrap().to_owned();
    assert_eq!(node.key_client("api-key", &rotated).get("/users/@me").status, 200);
    let refused = Request::new("GET", "127.0.0.1", "/metrics")
        .header("authorization", "Bearer canary-wrong")
        .send(node.internal);
    let metrics =
        Request::new("GET", "127.0.0.1", "/metrics").header("authorization", "Bearer canary-internal-token");
    let metrics = metrics.send(node.internal);
    assert_eq!((refused.status, metrics.status), (401, 200));
    instance.must_not(
        &["import", "-"],
        json!({"nameplate": 1, "users": [{"id": ADA, "username": "a", "relayKey": "canary-short"}]})
            .to_string()
            .as_bytes(),
    );
    assert!(node.terminate().success());

    let logs = instance.logs();
    assert!(logs.contains("access"), "the log is as wordy as it can be");
    let canaries = [ADA_API_KEY, ADA_RELAY_KEY, BOB_RELAY_KEY, ADA_MUSIC_KEY, &rotated, &root, "canary-"];
    for canary in canaries {
        assert!(!logs.contains(canary), "{canary} in\n{}", lines_with(&logs, canary));
        assert!(!metrics.text().contains(canary), "{canary}");
    }
    for answer in answers.iter().chain([&stranger]) {
        for canary in [ADA_MUSIC_KEY, &rotated, &root, ADA_API_KEY, ADA_RELAY_KEY] {
            assert!(!String::from_utf8_lossy(&answer.body).contains(canary), "{canary}: {answer:?}");
        }
    }
}

fn lines_with(logs: &str, canary: &str) -> String {
    logs.lines().filter(|line| line.contains(canary)).take(5).collect::<Vec<_>>().join("\n")
}
