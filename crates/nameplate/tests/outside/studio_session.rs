//! Signing in to the studio, staying signed in, and what the studio takes for a change of its own (threats T15, T16, T17).

use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::Node;
use nameplate_testkit::studio::{StudioClient, path_of};
use serde_json::{Value, json};

use crate::world::{ADA, BOB, EVE, empty, fill, world};

const KEY: &str = "/api/v1/account/keys/relay";

fn code(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    assert_eq!(body["ok"], false, "{body}");
    assert!(body["error"].as_str().unwrap().ends_with('.'), "a sentence: {body}");
    (reply.status, body["code"].as_str().unwrap_or_default().to_owned())
}

fn enter(node: &Node<'_>, link: &str) -> Reply {
    let host = node.origin().split_once("://").unwrap().1.to_owned();
    let request = Request::new("POST", &host, &path_of(link)).header("origin", node.origin());
    request.body("").send(node.listen)
}

/// T15
#[test]
fn a_login_link_signs_in_once_and_only_when_a_person_says_so() {
    let instance = world();
    let node = instance.start();
    let link = instance.admin(&["login-link", BOB]);
    assert!(link.starts_with("http://localhost") && link.lines().count() == 1, "{link}");
    for _ in 0..2 {
        let page = node.visitor().get("localhost", &path_of(&link));
        assert_eq!(page.status, 200, "a preview of the link uses nothing up");
        assert!(page.text().contains("Player Two") && page.header("set-cookie").is_none());
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    let foreign = Request::new("POST", "localhost", &path_of(&link)).header("origin", "https://evil.example");
    assert_eq!(foreign.body("").send(node.listen).status, 403);
    assert_eq!(Request::new("POST", "localhost", &path_of(&link)).body("").send(node.listen).status, 403);

    let entered = enter(&node, &link);
    assert_eq!((entered.status, entered.header("location")), (303, Some("/studio")));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("np_session=")
            && cookie.contains("; HttpOnly")
            && cookie.contains("; SameSite=Lax")
    );
    assert!(
        cookie.contains("; Path=/") && !cookie.contains("Domain") && !cookie.contains("Secure"),
        "{cookie}"
    );

    let again = enter(&node, &link);
    assert_eq!((again.status, again.header("set-cookie")), (404, None), "{}", again.text());
    assert_eq!(node.visitor().get("localhost", &path_of(&link)).status, 404);
    assert_eq!(node.visitor().get("localhost", "/login/short").status, 404);
    assert!(!instance.logs().contains(path_of(&link).rsplit('/').next().unwrap()), "no link stands in a log");
}

/// T15
#[test]
fn links_and_sessions_end_in_their_time() {
    let instance = empty().at("2026-05-15 00:00:00");
    let instance = fill(instance);
    let node = instance.start();
    let link = instance.admin(&["login-link", BOB]);
    let bob = node.sign_in(BOB);
    instance.set_clock("2026-05-15 01:00:01");
    assert_eq!(enter(&node, &link).status, 404);
    assert_eq!(bob.get("/api/v1/session").status, 200);
    // Used every twenty-nine days, it lasts; but not for longer than a year.
    for day in
        ["2026-06-13", "2026-07-12", "2026-08-10", "2026-09-08", "2026-10-07", "2026-11-05", "2026-12-04"]
    {
        instance.set_clock(&format!("{day} 00:00:00"));
        assert_eq!(bob.get("/api/v1/session").status, 200, "{day}");
    }
    instance.set_clock("2027-01-03 02:00:00");
    assert_eq!(code(&bob.get("/api/v1/session")), (401, "signed_out".into()), "thirty days unused");
    let bob = node.sign_in(BOB);
    for month in 1..=12 {
        for day in [3, 18, 27] {
            instance.set_clock(&format!("2027-{month:02}-{day:02} 03:00:00"));
            assert_eq!(bob.get("/api/v1/session").status, 200);
        }
    }
    instance.set_clock("2028-01-03 02:00:01");
    assert_eq!(code(&bob.get("/api/v1/session")), (401, "signed_out".into()), "a year is the end");
}

/// T15
#[test]
fn a_cookie_counts_at_the_dashboards_own_address_alone() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    assert_eq!(bob.get("/api/v1/session").json()["data"]["user"]["username"], "playertwo");
    for host in [
        "ada.localhost",
        "relay.localhost",
        "api.localhost",
        "i.localhost",
        "www.localhost",
        "root.example",
        "ada.example",
        "127.0.0.1",
    ] {
        let ask =
            |target: &str| Request::new("GET", host, target).header("cookie", bob.cookie()).send(node.listen);
        assert_eq!(code(&ask("/api/v1/session")), (401, "signed_out".into()), "{host}");
        for target in ["/", "/studio", "/login", "/api/v1/sessions", "/nothing"] {
            assert_eq!(ask(target).header("set-cookie"), None, "{host}{target}");
        }
    }
    for (host, target) in [("www.localhost", "/login?next=/studio"), ("root.example", "/studio/pages")] {
        let reply = node.visitor().get(host, target);
        let place = format!("{}{target}", node.origin());
        assert_eq!((reply.status, reply.header("location")), (302, Some(place.as_str())), "{host}");
    }
}

/// T15
#[test]
fn two_cookies_or_a_strange_one_sign_nobody_in() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let value = bob.cookie().split_once('=').unwrap().1;
    let ask = |cookies: &[&[u8]]| {
        let request = Request::new("GET", bob.host(), "/api/v1/session");
        let request = cookies.iter().fold(request, |request, cookie| request.header("cookie", cookie));
        request.send(node.listen).status
    };
    let good = bob.cookie().as_bytes();
    assert_eq!(ask(&[good]), 200);
    assert_eq!(ask(&[b"theme=dark; other=1", good]), 200, "other programs of this host have cookies, too");
    let twice = [good, b"; ", good].concat();
    let evil = [good, b"; np_session=EVIL"].concat();
    let strange = ["\u{2000}np_session=".as_bytes(), value.as_bytes()].concat();
    let other = [b"__Host-np_session=", value.as_bytes()].concat();
    for bad in [
        &[good, good][..],
        &[&twice],
        &[&evil],
        &[&strange],
        &[good, "é=1".as_bytes()],
        &[&other],
        &[b"np_session="],
        &[],
    ] {
        assert_eq!(
            ask(bad),
            401,
            "{:?}",
            bad.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect::<Vec<_>>()
        );
    }
}

/// T15
#[test]
fn over_https_the_cookie_is_guarded_by_its_name() {
    let instance = fill(empty().set("public_url", "https://localhost"));
    let node = instance.start();
    let entered = enter(&node, &instance.admin(&["login-link", BOB]));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-np_session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/") && !cookie.contains("Domain"), "{cookie}");
    assert_eq!(node.sign_in(BOB).get("/api/v1/session").status, 200);
}

/// T16
#[test]
fn a_change_comes_from_our_own_pages_with_the_sessions_token_and_a_known_type() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let key = || bob.get("/api/v1/account/keys").json()["data"]["relay"]["key"].clone();
    let before = key();
    let send = |headers: &[(&str, &str)], body: &str| {
        let request = bob.read("POST", KEY).headers(headers);
        let request = if body.is_empty() { request } else { request.body(body) };
        bob.send(&request)
    };
    let (own, csrf) = (("origin", bob.origin()), ("x-csrf-token", bob.csrf.as_str()));
    let profile = format!("http://ada.localhost:{}", node.listen.port());
    let bare = format!("http://localhost:{}/", node.listen.port());
    for origin in [profile.as_str(), "https://evil.example", "null", "http://localhost", &bare, ""] {
        let reply = send(&[("origin", origin), ("sec-fetch-site", "same-site"), csrf], "");
        assert_eq!(code(&reply), (403, "bad_origin".into()), "{origin}");
    }
    for headers in [
        &[csrf][..],
        &[csrf, ("sec-fetch-site", "same-site")],
        &[csrf, ("sec-fetch-site", "none")],
        &[csrf, own, own],
    ] {
        assert_eq!(code(&send(headers, "")), (403, "bad_origin".into()), "{headers:?}");
    }
    let ada = node.sign_in(ADA);
    for token in ["", "x", &ada.csrf, &bob.csrf[1..]] {
        assert_eq!(code(&send(&[own, ("x-csrf-token", token)], "")), (403, "bad_token".into()), "{token}");
    }
    assert_eq!(code(&send(&[own], "")), (403, "bad_token".into()));
    assert_eq!(code(&send(&[own, csrf, csrf], "")), (403, "bad_token".into()));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json+x", ""] {
        let reply = send(&[own, csrf, ("content-type", kind)], "{}");
        assert_eq!(code(&reply), (415, "bad_type".into()), "{kind}");
    }
    assert_eq!(key(), before, "nothing changed");
    let visitor = Request::new("POST", bob.host(), KEY).headers(&[own, csrf]).send(node.listen);
    assert_eq!(code(&visitor), (401, "signed_out".into()));

    assert_eq!(send(&[own, csrf], "").status, 200);
    let first = key();
    assert_ne!(first, before);
    assert_eq!(
        send(&[("sec-fetch-site", "same-origin"), csrf], "").status,
        200,
        "a browser that sends no Origin"
    );
    assert_ne!(key(), first);
}

/// T35
#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    let instance = world();
    let node = instance.start();
    let (here, there, third) = (node.sign_in(BOB), node.sign_in(BOB), node.sign_in(BOB));
    let ada = node.sign_in(ADA);
    let list = |client: &StudioClient| client.get("/api/v1/sessions").json()["data"]["sessions"].clone();
    let sessions = list(&here);
    assert_eq!(sessions.as_array().unwrap().len(), 3);
    let is_here = |session: &&Value| session["isCurrent"] == true;
    assert_eq!(sessions.as_array().unwrap().iter().filter(is_here).count(), 1);
    assert!(sessions[0]["agent"].as_str().unwrap().contains("testkit"), "{sessions}");
    assert!(
        sessions[0]["created"].as_str().unwrap().ends_with('Z')
            && sessions[0]["lastSeen"].as_str().unwrap().len() == 24
    );
    let id_of = |client: &StudioClient| {
        let sessions = list(client);
        sessions.as_array().unwrap().iter().find(is_here).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let ended = format!("/api/v1/sessions/{}", id_of(&there));
    assert_eq!(ada.delete(&ended).status, 404, "another's session is not there");
    assert_eq!(here.delete(&ended).status, 200);
    assert_eq!(here.delete(&ended).status, 404);
    assert_eq!(there.get("/api/v1/session").status, 401);
    assert_eq!(third.get("/api/v1/session").status, 200);
    assert_eq!(here.delete("/api/v1/sessions").status, 200);
    assert_eq!((third.get("/api/v1/session").status, here.get("/api/v1/session").status), (401, 200));
    let out = here.delete("/api/v1/session");
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"), "{out:?}");
    assert_eq!(here.get("/api/v1/session").status, 401);
    assert_eq!(ada.get("/api/v1/session").status, 200);
}

/// T16
#[test]
fn signing_out_without_scripts_needs_the_token_of_the_form() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let page = bob.get("/login");
    assert!(page.text().contains("Player Two") && page.text().contains(&bob.csrf), "{}", page.text());
    let leave = |origin: &str, csrf: &str| {
        let request = bob.read("POST", "/logout").header("origin", origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        bob.send(&request.body(format!("csrf={csrf}")))
    };
    assert_eq!(leave(bob.origin(), "x").status, 403);
    assert_eq!(leave("http://ada.localhost", &bob.csrf).status, 403);
    assert_eq!(bob.get("/api/v1/session").status, 200);
    let left = leave(bob.origin(), &bob.csrf);
    assert_eq!((left.status, left.header("location")), (303, Some("/login")));
    assert_eq!(bob.get("/api/v1/session").status, 401);
}

/// T35
#[test]
fn who_is_suspended_looks_and_changes_nothing() {
    let instance = world();
    let node = instance.start();
    let eve = node.sign_in(EVE);
    assert_eq!(eve.get("/api/v1/session").json()["data"]["user"]["isSuspended"], true);
    assert_eq!(eve.get("/api/v1/account/keys").status, 200);
    assert_eq!(code(&eve.post(KEY, &json!({}))), (403, "suspended".into()));
    assert_eq!(eve.delete("/api/v1/session").status, 200, "leaving is for everybody");
}

/// T17, R4
#[test]
fn the_studio_asks_to_sign_in_and_leads_back() {
    let instance = world();
    let node = instance.start();
    let visitor = node.visitor();
    let host = node.origin().split_once("://").unwrap().1.to_owned();
    let reply = visitor.get(&host, "/studio/pages/p_ada?tab=2");
    assert_eq!(
        (reply.status, reply.header("location")),
        (302, Some("/login?next=%2Fstudio%2Fpages%2Fp_ada%3Ftab%3D2"))
    );
    let login = visitor.get(&host, "/login?next=%2Fstudio");
    assert_eq!(login.status, 200);
    assert!(login.text().contains("nameplate admin login-link") && !login.text().contains("Discord"));
    let policy = login.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self';"), "{policy}");
    assert_eq!(login.header("cross-origin-opener-policy"), Some("same-origin"));
    assert!(visitor.get(&host, "/").text().contains("Sign in"));
    assert!(node.sign_in(BOB).get("/").text().contains("Open the studio"));
    assert_eq!(visitor.get(&host, "/logout").status, 405);
}
