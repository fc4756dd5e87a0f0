//! Uploads over the account API (contract A2 to A5, A9, U9).

use std::io::Write;

use nameplate_testkit::form::{Form, mp4, png};
use nameplate_testkit::http::{Reply, connect};
use nameplate_testkit::node::{Instance, Node};
use serde_json::{Value, json};

use crate::world::{ADA, ADA_API_KEY, ADA_RELAY_KEY, BOB, BOB_RELAY_KEY, empty, fill, world};

const SUPPORTED: &str =
    "Unsupported file type. Only .png, .jpg, .webp, .gif, .mov, .mp4, .mkv files are supported.";

fn send(node: &Node<'_>, key: &str, target: &str, headers: &[(&str, &str)], form: Form) -> Reply {
    let client = node.key_client("relay-key", key);
    client.send(&form.put_into(client.request("POST", target).headers(headers)))
}

pub(crate) fn upload(node: &Node<'_>, headers: &[(&str, &str)], form: Form) -> Reply {
    send(node, BOB_RELAY_KEY, "/upload", headers, form)
}

pub(crate) fn bob(node: &Node<'_>, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
    let client = node.key_client("relay-key", BOB_RELAY_KEY);
    client.send(&client.request(method, target).headers(headers))
}

/// Fetches an address as it stands in an answer.
fn fetch(node: &Node<'_>, url: &Value) -> Reply {
    let (host, path) = url.as_str().unwrap().strip_prefix("http://").unwrap().split_once('/').unwrap();
    node.visitor().get(host, &format!("/{path}"))
}

pub(crate) fn fault(reply: &Reply) -> (u16, String) {
    (reply.status, reply.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Everything that lies in the blob store.
pub(crate) fn blobs(instance: &Instance) -> Vec<String> {
    let mut folders = vec![instance.path("data/blobs")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => found.push(entry.file_name().into_string().unwrap()),
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn usage(node: &Node<'_>) -> u64 {
    bob(node, "GET", "/users/@me", &[]).json()["user"]["limits"]["usage"]["used"].as_u64().unwrap()
}

/// An instance with fixed addresses.
pub(crate) fn instance() -> Instance {
    fill(empty().set("public_url", "http://localhost"))
}

/// A2, A4, A5, A6
#[test]
fn one_file_becomes_a_post_and_is_served() {
    let instance = instance();
    let node = instance.start();
    let picture = png(30, 20, [1, 2, 3]);
    let sent = [&picture[..], b"GPS-CANARY"].concat();
    let headers = [("post-privacy", "unlisted"), ("post-title", "my gaming POV")];
    let reply = upload(&node, &headers, Form::new().file("Screenshot.PNG", &sent));
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    let names: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(names, ["message", "url", "file", "processing_time", "post"]);
    assert_eq!(answer["message"], "Upload successful!");
    assert_eq!(
        answer["file"],
        json!({ "size": picture.len(), "size_formatted": format!("{} B", picture.len()), "mime_type": "image/png",
                "dimensions": {"width": 30, "height": 20} })
    );
    let code = text(&answer["post"], "code");
    assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{code}");
    let post =
        json!({ "code": code, "url": format!("http://localhost/p/{code}"), "postPrivacy": "unlisted" });
    assert_eq!(answer["post"], post);
    let name = text(&answer, "url").strip_prefix(&format!("http://i.localhost/{BOB}/")).unwrap();
    let (stem, extension) = name.split_once('.').unwrap();
    assert!(stem.len() == 32 && stem.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{stem}");
    assert_eq!(extension, "png");

    let file = fetch(&node, &answer["url"]);
    assert_eq!((file.status, file.header("content-type"), &file.body), (200, Some("image/png"), &picture));
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(node.visitor().get("i.localhost", &format!("/{code}")).body, picture);

    let shown = bob(&node, "GET", &format!("/posts/{code}"), &[]).json()["post"].clone();
    assert_eq!(shown["files"], json!([{ "index": 0, "fileName": name, "url": answer["url"] }]));
    assert_eq!((&shown["url"], &shown["file"]), (&answer["url"], &answer["file"]));
    assert_eq!((&shown["title"], &shown["description"]), (&json!("my gaming POV"), &Value::Null));
    assert_eq!(shown["author"]["username"], "playertwo");
    assert!(shown.get("urls").is_none() && shown.get("isAlbum").is_none());
    for (name, value) in
        [("views", json!(0)), ("likeCount", json!(0)), ("liked", json!(false)), ("commentCount", json!(0))]
    {
        assert_eq!(shown[name], value, "{name}");
    }
    let me = bob(&node, "GET", "/users/@me", &[]).json()["user"].clone();
    assert_eq!(me["limits"]["usage"]["used"], picture.len());
    assert!(me["limits"]["usage"]["windowStart"].is_string());
    assert_eq!(me["uploads"], 7, "six were imported");
}

/// A2
#[test]
fn several_files_make_an_album_or_a_post_each() {
    let instance = instance();
    let node = instance.start();
    let three = || {
        let form = Form::new().file("a.png", &png(1, 1, [1, 2, 3])).file("b.png", &png(2, 1, [1, 2, 3]));
        form.text("postPrivacy", "public").text("post_title", "Match highlights").file("c.mp4", &mp4(3000))
    };
    let album = upload(&node, &[], three()).json();
    let files = album["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|file| file["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(files[1]["dimensions"], json!({"width": 2, "height": 1}));
    assert_eq!((&files[2]["dimensions"], &files[2]["mime_type"]), (&Value::Null, &json!("video/mp4")));
    assert!(files.iter().all(|file| file["status"] == "success") && album.get("failed").is_none());
    let post = &album["post"];
    assert_eq!(
        (&post["isAlbum"], &post["fileCount"], &post["postPrivacy"]),
        (&json!(true), &json!(3), &json!("public"))
    );
    let shown = bob(&node, "GET", &format!("/posts/{}", text(post, "code")), &[]).json()["post"].clone();
    assert_eq!((&shown["isAlbum"], shown["urls"].as_array().unwrap().len()), (&json!(true), 3));
    assert_eq!(shown["title"], "Match highlights");
    let seen = node.key_client("api-key", ADA_API_KEY).get(&format!("/users/{BOB}")).json();
    assert_eq!(seen["user"]["publicUploads"][0]["code"], post["code"], "public uploads are listed at once");

    let each = upload(&node, &[("post-type", "individual")], three()).json();
    let posts = each["post"]["posts"].as_array().unwrap();
    assert_eq!((posts.len(), each["files"].as_array().unwrap().len()), (3, 3));
    assert!(each["post"].get("code").is_none());
    assert_eq!(text(&posts[0], "url"), format!("http://localhost/p/{}", text(&posts[0], "code")));

    let listed = bob(&node, "GET", "/uploads", &[]).json()["uploads"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 12);
    let names: Vec<_> = listed[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["code", "isAlbum", "url", "size", "size_formatted", "uploaded"]);
    assert_eq!(listed.iter().filter(|upload| upload["isAlbum"] == true).count(), 5, "two were imported");
    let some = bob(&node, "GET", "/uploads?limit=2", &[]).json();
    assert_eq!(some["uploads"].as_array().unwrap().len(), 2);
    for bad in ["0", "1001", "x", "-1", ""] {
        assert_eq!(bob(&node, "GET", &format!("/uploads?limit={bad}"), &[]).status, 400, "{bad}");
    }
}

/// A2, A4
#[test]
fn what_is_wrong_with_a_file_is_said_and_the_others_are_taken() {
    let instance = instance();
    let node = instance.start();
    let before = blobs(&instance);
    let page = b"<!doctype html><script>alert(1)</script>".as_slice();
    let some = Form::new().file("page.png", page).file("b.png", &png(1, 1, [1, 2, 3]));
    let answer = upload(&node, &[], some).json();
    assert_eq!(answer["message"], "1 of 2 files uploaded successfully.");
    assert_eq!(answer["failed"], json!([{ "index": 0, "error": SUPPORTED, "status": "failed" }]));
    assert_eq!(answer["files"][0]["index"], 1);
    assert_eq!(answer["post"]["fileCount"], 1);

    for (name, bytes) in
        [("page.png", page), ("page.html", page), ("a.svg", b"<svg/>"), ("a.jpg", &png(1, 1, [1, 2, 3]))]
    {
        assert_eq!(
            fault(&upload(&node, &[], Form::new().file(name, bytes))),
            (400, SUPPORTED.into()),
            "{name}"
        );
    }
    let none = upload(&node, &[], Form::new().file("a.html", page).file("b.html", page));
    assert_eq!(fault(&none), (400, "All files failed to upload.".into()));
    assert_eq!(none.json()["failed"].as_array().unwrap().len(), 2);
    let cut = &png(9, 9, [1, 2, 3])[..50];
    assert_eq!(
        fault(&upload(&node, &[], Form::new().file("cut.png", cut))),
        (400, "Failed to process file.".into())
    );
    assert_eq!(upload(&node, &[], Form::new().text("title", "x")).status, 400);
    let ten = (0..10).fold(Form::new(), |form, _| form.file("a.png", &png(1, 1, [1, 2, 3])));
    assert_eq!(upload(&node, &[], ten).status, 400);
    let good = || Form::new().file("a.png", &png(1, 1, [1, 2, 3]));
    for (name, value) in [("post-privacy", "secret"), ("post-type", "pile")] {
        let (status, error) = fault(&upload(&node, &[(name, value)], good()));
        assert!(status == 400 && error.contains(name), "{error}");
    }
    let no_form = node.key_client("relay-key", BOB_RELAY_KEY);
    assert_eq!(no_form.json("POST", "/upload", &json!({})).status, 400);
    assert_eq!(blobs(&instance).len(), before.len() + 1, "nothing but the one file was kept");
    assert_eq!(usage(&node), png(1, 1, [1, 2, 3]).len() as u64, "failed uploads cost nothing");
}

/// A2, U9
#[test]
fn a_file_over_the_plans_size_is_refused_before_all_of_it_has_come() {
    let instance = instance();
    let node = instance.start();
    let too_large = Form::new().file("a.mp4", &mp4((50 << 20) + 1));
    assert_eq!(fault(&upload(&node, &[], too_large)), (413, "File exceeds your plan's size limit.".into()));
    assert_eq!((usage(&node), blobs(&instance)), (0, Vec::<String>::new()));
    let largest = upload(&node, &[], Form::new().file("a.mp4", &mp4(50 << 20)));
    assert_eq!(largest.json()["file"]["size_formatted"], "50.00 MB");

    let mut socket = connect(node.listen);
    let head = format!(
        "POST /upload HTTP/1.1\r\nhost: relay.localhost\r\nrelay-key: {BOB_RELAY_KEY}\r\ncontent-type: {}\r\n\
         content-length: 4000000000\r\n\r\n",
        Form::content_type()
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(&Form::new().file("page.html", &vec![b'<'; 17 << 20]).into_bytes()).unwrap();
    let answer = nameplate_testkit::http::Answer::read(socket, false);
    assert_eq!(answer.status, 400, "the other four billion bytes are not waited for");
}

/// A5
#[test]
fn a_private_file_opens_with_its_link_for_a_day_and_dies_with_the_file() {
    let instance = fill(empty().at("2026-05-15 00:00:00").set("public_url", "http://localhost"));
    let node = instance.start();
    let picture = png(3, 3, [1, 2, 3]);
    let answer = upload(&node, &[], Form::new().file("a.png", &picture)).json();
    assert_eq!(answer["post"]["postPrivacy"], "private", "by default");
    let (plain, query) = text(&answer, "url").split_once('?').unwrap();
    let (plain, url) = (json!(plain), json!(text(&answer, "url")));
    let (end, signature) = query.strip_prefix("e=").unwrap().split_once("&s=").unwrap();
    assert_eq!((end, signature.len()), ("1778889600", 64));
    let file = fetch(&node, &url);
    assert_eq!((file.status, &file.body), (200, &picture));
    assert_eq!(file.header("cache-control"), Some("private, no-store"));
    assert_eq!(fetch(&node, &plain).status, 404, "without its link it is as if it were not there");
    let last = if signature.ends_with('0') { '1' } else { '0' };
    for bad in [
        format!("e=1778889601&s={signature}"),
        format!("e={end}&s={}{last}", &signature[..63]),
        format!("e={end}"),
        format!("{query}&{query}"),
    ] {
        assert_eq!(fetch(&node, &json!(format!("{}?{bad}", plain.as_str().unwrap()))).status, 403, "{bad}");
    }
    let code = text(&answer["post"], "code");
    assert_eq!(node.visitor().get("i.localhost", &format!("/{code}")).status, 404);
    let others = node.key_client("relay-key", ADA_RELAY_KEY).get(&format!("/posts/{code}"));
    assert_eq!(fault(&others), (404, "Post not found.".into()));

    instance.set_clock("2026-05-15 23:59:59");
    assert_eq!(fetch(&node, &url).status, 200);
    instance.set_clock("2026-05-16 00:00:00");
    assert_eq!(fetch(&node, &url).status, 403);
    let fresh = bob(&node, "GET", &format!("/posts/{code}"), &[]).json()["post"]["url"].clone();
    assert_eq!(fetch(&node, &fresh).status, 200);
    let listed = bob(&node, "GET", "/uploads?limit=1", &[]).json()["uploads"][0]["url"].clone();
    assert_eq!(fetch(&node, &listed).status, 200);

    let name = plain.as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    let deleted = bob(&node, "DELETE", "/deleteUpload", &[("file", &name)]);
    assert_eq!(deleted.text(), r#"{"message":"File deleted successfully."}"#);
    assert_eq!(fetch(&node, &fresh).status, 404);
    assert_eq!(blobs(&instance), Vec::<String>::new());
    assert_eq!(
        fault(&bob(&node, "DELETE", "/deleteUpload", &[("file", &name)])),
        (404, "File not found.".into())
    );
    assert_eq!(bob(&node, "DELETE", "/deleteUpload", &[("file", "../../x.png")]).status, 400);
    assert_eq!(bob(&node, "DELETE", "/deleteUpload", &[]).status, 400);
}

/// A2
#[test]
fn a_post_is_edited_and_grows_until_its_album_is_full() {
    let instance = instance();
    let node = instance.start();
    let picture = png(3, 3, [1, 2, 3]);
    let made = upload(&node, &[("post-privacy", "public")], Form::new().file("a.png", &picture)).json();
    let code = text(&made["post"], "code");
    let long = "é".repeat(40);
    let edited =
        bob(&node, "PATCH", "/editUpload", &[("code", code), ("title", &long), ("description", "Words")]);
    let post =
        json!({"code": code, "title": "é".repeat(30), "description": "Words", "postPrivacy": "public"});
    assert_eq!(edited.json(), json!({"message": "Upload updated successfully.", "post": post}));
    let client = node.key_client("relay-key", BOB_RELAY_KEY);
    let form = Form::new().text("code", code).text("description", "").text("post-privacy", "unlisted");
    let edited = client.send(&form.put_into(client.request("PATCH", "/editUpload"))).json();
    assert_eq!(
        (&edited["post"]["description"], &edited["post"]["postPrivacy"]),
        (&Value::Null, &json!("unlisted"))
    );
    assert_eq!(edited["post"]["title"], "é".repeat(30), "what is not sent stays");
    for (headers, status) in [
        (vec![("code", code)], 400),
        (vec![("title", "x")], 400),
        (vec![("code", "!"), ("title", "x")], 400),
        (vec![("code", code), ("post-privacy", "secret")], 400),
        (vec![("code", "Nobody01"), ("title", "x")], 404),
        (vec![("code", "Beef0001"), ("title", "x")], 403),
        (vec![("code", "Fade0003"), ("title", "x")], 403),
    ] {
        assert_eq!(bob(&node, "PATCH", "/editUpload", &headers).status, status, "{headers:?}");
    }

    let append =
        |code: &str, form: Form| send(&node, BOB_RELAY_KEY, "/appendUpload", &[("post-code", code)], form);
    let several = |count: usize| (0..count).fold(Form::new(), |form, _| form.file("b.png", &picture));
    let grown = append(code, several(7).file("x.txt", b"text")).json();
    assert_eq!(grown["message"], "Files added to album successfully.");
    let post = json!({"code": code, "url": format!("http://localhost/p/{code}"), "postPrivacy": "unlisted", "fileCount": 8});
    assert_eq!(grown["post"], post);
    assert_eq!((&grown["files"][0]["index"], &grown["failed"][0]["index"]), (&json!(1), &json!(8)));
    assert!(text(&grown["files"][0], "url").ends_with(text(&grown["files"][0], "fileName")));
    let full = append(code, several(2)).json();
    let failure = json!([{ "index": 9, "error": "Album cap of 9 files exceeded", "status": "failed" }]);
    assert_eq!((&full["post"]["fileCount"], &full["failed"]), (&json!(9), &failure));
    assert_eq!(fault(&append(code, several(1))), (400, "Album cap of 9 files exceeded".into()));
    assert_eq!(append("Nobody01", several(1)).status, 404);
    assert_eq!(append("Beef0001", several(1)).status, 403);
    assert_eq!(send(&node, BOB_RELAY_KEY, "/appendUpload", &[], several(1)).status, 400);

    let name = text(&grown["files"][0], "fileName").to_owned();
    assert_eq!(bob(&node, "DELETE", "/deleteUpload", &[("file", &name)]).status, 200);
    let left =
        bob(&node, "GET", &format!("/posts/{code}"), &[]).json()["post"]["urls"].as_array().unwrap().len();
    assert_eq!((left, blobs(&instance).len()), (8, 8));
    assert_eq!(usage(&node), 9 * picture.len() as u64, "deletions give nothing back");
}

/// A2, A9
#[test]
fn a_view_counts_three_times_an_hour_and_blocks_hide_posts_both_ways() {
    let instance = world();
    let node = instance.start();
    let views = |node: &Node<'_>| {
        let reply = node.key_client("relay-key", ADA_RELAY_KEY).get("/posts/AbCd1234");
        reply.json()["post"]["views"].as_u64().unwrap()
    };
    let ada = node.key_client("relay-key", ADA_RELAY_KEY);
    assert_eq!(ada.request("HEAD", "/posts/AbCd1234").send(node.listen).status, 200, "which is no view");
    assert_eq!([views(&node), views(&node), views(&node), views(&node), views(&node)], [1, 2, 3, 3, 3]);
    assert_eq!(ada.get("/posts/Fade0001").json()["post"]["views"], 0, "unlisted: not counted");
    assert_eq!(fault(&ada.get("/posts/Fade0002")).0, 404, "another's private post");
    let moderated = ada.get("/posts/Fade0003");
    assert_eq!((moderated.status, &moderated.json()["moderated"]), (403, &json!(true)));
    assert_eq!(
        bob(&node, "GET", "/posts/Fade0003", &[]).json()["post"]["moderated"],
        true,
        "its owner sees why"
    );
    assert_eq!(ada.get("/posts/Beef0002").status, 403, "Ada blocked Carl");
    for nobody in ["Nobody01", "x", "%2e%2e", "a%2fb"] {
        assert_eq!(fault(&ada.get(&format!("/posts/{nobody}"))), (404, "Post not found.".into()), "{nobody}");
    }
    assert_eq!(ADA.len(), 18);
}
