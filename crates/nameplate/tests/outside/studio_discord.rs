//! Signing in with Discord, against a Discord of our own (threats T30, T31).

use nameplate_testkit::discord::{CLIENT_ID, CLIENT_SECRET, FakeDiscord};
use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::studio::path_of;
use serde_json::{Value, json};

use crate::world::{BOB, EVE, empty, fill};

const NEW: &str = "444444444444444444";

fn person(id: &str, username: &str, name: Option<&str>) -> Option<Value> {
    Some(
        json!({ "id": id, "username": username, "global_name": name, "avatar": "a1b2c3", "discriminator": "0" }),
    )
}

fn instance(discord: &FakeDiscord) -> Instance {
    let instance = empty().set("discord_api", discord.api()).set("discord_client_id", CLIENT_ID);
    fill(instance.set("discord_client_secret", CLIENT_SECRET))
}

/// A browser that may sign in.
struct Browser<'a> {
    node: &'a Node<'a>,
    origin: String,
    host: String,
}

impl<'a> Browser<'a> {
    fn new(node: &'a Node<'a>) -> Self {
        let origin = node.origin();
        let host = origin.split_once("://").unwrap().1.to_owned();
        Self { node, origin, host }
    }

    /// Leaves for Discord: the cookie, and the address of Discord's page.
    fn leave(&self, next: &str) -> (String, String) {
        let request = Request::new("POST", &self.host, "/login/discord").header("origin", &self.origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let left = request.body(format!("next={next}")).send(self.node.listen);
        assert_eq!(left.status, 303, "{left:?}");
        let cookie = left.header("set-cookie").unwrap();
        assert!(
            cookie.starts_with("np_oauth=") && cookie.contains("HttpOnly") && cookie.contains("Max-Age=600"),
            "{cookie}"
        );
        (cookie.split(';').next().unwrap().to_owned(), left.header("location").unwrap().to_owned())
    }

    fn back(&self, url: &str, cookie: Option<&str>) -> Reply {
        let request = Request::new("GET", &self.host, &path_of(url));
        cookie.iter().fold(request, |request, cookie| request.header("cookie", cookie)).send(self.node.listen)
    }

    /// All of it.
    fn sign_in(&self, discord: &FakeDiscord) -> Reply {
        let (cookie, url) = self.leave("/studio");
        self.back(&discord.ask(&url), Some(&cookie))
    }

    fn session(&self, signed_in: &Reply) -> Value {
        let cookie = session_cookie(signed_in).expect("a session");
        let session = Request::new("GET", &self.host, "/api/v1/session").header("cookie", cookie);
        session.send(self.node.listen).json()["data"].clone()
    }
}

fn cookies(reply: &Reply) -> Vec<String> {
    let lines = reply.headers.iter().filter(|(name, _)| name == "set-cookie");
    lines.map(|(_, value)| String::from_utf8(value.clone()).unwrap()).collect()
}

fn session_cookie(reply: &Reply) -> Option<String> {
    let session = cookies(reply).into_iter().find(|cookie| cookie.starts_with("np_session="))?;
    Some(session.split(';').next().unwrap().to_owned())
}

/// T30, T31
#[test]
fn somebody_who_is_known_by_their_id_is_signed_in() {
    let discord = FakeDiscord::start();
    let instance = instance(&discord);
    let node = instance.start();
    let browser = Browser::new(&node);
    let login = node.visitor().get(&browser.host, "/login?next=/studio/inbox");
    assert!(
        login.text().contains("Continue with Discord") && login.text().contains("value=\"/studio/inbox\"")
    );
    let allowed = format!("form-action 'self' {};", discord.api().trim_end_matches("/api/v10"));
    assert!(login.header("content-security-policy").unwrap().contains(&allowed), "the form may lead there");

    discord.signed_in(person(BOB, "somebody_else", Some("Another Name")));
    let (cookie, url) = browser.leave("/studio/inbox");
    assert!(url.contains("scope=identify&") || url.ends_with("scope=identify"), "{url}");
    assert!(!url.contains(CLIENT_SECRET));
    let back = browser.back(&discord.ask(&url), Some(&cookie));
    assert_eq!((back.status, back.header("location")), (303, Some("/studio/inbox")), "{}", back.text());
    assert!(
        cookies(&back).iter().any(|cookie| cookie.starts_with("np_oauth=;") && cookie.contains("Max-Age=0"))
    );
    let session = browser.session(&back);
    assert_eq!(
        (&session["user"]["id"], &session["user"]["username"]),
        (&json!(BOB), &json!("playertwo")),
        "as they were"
    );
    assert_eq!(session["features"]["discordLogin"], true);

    discord.signed_in(person(EVE, "eve", None));
    assert_eq!(
        browser.session(&browser.sign_in(&discord))["user"]["isSuspended"],
        true,
        "who is suspended may look"
    );
    assert!(!instance.logs().contains(CLIENT_SECRET) && !instance.logs().contains("access1"));
}

/// T31
#[test]
fn somebody_new_gets_an_account_of_their_own_whatever_their_name() {
    let discord = FakeDiscord::start();
    let instance = instance(&discord);
    let node = instance.start();
    let browser = Browser::new(&node);
    discord.signed_in(person(NEW, "playerone", Some("Player One, but another")));
    let session = browser.session(&browser.sign_in(&discord));
    assert_eq!(session["user"]["id"], NEW);
    let username = session["user"]["username"].as_str().unwrap();
    assert!(username.starts_with("playerone") && username != "playerone", "{username}");
    assert_eq!(session["user"]["displayName"], "Player One, but");
    assert_eq!(session["user"]["isOperator"], false);
    assert!(session["user"]["avatarUrl"].as_str().unwrap().contains("a1b2c3"), "{session}");
    let again = browser.session(&browser.sign_in(&discord));
    assert_eq!(again["user"]["username"], username, "the same one");
}

/// T30
#[test]
fn an_answer_counts_once_in_the_browser_that_asked_and_from_discord() {
    let discord = FakeDiscord::start();
    let instance = instance(&discord);
    let node = instance.start();
    let browser = Browser::new(&node);
    discord.signed_in(person(BOB, "bob", None));
    let refused = |reply: &Reply| {
        assert_eq!((reply.status, session_cookie(reply)), (400, None), "{}", reply.text());
    };
    let (cookie, url) = browser.leave("/studio");
    let answer = discord.ask(&url);
    refused(&browser.back(&answer, None));
    let (other, other_url) = browser.leave("/studio");
    refused(&browser.back(&answer, Some(&other)));
    refused(&browser.back(&answer, Some(&format!("{cookie}; {other}"))));
    refused(&browser.back(&answer.replace("state=", "was="), Some(&cookie)));
    refused(&browser.back("http://localhost/login/discord/callback?code=x", Some(&cookie)));
    refused(&browser.back("http://localhost/login/discord/callback", Some(&cookie)));
    assert_eq!(discord.exchanges(), 0);
    assert_eq!(browser.back(&answer, Some(&cookie)).status, 303);
    refused(&browser.back(&answer, Some(&cookie)));
    refused(&browser.back(&discord.ask(&url), Some(&cookie)));
    assert_eq!(discord.exchanges(), 1, "one question, one answer");

    let mixed_up = discord.ask(&other_url).replace("iss=http", "iss=https");
    refused(&browser.back(&mixed_up, Some(&other)));
    assert_eq!(discord.exchanges(), 1);
    let foreign =
        Request::new("POST", &browser.host, "/login/discord").header("origin", "https://evil.example");
    assert_eq!(foreign.body("").send(node.listen).status, 403);
    for host in ["ada.localhost", "relay.localhost", "i.localhost"] {
        let reply = node.visitor().get(host, &path_of(&answer));
        assert_eq!(reply.header("set-cookie"), None, "{host}");
    }
}

/// T30
#[test]
fn an_answer_that_comes_late_is_none() {
    let discord = FakeDiscord::start();
    let instance = fill(
        empty()
            .at("2026-05-15 00:00:00")
            .set("discord_api", discord.api())
            .set("discord_client_id", CLIENT_ID)
            .set("discord_client_secret", CLIENT_SECRET),
    );
    let node = instance.start();
    let browser = Browser::new(&node);
    discord.signed_in(person(BOB, "bob", None));
    let (cookie, url) = browser.leave("/studio");
    instance.set_clock("2026-05-15 00:10:00");
    assert_eq!(browser.back(&discord.ask(&url), Some(&cookie)).status, 400);
    assert_eq!(discord.exchanges(), 0);
}

/// T30
#[test]
fn a_no_and_a_discord_that_does_not_answer_say_so() {
    let discord = FakeDiscord::start();
    let instance = instance(&discord);
    let node = instance.start();
    let browser = Browser::new(&node);
    discord.signed_in(None);
    let no = browser.sign_in(&discord);
    assert_eq!((no.status, session_cookie(&no)), (403, None));
    assert!(no.text().contains("/login"), "and there is a way on");
    discord.signed_in(person(BOB, "bob", None));
    let (cookie, url) = browser.leave("/studio");
    let answer = discord.ask(&url);
    drop(discord);
    let away = browser.back(&answer, Some(&cookie));
    assert_eq!((away.status, session_cookie(&away)), (502, None), "{}", away.text());
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200, "everything else goes on");
}

/// T31
#[test]
fn a_closed_instance_takes_nobody_new_in() {
    let discord = FakeDiscord::start();
    let instance = instance(&discord).set("registration", "closed");
    let node = instance.start();
    let browser = Browser::new(&node);
    discord.signed_in(person(NEW, "newcomer", None));
    let refused = browser.sign_in(&discord);
    assert_eq!((refused.status, session_cookie(&refused)), (403, None));
    assert!(!instance.admin(&["user", "list"]).contains(NEW));
    discord.signed_in(person(BOB, "bob", None));
    assert_eq!(browser.sign_in(&discord).status, 303);
    let complaint = empty().set("registration", "ajar").must_not(&["config"], b"");
    assert!(complaint.contains("registration"), "{complaint}");
}

/// R4
#[test]
fn without_an_application_there_is_no_way_in_by_discord() {
    let instance = fill(empty());
    let node = instance.start();
    let browser = Browser::new(&node);
    let request = Request::new("POST", &browser.host, "/login/discord").header("origin", &browser.origin);
    assert_eq!(request.body("").send(node.listen).status, 404);
}
