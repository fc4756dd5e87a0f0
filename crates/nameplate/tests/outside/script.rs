//! A script that speaks HTTP and the command line only, and what it is answered: the same on SQLite with local files and
//! on PostgreSQL with S3 (contract A1 to A9, W5).

use std::collections::HashMap;

use nameplate_testkit::form::{Form, mp4, png};
use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::postgres::Postgres;
use nameplate_testkit::s3::S3Server;
use serde_json::{Value, json};

use crate::world::empty;

const ANN: &str = "444444444444444444";
const BEN: &str = "555555555555555555";
const CLEO: &str = "666666666666666666";

/// Everything that was asked and answered, without what is random.
struct Transcript<'a> {
    node: &'a Node<'a>,
    keys: HashMap<&'static str, String>,
    /// Codes and names in the order in which they were first seen.
    seen: Vec<String>,
    lines: Vec<String>,
}

impl Transcript<'_> {
    fn request(&self, who: &str, method: &str, target: &str) -> Request {
        Request::new(method, "relay.localhost", target).header("relay-key", &self.keys[who])
    }

    fn tell(&mut self, request: &Request, said: &str) -> Value {
        let reply = request.send(self.node.listen);
        self.note(said, &reply);
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    fn note(&mut self, said: &str, reply: &Reply) {
        let limit = reply.header("x-ratelimit-limit").unwrap_or("-");
        let wait = reply.header("retry-after").map_or("-", |_| "wait");
        let kind = reply.header("content-type").unwrap_or("-");
        let body = match kind.starts_with("application/json") {
            true => self.plain(&reply.json()).to_string(),
            false => format!("{} bytes", if kind.starts_with("text/html") { 0 } else { reply.body.len() }),
        };
        self.lines.push(format!("{said}: {} [{limit} {wait}] {kind} {body}", reply.status));
    }

    /// The answer with numbers in place of what is made at random.
    fn plain(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| match name.as_str() {
                    "processing_time" | "resetsInSeconds" => (name.clone(), json!("some")),
                    _ => (name.clone(), self.plain(value)),
                };
                fields.iter().map(field).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.plain(item)).collect(),
            Value::String(text) if text.ends_with('Z') && text.starts_with("20") => json!("a moment"),
            Value::String(text) => {
                let parts = text.split(['/', '?', '=', '&']).map(|part| {
                    let stem = part.split('.').next().unwrap_or_default();
                    if part.len() == 64 {
                        return "signature".into();
                    }
                    let is_random = [8, 32].contains(&stem.len())
                        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    if part.len() == 10 && part.bytes().all(|byte| byte.is_ascii_digit()) {
                        return "a second".into();
                    }
                    if !is_random {
                        return part.to_owned();
                    }
                    let place = self.seen.iter().position(|seen| seen == stem).unwrap_or_else(|| {
                        self.seen.push(stem.to_owned());
                        self.seen.len() - 1
                    });
                    part.replace(stem, &format!("#{place}"))
                });
                parts.collect::<Vec<_>>().join("/").into()
            }
            other => other.clone(),
        }
    }

    fn get(&mut self, who: &str, target: &str, said: &str) -> Value {
        self.tell(&self.request(who, "GET", target), said)
    }

    fn json(&mut self, who: &str, method: &str, target: &str, body: &Value, said: &str) -> Value {
        let request = self.request(who, method, target).header("content-type", "application/json");
        self.tell(&request.body(body.to_string()), said)
    }

    fn send(&mut self, who: &str, target: &str, headers: &[(&str, &str)], form: Form, said: &str) -> Value {
        self.tell(&form.put_into(self.request(who, "POST", target).headers(headers)), said)
    }

    fn bare(&mut self, who: &str, method: &str, target: &str, headers: &[(&str, &str)], said: &str) -> Value {
        self.tell(&self.request(who, method, target).headers(headers), said)
    }

    /// Fetches an address as it stands in an answer.
    fn fetch(&mut self, url: &Value, said: &str) {
        let (host, path) = url.as_str().unwrap().strip_prefix("http://").unwrap().split_once('/').unwrap();
        let reply = self.node.visitor().get(host, &format!("/{path}"));
        self.note(said, &reply);
    }
}

/// Plays the whole script on an instance that has nothing in it.
fn play(instance: &Instance) -> Vec<String> {
    let plans = "[plans.free]\nmax_file_size = 300000\nquota = 1000000\n";
    std::fs::write(instance.path("nameplate.toml"), plans).unwrap();
    let node = instance.start();
    let mut keys = HashMap::new();
    for (who, id) in [("ann", ANN), ("ben", BEN), ("cleo", CLEO)] {
        instance.admin(&["user", "create", id, who]);
        let printed = instance.admin(&["key", "rotate", id, "relay"]);
        keys.insert(who, printed.lines().last().unwrap().to_owned());
    }
    let mut script = Transcript { node: &node, keys, seen: Vec::new(), lines: Vec::new() };
    accounts(&mut script);
    let code = uploads(&mut script);
    sharing(&mut script, &code);
    limits(&mut script);
    script.lines
}

fn accounts(script: &mut Transcript<'_>) {
    let nobody = Request::new("GET", "relay.localhost", "/users/@me");
    script.tell(&nobody, "no key");
    script.tell(&nobody.clone().header("relay-key", "x"), "a bad key");
    for target in ["/users/me", "/users/1", &format!("/users/{BEN}?postsLimit=51"), &format!("/users/{BEN}")]
    {
        script.get("ann", target, target);
    }
    script.json("ann", "PATCH", "/theme", &json!({"theme": "red"}), "a theme on the free plan");
}

fn uploads(script: &mut Transcript<'_>) -> String {
    let picture = png(12, 8, [3, 2, 1]);
    let titled = [("post-privacy", "public"), ("post-title", "Hello")];
    let made =
        script.send("ann", "/upload", &titled, Form::new().file("a.png", &picture), "a public picture");
    let code = made["post"]["code"].as_str().unwrap().to_owned();
    script.fetch(&made["url"], "its file");
    script.fetch(&made["post"]["url"], "its page");
    let both = Form::new().file("b.mp4", &mp4(5000)).file("c.txt", b"text");
    let album = script.send("ann", "/upload", &[], both, "two, of which one is no picture");
    let three = || Form::new().file("a.png", &picture).file("b.png", &picture).file("c.png", &picture);
    script.send("ann", "/upload", &[("post-type", "individual")], three(), "three by themselves");
    script.send("ann", "/upload", &[], Form::new().text("title", "none"), "no file");
    script.send("ann", "/upload", &[], Form::new().file("a.exe", b"MZ"), "no picture");
    script.send("ann", "/upload", &[("post-privacy", "hidden")], three(), "a bad privacy");
    script.send("ann", "/upload", &[], Form::new().file("a.mp4", &mp4(300_001)), "too large");
    script.get("ann", "/uploads", "the list");
    script.get("ann", "/uploads?limit=0", "a bad limit");
    script.bare(
        "ann",
        "PATCH",
        "/editUpload",
        &[("code", &code), ("title", ""), ("description", "New")],
        "edited",
    );
    script.bare("ann", "PATCH", "/editUpload", &[("code", &code)], "nothing to edit");
    script.bare("ben", "PATCH", "/editUpload", &[("code", &code), ("title", "Mine")], "another's");
    script.send("ann", "/appendUpload", &[("post-code", &code)], three(), "three more");
    let eight = (0..8).fold(Form::new(), |form, _| form.file("d.png", &picture));
    script.send("ann", "/appendUpload", &[("post-code", &code)], eight, "more than an album holds");
    script.send("ann", "/appendUpload", &[("post-code", &code)], three(), "the album is full");
    script.send("ann", "/appendUpload", &[("post-code", "Nobody01")], three(), "no such album");
    script.send("ann", "/appendUpload", &[], three(), "no album named");
    script.get("ann", &format!("/posts/{code}"), "the post");
    let name = album["files"][0]["url"].as_str().unwrap().split(['/', '?']).nth(4).unwrap().to_owned();
    script.bare("ben", "DELETE", "/deleteUpload", &[("file", &name)], "another's file");
    script.bare("ann", "DELETE", "/deleteUpload", &[("file", &name)], "deleted");
    script.bare("ann", "DELETE", "/deleteUpload", &[("file", &name)], "deleted again");
    script.bare("ann", "DELETE", "/deleteUpload", &[("file", "x")], "no file's name");
    script.fetch(&album["files"][0]["url"], "its link is dead");
    code
}

fn sharing(script: &mut Transcript<'_>, code: &str) {
    let private =
        script.send("ann", "/upload", &[], Form::new().file("p.png", &png(3, 3, [9, 9, 9])), "a private one");
    script.fetch(&private["url"], "with its link");
    let plain = private["url"].as_str().unwrap().split('?').next().unwrap();
    script.fetch(&json!(plain), "without it");
    script.fetch(&json!(format!("{plain}?e=1&s=00")), "with a bad one");
    let hidden = format!("/posts/{}", private["post"]["code"].as_str().unwrap());
    script.get("ben", &hidden, "another's private post");
    script.get("ben", &format!("/posts/{code}"), "a public post");
    script.get("ben", &format!("/users/{ANN}?includePosts=true"), "her uploads");
    block(script.node.instance, &json!([BEN]));
    script.get("ben", &format!("/users/{ANN}"), "she has blocked him");
    script.get("ben", &format!("/posts/{code}"), "and her posts");
    script.get("ann", &format!("/users/{BEN}"), "whom she blocked");
    block(script.node.instance, &json!([]));
    script.get("ben", &format!("/posts/{code}"), "he sees it again");
}

/// Says by the command line whom Ann blocks.
fn block(instance: &Instance, blocked: &Value) {
    let mut file: Value = serde_json::from_str(&instance.must(&["export"], b"")).unwrap();
    let users = file["users"].as_array_mut().unwrap();
    users.iter_mut().find(|user| user["id"] == ANN).unwrap()["blocks"] = blocked.clone();
    instance.must(&["import", "-"], file.to_string().as_bytes());
}

fn limits(script: &mut Transcript<'_>) {
    for number in 0..5 {
        let quarter = Form::new().file("a.mp4", &mp4(250_000));
        script.send("cleo", "/upload", &[], quarter, &format!("a quarter of the week, {number}"));
    }
    let mixed = Form::new().file("a.mp4", &mp4(100)).file("b.png", &png(1, 1, [0, 0, 0]));
    script.send("cleo", "/upload", &[], mixed, "nothing is left for two");
    let used = script.get("cleo", "/users/@me", "the week")["user"]["limits"]["usage"]["used"].clone();
    assert_eq!(used, 1_000_000);
    for number in 0..11 {
        script.send("cleo", "/appendUpload", &[], Form::new(), &format!("appending, {number}"));
    }
    for number in 0..21 {
        script.get("cleo", "/posts/Nobody01", &format!("reading, {number}"));
    }
}

/// A1 to A9, W5
#[test]
fn a_script_is_answered_the_same_on_every_backend() {
    // The S3 service has its own clock, and answers nobody whose clock says otherwise.
    let fixed = || empty().set("public_url", "http://localhost");
    let small = play(&fixed());
    let (postgres, s3) = (Postgres::start().unwrap(), S3Server::start());
    let large = fixed().set("database_url", postgres.create_database().unwrap());
    let large = play(&s3.keep_blobs_of(large));
    for (one, other) in small.iter().zip(&large) {
        assert_eq!(one, other);
    }
    assert_eq!(small.len(), large.len());
    for line in &small {
        println!("{line}");
    }
    let starts = |line: &str| small.iter().any(|told| told.starts_with(line));
    for line in [
        "no key: 401",
        "a bad key: 401",
        "/users/me: 400",
        "/users/1: 404",
        "a public picture: 200",
        "its file: 200",
        "its page: 200",
        "two, of which one is no picture: 200",
        "no file: 400",
        "no picture: 400",
        "too large: 413",
        "another's: 403",
        "three more: 200",
        "more than an album holds: 200",
        "the album is full: 400",
        "no such album: 404",
        "deleted: 200",
        "deleted again: 404",
        "its link is dead: 404",
        "with its link: 200",
        "without it: 404",
        "with a bad one: 403",
        "another's private post: 404",
        "a public post: 200",
        "she has blocked him: 403",
        "and her posts: 403",
        "he sees it again: 200",
        "a quarter of the week, 3: 200",
        "a quarter of the week, 4: 400",
        "nothing is left for two: 400",
        "appending, 9: 400",
        "appending, 10: 429",
        "reading, 19: 404",
        "reading, 20: 429",
    ] {
        assert!(starts(line), "{line}");
    }
}
