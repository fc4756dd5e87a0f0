//! Uploaded files beside pages and on `i.B` (contract R6, A6, W2).

use nameplate_testkit::node::Instance;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, empty};

/// A picture of one pixel.
fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[1, 2, 3]).unwrap();
    bytes
}

fn post(code: &str, owner: &str, privacy: &str, name: &str) -> Value {
    let file =
        json!({ "name": name, "size": png().len(), "mime": "image/png", "source": "pictures/one.png" });
    json!({ "code": code, "owner": owner, "privacy": privacy, "files": [file] })
}

const PUBLIC: &str = "00000000000000000000000000000001.png";

/// Ada with a page and files, Bob with a file.
fn with_files() -> Instance {
    let instance = empty();
    std::fs::create_dir(instance.path("pictures")).unwrap();
    std::fs::write(instance.path("pictures/one.png"), png()).unwrap();
    let file = json!({
        "nameplate": 1,
        "users": [{"id": ADA, "username": "ada"}, {"id": BOB, "username": "bob"}],
        "profiles": [
            {"id": "p_ada", "owner": ADA, "domain": "ada.localhost", "isPublic": true},
            {"id": "p_own", "owner": ADA, "domain": "ada.example", "isPublic": true, "verified": true},
            {"id": "p_hidden", "owner": ADA, "domain": "hidden.localhost"}
        ],
        "posts": [
            post("Public01", ADA, "public", PUBLIC),
            post("Unlist01", ADA, "unlisted", "00000000000000000000000000000002.png"),
            post("Secret01", ADA, "private", "00000000000000000000000000000003.png"),
            post("OfBob001", BOB, "public", "00000000000000000000000000000004.png")
        ]
    });
    std::fs::write(instance.path("instance.json"), file.to_string()).unwrap();
    instance.must(&["import", "instance.json"], b"");
    instance
}

/// R6
#[test]
fn a_page_and_its_owners_files_live_side_by_side() {
    let instance = with_files();
    let node = instance.start();
    for host in ["ada.localhost", "ada.example"] {
        assert!(node.visitor().get(host, "/").header("content-type").unwrap().starts_with("text/html"));
        for path in ["/Public01", "/Public01.png", "/Unlist01"] {
            let file = node.visitor().get(host, path);
            assert_eq!((file.status, file.header("content-type")), (200, Some("image/png")), "{host}{path}");
            assert_eq!(file.body, png(), "{host}{path}");
        }
        for path in ["/Secret01", "/OfBob001", "/Nobody01", "/public01"] {
            assert_eq!(node.visitor().get(host, path).status, 404, "{host}{path}");
        }
    }
    assert_eq!(node.visitor().get("hidden.localhost", "/Public01").status, 404, "the page is not available");
    assert_eq!(node.visitor().get("nobody.example", "/Public01").status, 302);
}

/// A6, A5
#[test]
fn the_file_host_sends_files_that_no_browser_runs() {
    let instance = with_files();
    let node = instance.start();
    let path = format!("/{ADA}/{PUBLIC}");
    let file = node.visitor().get("i.localhost", &path);
    assert_eq!((file.status, file.header("content-type"), &file.body), (200, Some("image/png"), &png()));
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert!(file.header("content-security-policy").unwrap().contains("sandbox"));
    let head = node.visitor().head("i.localhost", &path).without_date();
    assert_eq!((head.headers, head.body.len()), (file.clone().without_date().headers, 0));

    let ask = |headers: &[(&str, &str)]| {
        node.visitor().request("GET", "i.localhost", &path).headers(headers).send(node.listen)
    };
    let (etag, modified) = (file.header("etag").unwrap(), file.header("last-modified").unwrap());
    assert_eq!(ask(&[("if-none-match", etag)]).status, 304);
    assert_eq!(ask(&[("if-modified-since", modified)]).status, 304);
    assert_eq!(ask(&[("if-modified-since", "Fri, 31 Dec 2123 23:59:59 GMT")]).status, 304);
    assert_eq!(ask(&[("if-modified-since", "Mon, 01 Jan 2001 00:00:00 GMT")]).status, 200);
    let head = node.visitor().with("range", "bytes=1-3").head("i.localhost", &path);
    assert_eq!((head.status, head.header("content-range")), (200, None), "ranges are a matter of GET");
    let part = ask(&[("range", "bytes=1-3"), ("if-range", etag)]);
    assert_eq!((part.status, &part.body[..]), (206, &b"PNG"[..]));
    assert_eq!(part.header("content-range"), Some(&*format!("bytes 1-3/{}", png().len())));
    assert_eq!(ask(&[("range", "bytes=1-3"), ("if-range", "\"another\"")]).status, 200);
    let beyond = ask(&[("range", "bytes=100000-")]);
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, Some(&*format!("bytes */{}", png().len())))
    );

    assert_eq!(node.visitor().get("i.localhost", "/OfBob001").status, 200, "by short id, anybody's");
    let private = format!("/{ADA}/00000000000000000000000000000003.png");
    for path in [
        &*private,
        "/Secret01",
        "/../../root.secret",
        "/%2e%2e/root.secret",
        "/blobs",
        &format!("/{BOB}/{PUBLIC}"),
    ] {
        assert_eq!(node.visitor().get("i.localhost", path).status, 404, "{path}");
    }
}

/// W2
#[test]
fn an_import_that_fails_changes_no_file() {
    let instance = with_files();
    let stored = instance.path(&format!("data/blobs/{ADA}/{PUBLIC}"));
    let before = std::fs::read(&stored).unwrap();
    std::fs::write(instance.path("pictures/one.png"), b"other bytes").unwrap();
    let nobody = post("Nobody01", "999999999999999999", "public", "00000000000000000000000000000009.png");
    let file = json!({ "nameplate": 1, "posts": [post("Public01", ADA, "public", PUBLIC), nobody] });
    std::fs::write(instance.path("instance.json"), file.to_string()).unwrap();
    let complaint = instance.must_not(&["import", "instance.json"], b"");
    assert!(complaint.contains("posts[1].owner"), "{complaint}");
    assert_eq!(std::fs::read(&stored).unwrap(), before);
    assert!(!instance.path("data/blobs/999999999999999999").exists());
}

/// W2
#[test]
fn an_import_takes_no_file_from_outside_of_its_folder() {
    let instance = empty();
    std::fs::create_dir(instance.path("pictures")).unwrap();
    std::fs::write(instance.path("secret.png"), png()).unwrap();
    std::os::unix::fs::symlink(instance.path("secret.png"), instance.path("pictures/link.png")).unwrap();
    let users = json!([{"id": ADA, "username": "ada"}]);
    for source in [instance.path("secret.png").to_str().unwrap(), "../secret.png", "link.png"] {
        let mut post = post("Public01", ADA, "public", PUBLIC);
        post["files"][0]["source"] = json!(source);
        let file = json!({ "nameplate": 1, "users": users, "posts": [post] });
        std::fs::write(instance.path("pictures/instance.json"), file.to_string()).unwrap();
        let complaint = instance.must_not(&["import", "pictures/instance.json"], b"");
        assert!(complaint.contains("posts[0].files[0].source: leads out of"), "{source}: {complaint}");
    }
}

/// W2
#[test]
fn an_import_whose_files_are_missing_names_the_place() {
    let instance = empty();
    let users = json!([{"id": ADA, "username": "ada"}]);
    let file = json!({ "nameplate": 1, "users": users, "posts": [post("Public01", ADA, "public", PUBLIC)] });
    let complaint = instance.must_not(&["import", "-"], file.to_string().as_bytes());
    assert!(complaint.contains("posts[0].files[0].source"), "{complaint}");
}
