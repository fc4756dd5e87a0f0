use secrecy::ExposeSecret;

use super::*;

/// Why a file's settings are refused.
fn complaint(file: &str) -> String {
    let loaded = load_with(file, &[], Flags::default());
    loaded.err().map(|error| format!("{error:#}")).unwrap_or_else(|| panic!("accepted: {file}"))
}

fn load_with(file: &str, environment: &[(&str, &str)], flags: Flags) -> anyhow::Result<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nameplate.toml");
    std::fs::write(&path, file).unwrap();
    let variables: Vec<Variable> =
        environment.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    load(&Flags { config: Some(path), ..flags }, &variables)
}

/// W6
#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let file = "base_domain = 'file.example'\ndrain = 5\nsite_name = 'From the file'";
    let environment = [("NAMEPLATE_BASE_DOMAIN", "env.example"), ("NAMEPLATE_DRAIN", "7")];
    let flags = Flags { base_domain: Some("flag.example".into()), ..Flags::default() };
    let settings = load_with(file, &environment, flags).unwrap();
    assert_eq!(settings.base_domain.as_str(), "flag.example");
    assert_eq!(settings.drain, 7);
    assert_eq!(settings.site_name, "From the file");
    assert_eq!(settings.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(settings.plans, PlanTable::default());
}

/// W6
#[test]
fn an_unknown_key_or_a_bad_value_stops_with_the_keys_name() {
    type Environment = &'static [(&'static str, &'static str)];
    let cases: [(&str, Environment, &str); 9] = [
        ("lisen = '127.0.0.1:1'", &[], "lisen"),
        ("listen = 'here'", &[], "listen"),
        ("drain = 'long'", &[], "drain"),
        ("public_url = 'ftp://example.org'", &[], "public_url"),
        ("music_url = 'https://music.example/'", &[], "music_url"),
        ("discord_api = 'https://discord.com/api?v=10'", &[], "discord_api"),
        ("", &[("NAMEPLATE_LISEN", "x")], "lisen"),
        ("", &[("NAMEPLATE_TRUSTED_PROXIES", "10.0.0.0/8,nowhere")], "trusted_proxies"),
        ("", &[("NAMEPLATE_DISCORD_TOKEN_FILE", "/does/not/exist")], "discord_token"),
    ];
    for (file, environment, key) in cases {
        let error =
            load_with(file, environment, Flags::default()).err().map(|error| format!("{error:#}")).unwrap();
        assert!(error.contains(key), "{error} should name {key}");
    }
}

/// W6
#[test]
fn secrets_come_from_files_and_are_masked_when_shown() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "very-secret\n").unwrap();
    let environment = [
        ("NAMEPLATE_DISCORD_TOKEN_FILE", secret.path().to_str().unwrap()),
        ("NAMEPLATE_DATABASE_URL", "postgres://np:hidden@db.example/np"),
        ("NAMEPLATE_REDIS_URL", "redis://:hidden@a.example/0,redis://:hidden@b.example/0"),
        ("NAMEPLATE_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
    ];
    let settings = load_with("", &environment, Flags::default()).unwrap();
    assert_eq!(settings.discord_token.as_ref().unwrap().expose_secret(), "very-secret");
    assert_eq!(settings.trusted_proxies.len(), 2);
    let shown = format!("{:?}", settings.lines());
    assert!(!shown.contains("very-secret") && !shown.contains("hidden"), "{shown}");
}

/// W6, U9
#[test]
fn what_a_file_leaves_out_of_a_plan_keeps_its_default() {
    let usual = PlanTable::default();
    let plans = |file: &str| load_with(file, &[], Flags::default()).unwrap().plans;
    let file = "[plans.free]\nquota = 7\n[plans.plus]\nprofiles = 4\n[plans.enterprise]\nmax_file_size = 9";
    let (free, plus, enterprise) = (plans(file).free, plans(file).plus, plans(file).enterprise);
    assert_eq!((free.quota, free.max_file_size, free.profiles), (7, usual.free.max_file_size, 3));
    assert_eq!((plus.quota, plus.max_file_size, plus.profiles), (usual.plus.quota, None, 4));
    assert_eq!((enterprise.quota, enterprise.max_file_size), (usual.enterprise.quota, Some(9)));
    assert_eq!(plans("[plans.free]\nmax_file_size = 8").free.quota, usual.free.quota);
    assert_eq!(plans("[plans]"), usual);
    assert!(complaint("[plans.free]\nquotta = 1").contains("plans.free"));
}

/// W6
#[test]
fn every_secret_that_is_set_but_empty_is_refused_by_its_name() {
    let settings = load_with("", &[], Flags::default()).unwrap();
    let keys = settings.secrets().map(|(key, _)| key);
    assert_eq!(keys.len(), 10);
    for key in keys {
        for empty in ["", " "] {
            assert!(complaint(&format!("{key} = '{empty}'")).contains(&format!("`{key}`")), "{key}");
        }
    }
    let empty = tempfile::NamedTempFile::new().unwrap();
    let variable = ("NAMEPLATE_INTERNAL_TOKEN_FILE", empty.path().to_str().unwrap());
    let error = load_with("", &[variable], Flags::default()).err().unwrap();
    assert!(error.to_string().contains("`internal_token`"), "{error}");
}

/// W6
#[test]
fn what_no_start_could_use_is_refused_by_its_name_without_a_connection() {
    let cases = [
        ("database_url = 'mysql://x'", "database_url"),
        ("redis_url = 'http://x'", "redis_url"),
        ("blob_url = 'ftp://x'", "blob_url"),
        ("blob_url = ''", "blob_url"),
        ("log = 'info,=='", "log"),
        ("root_secret = 'abc'", "root_secret"),
        ("bot_check = 'turnstile'", "bot_check"),
        ("turnstile_site_key = 'key'", "turnstile_secret"),
        ("turnstile_secret = 'hush'", "turnstile_site_key"),
        ("discord_client_id = 'abc'", "discord_client_id"),
    ];
    for (file, key) in cases {
        assert!(complaint(file).contains(&format!("`{key}`")), "{file}: {}", complaint(file));
    }
}

/// W6
#[test]
fn signing_in_with_discord_needs_both_its_settings() {
    let signs_in = |file: &str| load_with(file, &[], Flags::default()).unwrap().check_sign_in();
    let id = "discord_client_id = '700000000000000001'\n";
    let alone = signs_in(id).unwrap_err().to_string();
    assert!(alone.contains("`discord_client_secret`"), "{alone}");
    let secret = signs_in("discord_client_secret = 's'").unwrap_err().to_string();
    assert!(secret.contains("`discord_client_id`"), "{secret}");
    signs_in(&format!("{id}discord_client_secret = 's'")).unwrap();
    // The bot's commands need the id alone.
    signs_in(&format!("{id}discord_token = 't'")).unwrap();
}

/// W6
#[test]
fn addresses_are_shown_without_what_is_secret_in_them() {
    let file = "
        music_url = 'https://music.example/stream/{isrc}?key={key}&token=hidden'
        sms_url = 'https://sms.example/send?hidden&to={to}&token=hidden'
        s3_endpoint = 'https://name:hidden@s3.example'
        blob_url = 's3://bucket/prefix'
        smtp_url = 'smtps://ada:hidden@mail.example?password=hidden'
        database_url = 'postgres://np@db.example/np?password=hidden&sslmode=require'
        redis_url = 'redis://a.example/0,redis://:hidden@b.example/0'
    ";
    let lines = load_with(file, &[], Flags::default()).unwrap().lines();
    let shown = |key| lines.iter().find(|line| line.0 == key).unwrap().1.clone();
    assert!(!format!("{lines:?}").contains("hidden"), "{lines:?}");
    assert_eq!(shown("music_url"), r#""https://music.example/stream/{isrc}?key={key}&token=********""#);
    assert_eq!(shown("sms_url"), r#""https://sms.example/send?********&to={to}&token=********""#);
    assert_eq!(shown("blob_url"), r#""s3://bucket/prefix""#);
    assert_eq!(shown("redis_url"), r#""redis://a.example/0,redis://:********@b.example/0""#);
    assert!(shown("database_url").contains("db.example"), "{}", shown("database_url"));
}
