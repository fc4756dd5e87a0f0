use super::*;
use crate::host::Host;
use crate::post::Privacy;
use crate::user::User;

fn read(json: &serde_json::Value) -> Result<Instance, TransferFault> {
    let zones = Zones::new(Host::parse("localhost").unwrap(), Vec::new());
    InstanceFile::from_json(json.to_string().as_bytes())?.check(&zones, Timestamp::from_millis(0))
}

fn sample() -> serde_json::Value {
    serde_json::json!({
        "nameplate": 1,
        "users": [{"id": "123456789012345678", "username": "playerone", "relayKey": "aB3xK9mP2qR7sT1vW4yZ6cD8fG0hJ5kL"}],
        "profiles": [{"id": "p_ada", "owner": "123456789012345678", "domain": "Ada.localhost"}],
        "posts": [{"code": "AbCd1234", "owner": "123456789012345678",
            "files": [{"name": "a1b2c3d4e5f6789012345678abcdef01.png", "size": 1, "mime": "image/png"}]}],
    })
}

/// W2
#[test]
fn left_out_fields_take_the_value_of_a_new_row() {
    let instance = read(&sample()).unwrap();
    let account = &instance.accounts[0];
    assert_eq!(account.user, User::new(account.user.id, "playerone".into(), Timestamp::from_millis(0)));
    assert_eq!(instance.profiles[0].profile.domain.as_str(), "ada.localhost");
    assert!(!instance.profiles[0].profile.is_public);
    assert_eq!(instance.posts[0].privacy, Privacy::Private);
}

/// W2
#[test]
fn what_was_written_reads_back_the_same() {
    let mut sample = sample();
    let preference = serde_json::json!({"prefer": "listening", "hide": ["Visual Studio Code"]});
    sample["users"][0]["activityPreference"] = preference.clone();
    let written = serde_json::to_value(InstanceFile::from(read(&sample).unwrap())).unwrap();
    assert_eq!(written["users"][0]["activityPreference"], preference);
    let again = serde_json::to_value(InstanceFile::from(read(&written).unwrap())).unwrap();
    assert_eq!(written.to_string(), again.to_string());
}

/// W2
#[test]
fn a_fault_names_its_path() {
    let faults: [(&str, serde_json::Value, &str); 15] = [
        ("/users/0/id", "12".into(), "users[0].id"),
        ("/users/0/username", " ".into(), "users[0].username"),
        ("/users/0/relayKey", "short".into(), "users[0].relayKey"),
        ("/users/0/admin", true.into(), "users[0].admin"),
        ("/users/0/bugHunterTier", 3.into(), "users[0].bugHunterTier"),
        ("/users/0/theme", "beige".into(), "users[0].theme"),
        ("/users/0/created", "yesterday".into(), "users[0].created"),
        (
            "/users/0/activityPreference",
            serde_json::json!({"prefer": "music"}),
            "users[0].activityPreference",
        ),
        ("/users/0/activityPreference", serde_json::json!({"hide": [""]}), "users[0].activityPreference"),
        ("/profiles/0/domain", "relay.localhost".into(), "profiles[0].domain"),
        ("/profiles/0/id", "me".into(), "profiles[0].id"),
        ("/posts/0/files/0/name", "../etc/passwd".into(), "posts[0].files[0].name"),
        ("/nameplate", 2.into(), "nameplate"),
        (
            "/profiles/0/content",
            serde_json::json!({"schema": 2, "template": "glass"}),
            "profiles[0].content.schema",
        ),
        ("/profiles/0/content", 7.into(), "profiles[0].content"),
    ];
    for (pointer, value, path) in faults {
        let mut file = sample();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        file.pointer_mut(parent).unwrap()[field] = value;
        assert_eq!(read(&file).err().map(|fault| fault.path).as_deref(), Some(path), "{pointer}");
    }
}

/// W2
#[test]
fn a_value_that_must_be_unique_may_stand_once() {
    let mut file = sample();
    let mut second = file["profiles"][0].clone();
    second["id"] = "p_other".into();
    file["profiles"].as_array_mut().unwrap().push(second);
    assert_eq!(read(&file).err().unwrap().path, "profiles[1].domain");
}

/// W2
#[test]
fn the_schema_in_the_docs_is_the_one_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/import.schema.json");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(written == schema, "docs/import.schema.json is stale; `nameplate schema import` prints it anew");
}
