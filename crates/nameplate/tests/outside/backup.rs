//! Backups as docs/operations.md tells operators to make them: its commands are run, and what comes back is the instance.

use std::process::Command;

use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::node::Instance;
use nameplate_testkit::postgres::Postgres;
use nameplate_testkit::process::within;

use crate::world::{ADA_API_KEY, ADA_MUSIC_KEY, ADA_RELAY_KEY, empty, fill, world};

const GUIDE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md"));

/// Runs lines of the guide in the instance's folder.
fn run(instance: &Instance, lines: &[&str], variables: &[(&str, &str)]) {
    for line in lines {
        assert!(GUIDE.lines().any(|documented| documented == *line), "the guide does not say: {line}");
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(instance.path("")).envs(variables.iter().copied());
        assert!(shell.status().unwrap().success(), "{line}");
    }
}

/// All that an export holds, and views beside it.
fn is_whole(restored: &Instance, exported: &str) {
    assert_eq!(restored.must(&["export"], b""), exported);
    for secret in [ADA_API_KEY, ADA_RELAY_KEY, ADA_MUSIC_KEY] {
        assert!(exported.contains(secret), "the keys can be read");
    }
    assert_eq!(restored.shown("profile", "p_ada", "views"), 1);
    let node = restored.start();
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    assert_eq!(node.key_client("relay-key", ADA_RELAY_KEY).get("/users/@me").status, 200);
}

fn seen_once(instance: &Instance) {
    let node = instance.start();
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    node.operator().wait_for_metric("nameplate_views_recorded_total", 1);
}

/// W2
#[test]
fn a_sqlite_instance_comes_back_from_its_backup_made_while_it_served() {
    let instance = world();
    seen_once(&instance);
    std::fs::create_dir_all(instance.path("data/blobs/avatars")).unwrap();
    std::fs::write(instance.path("data/blobs/avatars/a.png"), b"picture").unwrap();
    let node = instance.start();
    let back_up = [
        "mkdir -m 700 backup",
        "sqlite3 data/nameplate.db \".backup backup/nameplate.db\"",
        "cp -a data/blobs backup/",
    ];
    run(&instance, &back_up, &[]);
    let exported = instance.must(&["export"], b"");
    instance.admin(&["profile", "delete", "p_ada"]);
    assert!(
        within(PATIENCE, || (node.visitor().get("ada.localhost", "/").status == 404).then_some(())).is_some()
    );
    assert!(node.terminate().success());
    let restore = [
        "mkdir -m 700 restored",
        "cp backup/nameplate.db restored/nameplate.db",
        "cp -a backup/blobs restored/",
        "cp -p data/root.secret restored/root.secret",
    ];
    run(&instance, &restore, &[]);
    let instance = instance.set("data_dir", "restored");
    is_whole(&instance, &exported);
    assert_eq!(std::fs::read(instance.path("restored/blobs/avatars/a.png")).unwrap(), b"picture");
}

/// W2
#[test]
fn a_postgres_instance_comes_back_from_its_dump_made_while_it_served() {
    let postgres = Postgres::start().unwrap();
    let (url, empty_url) = (postgres.create_database().unwrap(), postgres.create_database().unwrap());
    let instance = fill(empty().set("database_url", &url));
    seen_once(&instance);
    let node = instance.start();
    run(
        &instance,
        &["pg_dump --format=custom --file=backup.dump \"$DATABASE_URL\""],
        &[("DATABASE_URL", &url)],
    );
    let exported = instance.must(&["export"], b"");
    drop(node);
    let restore = "pg_restore --exit-on-error --no-owner --dbname=\"$RESTORED_URL\" backup.dump";
    run(&instance, &[restore], &[("RESTORED_URL", &empty_url)]);
    is_whole(&instance.set("database_url", empty_url), &exported);
}
