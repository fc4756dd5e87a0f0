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
