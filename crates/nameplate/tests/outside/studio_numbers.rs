//! The numbers of a page: what its owner sees of who came, and what nobody sees.

use nameplate_testkit::http::Reply;
use nameplate_testkit::node::{Instance, Node};
use serde_json::{Value, json};

use crate::world::{ADA, BOB, empty, fill, world};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const DESKTOP: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CRAWLER: &str = "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)";
const CODE: &str = "https://github.com/playerone";
const NUMBERS: &str = "/api/v1/profiles/p_ada/numbers";

fn see(node: &Node<'_>, agent: &str, referer: &str) {
    let visitor = node.visitor().with("user-agent", agent).with("referer", referer);
    assert_eq!(visitor.get("ada.localhost", "/").status, 200);
}

fn click(node: &Node<'_>, profile: &str, body: &str) -> Reply {
    let target = format!("/api/v1/profiles/{profile}/click");
    let request = node.visitor().with("user-agent", DESKTOP).request("POST", "ada.localhost", &target);
    request.header("content-type", "text/plain;charset=UTF-8").body(body).send(node.listen)
}

fn numbers(node: &Node<'_>, query: &str) -> Value {
    let reply = node.sign_in(ADA).get(&format!("{NUMBERS}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["data"].clone()
}

fn at_noon() -> Instance {
    fill(empty().at("2026-05-15 12:30:00"))
}

/// Studio, numbers; P3
#[test]
fn an_owner_sees_who_came_from_where_and_what_they_did() {
    let instance = at_noon();
    let node = instance.start();
    see(&node, PHONE, "https://www.news.example/story?id=7&token=secret");
    see(&node, DESKTOP, "http://ada.localhost/");
    see(&node, CRAWLER, "");
    assert_eq!(click(&node, "p_ada", &json!({ "url": CODE }).to_string()).status, 204);
    node.operator().wait_for_metric("nameplate_views_recorded_total", 3);
    node.operator().wait_for_metric("nameplate_clicks_recorded_total", 1);
    instance.set_clock("2026-05-15 13:10:00");
    see(&node, PHONE, "");
    node.operator().wait_for_metric("nameplate_views_recorded_total", 4);

    let seen = numbers(&node, "?from=2026-05-15&to=2026-05-15&by=hour");
    assert_eq!(seen["totals"], json!({"views": 3, "visitors": 2, "clicks": 1, "plays": 0, "bots": 1}));
    let series = seen["series"].as_array().unwrap();
    assert_eq!(series.len(), 24, "every hour, also those without anybody");
    let noon = json!({"at": "2026-05-15T12:00:00.000Z", "views": 2, "visitors": 2, "clicks": 1, "plays": 0, "bots": 1});
    let one = json!({"at": "2026-05-15T13:00:00.000Z", "views": 1, "visitors": 0, "clicks": 0, "plays": 0, "bots": 0});
    assert_eq!((&series[12], &series[13]), (&noon, &one));
    assert_eq!(
        seen["referrers"],
        json!([{"name": "direct", "views": 2}, {"name": "news.example", "views": 1}])
    );
    assert_eq!(seen["devices"], json!([{"name": "phone", "views": 2}, {"name": "desktop", "views": 1}]));
    assert_eq!(seen["browsers"], json!([{"name": "Safari", "views": 2}, {"name": "Firefox", "views": 1}]));
    assert_eq!(seen["links"], json!([{"url": CODE, "label": "My code", "clicks": 1}]));
    assert_eq!((&seen["tracks"], &seen["by"]), (&json!([]), &json!("hour")));

    let usual = numbers(&node, "");
    assert_eq!(usual["series"].as_array().unwrap().len(), 30);
    assert_eq!((&usual["to"], &usual["by"]), (&json!("2026-05-16T00:00:00.000Z"), &json!("day")));
    assert_eq!(usual["totals"]["views"], 3);
    // The total of the profile counts every recorded view, a crawler's too.
    assert_eq!(instance.shown("profile", "p_ada", "views"), 4);
}

/// Studio, numbers
#[test]
fn the_numbers_are_their_owners_alone_and_a_table_for_others_programs() {
    let instance = at_noon();
    let node = instance.start();
    see(&node, PHONE, "");
    node.operator().wait_for_metric("nameplate_views_recorded_total", 1);
    let (ada, bob) = (node.sign_in(ADA), node.sign_in(BOB));
    for target in [NUMBERS.to_owned(), format!("{NUMBERS}.csv")] {
        assert_eq!(node.visitor().get(ada.host(), &target).status, 401);
        assert_eq!(bob.get(&target).status, 404);
        assert_eq!(ada.get(&target.replace("p_ada", "p_nobody")).status, 404);
        for (query, path) in [("?by=week", "by"), ("?from=yesterday", "from"), ("?from=2026-05-16", "from")] {
            let reply = ada.get(&format!("{target}{query}"));
            assert_eq!((reply.status, &reply.json()["code"]), (400, &json!("bad_period")), "{query}");
            assert_eq!(reply.json()["path"], path, "{query}");
        }
    }
    let table = ada.get(&format!("{NUMBERS}.csv?from=2026-05-14&to=2026-05-15"));
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(table.header("cache-control"), Some("private, no-store"));
    let rows: Vec<&str> = table.text().split("\r\n").collect();
    assert_eq!(rows[0], "at,views,visitors,clicks,plays,bots");
    assert_eq!(rows[1..], ["2026-05-14T00:00:00.000Z,0,0,0,0,0", "2026-05-15T00:00:00.000Z,1,1,0,0,0", ""]);
}

/// Studio, numbers
#[test]
fn a_click_counts_once_and_only_on_a_link_of_the_page() {
    let instance = at_noon();
    let node = instance.start();
    let body = |url: &str| json!({ "url": url }).to_string();
    assert_eq!(click(&node, "p_ada", &body(CODE)).status, 204);
    assert_eq!(click(&node, "p_ada", &body(CODE)).status, 204, "again within thirty seconds");
    assert_eq!(click(&node, "p_ada", &body("https://shop.example/?a=1&b=2")).status, 204);
    assert_eq!(click(&node, "p_ada", &body("mailto:ada@example.org")).status, 204);
    assert_eq!(click(&node, "p_ada", &body("https://elsewhere.example/")).status, 204);
    assert_eq!(click(&node, "p_hidden", &body(CODE)).status, 404);
    assert_eq!(click(&node, "p_nobody", &body(CODE)).status, 404);
    for bad in ["", "{}", "null", "url=x", "{\"url\":5}", &body(&"x".repeat(20_000))] {
        assert_eq!(click(&node, "p_ada", bad).status, 400, "{bad:.60}");
    }
    node.operator().wait_for_metric("nameplate_clicks_recorded_total", 3);
    let seen = numbers(&node, "");
    assert_eq!(seen["totals"]["clicks"], 3);
    let urls: Vec<_> = seen["links"].as_array().unwrap().iter().map(|link| link["url"].clone()).collect();
    assert_eq!(urls, [CODE, "https://shop.example/?a=1&b=2", "mailto:ada@example.org"]);
    let mut last = click(&node, "p_ada", &body(CODE));
    for _ in 0..60 {
        last = click(&node, "p_ada", &body(CODE));
    }
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").is_some());
}

/// Studio, numbers; T44
#[test]
fn who_asks_for_privacy_leaves_no_agent_and_no_referrer() {
    let instance = at_noon();
    let node = instance.start();
    let visitor = node.visitor().with("user-agent", "Rare Browser/9.7").with("sec-gpc", "1");
    visitor.with("referer", "https://rare.example/").get("ada.localhost", "/");
    node.operator().wait_for_metric("nameplate_views_recorded_total", 1);
    let seen = numbers(&node, "");
    assert_eq!((&seen["totals"]["views"], &seen["totals"]["visitors"]), (&json!(1), &json!(1)));
    for list in ["referrers", "devices", "browsers"] {
        assert_eq!(seen[list], json!([]), "{list}");
    }
    assert!(node.terminate().success());
    let database = std::fs::read(instance.path("data/nameplate.db")).unwrap();
    let holds = |needle: &[u8]| database.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(b"Rare Browser") && !holds(b"rare.example"));
}

/// Studio, numbers; P7
#[test]
fn a_page_tells_of_clicks_to_its_own_host() {
    let instance = world();
    let node = instance.start();
    let page = node.visitor().get("ada.localhost", "/");
    assert!(page.text().contains("data-clicks=\"/api/v1/profiles/p_ada/click\""), "{}", page.text());
    let without_links = node.visitor().get("bob.localhost", "/");
    assert!(!without_links.text().contains("data-clicks"));
}
