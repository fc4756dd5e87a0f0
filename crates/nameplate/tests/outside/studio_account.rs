//! The account in the studio: the same rules as in the account API, in the studio's shape.

use nameplate_testkit::form::{Form, png};
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::process::within;
use nameplate_testkit::studio::StudioClient;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, BOB_RELAY_KEY, CARL, DORA, world};

fn data(reply: &Reply) -> Value {
    let body = reply.json();
    assert_eq!((reply.status, &body["ok"]), (200, &json!(true)), "{body}");
    body["data"].clone()
}

/// Status, `code` and `path`.
fn fault(reply: &Reply) -> (u16, String, String) {
    let body = reply.json();
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    assert!(body["ok"] == false && word("error").ends_with('.'), "{body}");
    (reply.status, word("code"), word("path"))
}

fn said(status: u16, code: &str, path: &str) -> (u16, String, String) {
    (status, code.into(), path.into())
}

fn account(client: &StudioClient) -> Value {
    data(&client.get("/api/v1/account"))
}

/// U3, U4
#[test]
fn an_owner_sees_what_is_the_owners() {
    let instance = world();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let mine = account(&ada);
    assert_eq!(
        (&mine["username"], &mine["presenceSharing"], &mine["music"]),
        (&json!("playerone"), &json!(true), &json!({"enabled": true, "hasKey": true}))
    );
    assert_eq!(mine["created"], "2026-01-04T09:30:00.000Z");
    assert_eq!((&mine["badges"]["plus"], &mine["subscription"]["plan"]), (&json!(true), &json!("plus")));
    assert_eq!(
        (&mine["email"], &mine["activityPreference"], &mine["theme"]),
        (&Value::Null, &Value::Null, &json!("waterfall"))
    );
    let session = data(&ada.get("/api/v1/session"));
    assert_eq!(
        (&session["plan"]["isPremium"], &session["site"]["baseDomain"]),
        (&json!(true), &json!("localhost"))
    );
    assert!(session["plan"]["limits"]["storageBytes"].as_u64().unwrap() > 0, "{session}");
    assert!(!mine.to_string().contains("adas-key"), "the key at the worker is shown to nobody");
}

/// A1
#[test]
fn what_is_sent_is_changed_and_null_empties() {
    let instance = world();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let edit = json!({
        "nickname": "Countess", "bio": null, "email": "ada@example.org", "theme": null, "presenceSharing": false,
        "socials": {"github": "https://github.com/ada"}, "music": {"enabled": false, "key": "another key"},
        "activityPreference": {"prefer": "listening", "hide": ["Visual Studio Code"]}
    });
    let changed = data(&ada.patch("/api/v1/account", &edit));
    for field in ["nickname", "bio", "email", "theme", "presenceSharing", "socials", "activityPreference"] {
        assert_eq!(changed[field], edit[field], "{field}");
    }
    assert_eq!(changed["music"], json!({"enabled": false, "hasKey": true}));
    assert_eq!(account(&ada), changed);
    let emptied = data(&ada.patch(
        "/api/v1/account",
        &json!({"music": {"key": null}, "activityPreference": null, "email": null}),
    ));
    assert_eq!(
        (&emptied["music"]["hasKey"], &emptied["activityPreference"], &emptied["email"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    assert_eq!(emptied["nickname"], "Countess", "what was not sent stays");
}

/// A1
#[test]
fn a_bad_value_is_named_by_its_place_and_changes_nothing() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let before = account(&bob);
    for (edit, expected) in [
        (json!({"bio": "x".repeat(201)}), said(400, "bad_value", "bio")),
        (json!({"username": "a b"}), said(400, "bad_value", "username")),
        (json!({"username": "PlayerOne"}), said(400, "username_taken", "username")),
        (json!({"email": "nobody"}), said(400, "bad_value", "email")),
        (json!({"socials": {"myspace": "https://myspace.com/x"}}), said(400, "bad_value", "socials")),
        (json!({"bio": 5}), said(400, "bad_value", "bio")),
        (json!({"music": {"enabled": "yes"}}), said(400, "bad_value", "music.enabled")),
        (json!({"activityPreference": {"prefer": "sleeping"}}), said(400, "bad_value", "activityPreference")),
        (json!({"isOperator": true}), said(400, "bad_value", "isOperator")),
        (json!({"theme": "red", "bio": "new"}), said(403, "not_premium", "theme")),
        (json!({"customEmbed": {"title": "x"}}), said(403, "not_premium", "customEmbed")),
        (json!({}), said(400, "nothing_to_change", "")),
    ] {
        assert_eq!(fault(&bob.patch("/api/v1/account", &edit)), expected, "{edit}");
    }
    assert_eq!(account(&bob), before);
    let ada = node.sign_in(ADA);
    assert_eq!(
        fault(&ada.patch("/api/v1/account", &json!({"theme": "mauve"}))),
        said(400, "bad_value", "theme")
    );
    assert_eq!(fault(&ada.patch("/api/v1/account", &json!([]))), said(400, "bad_body", ""));
}

/// U13
#[test]
fn keys_are_shown_made_anew_and_taken_away() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let keys = || data(&bob.get("/api/v1/account/keys"));
    assert_eq!(keys(), json!({"relay": {"key": BOB_RELAY_KEY}, "api": {"key": null}}));
    assert_eq!(fault(&bob.get("/api/v1/account/sharex.sxcu")), said(409, "no_key", ""));
    let fresh = data(&bob.post("/api/v1/account/keys/relay", &json!({})))["key"].clone();
    assert_eq!(keys()["relay"]["key"], fresh);
    let works = |key: &str| node.key_client("relay-key", key).get("/users/@me").status;
    assert_eq!((works(fresh.as_str().unwrap()), works(BOB_RELAY_KEY)), (200, 401), "at once");
    data(&bob.delete("/api/v1/account/keys/relay"));
    assert_eq!(works(fresh.as_str().unwrap()), 401);
    assert_eq!(fault(&bob.post("/api/v1/account/keys/master", &json!({}))), said(404, "not_found", ""));
    let api = data(&bob.post("/api/v1/account/keys/api", &json!({})))["key"].clone();
    let sharex = bob.get("/api/v1/account/sharex.sxcu");
    assert_eq!(sharex.header("content-disposition"), Some("attachment; filename=\"nameplate.sxcu\""));
    assert_eq!(sharex.json()["Headers"]["Authorization"], api);
}

/// A9
#[test]
fn blocks_are_made_and_taken_back() {
    let instance = world();
    let node = instance.start();
    let ada = node.sign_in(ADA);
    let blocked = || data(&ada.get("/api/v1/account/blocks"))["blocks"].clone();
    assert_eq!((&blocked()[0]["id"], &blocked()[0]["username"]), (&json!(CARL), &json!("carl")));
    data(&ada.put(&format!("/api/v1/account/blocks/{DORA}"), &json!({})));
    assert_eq!(blocked().as_array().unwrap().len(), 2);
    assert_eq!(blocked()[0]["displayName"], "dora", "the newest first");
    data(&ada.delete(&format!("/api/v1/account/blocks/{DORA}")));
    assert_eq!(blocked().as_array().unwrap().len(), 1);
    assert_eq!(
        fault(&ada.put(&format!("/api/v1/account/blocks/{ADA}"), &json!({}))),
        said(400, "oneself", "")
    );
    for nobody in ["999999999999999999", "x"] {
        assert_eq!(fault(&ada.put(&format!("/api/v1/account/blocks/{nobody}"), &json!({}))).0, 404);
    }
}

/// A2, A5
#[test]
fn uploads_come_are_found_changed_and_deleted() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let before = data(&bob.get("/api/v1/account/uploads"))["total"].as_u64().unwrap();
    let form = Form::new()
        .text("privacy", "private")
        .text("title", "A red dot")
        .file("a.png", &png(40, 30, [200, 0, 0]));
    let mine = data(&bob.form("POST", "/api/v1/account/uploads", form))["uploads"][0].clone();
    assert_eq!(
        (&mine["title"], &mine["privacy"], &mine["thumbUrl"]),
        (&json!("A red dot"), &json!("private"), &Value::Null)
    );
    assert_eq!((&mine["files"][0]["width"], &mine["files"][0]["height"]), (&json!(40), &json!(30)));
    let path = |url: &Value| {
        format!("/{}", url.as_str().unwrap().split_once("://").unwrap().1.split_once('/').unwrap().1)
    };
    assert_eq!(node.visitor().get("i.localhost", &path(&mine["url"])).status, 404);
    assert_eq!(node.visitor().get("i.localhost", &path(&mine["signedUrl"])).status, 200);
    let code = mine["code"].as_str().unwrap();
    let place = format!("/api/v1/account/uploads/{code}");

    let found = |query: &str| data(&bob.get(&format!("/api/v1/account/uploads?{query}")));
    assert_eq!(found("")["total"], before + 1);
    assert_eq!(found("")["uploads"][0]["code"], code, "the newest first");
    assert_eq!(
        (found("search=RED+dot")["total"].as_u64(), found("search=blue")["total"].as_u64()),
        (Some(1), Some(0))
    );
    assert_eq!(found("privacy=private&search=red")["pages"], 1);
    assert_eq!(fault(&bob.get("/api/v1/account/uploads?privacy=secret")), said(400, "bad_value", "privacy"));
    assert_eq!(fault(&bob.get("/api/v1/account/uploads?page=two")), said(400, "bad_value", "page"));

    let changed =
        data(&bob.patch(&place, &json!({"title": null, "description": "Now for all", "privacy": "public"})));
    assert_eq!(
        (&changed["title"], &changed["description"], &changed["signedUrl"]),
        (&Value::Null, &json!("Now for all"), &Value::Null)
    );
    assert_eq!(node.visitor().get("i.localhost", &path(&changed["thumbUrl"])).status, 200);
    let more = Form::new().file("b.png", &png(5, 5, [0, 0, 9])).file("c.png", &png(6, 6, [0, 9, 0]));
    let album = data(&bob.form("POST", &format!("{place}/files"), more));
    assert_eq!(album["files"].as_array().unwrap().len(), 3);
    let second = album["files"][1]["name"].as_str().unwrap();
    data(&bob.delete(&format!("{place}/files/{second}")));
    assert_eq!(fault(&bob.delete(&format!("{place}/files/{second}"))).0, 404);
    assert_eq!(found("search=for+all")["uploads"][0]["files"].as_array().unwrap().len(), 2);

    let ada = node.sign_in(ADA);
    assert_eq!(fault(&ada.patch(&place, &json!({"title": "mine"}))), said(404, "not_found", ""));
    assert_eq!(fault(&ada.delete(&place)).0, 404);
    assert_eq!(fault(&bob.patch(&place, &json!({}))), said(400, "nothing_to_change", ""));
    assert_eq!(
        fault(&bob.form("POST", "/api/v1/account/uploads", Form::new().file("a.txt", b"text"))),
        said(400, "refused", "")
    );
    assert_eq!(fault(&bob.post("/api/v1/account/uploads", &json!({}))).1, "bad_form");
    data(&bob.delete(&place));
    assert_eq!(found("")["total"], before);
    assert_eq!(node.visitor().get("i.localhost", &path(&changed["url"])).status, 404);
}

/// A1, A4
#[test]
fn pictures_are_set_and_taken_away() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    for picture in ["avatar", "banner"] {
        let place = format!("/api/v1/account/{picture}");
        let url = data(&bob.form("POST", &place, Form::new().file("a.png", &png(64, 64, [1, 2, 3]))))["url"]
            .clone();
        assert!(url.as_str().unwrap().contains(&format!("/{picture}s/{BOB}/")), "{url}");
        assert!(account(&bob)[format!("{picture}Url")].is_string());
        let text = Form::new().file("a.png", b"text");
        assert_eq!(fault(&bob.form("POST", &place, text)), said(400, "bad_picture", ""));
        data(&bob.delete(&place));
        assert!(account(&bob)[format!("{picture}Url")].is_null());
    }
    assert_eq!(fault(&bob.delete("/api/v1/account/portrait")).0, 404);
}

/// U9
#[test]
fn usage_is_the_weeks_and_every_days() {
    let instance = world();
    let node = instance.start();
    let bob = node.sign_in(BOB);
    let picture = png(16, 16, [7, 7, 7]);
    data(&bob.form("POST", "/api/v1/account/uploads", Form::new().file("a.png", &picture)));
    let usage = data(&bob.get("/api/v1/account/usage"));
    assert_eq!((&usage["plan"], &usage["history"][0]["files"]), (&json!("free"), &json!(1)));
    assert_eq!(usage["used"], usage["history"][0]["bytes"]);
    assert!(
        usage["limit"].as_u64().unwrap() >= 1 << 31
            && usage["windowEnd"].as_str().unwrap().ends_with(".000Z")
            || usage["windowEnd"].is_string()
    );
}

/// U13
#[test]
fn everything_is_taken_along_in_a_file_that_can_be_imported() {
    let instance = world();
    let node = instance.start();
    let file = node.sign_in(ADA).get("/api/v1/account/export");
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").unwrap().contains(ADA));
    let export = file.json();
    assert_eq!((&export["nameplate"], &export["users"][0]["id"]), (&json!(1), &json!(ADA)));
    assert_eq!(export["users"].as_array().unwrap().len(), 1);
    assert!(export["profiles"].as_array().unwrap().iter().all(|profile| profile["owner"] == ADA));
    assert!(export["posts"].as_array().unwrap().iter().all(|post| post["owner"] == ADA));
    let other = crate::world::empty();
    other.must(&["import", "-"], &file.body);
    assert!(other.admin(&["user", "show", ADA]).contains("playerone"));
}

/// T35
#[test]
fn a_deleted_account_leaves_nothing_behind() {
    let instance = world();
    let node = instance.start();
    let (bob, elsewhere) = (node.sign_in(BOB), node.sign_in(BOB));
    let avatar =
        data(&bob.form("POST", "/api/v1/account/avatar", Form::new().file("a.png", &png(64, 64, [1, 2, 3]))));
    let form = Form::new().text("privacy", "public").file("a.png", &png(9, 9, [9, 0, 0]));
    let upload = data(&bob.form("POST", "/api/v1/account/uploads", form))["uploads"][0].clone();
    let files = [&avatar["url"], &upload["url"], &upload["thumbUrl"]].map(|url| {
        format!("/{}", url.as_str().unwrap().split_once("://").unwrap().1.split_once('/').unwrap().1)
    });
    for file in &files {
        assert_eq!(node.visitor().get("i.localhost", file).status, 200, "{file}");
    }
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 200);
    let wrong = bob.json("DELETE", "/api/v1/account", &json!({"username": "playertw0"}));
    assert_eq!(fault(&wrong), said(400, "bad_value", "username"));
    let gone = bob.json("DELETE", "/api/v1/account", &json!({"username": "playertwo"}));
    data(&gone);
    assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
    for client in [&bob, &elsewhere] {
        assert_eq!(client.get("/api/v1/session").status, 401);
    }
    assert_eq!(node.key_client("relay-key", BOB_RELAY_KEY).get("/users/@me").status, 401);
    assert_eq!(node.visitor().get("bob.localhost", "/").status, 404);
    for file in &files {
        assert_eq!(node.visitor().get("i.localhost", file).status, 404, "{file}");
    }
    let left = || {
        let blobs = walk(&instance.path("data/blobs"));
        blobs.into_iter().filter(|path| path.contains(BOB)).collect::<Vec<_>>()
    };
    assert!(within(PATIENCE, || left().is_empty().then_some(())).is_some(), "{:?}", left());
    assert!(instance.admin(&["audit"]).contains(&format!("{BOB} deleted user {BOB}")));
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path.to_string_lossy().into_owned()] })
        .collect()
}
