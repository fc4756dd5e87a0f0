//! The account API on `relay.B` and `api.B` (contract U1 to U13).

use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::process::within;
use serde_json::{Value, json};

use crate::world::{ADA, ADA_API_KEY, ADA_RELAY_KEY, BOB, BOB_RELAY_KEY, CARL, DORA, empty, fill, world};

/// The moment of the seed's example.
fn seed_world() -> Instance {
    fill(empty().at("2026-05-15 00:00:00").set("public_url", "http://localhost"))
}

fn as_ada(node: &Node<'_>, target: &str) -> Reply {
    node.key_client("relay-key", ADA_RELAY_KEY).get(target)
}

fn error(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    (reply.status, body["error"].as_str().unwrap().to_owned())
}

/// U1, U12
#[test]
fn a_key_is_wanted_in_the_header_of_its_host() {
    let instance = world();
    let node = instance.start();
    for (host, header, good, other) in [
        ("relay.localhost", "relay-key", ADA_RELAY_KEY, ADA_API_KEY),
        ("api.localhost", "api-key", ADA_API_KEY, ADA_RELAY_KEY),
    ] {
        let ask = |headers: &[(&str, &str)], target: &str| {
            node.visitor().request("GET", host, target).headers(headers).send(node.listen)
        };
        let none = (401, format!("Unauthorized. No {header} header found."));
        let invalid = (401, format!("Unauthorized. Invalid {header}."));
        assert_eq!(error(&ask(&[], "/users/@me")), none);
        assert_eq!(error(&ask(&[(header, "")], "/users/@me")), none);
        assert_eq!(
            error(&ask(&[], &format!("/users/@me?{header}={good}"))),
            none,
            "a key in the query is no key"
        );
        assert_eq!(error(&ask(&[("authorization", good)], "/users/@me")), none);
        for bad in [other, "x", "' OR 1=1 --", &good.to_ascii_lowercase(), &format!("{good}x"), "ä"] {
            assert_eq!(error(&ask(&[(header, bad)], "/users/@me")), invalid, "{bad}");
        }
        assert_eq!(error(&ask(&[(header, good), (header, good)], "/users/@me")), invalid);
        let good = ask(&[(header, good)], "/users/@me");
        assert_eq!(good.status, 200);
        for reply in [good, ask(&[], "/users/@me"), ask(&[], "/nothing"), node.visitor().get(host, "/region")]
        {
            assert_eq!(
                (reply.header("vary"), reply.header("cache-control")),
                (Some(header), Some("no-store"))
            );
            assert!(reply.headers.iter().all(|(name, _)| !name.starts_with("x-ratelimit")));
        }
    }
}

/// U3, U5, U9, U10, U11
#[test]
fn my_own_account_is_the_seeds_example_key_for_key() {
    let instance = seed_world();
    let node = instance.start();
    let mine = json!({ "user": {
        "id": "123456789012345678", "username": "playerone",
        "avatar": "https://i.snipp.gg/avatars/123456789012345678/avatar.png",
        "banner": "https://i.snipp.gg/banners/123456789012345678/banner.png",
        "nickname": "Player One", "bio": "Building things at Snipp", "socials": {"github": "https://github.com/playerone"},
        "plus": true, "enterprise": false, "verified": false, "staff": false, "partner": false, "bugHunterTier": null,
        "translator": false, "suspended": false, "created": "2026-01-04T09:30:00Z", "customEmbed": null, "theme": "waterfall",
        "apiKey": ADA_API_KEY, "relayKey": ADA_RELAY_KEY,
        "limits": { "plan": "plus", "maxFileSize": null, "usage": {
            "used": 5_242_880, "quota": 21_474_836_480_u64, "limit": 21_474_836_480_u64, "usedPercent": 0.02,
            "windowStart": "2026-05-12T00:00:00Z", "windowEnd": "2026-05-19T00:00:00Z", "resetsInSeconds": 345_600 } },
        "subscription": { "plan": "plus", "status": "active", "started_at": "2026-01-04T09:30:00Z",
            "expires_at": "2027-01-04T09:30:00Z", "cancel_at_period_end": false, "gifted": false },
        "badges": { "verified": false, "staff": false, "partner": false, "bugHunterTier": 0, "translator": false, "plus": true },
        "uploads": 1
    }});
    let reply = as_ada(&node, "/users/@me");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!(reply.text(), mine.to_string());
    assert_eq!(
        node.key_client("api-key", ADA_API_KEY).get("/users/@me").body,
        reply.body,
        "the same on both hosts"
    );
}

/// U2
#[test]
fn me_has_three_names_and_nonsense_has_none() {
    let instance = seed_world();
    let node = instance.start();
    let me = as_ada(&node, "/users/@me").body;
    for name in ["%40me", "%40%6d%65", ADA] {
        assert_eq!(as_ada(&node, &format!("/users/{name}")).body, me, "{name}");
    }
    for bad in ["me", "@ME", "abc", "12a", "-1", "%20", "%ff", "1%2F2", "%EF%BC%91", "0x10"] {
        assert_eq!(error(&as_ada(&node, &format!("/users/{bad}"))).0, 400, "{bad}");
    }
    for nobody in ["1", "999999999999999999", "123456789012345678901234567890"] {
        assert_eq!(
            error(&as_ada(&node, &format!("/users/{nobody}"))),
            (404, "User not found.".into()),
            "{nobody}"
        );
    }
}

/// U4, U5, U7, U11
#[test]
fn another_user_shows_the_public_face_of_the_seed() {
    let instance = seed_world();
    let node = instance.start();
    let reply = as_ada(&node, &format!("/users/{BOB}?includePosts=true&postsLimit=10"));
    let bob = json!({ "user": {
        "id": "987654321098765432", "username": "playertwo",
        "avatar": "https://i.snipp.gg/avatars/987654321098765432/avatar.png", "banner": null, "nickname": "Player Two", "bio": null,
        "socials": null, "plus": false, "enterprise": false, "verified": false, "staff": false, "partner": false,
        "bugHunterTier": null, "translator": false, "suspended": false, "created": "2026-02-18T14:00:00Z", "customEmbed": null,
        "badges": { "verified": false, "staff": false, "partner": false, "bugHunterTier": 0, "translator": false, "plus": false },
        "blockedByYou": false,
        "publicUploads": [
            { "code": "A1bum222", "url": "http://i.localhost/987654321098765432/00000000000000000000000000000001.png",
              "postPrivacy": "public", "title": null, "description": null, "created": "2026-05-04T12:00:00Z", "public": true, "isAlbum": true },
            { "code": "AbCd1234", "url": "http://i.localhost/987654321098765432/a1b2c3d4e5f6789012345678abcdef01.png",
              "postPrivacy": "public", "title": "A title", "description": null, "created": "2026-05-03T12:00:00Z", "public": true, "isAlbum": false }
        ]
    }});
    assert_eq!((reply.status, reply.text()), (200, &*bob.to_string()));
}

/// U4
#[test]
fn nothing_private_shows_at_any_depth() {
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                found.push(name.clone());
                names(value, found);
            }),
            Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            _ => {}
        }
    }
    let instance = world();
    let node = instance.start();
    let reply = node.key_client("relay-key", BOB_RELAY_KEY).get(&format!("/users/{ADA}"));
    assert_eq!(reply.status, 200);
    let mut found = Vec::new();
    names(&reply.json(), &mut found);
    let private = [
        "theme",
        "apiKey",
        "relayKey",
        "limits",
        "subscription",
        "uploads",
        "email",
        "settings",
        "usage",
        "music",
        "blocks",
        "presenceSharing",
    ];
    assert!(private.iter().all(|name| !found.contains(&(*name).to_owned())), "{found:?}");
    for secret in [ADA_API_KEY, ADA_RELAY_KEY, "adas-key"] {
        assert!(!reply.text().contains(secret));
    }
}

/// U2, U12: what is asked most does not go through the router.
#[test]
fn an_escaped_path_gets_the_same_answer_to_the_letter() {
    let instance = seed_world();
    let node = instance.start();
    let escaped = format!("%{:x}{}", BOB.as_bytes()[0], &BOB[1..]);
    for (straight, escaped) in [("@me".to_owned(), "%40me".to_owned()), (BOB.to_owned(), escaped)] {
        for query in ["", "?postsLimit=1&includePosts=true", "?postsLimit=0"] {
            let ask = |id: &str| as_ada(&node, &format!("/users/{id}{query}"));
            let (straight, escaped) = (ask(&straight), ask(&escaped));
            let but_date = |reply: Reply| {
                let headers = reply.headers.clone().into_iter().filter(|(name, _)| name != "date");
                (reply.status, headers.collect::<Vec<_>>(), reply.body)
            };
            assert_eq!(but_date(straight), but_date(escaped));
        }
    }
}

/// U6
#[test]
fn posts_come_when_asked_for_and_as_many_as_asked_for() {
    let instance = world();
    let node = instance.start();
    let codes = |target: &str| {
        let reply = as_ada(&node, target);
        assert_eq!(reply.status, 200, "{target}");
        let uploads = reply.json()["user"].get("publicUploads").cloned();
        uploads.map(|uploads| {
            uploads
                .as_array()
                .unwrap()
                .iter()
                .map(|post| post["code"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
    };
    let both = Some(vec!["A1bum222".to_owned(), "AbCd1234".into()]);
    let newest = Some(vec!["A1bum222".to_owned()]);
    assert_eq!(codes(&format!("/users/{BOB}")), both);
    for (query, expected) in [
        ("includePosts=true", &both),
        ("include_posts=true", &both),
        ("includePosts=false", &None),
        ("include_posts=false", &None),
        ("postsLimit=1", &newest),
        ("posts_limit=1", &newest),
        ("postsLimit=50", &both),
        ("other=1", &both),
        ("includePosts=true&postsLimit=1", &newest),
    ] {
        assert_eq!(codes(&format!("/users/{BOB}?{query}")), *expected, "{query}");
    }
    assert_eq!(codes("/users/@me"), None);
    assert_eq!(codes(&format!("/users/{ADA}")), None, "one's own id is @me");
    assert_eq!(codes("/users/@me?includePosts=true"), Some(vec!["Beef0001".into()]));
    for (query, name) in [
        ("postsLimit=0", "postsLimit"),
        ("postsLimit=51", "postsLimit"),
        ("posts_limit=abc", "postsLimit"),
        ("postsLimit=-1", "postsLimit"),
        ("postsLimit=", "postsLimit"),
        ("postsLimit=1.5", "postsLimit"),
        ("includePosts=maybe", "includePosts"),
        ("include_posts=2", "includePosts"),
    ] {
        let (status, text) = error(&as_ada(&node, &format!("/users/{BOB}?{query}")));
        assert!(status == 400 && text.contains(name), "{query}: {status} {text}");
    }
}

/// U8
#[test]
fn blocks_hide_uploads_one_way_and_everything_the_other() {
    let instance = world();
    let node = instance.start();
    let carl = as_ada(&node, &format!("/users/{CARL}")).json();
    assert_eq!((&carl["user"]["blockedByYou"], &carl["user"]["publicUploads"]), (&json!(true), &json!([])));
    let dora = as_ada(&node, &format!("/users/{DORA}"));
    assert_eq!(error(&dora), (403, "You have been blocked by this user.".into()));
    let by_bob = node.key_client("relay-key", BOB_RELAY_KEY).get(&format!("/users/{DORA}")).json();
    assert_eq!(by_bob["user"]["blockedByYou"], false);
}

/// U9
#[test]
fn the_usage_window_ends_after_seven_days() {
    let instance = seed_world();
    let node = instance.start();
    let usage = || as_ada(&node, "/users/@me").json()["user"]["limits"]["usage"].clone();
    instance.set_clock("2026-05-18 23:59:59");
    assert_eq!((&usage()["used"], &usage()["resetsInSeconds"]), (&json!(5_242_880), &json!(1)));
    instance.set_clock("2026-05-19 00:00:00");
    let after = usage();
    assert_eq!((&after["used"], &after["usedPercent"]), (&json!(0), &json!(0.0)));
    for name in ["windowStart", "windowEnd", "resetsInSeconds"] {
        assert_eq!(after[name], Value::Null, "{name}");
    }
}

/// U9, U10
#[test]
fn plans_have_their_limits_and_end_when_they_are_over() {
    let instance = seed_world();
    let node = instance.start();
    let mine = || as_ada(&node, "/users/@me").json()["user"].clone();
    let becomes = |plan: &str| {
        let seen = within(PATIENCE, || Some(mine()).filter(|user| user["limits"]["plan"] == plan));
        seen.unwrap_or_else(|| panic!("{plan}: {}", mine()))
    };
    instance.admin(&["user", "plan", ADA, "enterprise"]);
    let user = becomes("enterprise");
    assert_eq!(
        (&user["plus"], &user["enterprise"], &user["badges"]["plus"]),
        (&json!(false), &json!(true), &json!(true))
    );
    assert_eq!(
        (&user["limits"]["maxFileSize"], &user["limits"]["usage"]["quota"]),
        (&Value::Null, &json!(53_687_091_200_u64))
    );
    let comped = json!({"plan": "enterprise", "status": "gifted", "started_at": null, "expires_at": null, "cancel_at_period_end": false, "gifted": true});
    assert_eq!(user["subscription"], comped);

    instance.admin(&["user", "plan", ADA, "plus", "--until", "2026-06-01T00:00:00Z"]);
    let user = becomes("plus");
    assert_eq!(
        (&user["subscription"]["status"], &user["subscription"]["expires_at"]),
        (&json!("gifted"), &json!("2026-06-01T00:00:00Z"))
    );
    instance.set_clock("2026-06-01 00:00:00");
    let user = mine();
    assert_eq!(
        (&user["plus"], &user["limits"]["plan"], &user["subscription"]["plan"]),
        (&json!(false), &json!("free"), &json!("free"))
    );

    instance.admin(&["user", "plan", ADA, "free"]);
    let user = becomes("free");
    assert_eq!(
        (&user["limits"]["maxFileSize"], &user["limits"]["usage"]["quota"]),
        (&json!(52_428_800), &json!(2_147_483_648_u64))
    );
    let free = json!({"plan": "free", "status": null, "started_at": null, "expires_at": null, "cancel_at_period_end": false, "gifted": false});
    assert_eq!(user["subscription"], free);
}

/// U13
#[test]
fn a_rotated_key_works_at_once_and_the_old_one_no_more() {
    let instance = world();
    let nodes = [instance.start(), instance.start()];
    assert!(nodes.iter().all(|node| as_ada(node, "/users/@me").status == 200));
    let new = instance.admin(&["key", "rotate", ADA, "relay"]);
    let new = new.lines().last().unwrap();
    assert!(new.len() == 32 && new.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{new}");
    for node in &nodes {
        let took = within(std::time::Duration::from_secs(1), || {
            (as_ada(node, "/users/@me").status == 401).then_some(())
        });
        assert!(took.is_some(), "the old key is refused within a second");
        let reply = node.key_client("relay-key", new).get("/users/@me");
        assert_eq!((reply.status, reply.json()["user"]["relayKey"].as_str()), (200, Some(new)));
        assert_eq!(
            node.key_client("api-key", ADA_API_KEY).get("/users/@me").status,
            200,
            "the other key is another key"
        );
    }
    instance.admin(&["key", "delete", ADA, "relay"]);
    let gone = within(PATIENCE, || {
        (nodes[0].key_client("relay-key", new).get("/users/@me").status == 401).then_some(())
    });
    assert!(gone.is_some());
    instance.must(&["admin", "key", "set", ADA, "relay"], format!("{ADA_RELAY_KEY}\n").as_bytes());
    let back = within(PATIENCE, || (as_ada(&nodes[1], "/users/@me").status == 200).then_some(()));
    assert!(back.is_some());
}

/// U13
#[test]
fn keys_are_not_kept_in_clear() {
    let instance = world();
    for file in std::fs::read_dir(instance.path("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        for secret in [ADA_API_KEY, ADA_RELAY_KEY, crate::world::ADA_MUSIC_KEY] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }
}
