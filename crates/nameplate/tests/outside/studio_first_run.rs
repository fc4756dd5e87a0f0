//! The first run: from an empty folder to a published page, with nothing but a browser (contract W5).

use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::Node;
use nameplate_testkit::studio::{StudioClient, path_of};
use serde_json::Value;

use crate::world::{ADA, empty, world};

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
