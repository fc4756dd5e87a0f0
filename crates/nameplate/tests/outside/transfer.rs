//! The import and export of an instance (contract W1, W2, section 10).

use nameplate_testkit::node::Node;
use serde_json::{Value, json};

use crate::world::{ADA, ADA_RELAY_KEY, empty, file, world};

fn refused(file: &Value) -> String {
    let instance = empty();
    let complaint = instance.must_not(&["import", "-"], file.to_string().as_bytes());
    let after: Value = serde_json::from_str(&instance.must(&["export"], b"")).unwrap();
    assert_eq!(
        (&after["users"], &after["profiles"], &after["posts"]),
        (&json!([]), &json!([]), &json!([])),
        "nothing was imported"
    );
    complaint
}

/// W1, W2
#[test]
fn a_fault_names_its_place_and_imports_nothing() {
    type Spoil = fn(&mut Value);
    let cases: [(&str, Spoil); 17] = [
        ("nameplate", |file| file["nameplate"] = 2.into()),
        ("extra", |file| file["extra"] = 1.into()),
        ("users[0].id", |file| file["users"][0]["id"] = 123_456_789_012_345_678_u64.into()),
        ("users[0].id", |file| file["users"][0]["id"] = "12".into()),
        ("users[1].relayKey", |file| file["users"][1]["relayKey"] = "too short".into()),
        ("users[1].created", |file| file["users"][1]["created"] = "yesterday".into()),
        ("users[1].colour", |file| file["users"][1]["colour"] = "red".into()),
        ("users[0].theme", |file| file["users"][0]["theme"] = "plaid".into()),
        ("profiles[0].owner", |file| file["profiles"][0]["owner"] = "999999999999999999".into()),
        ("profiles[1].domain", |file| file["profiles"][1]["domain"] = "ada.localhost".into()),
        ("profiles[0].domain", |file| file["profiles"][0]["domain"] = "not a host".into()),
        ("profiles[0].content.schema", |file| file["profiles"][0]["content"]["schema"] = 2.into()),
        ("profiles[0].content.blocks[3].links[0].url", |file| {
            file["profiles"][0]["content"]["blocks"][3]["links"][0]["url"] = "javascript:alert(1)".into()
        }),
        ("profiles[0].content.blocks[1].kind", |file| {
            file["profiles"][0]["content"]["blocks"][1]["kind"] = "marquee".into()
        }),
        ("profiles[0].content.blocks[1].colour", |file| {
            file["profiles"][0]["content"]["blocks"][1]["colour"] = "red".into()
        }),
        ("posts[0].files[0].name", |file| file["posts"][0]["files"][0]["name"] = "../../etc/passwd".into()),
        ("posts[1].code", |file| file["posts"][1]["code"] = "AbCd1234".into()),
    ];
    for (place, spoil) in cases {
        let mut spoiled = file();
        spoil(&mut spoiled);
        let complaint = refused(&spoiled);
        assert!(complaint.contains(place), "{place}: {complaint}");
        assert!(!complaint.contains("panicked"));
    }
    for broken in ["", "[]", "{", "{\"nameplate\":1} more"] {
        assert!(!empty().must_not(&["import", "-"], broken.as_bytes()).is_empty());
    }
}

/// W2
#[test]
fn an_export_imports_into_the_same_instance_and_answers() {
    let instance = world();
    let exported = instance.must(&["export"], b"");
    let copy = empty().set("exempt_domains", "root.example");
    copy.must(&["import", "-"], exported.as_bytes());
    assert_eq!(copy.must(&["export"], b""), exported, "byte for byte");
    instance.must(&["import", "-"], exported.as_bytes());
    assert_eq!(instance.must(&["export"], b""), exported, "into itself, it changes nothing");

    let (one, other) = (instance.start(), copy.start());
    let answers = |node: &Node<'_>| {
        let port = format!(":{}", node.listen.port());
        let text = |body: Vec<u8>| String::from_utf8(body).unwrap().replace(&port, "");
        let pages = ["ada.localhost", "bob.localhost", "ada.example", "hidden.localhost", "root.example"];
        let mut answers: Vec<_> = pages.iter().map(|host| text(node.visitor().get(host, "/").body)).collect();
        let client = node.key_client("relay-key", ADA_RELAY_KEY);
        let mut me = client.get("/users/@me").json();
        me["user"]["limits"]["usage"]["resetsInSeconds"] = Value::Null;
        answers.push(me.to_string());
        answers.push(text(client.get(&format!("/users/{}", crate::world::BOB)).body));
        answers
    };
    assert_eq!(answers(&one), answers(&other));
}

/// W2
#[test]
fn an_export_for_a_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let instance = world();
    instance.must(&["export", "--output", "out.json"], b"");
    let mode = std::fs::metadata(instance.path("out.json")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let written = std::fs::read_to_string(instance.path("out.json")).unwrap();
    assert_eq!(written, instance.must(&["export"], b""));
    assert!(written.contains(ADA_RELAY_KEY), "it holds keys, as its help says");
}

/// W2
#[test]
fn a_later_import_replaces_rows_and_leaves_others() {
    let instance = world();
    let node = instance.start();
    assert!(node.visitor().get("ada.localhost", "/").text().contains("Player One"));
    let users = json!([{ "id": ADA, "username": "playerone", "nickname": "Another name" }]);
    let more = json!({ "nameplate": 1, "users": users });
    instance.must(&["import", "-"], more.to_string().as_bytes());
    let page = nameplate_testkit::process::within(std::time::Duration::from_secs(1), || {
        Some(node.visitor().get("ada.localhost", "/")).filter(|page| page.text().contains("Another name"))
    });
    let page = page.expect("the node notices within a second");
    assert!(page.text().contains("Powered by"), "what was left out has its first value: no plan");
    assert_eq!(node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me").status, 401);
    assert!(node.visitor().get("bob.localhost", "/").text().contains("Player Two"));
}

/// Section 10, W1
#[test]
fn left_out_fields_and_content_have_what_a_new_row_has() {
    let users = json!([{ "id": ADA, "username": "ada", "socials": {"github": "https://github.com/ada"} }]);
    let profiles = json!([{ "id": "p_ada", "owner": ADA, "domain": "ada.localhost", "isPublic": true }, { "id": "p_two", "owner": ADA, "domain": "two.localhost" }]);
    let instance = empty().import(&json!({ "nameplate": 1, "users": users, "profiles": profiles }));
    let node = instance.start();
    let page = node.visitor().get("ada.localhost", "/");
    assert!(
        page.status == 200 && page.text().contains("@ada") && page.text().contains("https://github.com/ada")
    );
    assert_eq!(node.visitor().get("two.localhost", "/").status, 404, "a new profile is not public");
}

/// W2
#[test]
fn files_move_with_their_posts() {
    use nameplate_testkit::form::{Form, png};
    let instance = world();
    let node = instance.start();
    let picture = png(5, 4, [9, 8, 7]);
    let client = node.key_client("relay-key", ADA_RELAY_KEY);
    let two = Form::new().file("a.png", &picture).file("b.png", &picture);
    let made =
        client.send(&two.put_into(client.request("POST", "/upload").header("post-privacy", "public"))).json();
    let code = made["post"]["code"].as_str().unwrap().to_owned();
    drop(node);
    instance.must(&["export", "--output", "out.json"], b"");
    let exported: Value = serde_json::from_slice(&std::fs::read(instance.path("out.json")).unwrap()).unwrap();
    let sources = |file: &Value| {
        let files =
            file["posts"].as_array().unwrap().iter().flat_map(|post| post["files"].as_array().unwrap());
        files.filter(|file| file["source"].is_string()).count()
    };
    assert_eq!(sources(&exported), 2, "rows that came without files have none");

    let copy = empty().set("exempt_domains", "root.example");
    copy.must(&["import", instance.path("out.json").to_str().unwrap()], b"");
    copy.must(&["export", "--output", "out.json"], b"");
    let again: Value = serde_json::from_slice(&std::fs::read(copy.path("out.json")).unwrap()).unwrap();
    assert_eq!(again, exported);
    let node = copy.start();
    assert_eq!(node.visitor().get("i.localhost", &format!("/{code}")).body, picture);
}
