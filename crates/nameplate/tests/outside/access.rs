//! Who may do what: every cell of `docs/access.md`, asked of a running node.

use std::collections::BTreeSet;

use nameplate_testkit::dns::NameServer;
use nameplate_testkit::form::{Form, png};
use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::{Instance, Node};
use serde_json::{Value, json};

use crate::world::{ADA, CARL, EVE, empty};

const PAGE: &str = include_str!("../../../../docs/access.md");

const CALLERS: [&str; 6] = ["visitor", "stranger", "blocked", "owner", "suspended", "operator"];
const MAIL: &str = "countess@example.com";
const MUSIC_KEY: &str = "adas-key-at-the-music-worker";
const STAFF: &str = "444444444444444444";
const FREE: &str = "555555555555555555";
/// Suspended, and nobody who asks.
const BANNED: &str = "666666666666666666";
const GONE: &str = "999999999999999999";

/// A line of a table: what is asked, by whom, and the other cells with their columns' names.
struct Line {
    what: String,
    who: Vec<&'static str>,
    cells: Vec<(String, String)>,
}

/// The tables whose first column has this title, below a heading.
fn table(heading: &str, first: &str) -> Vec<Line> {
    let section =
        PAGE.split("\n## ").find(|section| section.starts_with(heading)).expect("the section is there");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = section.lines().skip_while(|line| !line.starts_with(&format!("| {first} |")));
    let titles = cells(lines.next().expect("the table is there"));
    let has_callers = titles[1] == "who";
    let mut rows: Vec<Line> = Vec::new();
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let line = cells(line);
        let who = match line[1].as_str() {
            _ if !has_callers => Vec::new(),
            "everybody" => CALLERS.to_vec(),
            some => some
                .split(", ")
                .map(|name| *CALLERS.iter().find(|caller| **caller == name).expect(name))
                .collect(),
        };
        let skipped = if has_callers { 2 } else { 1 };
        let values = titles.iter().cloned().zip(line.iter().cloned()).skip(skipped).collect();
        rows.push(Line { what: line[0].clone(), who, cells: values });
    }
    rows
}

/// All that a table says: what, who, in which state, and the answer. Each stands there once, for all callers.
fn cells(heading: &str, first: &str) -> Vec<(String, &'static str, String, String)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for line in table(heading, first) {
        for who in line.who {
            assert!(seen.insert((line.what.clone(), who)), "{} by {who} stands there twice", line.what);
            for (state, answer) in &line.cells {
                found.push((line.what.clone(), who, state.clone(), answer.clone()));
            }
        }
    }
    let whats: BTreeSet<_> = seen.iter().map(|(what, _)| what.clone()).collect();
    assert_eq!(seen.len(), whats.len() * CALLERS.len(), "a caller is missing");
    found
}

fn key(who: &str) -> String {
    format!("{who:0<32}")
}

fn user(id: &str, name: &str) -> Value {
    json!({ "id": id, "username": name, "relayKey": key(name) })
}

/// The file of the post in a state; the one that is missing has a name as well.
fn file(state: &str) -> String {
    let number = ["missing", "private", "unlisted", "public", "moderated", "deleted"]
        .iter()
        .position(|name| *name == state);
    format!("{:032x}.png", number.unwrap() + 1)
}

fn code(state: &str) -> String {
    format!("{:x<8}", state.get(..7.min(state.len())).unwrap())
}

fn post(state: &str, privacy: &str) -> Value {
    let bytes = png(8, 8, [1, 2, 3]).len();
    json!({ "code": code(state), "owner": ADA, "privacy": privacy, "moderated": state == "moderated",
            "files": [{"name": file(state), "size": bytes, "mime": "image/png", "source": "one.png"}] })
}

/// Who is asked for.
fn account(state: &str) -> &'static str {
    match state {
        "missing" => GONE,
        "active" => ADA,
        _ => BANNED,
    }
}

/// One object in each state, and one caller of each kind.
fn instance() -> Instance {
    let instance = empty().at("2026-05-15 00:00:00");
    std::fs::write(instance.path("one.png"), png(8, 8, [1, 2, 3])).unwrap();
    let mut ada = user(ADA, "owner");
    ada["email"] = MAIL.into();
    ada["theme"] = "pastel_orange".into();
    ada["apiKey"] = key("ownerApi").into();
    ada["music"] = json!({"key": MUSIC_KEY, "enabled": false});
    ada["blocks"] = json!([CARL]);
    ada["subscription"] = json!({"plan": "plus", "status": "active", "started_at": "2026-01-01T00:00:00Z"});
    let mut staff = user(STAFF, "operator");
    staff["staff"] = true.into();
    let mut eve = user(EVE, "suspended");
    eve["suspended"] = true.into();
    let banned = json!({ "id": BANNED, "username": "banned", "suspended": true });
    let users = json!([ada, user(FREE, "stranger"), user(CARL, "blocked"), staff, eve, banned]);
    let gallery = json!({"schema": 1, "template": "minimal", "theme": {}, "blocks": [{"kind": "header"}, {"kind": "gallery"}]});
    let profile = |state: &str| {
        json!({ "id": format!("p_{state}"), "owner": ADA, "domain": format!("{state}.localhost"), "isPublic": state != "hidden",
                "suspended": state == "moderated", "content": gallery,
                "expiresAt": (state == "expired").then_some("2026-01-01T00:00:00Z") })
    };
    let profiles = ["hidden", "public", "moderated", "expired", "deleted"].map(profile);
    let posts = [
        post("private", "private"),
        post("unlisted", "unlisted"),
        post("public", "public"),
        post("moderated", "public"),
        post("deleted", "private"),
    ];
    let file = json!({ "nameplate": 1, "users": users, "profiles": profiles, "posts": posts });
    std::fs::write(instance.path("instance.json"), file.to_string()).unwrap();
    instance.must(&["import", "instance.json"], b"");
    instance
}

/// Everything that callers of all kinds ask for.
struct World<'a> {
    node: &'a Node<'a>,
    /// The addresses of the owner's files, as the owner was told them while all were there.
    links: Vec<String>,
}

impl<'a> World<'a> {
    fn new(node: &'a Node<'a>) -> Self {
        let listed = node.key_client("relay-key", &key("owner")).get("/uploads").json();
        let links = listed["uploads"]
            .as_array()
            .unwrap()
            .iter()
            .map(|upload| upload["url"].as_str().unwrap().to_owned());
        Self { node, links: links.collect() }
    }

    /// A request with the caller's key, if there is one. Hosts that take no keys get it as well: it opens nothing there.
    fn request(&self, who: &str, method: &str, host: &str, target: &str) -> Request {
        let request = Request::new(method, host, target);
        if who == "visitor" { request } else { request.header("relay-key", key(who)) }
    }

    fn ask(&self, who: &str, method: &str, host: &str, target: &str) -> Reply {
        self.send(who, &self.request(who, method, host, target))
    }

    fn body(&self, who: &str, method: &str, target: &str, body: Value) -> Reply {
        let request = self.request(who, method, "relay.localhost", target);
        self.send(who, &request.header("content-type", "application/json").body(body.to_string()))
    }

    fn form(&self, who: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        let request = self.request(who, "POST", "relay.localhost", target).headers(headers);
        self.send(who, &Form::new().file("a.png", &png(4, 4, [9, 9, 9])).put_into(request))
    }

    /// Sends a request. Whoever is not the owner learns nothing that only the owner may know (U4).
    fn send(&self, who: &str, request: &Request) -> Reply {
        let reply = request.send(self.node.listen);
        if who != "owner" {
            let text = String::from_utf8_lossy(&reply.body);
            for secret in [&key("owner"), &key("ownerApi"), MAIL, MUSIC_KEY, "pastel_orange"] {
                assert!(!text.contains(secret), "{who} learns {secret}: {text}");
            }
            if let Ok(body) = serde_json::from_slice::<Value>(&reply.body) {
                assert_no_private_field(who, &body);
            }
        }
        reply
    }

    fn on_post(&self, what: &str, who: &str, state: &str) -> Reply {
        let (code, file) = (code(state), file(state));
        let relay = |method: &str, target: &str, headers: &[(&str, &str)]| {
            self.send(who, &self.request(who, method, "relay.localhost", target).headers(headers))
        };
        let get = |host: &str, target: &str| self.ask(who, "GET", host, target);
        match what {
            "`GET /posts/{code}`" => relay("GET", &format!("/posts/{code}"), &[]),
            "`POST /report`" => self.body(who, "POST", "/report", json!({ "code": code })),
            "`PATCH /editUpload`" => relay("PATCH", "/editUpload", &[("code", &code), ("title", who)]),
            "`POST /appendUpload`" => self.form(who, "/appendUpload", &[("post-code", &code)]),
            "`DELETE /deleteUpload`" => relay("DELETE", "/deleteUpload", &[("file", &file)]),
            "`i./{user}/{file}`" => get("i.localhost", &format!("/{ADA}/{file}")),
            "`i./{user}/{file}` by the owner's link" => {
                let link = self.links.iter().find(|link| link.contains(&file));
                let link = link.map(|link| link.split_once(ADA).unwrap().1.to_owned());
                get("i.localhost", &format!("/{ADA}{}", link.unwrap_or(format!("/{file}"))))
            }
            "`i./{user}/thumb/{file}`" => {
                get("i.localhost", &format!("/{ADA}/thumb/{}", file.replace("png", "jpg")))
            }
            "`i./{shortid}`" => get("i.localhost", &format!("/{code}")),
            "`/{shortid}` on the owner's page" => get("public.localhost", &format!("/{code}")),
            "`/p/{code}`" => get("localhost", &format!("/p/{code}")),
            unknown => panic!("nobody knows how to ask for {unknown}"),
        }
    }

    fn list(&self, what: &str, who: &str) -> Reply {
        match what {
            "`publicUploads` of `GET /users/{id}`" => {
                self.ask(who, "GET", "relay.localhost", &format!("/users/{ADA}?includePosts=true"))
            }
            "`GET /uploads`" => self.ask(who, "GET", "relay.localhost", "/uploads"),
            "gallery of the owner's page" => self.ask(who, "GET", "public.localhost", "/"),
            unknown => panic!("nobody knows how to ask for {unknown}"),
        }
    }

    fn on_profile(&self, what: &str, who: &str, state: &str) -> Reply {
        let api =
            |rest: &str| self.ask(who, "GET", "localhost", &format!("/api/v1/profiles/p_{state}/{rest}"));
        match what {
            "`/` on the profile's host" => self.ask(who, "GET", &format!("{state}.localhost"), "/"),
            "`GET /api/v1/profiles/{profileID}/og.png`" => api("og.png"),
            "`GET /api/v1/profiles/{profileID}/music/{isrc}`" => api("music/USRC17607839"),
            unknown => panic!("nobody knows how to ask for {unknown}"),
        }
    }

    fn on_account(&self, what: &str, who: &str, state: &str) -> Reply {
        let id = account(state);
        match what {
            "`GET /users/{id}`" => self.ask(who, "GET", "relay.localhost", &format!("/users/{id}")),
            "`POST /block`" => self.body(who, "POST", "/block", json!({ "targetId": id })),
            "`POST /unblock`" => self.body(who, "POST", "/unblock", json!({ "targetId": id })),
            unknown => panic!("nobody knows how to ask for {unknown}"),
        }
    }

    fn on_own(&self, what: &str, who: &str) -> Reply {
        let embed = json!({"customEmbed": {"title": "x"}});
        match what {
            "`PATCH /theme`" => self.body(who, "PATCH", "/theme", json!({"theme": "red"})),
            "`PATCH /profile`" => self.body(who, "PATCH", "/profile", json!({"bio": "x"})),
            "`PATCH /profile` with `customEmbed`" => self.body(who, "PATCH", "/profile", embed),
            "`POST /profile/avatar`" => self.form(who, "/profile/avatar", &[]),
            "`POST /profile/banner`" => self.form(who, "/profile/banner", &[]),
            "`POST /upload`" => self.form(who, "/upload", &[]),
            get => {
                let path = get.trim_matches('`').strip_prefix("GET ").unwrap_or_else(|| panic!("{get}"));
                self.ask(who, "GET", "relay.localhost", path)
            }
        }
    }
}

/// No field of `@me` at any depth, unless the caller looks at the own account (U4).
fn assert_no_private_field(who: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_private = ["apiKey", "relayKey", "theme", "limits", "subscription", "email", "music"]
                    .contains(&name.as_str());
                let is_count = name == "uploads" && value.is_number();
                assert!(!is_private && !is_count, "{who} sees {name}");
                assert_no_private_field(who, value);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| assert_no_private_field(who, item)),
        _ => {}
    }
}

/// A2, A5, A9, U4
#[test]
fn posts_are_for_whom_the_table_says() {
    let instance = instance();
    let node = instance.start();
    let world = World::new(&node);
    instance.admin(&["post", "delete", &code("deleted")]);
    for (what, who, state, answer) in cells("Posts", "list") {
        let text = world.list(&what, who).text().to_owned();
        let is_there = text.contains(&code(&state)) || text.contains(&file(&state));
        assert_eq!(if is_there { "yes" } else { "no" }, answer, "{what} shows a {state} post to a {who}");
        instance.set_clock(&later());
    }
    // Each state has its own minutes, so that no limit is met. What deletes stands last.
    let all = cells("Posts", "route");
    for state in ["missing", "private", "unlisted", "public", "moderated", "deleted"] {
        instance.set_clock(&later());
        let (deletes, others): (Vec<_>, Vec<_>) =
            all.iter().filter(|(_, _, of, _)| of == state).partition(|(what, ..)| what.contains("DELETE"));
        for (what, who, state, answer) in others.into_iter().chain(deletes) {
            let reply = world.on_post(what, who, state);
            assert_eq!(
                reply.status.to_string(),
                *answer,
                "{what}, {state}, by a {who}: {}",
                String::from_utf8_lossy(&reply.body)
            );
        }
    }
}

/// The next moment: two minutes behind the one before.
fn later() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static MINUTES: AtomicU32 = AtomicU32::new(0);
    let minutes = MINUTES.fetch_add(2, Ordering::Relaxed);
    format!("2026-05-15 {:02}:{:02}:00", minutes / 60, minutes % 60)
}

/// R7, O2, M1
#[test]
fn profiles_are_for_whom_the_table_says() {
    let instance = instance();
    let node = instance.start();
    let world = World::new(&node);
    instance.admin(&["profile", "delete", "p_deleted"]);
    for (what, who, state, answer) in cells("Profiles", "route") {
        let reply = world.on_profile(&what, who, &state);
        assert_eq!(reply.status.to_string(), answer, "{what}, {state}, by a {who}");
    }
}

/// U4, U8, A9
#[test]
fn accounts_are_for_whom_the_table_says() {
    let instance = instance();
    let node = instance.start();
    let world = World::new(&node);
    for (what, who, state, answer) in cells("Accounts", "route") {
        let reply = world.on_account(&what, who, &state);
        assert_eq!(reply.status.to_string(), answer, "{what}, {state}, by a {who}: {}", reply.text());
        if what == "`POST /block`" {
            world.body(who, "POST", "/unblock", json!({ "targetId": account(&state) }));
        }
    }
}

/// A1, A2
#[test]
fn what_is_ones_own_is_for_whom_the_table_says() {
    let instance = instance();
    let node = instance.start();
    let world = World::new(&node);
    let mut routes = BTreeSet::new();
    for line in table("The caller's own", "route") {
        for (who, answer) in &line.cells {
            let who = match who.as_str() {
                "free" => "stranger",
                "premium" => "owner",
                same => same,
            };
            let reply = world.on_own(&line.what, who);
            assert_eq!(reply.status.to_string(), *answer, "{} by a {who}: {}", line.what, reply.text());
        }
        routes.insert(line.what);
    }
    for heading in ["Posts", "Accounts"] {
        routes.extend(table(heading, "route").into_iter().map(|line| line.what));
    }
    let document: Value =
        serde_json::from_slice(&node.visitor().get("localhost", "/api/v1/openapi.json").body).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, action) in methods.as_object().unwrap() {
            let is_account = ["accounts", "uploads"].iter().any(|tag| action["tags"][0] == *tag);
            let route = format!("`{} {path}`", method.to_uppercase());
            assert!(!is_account || routes.contains(&route), "{route} is in none of the tables");
        }
    }
}

/// What a route of the studio is sent, so that it is not its body that is at fault.
fn studio_body(route: &str) -> Value {
    let content = json!({"schema": 1, "template": "minimal", "blocks": []});
    match route.rsplit('/').next().unwrap() {
        "preview" | "card" | "notes" => json!({ "content": content }),
        "template" => json!({"templateID": "glass"}),
        "domain" if route.starts_with("PUT") => json!({"domain": "owner.example"}),
        "{post}" => json!({"action": "keep"}),
        "{code}" if route.starts_with("PATCH") => json!({"title": "x"}),
        "{profile}" if route.starts_with("PATCH") => json!({"expiresAt": null}),
        _ => json!({}),
    }
}

/// T15, R7, A2
#[test]
fn the_studio_is_for_whom_the_table_says() {
    let dns = NameServer::start();
    let instance = instance().set("resolver", dns.address.to_string());
    instance.admin(&["user", "operator", STAFF]);
    let node = instance.start();
    let callers = [("stranger", FREE), ("suspended", EVE), ("operator", STAFF), ("owner", ADA)];
    let callers = callers.map(|(name, id)| (name, node.sign_in(id)));
    let (_, owner) = &callers[3];
    let revision = owner.get("/api/v1/profiles/p_public").json()["data"]["revision"].to_string();
    let publish = owner
        .change("POST", "/api/v1/profiles/p_public/publish")
        .header("if-match", format!("\"{revision}\""));
    assert_eq!(owner.send(&publish.header("content-type", "application/json").body("{}")).status, 200);
    World::new(&node).body("stranger", "POST", "/report", json!({ "code": code("public") }));
    let mut routes = BTreeSet::new();
    for line in table("The studio", "route") {
        let route = line.what.trim_matches('`').to_owned();
        let (method, path) = route.split_once(' ').unwrap();
        let id = if path.contains("/profiles/") { "p_public" } else { BANNED };
        let file = file("unlisted");
        let upload = code(if path.contains("{name}") { "unlisted" } else { "private" });
        let reported = code("public");
        let parts = [
            ("{profile}", "p_public"),
            ("{profileID}", "p_public"),
            ("{number}", "1"),
            ("{userID}", CARL),
            ("{kind}", "relay"),
            ("{picture}", "avatar"),
            ("{channel}", "email"),
            ("{id}", id),
            ("{code}", &upload),
            ("{post}", &reported),
            ("{name}", &file),
        ];
        let target = parts.iter().fold(path.to_owned(), |target, (part, value)| target.replace(part, value));
        let body = studio_body(&route);
        for (who, answer) in &line.cells {
            let reply = match callers.iter().find(|(name, _)| name == who) {
                Some((_, client)) if method == "GET" => client.get(&target),
                Some((_, client)) => {
                    let request =
                        client.change(method, &target).header("if-match", format!("\"{revision}\""));
                    client.send(&request.header("content-type", "application/json").body(body.to_string()))
                }
                None => Request::new(method, owner.host(), &target)
                    .header("origin", owner.origin())
                    .send(node.listen),
            };
            let is_let = !matches!(reply.status, 401 | 403 | 404 | 429 | 500..);
            let given = if is_let { "yes".into() } else { reply.status.to_string() };
            assert_eq!(given, *answer, "{route} by a {who}: {}", String::from_utf8_lossy(&reply.body));
        }
        routes.insert(route);
    }
    let document: Value =
        serde_json::from_slice(&node.visitor().get("localhost", "/api/v1/openapi.json").body).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, action) in methods.as_object().unwrap() {
            let needs = |security: &Value| security.get("session").is_some();
            let is_studio = action["security"].as_array().is_some_and(|all| all.iter().any(needs));
            let is_callers_own =
                path.starts_with("/api/v1/inbox/{") || path.starts_with("/api/v1/sessions/{");
            let route = format!("{} {path}", method.to_uppercase());
            assert!(!is_studio || is_callers_own || routes.contains(&route), "{route} is not in the table");
        }
    }
}
