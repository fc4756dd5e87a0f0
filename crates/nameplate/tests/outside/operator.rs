//! The internal listener (contract W8).

use nameplate_testkit::http::{PATIENCE, Request};
use nameplate_testkit::process::within;
use serde_json::json;

use crate::world::{ADA, BOB, empty, fill, world};

/// W8
#[test]
fn metrics_and_full_readiness_are_the_operators() {
    let instance = world();
    let node = instance.start();
    node.visitor().get("ada.localhost", "/");
    node.visitor().get("ada.localhost", "/secret-path");
    let metrics = node.operator().get("/metrics");
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(
        metrics
            .text()
            .contains("nameplate_http_requests_total{surface=\"site\",route=\"/\",status=\"200\"} 1"),
        "{}",
        metrics.text()
    );
    for private in ["ada.localhost", "secret-path", ADA, "p_ada", "127.0.0.1"] {
        assert!(!metrics.text().contains(private), "no label holds {private}");
    }
    let ready = node.operator().get("/readyz").json();
    assert_eq!(
        (&ready["data"]["ready"], &ready["data"]["database"]["backend"]),
        (&json!(true), &json!("sqlite"))
    );
    assert_eq!(
        node.visitor().get("localhost", "/readyz").text(),
        "ok",
        "the public learns no more than that"
    );
}

/// W8
#[test]
fn the_public_listener_knows_none_of_it() {
    let instance = world();
    let node = instance.start();
    for host in ["localhost", "127.0.0.1", "ada.localhost", "relay.localhost"] {
        for path in ["/metrics", "/tls-ask?domain=ada.localhost"] {
            let reply = node.visitor().get(host, path);
            assert!(
                reply.status >= 300 && !reply.text().contains("nameplate_"),
                "{host}{path}: {}",
                reply.status
            );
        }
        for method in ["PUT", "DELETE"] {
            let request =
                Request::new(method, host, &format!("/presence/{ADA}")).body(r#"{"status":"online"}"#);
            assert!(request.send(node.listen).status >= 300, "{method} {host}");
        }
    }
    assert_eq!(node.visitor().presence(ADA), serde_json::Value::Null);
}

/// W8
#[test]
fn a_certificate_is_for_slots_that_exist_and_proved_domains_of_pages_that_can_be_seen() {
    let instance = world();
    let node = instance.start();
    let ask = |domain: &str| node.operator().get(&format!("/tls-ask?domain={domain}")).status;
    for yes in ["ada.localhost", "ADA.localhost", "hidden.localhost", "ada.example", "xn--bcher-kva.example"]
    {
        assert_eq!(ask(yes), 200, "{yes}");
    }
    for no in [
        "nobody.localhost",
        "unproved.example",
        "nobody.example",
        "",
        "127.0.0.1",
        "a.ada.localhost",
        "mail.localhost",
        "ada.example.evil.example",
        "%00",
    ] {
        assert_ne!(ask(no) / 100, 2, "{no}");
    }
    assert_ne!(node.operator().get("/tls-ask").status / 100, 2);
    instance.admin(&["profile", "unpublish", "p_own"]);
    assert!(within(PATIENCE, || (ask("ada.example") != 200).then_some(())).is_some());
    instance.admin(&["profile", "verify", "p_unproved"]);
    assert!(within(PATIENCE, || (ask("unproved.example") == 200).then_some(())).is_some());
}

/// W8, S2
#[test]
fn a_presence_that_makes_no_sense_is_refused_with_its_place() {
    let instance = world();
    let node = instance.start();
    let put = |body: &str| {
        Request::new("PUT", "127.0.0.1", &format!("/presence/{ADA}")).body(body).send(node.internal)
    };
    let cases = [
        ("", "."),
        ("nonsense", "."),
        ("{}", "status"),
        (r#"{"status":"away"}"#, "status"),
        (r#"{"status":"online","mood":1}"#, "mood"),
        (r#"{"status":"online","activity":{"name":"x","type":6}}"#, "activity.type"),
        (r#"{"status":"online","activity":{"name":" ","type":0}}"#, "activity.name"),
        (
            r#"{"status":"online","activity":{"name":"x","type":0,"largeImage":"http://i.scdn.co/a"}}"#,
            "activity.largeImage",
        ),
        (r#"{"status":"online","activity":{"name":"x","type":0,"startedAt":-1}}"#, "activity.startedAt"),
    ];
    for (body, place) in cases {
        let reply = put(body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.json()["error"].as_str().unwrap().contains(place), "{body}: {}", reply.text());
    }
    assert_eq!(put(&format!(r#"{{"status":"online","x":"{}"}}"#, "x".repeat(20_000))).status, 413);
    assert_eq!(put(r#"{"status":"online","activity":null}"#).status, 204);
    for user in ["abc", "1", "%20"] {
        assert_eq!(node.operator().put_presence(user, &json!({"status": "online"})).status, 400, "{user}");
    }
    assert_eq!(node.operator().put_presence(BOB, &json!({"status": "online"})).status, 404);
    assert_eq!(node.operator().delete_presence(ADA).status, 204);
    assert_eq!(node.operator().delete_presence(ADA).status, 204, "again, as if it were the first time");
}

/// W8
#[test]
fn a_token_guards_everything_but_the_probes() {
    let instance = fill(empty().set("internal_token", "operators-token"));
    let node = instance.start();
    let ask = |path: &str, bearer: Option<&str>| {
        let request = Request::new("GET", "127.0.0.1", path);
        let request = bearer.iter().fold(request, |request, bearer| request.header("authorization", bearer));
        request.send(node.internal).status
    };
    for bad in
        [None, Some("Bearer x"), Some("operators-token"), Some("Bearer operators-tokenx"), Some("Bearer ")]
    {
        assert_eq!(ask("/metrics", bad), 401, "{bad:?}");
        assert_eq!(ask("/tls-ask?domain=ada.localhost", bad), 401, "{bad:?}");
    }
    assert_eq!(ask("/metrics", Some("Bearer operators-token")), 200);
    assert_eq!((ask("/healthz", None), ask("/readyz", None)), (200, 200));
}
