//! Which surface answers (contract R1 to R8), on raw sockets.

use std::io::{Read, Write};

use nameplate_core::host::RESERVED_LABELS;
use nameplate_testkit::http::{Reply, connect};
use nameplate_testkit::node::Node;
use serde_json::json;

use crate::http2::{Client, next_piece};
use crate::world::{ADA, empty, fill, world};

fn is_adas_page(reply: &Reply) -> bool {
    reply.status == 200 && reply.text().contains("Words of the first block.")
}

/// An answer to a head that stands there as it is.
fn answer(node: &Node<'_>, head: &[u8]) -> Reply {
    Reply::parse(&node.raw(head))
}

/// R1, R5
#[test]
fn a_host_is_the_same_in_every_spelling() {
    let instance = world();
    let node = instance.start();
    for host in [
        "ada.localhost",
        "ADA.localhost",
        "ada.localhost.",
        "ada.localhost:8080",
        "Ada.LocalHost.:80",
        "ada.localhost:",
    ] {
        assert!(is_adas_page(&node.visitor().get(host, "/")), "{host}");
    }
    for host in ["xn--bcher-kva.example", "XN--BCHER-KVA.example", "bücher.example", "BÜCHER.example:443"] {
        assert_eq!(node.visitor().get(host, "/").status, 200, "{host}");
    }
    let reply = answer(&node, b"GET / HTTP/1.0\r\nHost: ada.localhost\r\n\r\n");
    assert!(is_adas_page(&reply), "{reply:?}");
}

/// R1
#[test]
fn a_missing_doubled_or_malformed_host_is_refused_before_routing() {
    let instance = world();
    let node = instance.start();
    for path in ["/", "/healthz", "/api/v1/profiles/presence/123456789012345678"] {
        let mut heads = vec![
            format!("GET {path} HTTP/1.1\r\n\r\n"),
            format!("GET {path} HTTP/1.0\r\n\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: ada.localhost\r\nHost: bob.localhost\r\n\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: ada.localhost\r\nHost: ada.localhost\r\n\r\n"),
        ];
        let hosts = [
            "",
            ".",
            "a..b",
            "ada.localhost,bob.localhost",
            "ada localhost",
            "user@ada.localhost",
            "ada.localhost/x",
            "ada.localhost:x",
            "ada.localhost:99999",
            "ada.localhost:1:2",
            "[::1",
            "[::1]x",
            "a%61",
            "-ada.localhost",
            "ada.localhost#x",
            "127.1",
            "2130706433",
        ];
        heads.extend(hosts.iter().map(|host| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")));
        for head in heads {
            let reply = answer(&node, head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes());
            assert_eq!(reply.status, 400, "{head:?}");
            assert!(!reply.text().contains("Player One"), "{head:?}");
        }
    }
}

/// R1
#[test]
fn an_absolute_target_must_agree_with_the_host() {
    let instance = world();
    let node = instance.start();
    let ask = |target: &str, host: &str| {
        answer(&node, format!("GET {target} HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes())
    };
    assert!(is_adas_page(&ask("http://ada.localhost/", "Host: ada.localhost\r\n")));
    assert!(is_adas_page(&ask("http://ADA.localhost:80/?x", "Host: ada.localhost:8080\r\n")));
    assert_eq!(ask("http://bob.localhost/", "Host: ada.localhost\r\n").status, 400);
    assert_eq!(ask("http://ada.localhost/", "").status, 400);
}

/// R1
#[tokio::test]
async fn http2_names_the_host_in_its_authority() {
    let instance = world();
    let node = instance.start();
    let mut client = Client::connect(node.listen).await;
    let mut ask = async |uri: &str, host: Option<&str>| {
        let (head, mut body) = client.get(uri, host).await;
        let mut bytes = Vec::new();
        while let Some(piece) = next_piece(&mut body).await {
            bytes.extend(piece);
        }
        (head.status.as_u16(), String::from_utf8(bytes).unwrap())
    };
    let (status, page) = ask("http://ada.localhost/", None).await;
    assert!(status == 200 && page.contains("Words of the first block."), "{status}");
    let (status, page) = ask("http://bob.localhost:8080/", Some("bob.localhost")).await;
    assert!(status == 200 && page.contains("Player Two"), "{status}");
    assert_eq!(ask("http://bob.localhost/", Some("ada.localhost")).await.0, 400);
}

/// R1, P2
#[test]
fn a_forwarded_host_from_nobody_we_trust_changes_nothing() {
    let instance = world();
    let node = instance.start();
    let plain = node.visitor().get("ada.localhost", "/");
    let forwarded = node
        .visitor()
        .with("x-forwarded-host", "bob.localhost")
        .with("x-forwarded-proto", "https")
        .with("forwarded", "host=bob.localhost;proto=https");
    assert_eq!(forwarded.get("ada.localhost", "/").without_date(), plain.without_date());
}

/// R1
#[test]
fn absolute_urls_come_from_the_configuration() {
    let instance = fill(empty().set("public_url", "https://plates.example"));
    let node = instance.start();
    let page = node.visitor().get("ada.localhost:4711", "/");
    assert!(page.text().contains("<link rel=\"canonical\" href=\"https://ada.localhost/\">"));
    assert!(!page.text().contains("4711"));
    assert_eq!(node.visitor().get("nobody.example", "/").header("location"), Some("https://plates.example/"));
}

/// R2
#[test]
fn the_api_and_the_probes_answer_on_every_host() {
    let instance = world();
    let node = instance.start();
    let hosts = [
        "localhost",
        "www.localhost",
        "relay.localhost",
        "api.localhost",
        "i.localhost",
        "ada.localhost",
        "nobody.localhost",
        "ada.example",
        "nobody.example",
        "root.example",
        "127.0.0.1",
        "[::1]",
    ];
    for host in hosts {
        assert_eq!(node.visitor().get(host, "/healthz").status, 200, "{host}");
        assert_eq!(node.visitor().get(host, "/readyz").status, 200, "{host}");
        let snapshot = node.visitor().get(host, &format!("/api/v1/profiles/presence/{ADA}"));
        assert_eq!(
            (snapshot.status, snapshot.text()),
            (200, r#"{"ok":true,"data":{"presence":null}}"#),
            "{host}"
        );
        let nothing = node.visitor().get(host, "/api/v1/nothing");
        assert_eq!((nothing.status, nothing.json()["ok"].as_bool()), (404, Some(false)), "{host}");
    }
}

/// R3
#[test]
fn the_apis_and_the_file_host_have_their_names_and_no_profile_can_take_one() {
    let instance = world();
    let node = instance.start();
    for (host, header) in [("relay.localhost", "relay-key"), ("api.localhost", "api-key")] {
        let reply = node.visitor().get(host, "/users/@me");
        assert_eq!((reply.status, reply.json()["error"].as_str().unwrap().contains(header)), (401, true));
        let nothing = node.visitor().get(host, "/");
        assert_eq!((nothing.status, nothing.json()["error"].is_string()), (404, true));
    }
    assert_eq!(node.visitor().get("i.localhost", "/").status, 404);

    for label in RESERVED_LABELS {
        let domain = format!("{label}.localhost");
        let profile = json!({ "id": "p_new", "owner": ADA, "domain": domain, "isPublic": true });
        let file = json!({ "nameplate": 1, "profiles": [profile] });
        let complaint = instance.must_not(&["import", "-"], file.to_string().as_bytes());
        assert!(complaint.contains("profiles[0].domain"), "{domain}: {complaint}");
    }
    let complaint = instance.must_not(&["admin", "profile", "create", "www", "--owner", ADA], b"");
    assert!(complaint.contains("reserved"), "{complaint}");
}

/// R4
#[test]
fn the_base_domain_and_the_exempt_roots_show_the_dashboard_whatever_a_row_says() {
    let instance = world();
    let node = instance.start();
    let home = node.visitor().get("localhost", "/");
    assert_eq!(home.status, 200);
    for host in ["www.localhost", "root.example", "ROOT.example:80"] {
        assert_eq!(node.visitor().get(host, "/").without_date(), home.clone().without_date(), "{host}");
    }
    assert!(!home.text().contains("Player Two"));
}

/// R5
#[test]
fn an_own_domain_is_served_once_it_is_proved() {
    let instance = world();
    let node = instance.start();
    assert!(node.visitor().get("ada.example", "/").text().contains("Player One"));
    assert_eq!(node.visitor().get("unproved.example", "/").status, 302);
    instance.admin(&["profile", "verify", "p_unproved"]);
    let shown = nameplate_testkit::process::within(nameplate_testkit::http::PATIENCE, || {
        Some(node.visitor().get("unproved.example", "/")).filter(|reply| reply.status == 200)
    });
    assert!(shown.expect("the page is shown").text().contains("Player One"));
}

/// R7
#[test]
fn what_is_not_available_looks_exactly_like_what_is_not_there() {
    let instance = world();
    let node = instance.start();
    let ask = |method: &str, host: &str, path: &str| {
        node.visitor().request(method, host, path).send(node.listen).without_date()
    };
    for (method, path) in
        [("GET", "/"), ("HEAD", "/"), ("POST", "/"), ("GET", "/abc.png"), ("GET", "/?x=1"), ("OPTIONS", "/")]
    {
        let missing = ask(method, "nobody.localhost", path);
        for host in ["hidden.localhost", "suspended.localhost", "expired.localhost", "eve.localhost"] {
            assert_eq!(ask(method, host, path), missing, "{method} {host}{path}");
        }
        let foreign = ask(method, "nobody.example", path);
        assert_eq!(ask(method, "unproved.example", path), foreign, "{method} {path}");
    }
    for path in ["/api/v1/profiles/{}/og.png", "/api/v1/profiles/{}/music/USRC17607839"] {
        let missing = ask("GET", "localhost", &path.replace("{}", "p_nobody"));
        assert_eq!(missing.status, 404);
        for id in ["p_hidden", "p_suspended", "p_expired", "p_eve"] {
            assert_eq!(ask("GET", "localhost", &path.replace("{}", id)), missing, "{id}");
        }
    }
}

/// R7
#[test]
fn nothing_is_a_page_under_the_base_domain_and_the_way_home_elsewhere() {
    let instance = world();
    let node = instance.start();
    let missing = node.visitor().get("nobody.localhost", "/");
    assert_eq!((missing.status, missing.header("content-type")), (404, Some("text/html; charset=utf-8")));
    for path in ["/", "/deep/er?and=more"] {
        let foreign = node.visitor().get("nobody.example", path);
        let home = format!("http://localhost:{}/", node.listen.port());
        assert_eq!((foreign.status, foreign.header("location")), (302, Some(&*home)), "{path}");
    }
    assert_eq!(node.visitor().get("deep.er.localhost", "/").status, 404);
    assert_eq!(node.visitor().get("ada.localhost", "/nothing-here").status, 404);
}

/// R8
#[test]
fn an_address_shows_nobodys_profile() {
    let instance = world();
    let node = instance.start();
    let port = node.listen.port();
    for host in [
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{port}"),
        "[::1]".into(),
        format!("[::1]:{port}"),
        "8.8.8.8".into(),
    ] {
        let reply = node.visitor().get(&host, "/");
        assert_eq!(reply.status, 302, "{host}");
        assert!(reply.body.is_empty(), "{host}");
    }
}

/// R1
#[test]
fn garbage_on_the_wire_hurts_nobody() {
    let instance = world();
    let node = instance.start();
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let good = b"GET / HTTP/1.1\r\nHost: ada.localhost\r\nConnection: close\r\n\r\n";
    for round in 0..300 {
        let mut bytes = good.to_vec();
        for _ in 0..=round % 5 {
            let place = usize::from(byte()) % bytes.len();
            bytes[place] = byte();
        }
        if round % 10 == 0 {
            bytes = (0..1_000).map(|_| byte()).collect();
        }
        let mut socket = connect(node.listen);
        // It may be refused before all of it is sent.
        let _ = socket.write_all(&bytes);
        let _ = socket.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let is_answer = answer.starts_with(b"HTTP/1.") || answer.is_empty();
        assert!(is_answer, "{:?}", String::from_utf8_lossy(&answer));
    }
    let long = format!("GET / HTTP/1.1\r\nHost: ada.localhost\r\nX-Long: {}\r\n\r\n", "x".repeat(100_000));
    let mut socket = connect(node.listen);
    let _ = socket.write_all(long.as_bytes());
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{:?}", String::from_utf8_lossy(&answer));
    assert!(is_adas_page(&node.visitor().get("ada.localhost", "/")));
    assert_eq!(node.operator().metric("nameplate_http_panics_total"), 0);
}
