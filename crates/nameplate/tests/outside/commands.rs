//! The operator's commands (contract W3).

use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::process::within;

use crate::world::{ADA, empty, world};

/// W3, W5
#[test]
fn from_nothing_to_a_page_in_two_commands() {
    let instance = empty();
    let node = instance.start();
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 404);
    instance.admin(&["user", "create", ADA, "ada", "--nickname", "Ada L."]);
    instance.admin(&["profile", "create", "ada", "--owner", ADA, "--publish"]);
    let page =
        within(PATIENCE, || Some(node.visitor().get("ada.localhost", "/")).filter(|page| page.status == 200));
    assert!(page.unwrap().text().contains("Ada L."));
    let list = instance.admin(&["profile", "list"]);
    assert!(list.contains("ada.localhost") && list.contains("public"), "{list}");
    let audit = instance.admin(&["audit"]);
    assert!(audit.contains(&format!("created user {ADA}")) && audit.contains("created profile"), "{audit}");
}

/// W3
#[test]
fn badges_and_suspensions_show_in_the_account_api() {
    let instance = world();
    let node = instance.start();
    let client = node.key_client("relay-key", crate::world::BOB_RELAY_KEY);
    let ada = || client.get(&format!("/users/{ADA}")).json()["user"].clone();
    instance.admin(&["user", "badge", ADA, "verified"]);
    instance.admin(&["user", "badge", ADA, "elite-bug-hunter"]);
    instance.admin(&["user", "suspend", ADA]);
    let seen = within(PATIENCE, || Some(ada()).filter(|user| user["suspended"] == true)).expect("suspended");
    assert_eq!((&seen["verified"], &seen["badges"]["verified"]), (&true.into(), &true.into()));
    assert_eq!((&seen["bugHunterTier"], &seen["badges"]["bugHunterTier"]), (&2.into(), &2.into()));
    instance.admin(&["user", "restore", ADA]);
    instance.admin(&["user", "badge", ADA, "elite-bug-hunter", "--off"]);
    let seen =
        within(PATIENCE, || Some(ada()).filter(|user| user["bugHunterTier"].is_null())).expect("no hunter");
    assert_eq!((&seen["suspended"], &seen["badges"]["bugHunterTier"]), (&false.into(), &0.into()));
}

/// W3
#[test]
fn secrets_come_by_standard_input_or_file_and_never_as_an_argument() {
    let instance = world();
    let key = "k".repeat(32);
    let as_argument = instance.run(&["admin", "key", "set", ADA, "relay", &key], b"");
    assert_eq!(as_argument.status.code(), Some(2), "there is no such argument");
    std::fs::write(instance.path("key"), format!("{key}\n")).unwrap();
    instance.admin(&["key", "set", ADA, "relay", "--file", "key"]);
    assert_eq!(instance.admin(&["key", "show", ADA, "relay"]).trim(), key);
    instance.must(&["admin", "key", "set", ADA, "api"], "z".repeat(32).as_bytes());
    assert_eq!(instance.admin(&["key", "show", ADA, "api"]).trim(), "z".repeat(32));
    let complaint = instance.must_not(&["admin", "key", "set", ADA, "api"], b"too-short-and-secret");
    assert!(!complaint.contains("too-short-and-secret"), "{complaint}");
    assert!(!instance.admin(&["audit"]).contains(&key));
    assert!(!instance.admin(&["user", "show", ADA]).contains(&key));
}

/// W3
#[test]
fn what_does_not_exist_or_cannot_be_is_refused() {
    let instance = world();
    let nobody = "999999999999999999";
    let cases: [&[&str]; 9] = [
        &["user", "show", nobody],
        &["user", "suspend", nobody],
        &["user", "plan", nobody, "plus"],
        &["profile", "show", "p_nobody"],
        &["profile", "publish", "p_nobody"],
        &["key", "rotate", nobody, "relay"],
        &["presence", "on", nobody],
        &["profile", "create", "ada", "--owner", ADA],
        &["user", "create", ADA, "again"],
    ];
    for arguments in cases {
        let complaint = instance.must_not(&[&["admin"], arguments].concat(), b"");
        assert!(!complaint.is_empty() && !complaint.contains("panicked"), "{arguments:?}: {complaint}");
    }
    for arguments in [
        &["admin", "user", "show", "abc"][..],
        &["admin", "user", "plan", ADA, "gold"],
        &["admin"],
        &["nothing"],
    ] {
        assert_eq!(instance.run(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
}

/// W5
#[test]
fn doctor_finds_what_is_wrong() {
    let instance = world();
    assert!(instance.run(&["doctor"], b"").status.success());
    let without_database = empty().set("database_url", "postgres://nobody@127.0.0.1:1/none");
    let output = without_database.run(&["doctor"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("FAIL") && text.contains("database_url"), "{text}");
    for (key, address) in [("redis_url", "redis://127.0.0.1:1"), ("blob_url", "root.secret/below")] {
        let instance = empty().set(key, address);
        std::fs::write(instance.path("root.secret"), "").unwrap();
        let output = instance.run(&["doctor"], b"");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!output.status.success() && text.contains("FAIL") && text.contains(key), "{text}");
    }
}

/// W5
#[test]
fn doctor_is_content_beside_the_node_that_runs() {
    let instance = world();
    let node = instance.start();
    let (listen, internal) = (node.listen.to_string(), node.internal.to_string());
    let beside = ["doctor", "--listen", &listen, "--internal-listen", &internal];
    let text = instance.must(&beside, b"");
    assert_eq!(text.matches("is in use by a node that runs").count(), 2, "{text}");
    drop(node);
    // Whatever else listens there is in the way.
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = other.local_addr().unwrap().to_string();
    let output = instance.run(&["doctor", "--listen", &listen], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), text.matches("FAIL").count()), (Some(1), 1), "{text}");
}

/// W5
#[test]
fn doctor_makes_nothing_and_blames_only_what_is_wrong() {
    let fresh = empty();
    fresh.must(&["doctor"], b"");
    assert!(!fresh.path("data").exists(), "doctor only looks");
    let output = empty().set("data_dir", "/proc").run(&["doctor"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("FAIL data folder") && text.matches("FAIL").count() == 1, "{text}");
    let lost = world();
    std::fs::remove_file(lost.path("data/root.secret")).unwrap();
    let output = lost.run(&["doctor"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("FAIL database") && !lost.path("data/root.secret").exists(), "{text}");
}

/// W3
#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let instance = world();
    for arguments in [&["openapi"][..], &["doctor"], &["admin", "user", "list"], &["config"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = instance.command(arguments).stdout(writer).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaint.is_empty(), "{arguments:?}: {complaint}");
    }
}

/// W3
#[test]
fn a_link_without_its_port_says_what_is_missing() {
    let link = world().run(&["admin", "login-link", ADA], b"");
    assert!(link.status.success() && String::from_utf8(link.stderr).unwrap().contains("public_url"));
    let known = world().set("public_url", "https://plates.example").run(&["admin", "login-link", ADA], b"");
    assert!(known.status.success() && known.stderr.is_empty());
}

/// W2
#[test]
fn the_documents_in_the_repository_are_what_the_program_prints() {
    let instance = empty();
    for (of, file) in [("import", "import.schema.json"), ("content", "content.schema.json")] {
        let path = format!("{}/../../docs/{file}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(instance.must(&["schema", of], b""), std::fs::read_to_string(path).unwrap(), "{file}");
    }
    let node = instance.start();
    let served = node.visitor().get("localhost", "/api/v1/openapi.json");
    assert_eq!(served.text(), instance.must(&["openapi"], b""));
}
