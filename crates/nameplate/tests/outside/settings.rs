//! The configuration (contract W6, W7).

use nameplate_testkit::node::Instance;

use crate::world::empty;

fn value(instance: &Instance, arguments: &[&str], key: &str) -> String {
    let text = instance.must(&[&["config"], arguments].concat(), b"");
    let line = text
        .lines()
        .find(|line| line.trim_start_matches("# ").starts_with(key))
        .unwrap_or_else(|| panic!("{text}"));
    line.to_owned()
}

/// W6
#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let bare = empty();
    assert_eq!(value(&bare, &[], "base_domain"), "base_domain = \"localhost\"");
    std::fs::write(bare.path("nameplate.toml"), "base_domain = 'file.example'\ndrain = 7\n").unwrap();
    assert_eq!(value(&bare, &[], "base_domain"), "base_domain = \"file.example\"");
    std::fs::write(bare.path("other.toml"), "base_domain = 'other.example'\n").unwrap();
    assert_eq!(value(&bare, &["--config", "other.toml"], "base_domain"), "base_domain = \"other.example\"");
    let with_environment = bare.set("base_domain", "env.example");
    assert_eq!(value(&with_environment, &[], "base_domain"), "base_domain = \"env.example\"");
    assert_eq!(
        value(&with_environment, &["--base-domain", "flag.example"], "base_domain"),
        "base_domain = \"flag.example\""
    );
    assert_eq!(value(&with_environment, &[], "drain"), "drain = 7");
}

/// W6
#[test]
fn every_fixed_name_is_a_setting_and_has_its_default() {
    let instance = empty();
    let text = String::from_utf8(instance.command(&["config"]).env_clear().output().unwrap().stdout).unwrap();
    assert!(
        text.contains("listen = \"127.0.0.1:8080\"") && text.contains("internal_listen = \"127.0.0.1:9100\""),
        "{text}"
    );
    for key in [
        "listen",
        "internal_listen",
        "data_dir",
        "base_domain",
        "public_url",
        "database_url",
        "redis_url",
        "blob_url",
        "trusted_proxies",
        "music_url",
        "discord_token",
        "discord_client_id",
        "discord_client_secret",
    ] {
        assert!(
            text.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{key} "))),
            "{key}: {text}"
        );
    }
}

/// W6, W7
#[test]
fn a_start_with_a_bad_setting_names_it() {
    let cases = [
        ("lisen", "127.0.0.1:0"),
        ("listen", "here"),
        ("internal_listen", "127.0.0.1:99999"),
        ("base_domain", "a b"),
        ("public_url", "ftp://x"),
        ("database_url", "mysql://x"),
        ("redis_url", "nonsense"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("music_url", "https://music.example/"),
        ("drain", "soon"),
        ("log_format", "xml"),
        ("root_secret", "short"),
        ("discord_token_file", "/does/not/exist"),
        ("database_url", "sqlite:/does/not/exist/nameplate.db"),
        ("data_dir", "/proc"),
        ("internal_token", ""),
        ("discord_client_secret", "alone"),
    ];
    for (key, value) in cases {
        let instance = empty().set(key, value);
        let complaint = instance.must_not(&["serve"], b"");
        assert!(complaint.contains(key.trim_end_matches("_file")), "{key}={value}: {complaint}");
    }
    let instance = empty();
    std::fs::write(instance.path("nameplate.toml"), "[plans.free]\nquotta = 1\n").unwrap();
    let complaint = instance.must_not(&["serve"], b"");
    assert!(complaint.contains("quotta"), "{complaint}");
}

/// W6
#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let instance = empty();
    std::fs::write(instance.path("token"), "canary-token\n").unwrap();
    std::fs::write(instance.path("database"), "postgres://np:canary-password@db.example/np\n").unwrap();
    let instance = instance
        .set("discord_token_file", "token")
        .set("database_url_file", "database")
        .set("discord_client_secret", "canary-client")
        .set("redis_url", "redis://:canary-redis@127.0.0.1:1/0")
        .set("internal_token", "canary-internal")
        .set("s3_secret_access_key", "canary-s3")
        .set("root_secret", "ca".repeat(32));
    let shown = instance.must(&["config"], b"");
    assert!(!shown.contains("canary") && !shown.contains("cacaca"), "{shown}");
    for key in
        ["discord_token", "discord_client_secret", "internal_token", "s3_secret_access_key", "root_secret"]
    {
        assert!(shown.lines().any(|line| line.starts_with(&format!("{key} = \"***"))), "{key}: {shown}");
    }
    assert!(shown.contains("db.example"), "what is no secret is shown: {shown}");
}

/// W6
#[test]
fn what_is_shown_is_toml_and_says_what_counts_where_nothing_is_set() {
    let instance = empty().set("listen", "127.0.0.1:8123").set("base_domain", "plates.example");
    std::fs::write(instance.path("nameplate.toml"), "[plans.free]\nquota = 5\n").unwrap();
    let shown: toml::Table = instance.must(&["config"], b"").parse().unwrap();
    for (key, value) in [
        ("database_url", "sqlite:data/nameplate.db"),
        ("blob_url", "data/blobs"),
        ("public_url", "http://plates.example:8123/"),
        ("smtp_from", "noreply@plates.example"),
        ("s3_region", "us-east-1"),
        ("bot_check", "pow"),
    ] {
        assert_eq!(shown[key].as_str(), Some(value), "{key}");
    }
    let free = &shown["plans"]["free"];
    assert_eq!(
        (&free["quota"], &free["profiles"], &free["max_file_size"]),
        (&5.into(), &3.into(), &52_428_800.into())
    );
}

/// W6
#[test]
fn the_environment_may_name_the_configuration_file() {
    let instance = empty().set("config", "other.toml");
    std::fs::write(instance.path("other.toml"), "site_name = 'Other'\n").unwrap();
    assert_eq!(value(&instance, &[], "site_name"), "site_name = \"Other\"");
    std::fs::write(instance.path("third.toml"), "site_name = 'Third'\n").unwrap();
    assert_eq!(value(&instance, &["--config", "third.toml"], "site_name"), "site_name = \"Third\"");
    let complaint = empty().set("config", "missing.toml").must_not(&["config"], b"");
    assert!(complaint.contains("missing.toml"), "{complaint}");
}
