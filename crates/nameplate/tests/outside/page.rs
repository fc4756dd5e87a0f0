//! The profile page (contract P1, P2, P6 to P10).

use std::time::{Duration, Instant};

use nameplate_testkit::http::Reply;
use nameplate_testkit::node::Node;
use nameplate_testkit::process::within;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::world::{ADA, empty, fill, world};

/// The attribute of the one element that matches, or its text.
fn one(page: &Html, selector: &str, attribute: &str) -> String {
    let found: Vec<_> = page.select(&Selector::parse(selector).unwrap()).collect();
    assert_eq!(found.len(), 1, "{selector}");
    match attribute {
        "" => found[0].text().collect(),
        attribute => {
            found[0].attr(attribute).unwrap_or_else(|| panic!("{selector} has no {attribute}")).to_owned()
        }
    }
}

fn all(page: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let found = Selector::parse(selector).unwrap();
    page.select(&found).filter_map(|element| element.attr(attribute)).map(str::to_owned).collect()
}

/// P1
#[test]
fn the_page_is_html_that_nobody_keeps() {
    let instance = world();
    let node = instance.start();
    let page = node.visitor().get("ada.localhost", "/");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let head = node.visitor().head("ada.localhost", "/").without_date();
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers, page.clone().without_date().headers);
}

/// P1, P2
#[test]
fn nothing_but_the_host_decides_what_is_shown() {
    let instance = world();
    let node = instance.start();
    let page = node.visitor().get("ada.localhost", "/").without_date();
    for target in ["/?x=1", "/?profile=p_bob&host=bob.localhost"] {
        assert_eq!(node.visitor().get("ada.localhost", target).without_date(), page, "{target}");
    }
    let body = node.visitor().request("GET", "ada.localhost", "/").body("a body that nobody asked for");
    assert_eq!(body.send(node.listen).without_date(), page);
    let other = node.visitor().with("cookie", "a=b").with("accept-language", "de").with("relay-key", "x");
    assert_eq!(other.get("ada.localhost", "/").without_date(), page);
}

/// P6
#[test]
fn the_head_says_once_who_this_is() {
    let instance = world();
    instance.must(
        &["import", "-"],
        renamed("Ada \"<b>&' Lovelace", "Says \"<i>\" & more.").to_string().as_bytes(),
    );
    let node = instance.start();
    let reply = node.visitor().get("ada.localhost", "/");
    let page = Html::parse_document(reply.text());
    let url = format!("http://ada.localhost:{}/", node.listen.port());
    let title = one(&page, "head > title", "");
    assert!(title.contains("Ada \"<b>&' Lovelace"), "{title}");
    let meta = |name: &str| {
        one(&page, &format!("head > meta[property='{name}'], head > meta[name='{name}']"), "content")
    };
    for name in ["og:title", "twitter:title"] {
        assert_eq!(meta(name), title, "{name}");
    }
    for name in ["description", "og:description", "twitter:description"] {
        assert!(meta(name).contains("Says \"<i>\" & more."), "{name}: {}", meta(name));
    }
    assert_eq!(one(&page, "head > link[rel=canonical]", "href"), url);
    assert_eq!(
        (meta("og:type"), meta("og:url"), meta("og:site_name")),
        ("profile".into(), url, "Nameplate".into())
    );
    assert_eq!(
        (meta("profile:username"), meta("twitter:card")),
        ("playerone".into(), "summary_large_image".into())
    );
    assert_eq!(meta("og:image"), meta("twitter:image"));
    let size = (meta("og:image:type"), meta("og:image:width"), meta("og:image:height"));
    assert_eq!(size, ("image/png".into(), "1200".into(), "630".into()));
    assert!(!meta("og:image:alt").is_empty() && meta("og:image:alt") == meta("twitter:image:alt"));
    assert!(meta("theme-color").starts_with('#'));
    assert!(
        all(&page, "link[rel~=me], a[rel~=me]", "href").contains(&"https://github.com/playerone".to_owned())
    );
    let data: Value = serde_json::from_str(&one(&page, "script[type='application/ld+json']", "")).unwrap();
    assert_eq!(data["@type"], "ProfilePage");
    assert_eq!(data["mainEntity"]["name"], "Ada \"<b>&' Lovelace");

    let card = meta("og:image");
    let path = card
        .strip_prefix(&format!("http://localhost:{}", node.listen.port()))
        .expect("an absolute URL of ours");
    assert_eq!(node.visitor().get("localhost", path).header("content-type"), Some("image/png"));
}

/// P6
#[test]
fn behind_a_tls_proxy_every_absolute_url_is_https() {
    let settings = empty().set("base_domain", "plates.example").set("public_url", "https://plates.example");
    let profile = json!({ "id": "p_ada", "owner": ADA, "domain": "ada.plates.example", "isPublic": true });
    let file = json!({ "nameplate": 1, "users": [{"id": ADA, "username": "ada"}], "profiles": [profile] });
    let instance = settings.import(&file);
    let node = instance.start();
    let reply = node.visitor().get("ada.plates.example", "/");
    let page = Html::parse_document(reply.text());
    assert_eq!(one(&page, "link[rel=canonical]", "href"), "https://ada.plates.example/");
    assert!(one(&page, "meta[property='og:image']", "content").starts_with("https://plates.example/api/v1/"));
    assert!(reply.header("strict-transport-security").is_some());
    assert!(!reply.text().contains("http://"), "{}", reply.text());
}

/// P7, W1
#[test]
fn the_blocks_stand_there_in_their_order_and_readable() {
    let instance = world();
    let node = instance.start();
    let page = node.visitor().get("ada.localhost", "/");
    let text = page.text();
    let places: Vec<_> = [
        "Player One",
        "Block one",
        "data-stream=",
        "Block two",
        "Block three",
        "alt=\"A cat\"",
        "Block four",
    ]
    .iter()
    .map(|mark| {
        text.find(&format!(">{mark}")).or_else(|| text.find(mark)).unwrap_or_else(|| panic!("no {mark}"))
    })
    .collect();
    assert!(places.is_sorted(), "{places:?}");
    let page = Html::parse_document(text);
    let words: String = page.root_element().text().collect();
    assert!(words.contains("<b>\"Quoted\" & more</b>"), "text is text");
    assert_eq!(
        all(&page, "a", "href").iter().filter(|href| *href == "https://shop.example/?a=1&b=2").count(),
        1
    );
    // A player that works without our script.
    let audio = all(&page, "audio[controls]", "src");
    assert!(audio[0].ends_with("/api/v1/profiles/p_ada/music/USRC17607839"), "{audio:?}");
}

/// P7, P10
#[test]
fn the_page_asks_nobody_else_for_anything() {
    let instance = world();
    let node = instance.start();
    node.operator().put_presence(ADA, &listening());
    let reply = node.visitor().get("ada.localhost", "/");
    let page = Html::parse_document(reply.text());
    let resources = ["img", "script", "audio", "source", "iframe", "embed", "use"]
        .iter()
        .flat_map(|tag| all(&page, tag, "src"));
    let links = all(
        &page,
        "link[rel=icon], link[rel=preload], link[rel=stylesheet], link[rel=apple-touch-icon]",
        "href",
    );
    let uses = all(&page, "use", "href");
    for url in resources.chain(links).chain(uses) {
        assert!(url.starts_with('/') && !url.starts_with("//"), "{url}");
        if url.starts_with("/assets/") {
            let asset = node.visitor().get("ada.localhost", url.split('#').next().unwrap());
            assert_eq!(asset.status, 200, "{url}");
            assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"), "{url}");
        }
    }
    assert!(reply.text().contains("/api/v1/art?url=https%3A%2F%2Fi.scdn.co%2Fimage%2Fab67616d"));
    assert_eq!(all(&page, "script[src]", "src").len(), 1);
    assert!(all(&page, "[style], [onclick], [onload]", "style").is_empty());

    let policy = reply.header("content-security-policy").unwrap();
    for forbidden in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*", "data:"] {
        assert!(!policy.contains(forbidden), "{policy}");
    }
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

/// P8
#[test]
fn presence_is_rendered_on_the_server_for_premium_owners_only() {
    let instance = world();
    let node = instance.start();
    let offline = node.visitor().get("ada.localhost", "/");
    assert!(offline.text().contains("data-status=\"offline\""));
    node.operator().put_presence(ADA, &listening());
    let page = node.visitor().get("ada.localhost", "/");
    for mark in [
        "data-status=\"dnd\"",
        "Song Title",
        "Artist Name",
        "Listening to",
        &format!("/api/v1/profiles/presence/{ADA}/stream"),
    ] {
        assert!(page.text().contains(mark), "{mark}");
    }
    assert!(!page.text().contains("Powered by"), "a premium owner may hide the footer");

    let free = node.visitor().get("bob.localhost", "/");
    assert!(free.text().contains("Powered by Nameplate"));
    for mark in ["data-stream", "/presence/", "class=\"live\""] {
        assert!(!free.text().contains(mark), "{mark}");
    }
    let own = node.visitor().get("ada.example", "/");
    assert!(own.text().contains("Powered by"), "a premium owner may also show it");
}

/// P9
#[test]
fn what_the_operator_decides_takes_effect_within_a_second() {
    let instance = world();
    let nodes = [instance.start(), instance.start()];
    let cases: [(&[&str], &[&str], fn(&Reply) -> bool); 5] = [
        (&["user", "plan", ADA, "free"], &["user", "plan", ADA, "plus"], is_without_premium),
        (&["user", "suspend", ADA], &["user", "restore", ADA], is_missing),
        (&["profile", "unpublish", "p_ada"], &["profile", "publish", "p_ada"], is_missing),
        (&["profile", "suspend", "p_ada"], &["profile", "restore", "p_ada"], is_missing),
        (
            &["profile", "expire", "p_ada", "2026-01-05T00:00:00Z"],
            &["profile", "expire", "p_ada"],
            is_missing,
        ),
    ];
    for (take, give, is_gone) in cases {
        assert!(nodes.iter().all(|node| !is_gone(&page(node))), "{take:?}");
        instance.admin(take);
        took_effect(&nodes, is_gone, take);
        instance.admin(give);
        took_effect(&nodes, |reply| !is_gone(reply), give);
    }
}

/// P9, R5
#[test]
fn a_page_that_moves_or_goes_is_no_longer_where_it_was() {
    let instance = world();
    let node = instance.start();
    let status = |host: &str| node.visitor().get(host, "/").status;
    let becomes = |host: &str, wanted: u16| {
        let seen = within(Duration::from_secs(1), || (status(host) == wanted).then_some(()));
        assert!(seen.is_some(), "{host} is {} and not {wanted}", status(host));
    };
    assert_eq!((status("bob.localhost"), status("robert.localhost")), (200, 404));
    instance.admin(&["profile", "domain", "p_bob", "robert"]);
    becomes("bob.localhost", 404);
    becomes("robert.localhost", 200);
    instance.admin(&["profile", "delete", "p_bob"]);
    becomes("robert.localhost", 404);
    assert_eq!(node.visitor().get("localhost", "/api/v1/profiles/p_bob/og.png").status, 404);
}

fn page(node: &Node<'_>) -> Reply {
    node.visitor().get("ada.localhost", "/")
}

fn is_missing(reply: &Reply) -> bool {
    reply.status == 404
}

fn is_without_premium(reply: &Reply) -> bool {
    let is_free = reply.text().contains("Powered by Nameplate");
    assert_eq!(is_free, !reply.text().contains("data-stream"));
    is_free
}

/// The second begins when the command has ended; it gives the nodes a part of it already.
fn took_effect(nodes: &[Node<'_>], is_so: impl Fn(&Reply) -> bool, what: &[&str]) {
    let begin = Instant::now();
    for node in nodes {
        let seen = within(Duration::from_secs(5), || is_so(&page(node)).then_some(()));
        assert!(
            seen.is_some() && begin.elapsed() < Duration::from_secs(1),
            "{what:?}: {:?}",
            begin.elapsed()
        );
    }
}

/// P9, U10
#[test]
fn a_page_and_a_plan_end_at_their_moment() {
    let instance = fill(empty().at("2026-05-15 00:00:00"));
    instance.admin(&["profile", "expire", "p_ada", "2027-02-01T00:00:00Z"]);
    let node = instance.start();
    assert!(!is_without_premium(&page(&node)));
    instance.set_clock("2027-01-04 09:29:59");
    assert!(!is_without_premium(&page(&node)));
    instance.set_clock("2027-01-04 09:30:00");
    assert!(is_without_premium(&page(&node)), "the subscription is over");
    instance.set_clock("2027-01-31 23:59:59");
    assert!(!is_missing(&page(&node)));
    instance.set_clock("2027-02-01 00:00:00");
    assert!(is_missing(&page(&node)));
}

/// P10
#[test]
fn foreign_art_comes_through_us_and_from_allowed_hosts_only() {
    let instance = world();
    let node = instance.start();
    node.operator().put_presence(ADA, &listening());
    let shown = node.visitor().presence(ADA);
    assert_eq!(
        shown["activity"]["largeImage"], "https://i.scdn.co/image/ab67616d",
        "the JSON keeps the original"
    );
    let art = |query: &str| node.visitor().get("ada.localhost", &format!("/api/v1/art{query}"));
    assert_eq!(art("").status, 400);
    let refused = [
        "https://evil.example/a.png",
        "http://i.scdn.co/image/a",
        "https://127.0.0.1/a.png",
        "https://i.scdn.co@evil.example/a.png",
        "https://i.scdn.co.evil.example/a.png",
        "file:///etc/passwd",
        "https://localhost/a.png",
        "https://i.scdn.co:8443/a.png",
        "nonsense",
    ];
    for url in refused {
        let query = format!("?url={}", url.replace(':', "%3A").replace('/', "%2F").replace('@', "%40"));
        assert_eq!(art(&query).status, 404, "{url}");
    }
}

/// A file that gives Ada another name and bio.
fn renamed(name: &str, bio: &str) -> Value {
    let mut file = crate::world::file();
    file["users"][0]["nickname"] = name.into();
    file["users"][0]["bio"] = bio.into();
    file
}

fn listening() -> Value {
    json!({ "status": "dnd", "activity": {
        "name": "Spotify", "type": 2, "details": "Song Title", "state": "Artist Name", "startedAt": 1_716_900_000_000_u64,
        "endsAt": 1_716_900_210_000_u64, "largeImage": "https://i.scdn.co/image/ab67616d", "largeText": "Album Name" } })
}

/// R7, P1
#[test]
fn a_page_takes_get_and_head_alone() {
    let instance = world();
    let node = instance.start();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let reply = node.visitor().request(method, "ada.localhost", "/").send(node.listen);
        assert_eq!(reply.status, 405, "{method}");
    }
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 200);
}
