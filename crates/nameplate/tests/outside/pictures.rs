//! Avatars and banners (contract A1, A4, A6).

use nameplate_testkit::form::Form;
use nameplate_testkit::http::Reply;
use nameplate_testkit::node::{Instance, Node};
use serde_json::json;

use crate::world::{ADA, ADA_RELAY_KEY, empty, fill};

fn instance() -> Instance {
    fill(empty().set("public_url", "http://localhost"))
}

/// A striped picture with a comment in it.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("Comment".into(), "GPS-CANARY".into()).unwrap();
    let pixels: Vec<u8> = (0..width * height).flat_map(|at| [(at % 256) as u8, 90, 30]).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

fn send(node: &Node<'_>, kind: &str, form: Form) -> Reply {
    let client = node.key_client("relay-key", ADA_RELAY_KEY);
    client.send(&form.put_into(client.request("POST", &format!("/profile/{kind}"))))
}

fn upload(node: &Node<'_>, kind: &str, picture: &[u8]) -> String {
    let reply = send(node, kind, Form::new().file("me.png", picture));
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!((body.as_object().unwrap().len(), &body["type"]), (2, &json!(kind)));
    body["url"].as_str().unwrap().to_owned()
}

fn get(node: &Node<'_>, url: &str) -> Reply {
    node.visitor().get("i.localhost", url.strip_prefix("http://i.localhost").unwrap())
}

fn size(bytes: &[u8]) -> (u32, u32) {
    png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap().info().size()
}

/// A1, A4, A6
#[test]
fn an_avatar_is_cut_square_made_anew_and_served() {
    let instance = instance();
    let node = instance.start();
    for (kind, expected) in [("avatar", (60, 60)), ("banner", (100, 60))] {
        let url = upload(&node, kind, &picture(100, 60));
        assert!(url.starts_with(&format!("http://i.localhost/{kind}s/{ADA}/")), "{url}");
        let served = get(&node, &url);
        assert_eq!((served.status, served.header("content-type")), (200, Some("image/png")));
        assert_eq!(served.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(
            (served.header("x-content-type-options"), size(&served.body)),
            (Some("nosniff"), expected)
        );
        assert!(
            !served.body.windows(10).any(|window| window == b"GPS-CANARY"),
            "nothing but its pixels survives"
        );
        assert_eq!(node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me").json()["user"][kind], url);
    }
    assert!(node.visitor().get("ada.localhost", "/").text().contains("avatars%2F"), "the page shows it");
}

/// A1
#[test]
fn the_picture_before_is_deleted() {
    let instance = instance();
    let node = instance.start();
    let first = upload(&node, "avatar", &picture(40, 40));
    let second = upload(&node, "avatar", &picture(50, 50));
    assert_eq!((get(&node, &first).status, get(&node, &second).status), (404, 200));
    let edit = |body| node.key_client("relay-key", ADA_RELAY_KEY).json("PATCH", "/profile", &body).status;
    assert_eq!(edit(json!({ "avatar": first })), 400, "it is gone");
    assert_eq!(edit(json!({ "banner": second })), 400, "an avatar is no banner");
    assert_eq!(edit(json!({ "avatar": second })), 200);
    assert_eq!(get(&node, &second).status, 200);
    assert_eq!(edit(json!({ "avatar": null })), 200);
    assert_eq!(get(&node, &second).status, 404);
    let left = std::fs::read_dir(instance.path("data/blobs/avatars").join(ADA)).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

/// A4
#[test]
fn what_is_no_picture_is_refused() {
    let instance = instance();
    let node = instance.start();
    let unsupported =
        json!({"error": "Unsupported file type. Only .png, .jpg, .webp, .gif files are supported."});
    for bytes in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<!doctype html>", b""] {
        let reply = send(&node, "avatar", Form::new().file("me.png", bytes));
        assert_eq!((reply.status, reply.json()), (400, unsupported.clone()));
    }
    let whole = picture(100, 100);
    let half = &whole[..whole.len() / 2];
    for form in [Form::new().file("me.png", half), Form::new().text("picture", "x"), Form::new()] {
        let reply = send(&node, "avatar", form);
        assert!(reply.status == 400 && reply.json()["error"].is_string(), "{reply:?}");
    }
    let mut cut = Form::new().file("me.png", &whole).into_bytes();
    cut.truncate(200);
    for body in [cut, b"no form".to_vec()] {
        let client = node.key_client("relay-key", ADA_RELAY_KEY);
        let request = client.request("POST", "/profile/avatar").header("content-type", Form::content_type());
        assert_eq!(client.send(&request.body(body)).status, 400);
    }
    let json = node.key_client("relay-key", ADA_RELAY_KEY).json("POST", "/profile/banner", &json!({}));
    assert_eq!(json.status, 400);
}

/// A1
#[test]
fn thirty_megabytes_are_enough() {
    let instance = instance();
    let node = instance.start();
    let mut large = picture(10, 10);
    large.resize(30 * 1024 * 1024 + 1, 0);
    let reply = send(&node, "avatar", Form::new().file("me.png", &large));
    assert_eq!((reply.status, reply.json()), (413, json!({"error": "The picture must be at most 30 MB."})));
    large.pop();
    assert_eq!(send(&node, "avatar", Form::new().file("me.png", &large)).status, 200);
}
