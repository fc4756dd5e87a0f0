//! What users change of their accounts: theme, profile, blocks (contract A1, A9).

use nameplate_testkit::http::Reply;
use nameplate_testkit::node::{Instance, Node};
use serde_json::{Value, json};

use crate::world::{ADA, ADA_RELAY_KEY, BOB, BOB_RELAY_KEY, CARL, DORA, empty, file, fill, world};

/// Has a key, and is suspended.
const EVE_RELAY_KEY: &str = "eveRelayKey000000000000000000001";

fn send(node: &Node<'_>, key: &str, method: &str, path: &str, body: Value) -> Reply {
    node.key_client("relay-key", key).json(method, path, &body)
}

fn edit(node: &Node<'_>, body: Value) -> Reply {
    send(node, ADA_RELAY_KEY, "PATCH", "/profile", body)
}

fn me(node: &Node<'_>, key: &str) -> Value {
    node.key_client("relay-key", key).get("/users/@me").json()["user"].clone()
}

/// An answer with a body and a status, and nothing else in its body.
#[track_caller]
fn assert_answer(reply: &Reply, status: u16, body: Value) {
    assert_eq!((reply.status, reply.json()), (status, body));
}

/// A1
#[test]
fn a_premium_user_sets_one_of_the_themes() {
    let instance = world();
    let node = instance.start();
    let set = |key, body| send(&node, key, "PATCH", "/theme", body);
    let done = json!({"message": "Theme updated successfully!", "theme": "magneta"});
    assert_answer(&set(ADA_RELAY_KEY, json!({"theme": "magneta"})), 200, done);
    assert_eq!(me(&node, ADA_RELAY_KEY)["theme"], "magneta");
    for body in [
        json!({"theme": "beige"}),
        json!({"theme": null}),
        json!({"theme": 1}),
        json!({}),
        json!([]),
        json!({"theme": "red", "plan": "plus"}),
    ] {
        assert_eq!(set(ADA_RELAY_KEY, body.clone()).status, 400, "{body}");
    }
    assert_eq!(set(BOB_RELAY_KEY, json!({"theme": "red"})).status, 403);
    assert_eq!(me(&node, ADA_RELAY_KEY)["theme"], "magneta");
    assert!(
        node.key_client("relay-key", BOB_RELAY_KEY).get(&format!("/users/{ADA}")).json()["user"]
            .get("theme")
            .is_none()
    );
}

/// A1
#[test]
fn bodies_are_read_strictly_and_faults_are_json() {
    let instance = world();
    let node = instance.start();
    let ask = |kind: Option<&str>, body: &[u8]| {
        let request = node.key_client("relay-key", ADA_RELAY_KEY).request("PATCH", "/theme");
        let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        let reply = request.body(body).send(node.listen);
        let error = reply.json().get("error").map(ToString::to_string).unwrap_or_default();
        assert_eq!(reply.header("x-ratelimit-limit"), Some("20"));
        (reply.status, error)
    };
    assert_eq!(ask(None, br#"{"theme":"red"}"#).0, 200, "a type may be left out");
    assert_eq!(ask(Some("application/json; charset=utf-8"), br#"{"theme":"red"}"#).0, 200);
    assert_eq!(ask(Some("text/plain"), br#"{"theme":"red"}"#).0, 415);
    assert_eq!(
        ask(Some("application/x-www-form-urlencoded"), br#"{"theme":"red"}"#).0,
        200,
        "what curl -d says"
    );
    for body in [&b""[..], b"{", b"theme=red", b"{\"theme\":\"\xff\"}", b"{\"theme\":\"red\"} x"] {
        let (status, error) = ask(Some("application/json"), body);
        assert!(status == 400 && !error.is_empty(), "{body:?}");
    }
    assert!(ask(None, br#"{"them":"red"}"#).1.contains("them"), "the field is named");
    assert_eq!(ask(None, &[b' '; 70_000]).0, 413);
    assert_eq!(ask(None, "[".repeat(10_000).as_bytes()).0, 400);
}

/// A1
#[test]
fn what_is_sent_is_changed_and_comes_back() {
    let instance = world();
    let node = instance.start();
    let body = json!({
        "bio": "Two\nlines", "nickname": "Countess", "username": "ada_1815", "email": "countess@example.com",
        "socials": {"github": "https://github.com/ada", "X": "https://x.com/ada"},
        "customEmbed": {"title": "%{post_title}%", "themeColor": "#1a2b3c"},
    });
    let mut answer = body.clone();
    answer["message"] = "Profile updated successfully!".into();
    assert_answer(&edit(&node, body.clone()), 200, answer);
    let user = me(&node, ADA_RELAY_KEY);
    for field in ["bio", "nickname", "username", "socials", "customEmbed"] {
        assert_eq!(user[field], body[field], "{field}");
    }
    assert_eq!(
        user["banner"], "https://i.snipp.gg/banners/123456789012345678/banner.png",
        "not sent, not changed"
    );
    assert!(
        node.visitor().get("ada.localhost", "/").text().contains("Countess"),
        "the page shows it at once"
    );
    assert!(!user.to_string().contains("countess@example.com"));
    let folder = instance.path("data");
    let stored = std::fs::read(folder.join("nameplate.db")).unwrap();
    let log = std::fs::read(folder.join("nameplate.db-wal")).unwrap_or_default();
    for bytes in [stored, log, node.log().into_bytes()] {
        assert!(!bytes.windows(20).any(|window| window == b"countess@example.com"), "the address is sealed");
    }

    let cleared = json!({"bio": null, "nickname": null, "socials": null, "customEmbed": null, "email": null, "avatar": null});
    assert_eq!(edit(&node, cleared).status, 200);
    let user = me(&node, ADA_RELAY_KEY);
    for field in ["bio", "nickname", "socials", "customEmbed", "avatar"] {
        assert_eq!(user[field], Value::Null, "{field}");
    }
    assert_eq!(user["username"], "ada_1815");
}

/// A1
#[test]
fn a_bad_value_is_refused_and_nothing_is_changed() {
    let instance = world();
    let node = instance.start();
    let before = me(&node, ADA_RELAY_KEY);
    for (number, bad) in [
        json!({"bio": "x".repeat(201)}),
        json!({"nickname": "x".repeat(16)}),
        json!({"username": "PLAYERTWO"}),
        json!({"username": "ad"}),
        json!({"email": "ada"}),
        json!({"socials": {"github": "https://evil.example/ada"}}),
        json!({"socials": {"myspace": "https://myspace.com/ada"}}),
        json!({"avatar": "https://evil.example/a.png"}),
        json!({"avatar": format!("http://i.localhost/avatars/{BOB}/a1b2c3d4e5f6789012345678abcdef01.png")}),
        json!({"banner": format!("http://i.localhost/banners/{ADA}/a1b2c3d4e5f6789012345678abcdef01.png")}),
        json!({"customEmbed": {"themeColor": "red"}}),
        json!({"verified": true}),
        json!({}),
    ]
    .into_iter()
    .enumerate()
    {
        // Ten a minute: the rest with another key of hers.
        if number == 9 {
            instance.must(&["admin", "key", "set", ADA, "relay"], b"adaRelayKey000000000000000000002\n");
        }
        let mut with_more = bad.clone();
        if number != 12 {
            with_more["bio"] = with_more.get("bio").cloned().unwrap_or("also sent".into());
        }
        let key = if number < 9 { ADA_RELAY_KEY } else { "adaRelayKey000000000000000000002" };
        let reply = send(&node, key, "PATCH", "/profile", with_more);
        let expected = if number < 10 { 400 } else { 429 };
        assert_eq!(reply.status, expected, "{bad}: {}", reply.text());
        assert!(reply.json()["error"].is_string());
    }
    let after = me(&node, "adaRelayKey000000000000000000002");
    assert_eq!((&after["bio"], &after["username"]), (&before["bio"], &before["username"]));
}

/// A1, U10
#[test]
fn a_custom_embed_is_for_premium_users() {
    let instance = world();
    let node = instance.start();
    let set = |body| send(&node, BOB_RELAY_KEY, "PATCH", "/profile", body);
    assert_eq!(set(json!({"customEmbed": {"title": "x"}})).status, 403);
    assert_eq!(set(json!({"customEmbed": null, "bio": "free"})).status, 200);
    assert_eq!(me(&node, BOB_RELAY_KEY)["bio"], "free");
}

/// A9, U8
#[test]
fn a_block_is_made_seen_and_taken_back() {
    let instance = fill(empty().at("2026-05-15 00:00:00"));
    let node = instance.start();
    let post = |path, target: Value| send(&node, ADA_RELAY_KEY, "POST", path, json!({ "targetId": target }));
    let blocks = || node.key_client("relay-key", ADA_RELAY_KEY).get("/blocks");
    assert_answer(&post("/block", BOB.into()), 200, json!({"blocked": true}));
    let again = json!({"blocked": true, "message": "User is already blocked."});
    assert_answer(&post("/block", BOB.into()), 200, again);
    let listed: Vec<Value> = blocks().json()["blocks"].as_array().unwrap().clone();
    assert!(listed.contains(&json!({"userId": BOB, "created": "2026-05-15T00:00:00Z"})), "{listed:?}");
    assert!(listed.iter().any(|block| block["userId"] == CARL) && listed.len() == 2, "an imported one too");
    assert!(blocks().headers.iter().all(|(name, _)| !name.starts_with("x-ratelimit")), "without a limit");

    let other = |key: &str, id: &str| node.key_client("relay-key", key).get(&format!("/users/{id}"));
    let bob = other(ADA_RELAY_KEY, BOB).json();
    assert_eq!((&bob["user"]["blockedByYou"], &bob["user"]["publicUploads"]), (&json!(true), &json!([])));
    assert_answer(&other(BOB_RELAY_KEY, ADA), 403, json!({"error": "You have been blocked by this user."}));

    assert_answer(&post("/unblock", BOB.into()), 200, json!({"blocked": false}));
    let again = json!({"blocked": false, "message": "User is not blocked."});
    assert_answer(&post("/unblock", BOB.into()), 200, again);
    assert_eq!(other(BOB_RELAY_KEY, ADA).status, 200);
    assert_eq!(other(ADA_RELAY_KEY, BOB).json()["user"]["blockedByYou"], false);

    for (path, target, status) in [
        ("/block", json!(ADA), 400),
        ("/unblock", json!(ADA), 400),
        ("/block", json!("abc"), 400),
        ("/block", json!(""), 400),
        ("/block", json!(987_654_321_098_765_432_u64), 400),
        ("/block", json!("999999999999999999"), 404),
        ("/unblock", json!("1"), 404),
    ] {
        let reply = post(path, target.clone());
        assert_eq!(reply.status, status, "{path} {target}: {}", reply.text());
    }
    assert_eq!(post("/block", "999999999999999999".into()).json(), json!({"error": "User not found."}));
    assert_eq!(post("/block", DORA.into()).status, 200, "who blocks me can be blocked");
}

/// A1, U1
#[test]
fn these_endpoints_are_on_the_relay_host_alone_and_want_a_key() {
    let instance = world();
    let node = instance.start();
    for (method, path) in [
        ("PATCH", "/theme"),
        ("PATCH", "/profile"),
        ("POST", "/profile/avatar"),
        ("POST", "/profile/banner"),
        ("POST", "/block"),
        ("POST", "/unblock"),
        ("GET", "/blocks"),
        ("GET", "/usage-history"),
    ] {
        let none = node.visitor().request(method, "relay.localhost", path).body("{}").send(node.listen);
        assert_answer(&none, 401, json!({"error": "Unauthorized. No relay-key header found."}));
        assert_eq!(none.header("x-ratelimit-limit").is_some(), path != "/blocks", "{path}");
        let elsewhere = node.visitor().request(method, "api.localhost", path).body("{}").send(node.listen);
        assert_answer(&elsewhere, 404, json!({"error": "Not found."}));
        let wrong = node.visitor().request("PUT", "relay.localhost", path).body("{}").send(node.listen);
        assert_answer(&wrong, 405, json!({"error": "Method not allowed."}));
    }
}

fn with_suspended() -> Instance {
    let mut file = file();
    for user in file["users"].as_array_mut().unwrap() {
        if user["username"] == "eve" {
            user["relayKey"] = EVE_RELAY_KEY.into();
        }
    }
    empty().import(&file)
}

#[test]
fn a_suspended_user_reads_and_changes_nothing() {
    let instance = with_suspended();
    let node = instance.start();
    let suspended =
        json!({"error": "This user has been suspended indefinitely for violating our Terms of Service."});
    for (method, path, body) in [
        ("PATCH", "/theme", json!({"theme": "red"})),
        ("PATCH", "/profile", json!({"bio": "x"})),
        ("POST", "/profile/avatar", json!({})),
        ("POST", "/block", json!({"targetId": BOB})),
        ("POST", "/unblock", json!({"targetId": BOB})),
        ("POST", "/report", json!({"code": "AbCd1234"})),
    ] {
        assert_answer(&send(&node, EVE_RELAY_KEY, method, path, body), 403, suspended.clone());
    }
    assert_eq!(me(&node, EVE_RELAY_KEY)["suspended"], true);
    assert_eq!(node.key_client("relay-key", EVE_RELAY_KEY).get("/blocks").json(), json!({"blocks": []}));
}

/// A1
#[test]
fn a_history_of_nothing_is_empty() {
    let instance = world();
    let node = instance.start();
    let reply = node.key_client("relay-key", BOB_RELAY_KEY).get("/usage-history");
    let stats = json!({"totalBytes": 0, "totalUploads": 0, "activeDays": 0, "currentStreak": 0, "biggestDay": null, "windowDays": 365});
    assert_answer(&reply, 200, json!({"history": [], "stats": stats}));
    assert_eq!(reply.header("x-ratelimit-limit"), Some("30"));
}

/// W2: the address is the user's, so it moves along.
#[test]
fn an_address_moves_with_the_instance() {
    let instance = world();
    assert_eq!(edit(&instance.start(), json!({"email": "countess@example.com"})).status, 200);
    let exported = instance.must(&["export"], b"");
    let file: Value = serde_json::from_str(&exported).unwrap();
    let email = |file: &Value| {
        let users = file["users"].as_array().unwrap();
        users.iter().find(|user| user["id"] == ADA).unwrap()["email"].clone()
    };
    assert_eq!(email(&file), "countess@example.com");
    let other = empty();
    other.must(&["import", "-"], exported.as_bytes());
    let again: Value = serde_json::from_str(&other.must(&["export"], b"")).unwrap();
    assert_eq!(email(&again), "countess@example.com");
}
