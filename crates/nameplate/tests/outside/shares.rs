//! Short ids, pages of uploads, previews, and uploads of ShareX (contract R6, A5 to A7).

use nameplate_testkit::form::{Form, mp4, png};
use nameplate_testkit::http::{Reply, Request};
use nameplate_testkit::node::{Instance, Node};
use serde_json::{Value, json};

use crate::world::{ADA, ADA_API_KEY, ADA_RELAY_KEY, BOB, empty};

const DISCORD: &str = "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)";

/// Ada with a page and templates for previews, Bob with a page.
fn instance() -> Instance {
    let user =
        |id: &str, name: &str| json!({ "id": id, "username": name, "created": "2026-01-04T09:30:00Z" });
    let mut ada = user(ADA, "playerone");
    ada["nickname"] = "Player One".into();
    ada["apiKey"] = ADA_API_KEY.into();
    ada["relayKey"] = ADA_RELAY_KEY.into();
    ada["customEmbed"] = json!({ "title": "%{post_title}% / %{username}%", "themeColor": "#ff8800" });
    ada["subscription"] = json!({ "plan": "plus", "status": "active" });
    let profile = |id: &str, owner: &str, domain: &str| {
        let blocks = json!([{"kind": "header"}, {"kind": "gallery", "title": "Shots"}]);
        let content = json!({ "schema": 1, "template": "minimal", "blocks": blocks });
        json!({ "id": id, "owner": owner, "domain": domain, "isPublic": true, "content": content })
    };
    let profiles = [profile("p_ada", ADA, "ada.localhost"), profile("p_bob", BOB, "bob.localhost")];
    empty()
        .set("public_url", "http://localhost")
        .import(&json!({ "nameplate": 1, "users": [ada, user(BOB, "playertwo")], "profiles": profiles }))
}

fn upload(node: &Node<'_>, headers: &[(&str, &str)], form: Form) -> Value {
    let client = node.key_client("relay-key", ADA_RELAY_KEY);
    let reply = client.send(&form.put_into(client.request("POST", "/upload").headers(headers)));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn code(answer: &Value) -> String {
    answer["post"]["code"].as_str().unwrap().to_owned()
}

fn share(node: &Node<'_>, authorization: &str, form: Form) -> Reply {
    let request = Request::new("POST", "localhost", "/upload").header("authorization", authorization);
    form.put_into(request).send(node.listen)
}

/// A5, A6
#[test]
fn an_upload_has_a_page_for_people_and_a_preview_for_programs() {
    let instance = instance();
    let node = instance.start();
    let picture = png(40, 30, [200, 30, 60]);
    let headers =
        [("post-privacy", "unlisted"), ("post-title", "<b>Nice</b>"), ("post-description", "Words & more")];
    let answer = upload(&node, &headers, Form::new().file("a.png", &picture));
    let code = code(&answer);
    let page = node.visitor().get("localhost", &format!("/p/{code}"));
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let url = answer["url"].as_str().unwrap();
    for part in [
        &*format!("<meta property=\"og:image\" content=\"{url}\">"),
        "<meta property=\"og:image:width\" content=\"40\">",
        "<meta name=\"theme-color\" content=\"#ff8800\">",
        "/ playerone\">",
        "Words &#38; more",
        "Player One",
        "http://ada.localhost/",
        "noindex",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.text().contains("<b>Nice"));
    let csp = page.header("content-security-policy").unwrap();
    assert!(csp.contains("img-src 'self' http://i.localhost;") && !csp.contains("unsafe"), "{csp}");

    for host in ["i.localhost", "ada.localhost"] {
        let preview = node.visitor().with("user-agent", DISCORD).get(host, &format!("/{code}"));
        assert!(
            preview.text().contains("og:image") && preview.header("vary") == Some("user-agent"),
            "{host}"
        );
        let raw = node.visitor().with("user-agent", DISCORD).get(host, &format!("/{code}?embed=raw"));
        assert_eq!(raw.body, picture, "{host}");
        let browser = node.visitor().with("user-agent", "Mozilla/5.0").get(host, &format!("/{code}.png"));
        assert_eq!((browser.header("content-type"), &browser.body), (Some("image/png"), &picture));
    }
    assert_eq!(
        node.visitor().with("user-agent", DISCORD).get("bob.localhost", &format!("/{code}")).status,
        404
    );
    let path = url.strip_prefix("http://i.localhost").unwrap();
    assert_eq!(node.visitor().with("user-agent", DISCORD).get("i.localhost", path).body, picture);

    let video = upload(&node, &[("post-privacy", "public")], Form::new().file("a.mp4", &mp4(2000)));
    let page = node
        .visitor()
        .get("localhost", video["post"]["url"].as_str().unwrap().strip_prefix("http://localhost").unwrap());
    assert!(
        page.text().contains("<video src=\"http://i.localhost/") && page.text().contains("og:video:type")
    );
    assert!(!page.text().contains("noindex"), "what is public may be found");

    let private = upload(&node, &[], Form::new().file("a.png", &picture));
    let private = private["post"]["code"].as_str().unwrap();
    for path in [format!("/p/{private}"), "/p/Nobody01".into(), "/p/".into(), "/p/..%2f".into()] {
        assert_eq!(node.visitor().get("localhost", &path).status, 404, "{path}");
    }
    instance.admin(&["user", "suspend", ADA]);
    let hidden = nameplate_testkit::process::within(nameplate_testkit::http::PATIENCE, || {
        (node.visitor().get("localhost", &format!("/p/{code}")).status == 404).then_some(())
    });
    assert!(hidden.is_some());
    assert_eq!(node.visitor().get("i.localhost", path).status, 404, "of a suspended owner nothing is shown");
}

/// A6, W1
#[test]
fn a_gallery_shows_public_pictures_small() {
    let instance = instance();
    let node = instance.start();
    let picture = png(1500, 1000, [10, 200, 60]);
    let shown = upload(&node, &[("post-privacy", "public")], Form::new().file("a.png", &picture));
    upload(&node, &[("post-privacy", "unlisted")], Form::new().file("b.png", &picture));
    upload(&node, &[("post-privacy", "public")], Form::new().file("c.mp4", &mp4(2000)));
    let page = node.visitor().get("ada.localhost", "/");
    let sources: Vec<_> = page.text().match_indices("src=\"/api/v1/art").collect();
    assert_eq!(sources.len(), 1, "{}", page.text());
    let source = &page.text()[sources[0].0 + 5..];
    let source = &source[..source.find('"').unwrap()];
    let small = node.visitor().get("ada.localhost", &source.replace("&#38;", "&"));
    assert_eq!((small.status, small.header("content-type")), (200, Some("image/jpeg")));
    assert!(page.text().contains(&format!("http://localhost/p/{}", code(&shown))));
    let url = shown["url"].as_str().unwrap().strip_prefix("http://i.localhost").unwrap();
    let (owner, name) = url[1..].split_once('/').unwrap();
    let thumb = format!("/{owner}/thumb/{}", name.replace(".png", ".jpg"));
    assert_eq!(node.visitor().get("i.localhost", &thumb).body, small.body);
    let client = node.key_client("relay-key", ADA_RELAY_KEY);
    let deleted = client.send(&client.request("DELETE", "/deleteUpload").header("file", name));
    assert_eq!(deleted.status, 200);
    assert_eq!(node.visitor().get("i.localhost", &thumb).status, 404);
    assert!(!node.visitor().get("ada.localhost", "/").text().contains("/api/v1/art"));
}

/// A7
#[test]
fn sharex_uploads_files_and_shortens_links() {
    let instance = instance();
    let node = instance.start();
    let picture = png(4, 3, [1, 2, 3]);
    for authorization in
        [ADA_API_KEY.to_owned(), format!("Bearer {ADA_API_KEY}"), format!("Token {ADA_RELAY_KEY}")]
    {
        let form = Form::new().text("link", "").file("shot.png", &picture).file("second.png", b"no picture");
        let reply = share(&node, &authorization, form);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        let id = answer["ID"].as_str().unwrap();
        assert_eq!(answer, json!({ "ID": id, "url": format!("http://i.localhost/{id}") }));
        assert_eq!((id.len(), &id[8..]), (12, ".png"));
        assert_eq!(node.visitor().get("i.localhost", &format!("/{id}")).body, picture);
        assert!(reply.header("x-ratelimit-limit").is_some());
    }
    let error = |reply: &Reply| (reply.status, reply.json()["error"].as_str().unwrap().to_owned());
    let none = Request::new("POST", "localhost", "/upload").body("").send(node.listen);
    assert_eq!(error(&none), (401, "Unauthorized. No authorization header found.".into()));
    assert_eq!(none.header("x-ratelimit-remaining"), none.header("x-ratelimit-limit"));
    assert!(none.header("x-ratelimit-limit").is_some());
    assert_eq!(share(&node, "Bearer nobody", Form::new().file("a.png", &picture)).status, 401);
    assert_eq!(share(&node, ADA_API_KEY, Form::new().file("a.html", b"<script>")).status, 400);
    let nothing = share(&node, ADA_API_KEY, Form::new().text("x", "y"));
    assert_eq!(error(&nothing), (400, "Body is missing link property".into()));

    let ask = |kind: &str, body: &str| {
        let request = Request::new("POST", "localhost", "/upload").header("authorization", ADA_API_KEY);
        request.header("content-type", kind).body(body).send(node.listen)
    };
    let form = "application/x-www-form-urlencoded";
    let link = ask(form, "link=https%3A%2F%2Fshop.example%2F%3Fa%3D1").json();
    let id = link["ID"].as_str().unwrap();
    assert_eq!(link, json!({ "ID": id, "url": format!("http://i.localhost/{id}") }));
    let multipart = share(&node, ADA_API_KEY, Form::new().text("link", "http://other.example/")).json();
    assert!(multipart["ID"].is_string());
    for host in ["i.localhost", "ada.localhost", "localhost"] {
        let there = node.visitor().get(host, &format!("/{id}"));
        assert_eq!(
            (there.status, there.header("location")),
            (302, Some("https://shop.example/?a=1")),
            "{host}"
        );
    }
    assert_eq!(node.visitor().get("bob.localhost", &format!("/{id}")).status, 404, "Ada's, not Bob's");
    for bad in [
        "link=javascript%3Aalert(1)",
        "link=file%3A%2F%2F%2Fetc",
        "link=x",
        "link=",
        &format!("link=https://x.example/{}", "a".repeat(3000)),
    ] {
        assert_eq!(ask(form, bad).status, 400, "{bad}");
    }
    assert_eq!(error(&ask(form, "other=1")), (400, "Body is missing link property".into()));
    let refused = (400, "Not allowed to upload files with the supplied Content-Type".to_owned());
    assert_eq!(error(&ask("text/html", "<script>")), refused);

    let delete = |id: &str, key: &str| {
        Request::new("DELETE", "localhost", &format!("/upload/{id}"))
            .header("authorization", key)
            .send(node.listen)
            .status
    };
    assert_eq!([delete(id, "x"), delete(id, ADA_API_KEY), delete(id, ADA_API_KEY)], [401, 200, 404]);
    assert_eq!(node.visitor().get("i.localhost", &format!("/{id}")).status, 404);
    let file = share(&node, ADA_API_KEY, Form::new().file("a.png", &picture)).json();
    let file = file["ID"].as_str().unwrap();
    assert_eq!(
        (delete(file, ADA_API_KEY), node.visitor().get("i.localhost", &format!("/{file}")).status),
        (200, 404)
    );
}

/// A7: the file is followed as ShareX follows it.
#[test]
fn the_sharex_file_uploads() {
    let instance = instance();
    let node = instance.start();
    let fetched = node.visitor().with("authorization", ADA_API_KEY).get("localhost", "/sharex.sxcu");
    assert_eq!(fetched.status, 200);
    assert!(fetched.header("content-disposition").unwrap().contains(".sxcu"));
    assert_eq!(fetched.header("cache-control"), Some("no-store"));
    assert_eq!(node.visitor().get("localhost", "/sharex.sxcu").status, 401);
    assert_eq!(node.visitor().get("localhost", &format!("/sharex.sxcu?key={ADA_API_KEY}")).status, 401);
    let printed: Value = serde_json::from_str(&instance.admin(&["user", "sharex", ADA])).unwrap();
    let config = fetched.json();
    assert_eq!(printed, config);
    assert_eq!((&config["RequestMethod"], &config["Body"]), (&json!("POST"), &json!("MultipartFormData")));
    let path = config["RequestURL"].as_str().unwrap().strip_prefix("http://localhost").unwrap();
    let request = Request::new("POST", "localhost", path);
    let request = request.header("authorization", config["Headers"]["Authorization"].as_str().unwrap());
    assert_eq!((&config["FileFormName"], &config["URL"]), (&json!("file"), &json!("{json:url}")));
    let reply =
        Form::new().text("link", "").file("a.png", &png(2, 2, [0, 0, 0])).put_into(request).send(node.listen);
    assert!(reply.json()["url"].as_str().unwrap().starts_with("http://i.localhost/"));
    assert!(instance.must_not(&["admin", "user", "sharex", BOB], b"").contains("key"), "Bob has none");
}
