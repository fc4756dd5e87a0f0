//! The share card (contract O1 to O6).

use std::io::Write;
use std::thread;

use nameplate_testkit::http::{Answer, PATIENCE, Reply, connect};
use nameplate_testkit::node::Node;
use nameplate_testkit::process::within;
use serde_json::{Value, json};

use crate::world::{ADA, empty, world};

const CARD: &str = "/api/v1/profiles/p_ada/og.png";

fn card(node: &Node<'_>) -> Reply {
    node.visitor().get("ada.localhost", CARD)
}

/// O1
#[test]
fn the_card_is_a_small_png_that_may_be_kept_for_five_minutes() {
    let instance = world();
    let node = instance.start();
    let reply = card(&node);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("image/png")));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    assert!(reply.body.len() <= 600_000);
    let picture = png::Decoder::new(std::io::Cursor::new(&reply.body)).read_info().unwrap();
    let info = picture.info();
    assert_eq!((info.width, info.height, info.bit_depth), (1200, 630, png::BitDepth::Eight));

    let etag = reply.header("etag").unwrap();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "a strong tag: {etag}");
    for known in [etag.to_owned(), format!("\"other\", W/{etag}"), "*".into()] {
        let again = node.visitor().with("if-none-match", &known).get("ada.localhost", CARD);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(etag)), "{known}");
        assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
    }
    assert_eq!(node.visitor().with("if-none-match", "\"other\"").get("ada.localhost", CARD).status, 200);
    let unchanged = node.visitor().with("if-none-match", etag).head("ada.localhost", CARD);
    assert_eq!((unchanged.status, unchanged.header("content-length")), (304, None));
    let head = node.visitor().head("ada.localhost", CARD).without_date();
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers, reply.clone().without_date().headers);
}

/// O2
#[test]
fn a_missing_card_says_so_in_plain_text() {
    let instance = world();
    let node = instance.start();
    for id in ["p_nobody", "p_hidden", "p_suspended", "p_expired", "p_eve", "%20", "a%2Fb", "%ff"] {
        let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/{id}/og.png"));
        assert_eq!((reply.status, reply.text()), (404, "Not found"), "{id}");
        assert!(reply.header("content-type").unwrap().starts_with("text/plain"), "{id}");
    }
}

/// O4
#[test]
fn the_card_stands_still() {
    let instance = world();
    let node = instance.start();
    let before = card(&node);
    node.operator()
        .put_presence(ADA, &json!({"status": "online", "activity": {"name": "A game", "type": 0}}));
    assert_eq!(card(&node).without_date(), before.clone().without_date());
    drop(node);
    let node = instance.start();
    assert_eq!(card(&node).body, before.body, "the same content gives the same bytes");
    let content = json!({ "schema": 1, "template": "neon", "theme": {"accent": "#ff0000"} });
    std::fs::write(instance.path("content.json"), content.to_string()).unwrap();
    instance.admin(&["profile", "content", "p_ada", "content.json"]);
    let changed =
        within(PATIENCE, || Some(card(&node)).filter(|card| card.header("etag") != before.header("etag")));
    assert_ne!(changed.expect("another content, another card").body, before.body);
}

/// O5
#[test]
fn names_in_any_script_make_a_card() {
    let names = [
        "Zoë Müller-Łukasz",
        "Анна Ковалёва",
        "Ελένη",
        "名札 ネームプレート 이름표",
        "مريم العربية",
        "שרה לוי",
        "प्रियंका शर्मा",
        "สมชาย ใจดี",
        "👩‍👩‍👧‍👦 family 🏳️‍🌈",
        "W\u{202e}evil\u{7}\u{0301}",
        "Extraordinarilylongnamewithoutanybreakwhatsoeverinitatallnotone",
    ];
    let user = |(index, name): (usize, &&str)| json!({ "id": format!("1000000000000000{index:02}"), "username": name, "nickname": name, "bio": format!("{name} ").repeat(20) });
    let profile = |index: usize| json!({ "id": format!("p_{index}"), "owner": format!("1000000000000000{index:02}"), "domain": format!("s{index}.localhost"), "isPublic": true });
    let users: Vec<Value> = names.iter().enumerate().map(user).collect();
    let profiles: Vec<Value> = (0..names.len()).map(profile).collect();
    let instance = empty().import(&json!({ "nameplate": 1, "users": users, "profiles": profiles }));
    let node = instance.start();
    let mut seen = std::collections::HashSet::new();
    for (index, name) in names.iter().enumerate() {
        let reply = node.visitor().get("localhost", &format!("/api/v1/profiles/p_{index}/og.png"));
        assert!(reply.status == 200 && reply.body.len() <= 600_000, "{name}: {}", reply.status);
        assert!(seen.insert(reply.body), "{name} looks like another one");
    }
}

/// O6
#[test]
fn a_burst_for_one_card_draws_it_once() {
    let instance = world();
    let node = instance.start();
    let replies: Vec<Reply> = thread::scope(|scope| {
        let askers: Vec<_> = (0..100).map(|_| scope.spawn(|| card(&node))).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    });
    assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == replies[0].body));
    assert_eq!(node.operator().metric("nameplate_card_renders_total"), 1);
}

/// O6
#[test]
fn a_crowd_that_wants_different_cards_is_asked_to_come_again() {
    const CROWD: usize = 400;
    let profiles: Vec<Value> = (0..CROWD)
        .map(|index| json!({ "id": format!("p_{index}"), "owner": ADA, "domain": format!("s{index}.localhost"), "isPublic": true }))
        .collect();
    let users = json!([{ "id": ADA, "username": "ada" }]);
    let instance = empty().import(&json!({ "nameplate": 1, "users": users, "profiles": profiles }));
    let node = instance.start();
    // All ask before anybody reads.
    let sockets: Vec<_> = (0..CROWD)
        .map(|index| {
            let mut socket = connect(node.listen);
            let path = format!("/api/v1/profiles/p_{index}/og.png");
            socket
                .write_all(
                    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes(),
                )
                .unwrap();
            socket
        })
        .collect();
    let answers: Vec<Answer> = sockets.into_iter().map(|socket| Answer::read(socket, false)).collect();
    let (drawn, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(!drawn.is_empty() && !refused.is_empty(), "{} of {CROWD} were drawn", drawn.len());
    assert!(refused.iter().all(|answer| answer.status == 503 && answer.header("retry-after").is_some()));
    assert_eq!(node.operator().metric("nameplate_card_refusals_total"), refused.len() as u64);
    let later = node.visitor().get("localhost", &format!("/api/v1/profiles/p_{}/og.png", CROWD - 1));
    assert_eq!(later.status, 200);
}
