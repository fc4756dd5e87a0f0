//! The first run: from an empty folder to a published page, with nothing but a browser (contract W5).

use nameplate_music::synth::write_demo_library;
use nameplate_testkit::discord::{FakeDiscord, GUILD};
use nameplate_testkit::http::{PATIENCE, Reply, Request};
use nameplate_testkit::node::{MusicWorker, Node};
use nameplate_testkit::process::within;
use nameplate_testkit::studio::{StudioClient, path_of};
use serde_json::{Value, json};

use crate::discord::{playing, wait_for_game, with};
use crate::world::{ADA, ADA_MUSIC_KEY, empty, world};

/// The link that `serve` prints.
fn printed(node: &Node<'_>) -> String {
    let log = node.log();
    let link = log.split_whitespace().find(|word| word.contains("/login/"));
    link.unwrap_or_else(|| panic!("no link in\n{log}")).to_owned()
}

struct Browser<'a> {
    node: &'a Node<'a>,
    host: String,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Opens the link.
    fn open(node: &'a Node<'a>, link: &str) -> Result<Self, Reply> {
        let host = node.origin().split_once("://").unwrap().1.to_owned();
        let reply = Request::new("GET", &host, &path_of(link)).send(node.listen);
        if reply.header("location") != Some("/welcome") {
            return Err(reply);
        }
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.starts_with("np_welcome=") && cookie.contains("HttpOnly"), "{cookie}");
        Ok(Self { node, host, cookie: cookie.split(';').next().unwrap().to_owned() })
    }

    fn form(&self) -> Reply {
        Request::new("GET", &self.host, "/welcome").header("cookie", &self.cookie).send(self.node.listen)
    }

    fn csrf(&self) -> String {
        let form = self.form();
        let text = form.text();
        let (_, behind) = text.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{text}"));
        behind.split('"').next().unwrap().to_owned()
    }

    fn send(&self, origin: &str, fields: &str) -> Reply {
        let request = Request::new("POST", &self.host, "/welcome").header("cookie", &self.cookie);
        let request =
            request.header("origin", origin).header("content-type", "application/x-www-form-urlencoded");
        request.body(fields).send(self.node.listen)
    }

    fn make(&self, fields: &str) -> Reply {
        self.send(&self.node.origin(), &format!("csrf={}&{fields}", self.csrf()))
    }
}

/// W5
#[test]
fn an_empty_folder_leads_to_a_published_page_and_its_editor() {
    let instance = empty();
    let node = instance.start();
    let browser = Browser::open(&node, &printed(&node)).map_err(|reply| reply.status).unwrap();
    let form = browser.form();
    assert_eq!(form.status, 200);
    for design in ["minimal", "glass", "terminal", "magazine", "tiles", "neon"] {
        assert!(form.text().contains(&format!("value=\"{design}\"")), "{design}");
    }
    let csrf = browser.csrf();
    let made = browser.make("name=Ada+L.&slug=Ada&template=magazine&publish=yes");
    assert_eq!(made.status, 303, "{}", made.text());
    let place = made.header("location").unwrap().to_owned();
    assert!(place.starts_with("/studio/pages/p_"), "{place}");
    let page = node.visitor().get("ada.localhost", "/");
    assert!(page.status == 200 && page.text().contains("Ada L."), "{page:?}");

    let cookies: Vec<_> = made.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    let text = |cookie: &&(String, Vec<u8>)| String::from_utf8(cookie.1.clone()).unwrap();
    let session = cookies.iter().map(text).find(|cookie| cookie.starts_with("np_session=")).unwrap();
    assert!(cookies.iter().any(|cookie| text(cookie).starts_with("np_welcome=;")), "it is used up");
    let session = session.split(';').next().unwrap();
    let ask =
        |target: &str| Request::new("GET", &browser.host, target).header("cookie", session).send(node.listen);
    let session = ask("/api/v1/session").json()["data"].clone();
    assert_eq!(session["plan"]["plan"], "enterprise", "whoever runs the instance has all that it can do");
    let user = session["user"].clone();
    assert_eq!((&user["displayName"], &user["isOperator"]), (&Value::from("Ada L."), &Value::from(true)));
    let id = user["id"].as_str().unwrap();
    assert!((17..=19).contains(&id.len()), "{id}");
    assert_eq!(ask(&place).status, 200, "the editor");

    assert!(Browser::open(&node, &printed(&node)).is_err(), "the link is over");
    assert_eq!(browser.form().status, 404);
    let again = format!("csrf={csrf}&name=Eve&slug=eve&template=glass");
    assert_eq!(browser.send(&node.origin(), &again).status, 404);
    assert!(instance.admin(&["user", "list"]).lines().count() == 1);
}

/// W5, S4, M1: the bot's token and a music worker stand in the first command; the rest is done in a browser.
#[test]
fn an_empty_folder_leads_to_a_page_with_presence_and_music() {
    let discord = FakeDiscord::start();
    discord.join(GUILD, ADA);
    discord.present(ADA, playing("Chess"));
    let (library, worker_only) = (tempfile::tempdir().unwrap(), empty());
    let tracks = write_demo_library(library.path()).unwrap();
    let worker = MusicWorker::start(&worker_only, library.path(), &[ADA_MUSIC_KEY]);
    let music = format!("http://{}/stream/{{isrc}}", worker.listen);
    let instance = with(empty().set("music_url", music), &discord);
    let node = instance.start();

    let browser = Browser::open(&node, &printed(&node)).map_err(|reply| reply.status).unwrap();
    let wish = "name=Ada&slug=ada&template=glass&publish=yes&discord=";
    let refused = browser.make(&format!("{wish}ada"));
    assert!(refused.status == 422 && refused.text().contains("15 to 20 digits"), "{}", refused.text());
    let made = browser.make(&format!("{wish}+{ADA}"));
    assert_eq!(made.status, 303, "{}", made.text());
    let page = made.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let cookies = made.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut cookies = cookies.map(|(_, value)| std::str::from_utf8(value).unwrap());
    let ada = StudioClient::by_cookie(&node, cookies.find(|text| text.starts_with("np_session=")).unwrap());
    let shown = || node.visitor().get("ada.localhost", "/");
    assert_eq!(
        (ada.get("/api/v1/session").json()["data"]["user"]["id"].as_str(), shown().status),
        (Some(ADA), 200)
    );

    let change = json!({"presenceSharing": true, "music": {"key": ADA_MUSIC_KEY, "enabled": true}});
    let changed = ada.patch("/api/v1/account", &change);
    assert_eq!(changed.status, 200, "{}", changed.text());
    add_blocks(
        &ada,
        &page,
        &[json!({"kind": "presence"}), json!({"kind": "music", "tracks": [tracks[0].isrc]})],
    );
    wait_for_game(&node, ADA, "Chess");
    let html = shown().text().to_owned();
    let is_listed = html.contains(&format!("data-isrc=\"{}\"", tracks[0].isrc));
    assert!(html.contains("Chess") && html.contains("data-player") && is_listed);
    let checks = || ada.get("/api/v1/account/presence").json()["data"]["checks"].as_array().unwrap().clone();
    let is_shown = || checks().iter().all(|check| check["ok"] == true).then_some(());
    within(PATIENCE, is_shown).unwrap_or_else(|| panic!("{:?}", checks()));
    let track = format!("/api/v1/profiles/{page}/music/{}", tracks[0].isrc);
    let heard =
        node.visitor().request("GET", "ada.localhost", &track).header("range", "bytes=0-").send(node.listen);
    assert!(heard.status == 206 && heard.body == std::fs::read(&tracks[0].path).unwrap(), "{}", heard.status);
    discord.present(ADA, playing("Go"));
    within(PATIENCE, || shown().text().contains("Go").then_some(())).expect("the page follows");
}

/// Puts blocks on a page that are not there yet, and publishes it.
fn add_blocks(client: &StudioClient, page: &str, wanted: &[Value]) {
    let page = format!("/api/v1/profiles/{page}");
    let send = |method, target: &str, body: Value| {
        let revision = client.get(&page).header("etag").unwrap().to_owned();
        let request = client.change(method, target).header("if-match", revision);
        let reply = client.send(&request.header("content-type", "application/json").body(body.to_string()));
        assert_eq!(reply.status, 200, "{}", reply.text());
    };
    let mut content = client.get(&page).json()["data"]["draft"].clone();
    let blocks = content["blocks"].as_array_mut().unwrap();
    for block in wanted {
        if blocks.iter().all(|there| there["kind"] != block["kind"]) {
            blocks.push(block.clone());
        }
    }
    send("PATCH", &page, json!({ "content": content }));
    send("POST", &format!("{page}/publish"), json!({}));
}

/// W5
#[test]
fn an_id_that_somebody_has_is_not_given_again() {
    let instance = world().set("discord_client_id", "700000000000000001").set("discord_client_secret", "s");
    let node = instance.start();
    let browser = Browser::open(&node, &printed(&node)).map_err(|reply| reply.status).unwrap();
    let taken = browser.make(&format!("name=Eve&slug=new&template=glass&discord={ADA}"));
    assert!(taken.status == 422 && taken.text().contains("an account with this id"), "{}", taken.text());
    assert_eq!(browser.make("name=Eve&slug=new&template=glass&discord=").status, 303);
}

/// W5
#[test]
fn the_link_is_printed_at_each_start_until_somebody_runs_the_instance() {
    let instance = empty();
    let first = {
        let node = instance.start();
        printed(&node)
    };
    let node = instance.start();
    let second = printed(&node);
    assert_ne!(first, second);
    assert!(Browser::open(&node, &first).is_ok(), "the one before is still good");
    let third = instance.admin(&["login-link", "--first-run"]);
    let browser = Browser::open(&node, &third).map_err(|reply| reply.status).unwrap();
    assert_eq!(browser.make("name=Ada&slug=ada&template=glass").status, 303);
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 404, "not published unless one wants it");
    for link in [&first, &second, &third] {
        assert!(Browser::open(&node, link).is_err(), "nobody else becomes operator");
    }
    let complaint = instance.must_not(&["admin", "login-link", "--first-run"], b"");
    assert!(complaint.contains("runs this instance already"), "{complaint}");
    drop(node);
    assert!(!instance.start().log().contains("/login/"), "nothing is printed any more");
}

/// W5
#[test]
fn the_link_ends_after_a_day() {
    let instance = empty().at("2026-05-15 00:00:00");
    let node = instance.start();
    let link = printed(&node);
    let browser = Browser::open(&node, &link).map_err(|reply| reply.status).unwrap();
    let csrf = browser.csrf();
    instance.set_clock("2026-05-16 00:00:01");
    assert!(Browser::open(&node, &link).is_err());
    let late = browser.send(&node.origin(), &format!("csrf={csrf}&name=Ada&slug=ada&template=glass"));
    assert_eq!(late.status, 404);
    assert_eq!(instance.admin(&["user", "list"]), "");
}

/// W5
#[test]
fn what_cannot_be_is_said_at_its_field_and_uses_nothing_up() {
    let instance = world();
    let node = instance.start();
    let browser = Browser::open(&node, &printed(&node)).map_err(|reply| reply.status).unwrap();
    for (fields, complaint) in [
        ("name=&slug=new&template=glass", "needs a name"),
        ("name=A+name+that+is+much+too+long&slug=new&template=glass", "at most 15"),
        ("name=New&slug=ada&template=glass", "taken"),
        ("name=New&slug=www&template=glass", "reserved"),
        ("name=New&slug=a_b&template=glass", "letters, digits"),
        ("name=New&slug=&template=glass", "letters, digits"),
    ] {
        let reply = browser.make(fields);
        assert_eq!(reply.status, 422, "{fields}");
        assert!(
            reply.text().contains(complaint) && reply.text().contains("aria-invalid"),
            "{fields}: {}",
            reply.text()
        );
    }
    let kept = browser.make("name=%22%3CNew%3E&slug=ada&template=neon");
    assert!(
        kept.text().contains("value=\"&#34;&#60;New&#62;\""),
        "what was typed stays, as text: {}",
        kept.text()
    );
    assert_eq!(browser.make("name=New&slug=new&template=shiny").status, 403);
    assert_eq!(browser.send("http://ada.localhost", "csrf=x&name=New&slug=new&template=glass").status, 403);
    assert_eq!(browser.send(&node.origin(), "csrf=x&name=New&slug=new&template=glass").status, 403);
    assert_eq!(browser.make("name=New&slug=new&template=glass&publish=yes").status, 303);
    assert_eq!(node.visitor().get("new.localhost", "/").status, 200);
}

/// T15
#[test]
fn an_instance_that_somebody_runs_asks_nobody_to_set_it_up() {
    let instance = world();
    instance.admin(&["user", "operator", ADA]);
    let node = instance.start();
    assert!(!node.log().contains("/login/"), "{}", node.log());
    assert_eq!(
        StudioClient::by_link(&node, &instance.admin(&["login-link", ADA])).get("/api/v1/session").status,
        200
    );
    instance.admin(&["user", "operator", ADA, "--off"]);
    drop(node);
    assert!(instance.start().log().contains("/login/"));
}
