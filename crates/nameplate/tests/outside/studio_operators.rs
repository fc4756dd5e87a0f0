//! What those who run the instance see and change in the studio, and that nobody else does.

use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::studio::StudioClient;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, BOB_RELAY_KEY, CARL, EVE, world};

/// The world, run by Ada.
fn run_by_ada() -> Instance {
    let instance = world();
    instance.admin(&["user", "operator", ADA]);
    instance
}

fn data(client: &StudioClient, target: &str) -> Value {
    let reply = client.get(target);
    assert_eq!(reply.status, 200, "{target}: {}", reply.text());
    reply.json()["data"].clone()
}

fn status(node: &Node<'_>, host: &str) -> u16 {
    node.visitor().get(host, "/").status
}

/// Studio, operators
#[test]
fn to_everybody_else_it_is_not_there() {
    let instance = run_by_ada();
    let node = instance.start();
    let (ada, bob) = (node.sign_in(ADA), node.sign_in(BOB));
    let missing = bob.get("/api/v1/nothing-here").status;
    for target in ["users", "profiles", "domains", "reports", "badges", "health", "audit"] {
        let target = format!("/api/v1/operator/{target}");
        assert_eq!(ada.get(&target).status, 200, "{target}");
        assert_eq!((bob.get(&target).status, missing), (404, 404), "{target}");
        assert_eq!(node.visitor().get(ada.host(), &target).status, 401, "{target}");
    }
    let change = json!({"suspended": true});
    assert_eq!(bob.patch(&format!("/api/v1/operator/users/{CARL}"), &change).status, 404);
    assert_eq!(bob.patch("/api/v1/operator/profiles/p_ada", &change).status, 404);
    assert_eq!(bob.post("/api/v1/operator/reports/AbCd1234", &json!({"action": "hide"})).status, 404);
    assert_eq!(status(&node, "ada.localhost"), 200, "nothing was done");
    let own = format!("/api/v1/operator/users/{ADA}");
    for change in [json!({"isOperator": false}), json!({"suspended": true})] {
        assert_eq!(ada.patch(&own, &change).json()["code"], "yourself");
    }
}

/// Studio, operators; P9
#[test]
fn users_are_found_made_suspended_and_given_plans_and_badges() {
    let instance = run_by_ada();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let all = data(&ada, "/api/v1/operator/users");
    assert_eq!((&all["total"], &all["page"], &all["pages"]), (&json!(5), &json!(1), &json!(1)));
    let found = |search: &str| {
        let found = data(&ada, &format!("/api/v1/operator/users?search={search}"));
        let users = found["users"].as_array().unwrap().clone();
        users.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (found("CARL"), found("Player%20Two"), found(EVE)),
        (vec!["carl".into()], vec!["playertwo".into()], vec!["eve".into()])
    );
    assert!(found("%25").is_empty() && found("_").is_empty(), "no wildcards");

    let bob = format!("/api/v1/operator/users/{BOB}");
    let seen = data(&ada, &bob);
    assert_eq!(
        (&seen["plan"], &seen["isPremium"], &seen["profiles"]),
        (&json!("free"), &json!(false), &json!(2))
    );
    assert_eq!(
        seen["sites"][0]["url"].as_str().unwrap(),
        format!("http://bob.localhost:{}/", node.listen.port())
    );
    assert!(seen["usage"]["limit"].as_u64().unwrap() > 0 && seen.get("relayKey").is_none());

    let given = ada.patch(&bob, &json!({"plan": {"plan": "plus", "expiresAt": "2030-01-01T00:00:00Z"}, "badges": {"verified": true, "bugHunterTier": 2}}));
    assert_eq!(given.status, 200, "{}", given.text());
    let given = &given.json()["data"];
    assert_eq!(
        (&given["plan"], &given["badges"]["verified"], &given["badges"]["bugHunterTier"]),
        (&json!("plus"), &json!(true), &json!(2))
    );
    let me = node.key_client("relay-key", BOB_RELAY_KEY).get("/users/@me").json();
    assert_eq!((&me["user"]["plus"], &me["user"]["verified"]), (&json!(true), &json!(true)));
    assert_eq!(
        ada.patch(&bob, &json!({"badges": {"bugHunterTier": 3}})).json()["path"],
        "badges.bugHunterTier"
    );
    assert_eq!(ada.patch(&bob, &json!({"isPublic": true})).status, 400, "no such field");

    let suspended = ada.patch(&bob, &json!({"suspended": true, "reason": "Sells phishing kits."}));
    assert_eq!(suspended.json()["data"]["suspendedReason"], "Sells phishing kits.");
    assert_eq!(status(&node, "bob.localhost"), 404);
    let restored = ada.patch(&bob, &json!({"suspended": false}));
    assert_eq!(restored.json()["data"]["suspendedReason"], Value::Null);
    assert_eq!(status(&node, "bob.localhost"), 200);
    assert_eq!(
        ada.patch("/api/v1/operator/users/999999999999999999", &json!({"suspended": true})).status,
        404
    );

    let made = ada
        .post("/api/v1/operator/users", &json!({"username": "newcomer", "nickname": "New", "plan": "plus"}));
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.json()["data"]["plan"], "plus");
    let taken = ada.post("/api/v1/operator/users", &json!({"username": "again", "id": id}));
    assert_eq!((taken.status, &taken.json()["code"]), (409, &json!("taken")));
    assert_eq!(ada.post("/api/v1/operator/users", &json!({"username": " "})).json()["path"], "username");
    let link = ada.post(&format!("/api/v1/operator/users/{id}/login-link"), &json!({}));
    let link = link.json()["data"]["url"].as_str().unwrap().to_owned();
    let newcomer = StudioClient::by_link(&node, &link);
    assert_eq!(newcomer.get("/api/v1/session").json()["data"]["user"]["username"], "newcomer");
}

/// Studio, operators; P9
#[test]
fn profiles_are_suspended_with_a_reason_and_their_domains_are_listed() {
    let instance = run_by_ada();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let found = data(&ada, "/api/v1/operator/profiles?search=bob.localhost");
    assert_eq!(found["total"], 1);
    let bob = &found["profiles"][0];
    assert_eq!(
        (&bob["id"], &bob["owner"]["username"], &bob["status"]),
        (&json!("p_bob"), &json!("playertwo"), &json!("live"))
    );
    let target = "/api/v1/operator/profiles/p_bob";
    let suspended = ada.patch(target, &json!({"suspended": true, "reason": "Reported by many"}));
    let suspended = &suspended.json()["data"];
    assert_eq!(
        (&suspended["status"], &suspended["suspendedReason"]),
        (&json!("suspended"), &json!("Reported by many"))
    );
    assert_eq!(status(&node, "bob.localhost"), 404);
    assert_eq!(
        data(&ada, "/api/v1/operator/profiles?search=p_bob")["profiles"][0]["suspendedReason"],
        "Reported by many"
    );
    assert_eq!(
        ada.patch(target, &json!({"suspended": false, "isPublic": false})).json()["data"]["status"],
        "draft"
    );
    assert_eq!(status(&node, "bob.localhost"), 404);
    assert_eq!(ada.patch(target, &json!({"isPublic": true})).status, 200);
    assert_eq!(status(&node, "bob.localhost"), 200);
    assert_eq!(ada.patch("/api/v1/operator/profiles/p_nobody", &json!({"isPublic": true})).status, 404);
    let domains = data(&ada, "/api/v1/operator/domains?search=ada");
    let kinds: Vec<_> = domains["domains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|domain| (domain["domain"].clone(), domain["kind"].clone()))
        .collect();
    assert_eq!(kinds, [(json!("ada.example"), json!("own")), (json!("ada.localhost"), json!("slot"))]);
}

/// Studio, operators; A2
#[test]
fn reports_are_looked_at_and_closed() {
    let instance = run_by_ada();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let report = |code: &str| {
        let body = json!({"code": code, "reason": "Not nice"});
        let reply = node.key_client("relay-key", crate::world::ADA_RELAY_KEY).json("POST", "/report", &body);
        assert_eq!(reply.status, 200, "{}", reply.text());
    };
    report("AbCd1234");
    report("A1bum222");
    let open = data(&ada, "/api/v1/operator/reports");
    assert_eq!(open["total"], 2);
    let reports = open["reports"].as_array().unwrap();
    let post = reports.iter().find(|report| report["post"] == "AbCd1234").unwrap();
    assert_eq!(
        (&post["title"], &post["owner"]["username"], &post["mime"]),
        (&json!("A title"), &json!("playertwo"), &json!("image/png"))
    );
    assert_eq!(
        (&post["reports"][0]["reason"], &post["reports"][0]["by"]["username"]),
        (&json!("Not nice"), &json!("playerone"))
    );
    assert!(post["shareUrl"].as_str().unwrap().ends_with("/p/AbCd1234"));

    let judge = |code: &str, body: &Value| ada.post(&format!("/api/v1/operator/reports/{code}"), body);
    assert_eq!(judge("AbCd1234", &json!({"action": "hide", "note": "Against the rules"})).status, 200);
    assert_eq!(judge("A1bum222", &json!({"action": "keep"})).status, 200);
    assert_eq!(judge("A1bum222", &json!({"action": "keep"})).status, 404, "nothing waits any more");
    assert_eq!(judge("AbCd1234", &json!({"action": "burn"})).status, 400);
    assert_eq!(data(&ada, "/api/v1/operator/reports")["total"], 0);
    let closed = data(&ada, "/api/v1/operator/reports?state=closed");
    let hidden = closed["reports"].as_array().unwrap().iter().find(|report| report["post"] == "AbCd1234");
    assert_eq!(hidden.unwrap()["note"], "Against the rules");
    assert_eq!(judge("AbCd1234", &json!({"action": "keep"})).status, 200, "shown again");
}

/// Studio, operators
#[test]
fn every_change_stands_in_the_log_with_who_made_it() {
    let instance = run_by_ada();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let carl = format!("/api/v1/operator/users/{CARL}");
    ada.patch(&carl, &json!({"suspended": true, "reason": "Spam"}));
    ada.patch("/api/v1/operator/profiles/p_bob", &json!({"isPublic": false}));
    instance.admin(&["user", "suspend", BOB, "--reason", "From the command line"]);
    let entries = |query: &str| data(&ada, &format!("/api/v1/operator/audit{query}"))["entries"].clone();
    let of_carl = entries(&format!("?object={CARL}"));
    assert_eq!(of_carl.as_array().unwrap().len(), 1);
    let entry = &of_carl[0];
    assert_eq!(
        (&entry["action"], &entry["detail"], &entry["actor"]["id"]),
        (&json!("suspended"), &json!("Spam"), &json!(ADA))
    );
    assert_eq!(entry["object"], json!({"kind": "user", "id": CARL, "label": "carl"}));
    assert_eq!(entries("?object=p_bob")[0]["action"], "unpublished");
    assert_eq!(entries(&format!("?actor={ADA}")).as_array().unwrap().len(), 2);
    let by_hand = entries("?actor=operator&action=suspended");
    assert_eq!(
        (&by_hand[0]["actor"], &by_hand[0]["detail"]),
        (&Value::Null, &json!("From the command line"))
    );

    let health = data(&ada, "/api/v1/operator/health");
    let database =
        health["parts"].as_array().unwrap().iter().find(|part| part["id"] == "database").unwrap().clone();
    assert_eq!((&database["ok"], &database["detail"]), (&json!(true), &json!("sqlite")));
    assert_eq!(
        (&health["counts"]["users"], &health["version"]),
        (&json!(5), &json!(env!("CARGO_PKG_VERSION")))
    );
    let badges = data(&ada, "/api/v1/operator/badges");
    assert_eq!(badges["badges"].as_array().unwrap().len(), 7);
    let plus =
        badges["badges"].as_array().unwrap().iter().find(|badge| badge["id"] == "plus").unwrap().clone();
    assert_eq!(plus["holders"], 1);
}
