//! A domain of the owner's own in the studio: claimed, proved, taken from nobody who proved it (contract W3, W8, R5).

use std::net::Ipv4Addr;
use std::time::Duration;

use nameplate_testkit::dns::NameServer;
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::Node;
use nameplate_testkit::process::within;
use nameplate_testkit::studio::StudioClient;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, CARL, empty, fill};

/// Where `localhost` leads, whatever a name server says.
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);

fn domain(id: &str) -> String {
    format!("/api/v1/profiles/{id}/domain")
}

#[track_caller]
fn claim(reply: &Reply) -> Value {
    let body = reply.json();
    assert_eq!(reply.status, 200, "{body}");
    body["data"]["claim"].clone()
}

fn check(owner: &StudioClient, id: &str) -> Value {
    claim(&owner.post(&format!("{}/check", domain(id)), &json!({})))
}

/// W3, W8, R5
#[test]
fn a_page_moves_to_a_domain_once_its_owner_has_proved_it() {
    let dns = NameServer::start();
    let instance = fill(empty().set("resolver", dns.address.to_string()));
    let node = instance.start();
    let bob = node.sign_in(BOB);
    assert_eq!(claim(&bob.get(&domain("p_bob"))), Value::Null);
    let begun = claim(&bob.put(&domain("p_bob"), &json!({"domain": "Bob.Example."})));
    assert_eq!(
        (&begun["domain"], &begun["status"], &begun["points"]),
        (&json!("bob.example"), &json!("waiting"), &Value::Null)
    );
    assert_eq!(
        (&begun["record"]["name"], &begun["certificate"]),
        (&json!("_nameplate.bob.example"), &json!("not used"))
    );
    let value = begun["record"]["value"].as_str().unwrap().to_owned();
    assert!(value.starts_with("nameplate-verify="), "the same record as the operator's command");

    let nowhere = check(&bob, "p_bob");
    assert_eq!(
        (&nowhere["status"], &nowhere["points"], &nowhere["pointsTo"]),
        (&json!("waiting"), &json!(false), &json!([]))
    );
    assert!(nowhere["checkedAt"].is_string());
    dns.point("bob.example", ELSEWHERE);
    dns.publish("_nameplate.bob.example", &["nameplate-verify=somebody-elses"]);
    let elsewhere = check(&bob, "p_bob");
    assert_eq!(
        (&elsewhere["status"], &elsewhere["found"]),
        (&json!("failed"), &json!(["nameplate-verify=somebody-elses"]))
    );
    assert_eq!((&elsewhere["points"], &elsewhere["pointsTo"]), (&json!(false), &json!(["198.51.100.7"])));
    assert_eq!(node.visitor().get("bob.example", "/").status, 302, "a claim shows nothing");
    assert_eq!(node.operator().get("/tls-ask?domain=bob.example").status, 404);
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 200, "and moves nothing");

    dns.forget();
    dns.point("bob.example", HERE);
    dns.publish("_nameplate.bob.example", &[&value]);
    let proved = bob.post(&format!("{}/check", domain("p_bob")), &json!({}));
    assert_eq!((&claim(&proved)["status"], &claim(&proved)["points"]), (&json!("proved"), &json!(true)));
    assert_eq!(proved.json()["data"]["domain"], "bob.example");
    assert_eq!(node.visitor().get("bob.example", "/").status, 200, "at the next request");
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 404);
    let asked = within(Duration::from_secs(1), || {
        (node.operator().get("/tls-ask?domain=bob.example").status == 200).then_some(())
    });
    assert!(asked.is_some());
    // The record may be away for a while.
    dns.forget();
    assert_eq!(check(&bob, "p_bob")["status"], "proved");

    let left = bob.json("DELETE", &domain("p_bob"), &json!({"slug": "bobby"}));
    assert_eq!((&claim(&left), &left.json()["data"]["domain"]), (&Value::Null, &json!("bobby.localhost")));
    assert_eq!(node.visitor().get("bobby.localhost", "/").status, 200);
    assert_eq!(node.visitor().get("bob.example", "/").status, 302);
}

/// W3, T45
#[test]
fn a_name_that_was_proved_is_taken_by_nobody_else_and_one_that_was_not_by_its_proof() {
    let dns = NameServer::start();
    let instance = fill(empty().set("resolver", dns.address.to_string()));
    let node = instance.start();
    let (bob, ada) = (node.sign_in(BOB), node.sign_in(ADA));
    // Ada has proved hers.
    let wanted = claim(&bob.put(&domain("p_bob"), &json!({"domain": "ada.example"})));
    dns.publish("_nameplate.ada.example", &[wanted["record"]["value"].as_str().unwrap()]);
    let refused = check(&bob, "p_bob");
    assert!(
        refused["status"] == "failed" && refused["problem"].as_str().unwrap().contains("Another page"),
        "{refused}"
    );
    assert!(node.visitor().get("ada.example", "/").text().contains("Player One"));
    assert!(node.visitor().get("bob.localhost", "/").text().contains("Player Two"));

    // This one is in a row of hers without a proof.
    let wanted = claim(&bob.put(&domain("p_bob"), &json!({"domain": "unproved.example"})));
    let value = wanted["record"]["value"].as_str().unwrap();
    let hers = claim(&ada.get(&domain("p_unproved")));
    assert!(
        hers["status"] == "waiting" && hers["record"]["value"] != value,
        "each owner's own record: {hers}"
    );
    dns.publish("_nameplate.unproved.example", &[value]);
    assert_eq!(check(&bob, "p_bob")["status"], "proved");
    assert!(node.visitor().get("unproved.example", "/").text().contains("Player Two"));
    let moved = ada.get("/api/v1/profiles/p_unproved").json()["data"]["slug"].clone();
    assert!(moved.as_str().unwrap().starts_with("page-"), "hers keeps an address: {moved}");
}

/// W3, W8, T45
#[test]
fn a_domain_whose_record_is_missing_for_days_is_let_go_and_comes_back_with_its_record() {
    let dns = NameServer::start();
    let instance = fill(empty().at("2026-05-01 12:00:00").set("resolver", dns.address.to_string()));
    let node = instance.start();
    instance.admin(&["user", "operator", CARL]);
    let bob = node.sign_in(BOB);
    let begun = claim(&bob.put(&domain("p_bob"), &json!({"domain": "bob.example"})));
    let value = begun["record"]["value"].as_str().unwrap().to_owned();
    dns.publish("_nameplate.bob.example", &[&value]);
    assert_eq!(check(&bob, "p_bob")["status"], "proved");
    let checked = |node: &Node<'_>, host: &str| {
        let found = node.sign_in(CARL).get("/api/v1/operator/domains?search=bob.example").json();
        let domains = found["data"]["domains"].as_array().unwrap().clone();
        domains.iter().find(|domain| domain["domain"] == host).unwrap()["checkedAt"].clone()
    };
    assert_eq!(checked(&node, "bob.example"), "2026-05-01T12:00:00.000Z");
    dns.forget();
    drop(node);
    // A node looks when it begins, at what nobody has looked at for a day.
    let mut day = |day: u32| {
        instance.set_clock(&format!("2026-05-{day:02} 12:00:01"));
        let node = instance.start();
        let now = format!("2026-05-{day:02}T12:00:01.000Z");
        let is_served = || node.visitor().get("bob.example", "/").status == 200;
        let is_over = || !is_served() || checked(&node, "bob.example") == now;
        assert!(within(PATIENCE, || is_over().then_some(())).is_some(), "nobody looks on day {day}");
        is_served()
    };
    assert!([2, 3, 4].map(&mut day).iter().all(|is_served| *is_served));
    instance.set_clock("2026-05-04 18:00:00");
    let node = instance.start();
    let missing = claim(&node.sign_in(BOB).get(&domain("p_bob")));
    assert_eq!(
        (&missing["status"], &missing["missingSince"], &missing["keptUntil"]),
        (&json!("proved"), &json!("2026-05-02T12:00:01.000Z"), &json!("2026-05-05T12:00:01.000Z"))
    );
    let claimed = node.sign_in(BOB).put(&domain("p_bob"), &json!({"domain": "other.example"}));
    assert_eq!(claim(&claimed)["status"], "waiting", "a wish for another name delays nothing");
    drop(node);
    assert!(!day(5));

    let node = instance.start();
    assert_eq!(node.operator().get("/tls-ask?domain=bob.example").status, 404);
    let bob = node.sign_in(BOB);
    let page = bob.get("/api/v1/profiles/p_bob").json()["data"].clone();
    assert_eq!((&page["domain"], &page["isVerified"]), (&json!("bob.example"), &json!(false)));
    let log = node.sign_in(CARL).get("/api/v1/operator/audit?action=unproved").json();
    let entry = &log["data"]["entries"][0];
    assert_eq!((&entry["by"], &entry["object"]["id"]), (&json!("nameplate"), &json!("p_bob")), "{log}");

    assert_eq!(claim(&bob.put(&domain("p_bob"), &json!({"domain": "bob.example"})))["status"], "waiting");
    dns.publish("_nameplate.bob.example", &[&value]);
    assert_eq!(check(&bob, "p_bob")["status"], "proved");
    assert_eq!(node.visitor().get("bob.example", "/").status, 200);
}

/// R3, R4
#[test]
fn names_of_the_instance_and_names_that_are_none_are_refused() {
    let dns = NameServer::start();
    let instance = fill(empty().set("resolver", dns.address.to_string()));
    let node = instance.start();
    let carl = node.sign_in(CARL);
    let made = carl.post("/api/v1/profiles/me", &json!({"templateID": "minimal"})).json();
    let id = made["data"]["id"].as_str().unwrap();
    for name in [
        "localhost",
        "carl.localhost",
        "a.b.localhost",
        "www.localhost",
        "root.example",
        "127.0.0.1",
        "intranet",
        "a b",
        "*.example",
        "",
    ] {
        let refused = carl.put(&domain(id), &json!({"domain": name}));
        assert_eq!((refused.status, &refused.json()["code"]), (400, &json!("domain_invalid")), "{name}");
        assert_eq!(refused.json()["path"], "domain");
    }
    let nothing = carl.post(&format!("{}/check", domain(id)), &json!({}));
    assert_eq!((nothing.status, &nothing.json()["code"]), (400, &json!("domain_invalid")));
    // A look that tells nothing says so.
    carl.put(&domain(id), &json!({"domain": "carl.example"}));
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    drop(node);
    let instance = instance.set("resolver", silent.local_addr().unwrap().to_string());
    let node = instance.start();
    let late = check(&node.sign_in(CARL), id);
    assert_eq!((&late["status"], &late["points"]), (&json!("waiting"), &Value::Null));
    assert!(late["problem"].as_str().unwrap().contains("no name server answered in time"), "{late}");
}
