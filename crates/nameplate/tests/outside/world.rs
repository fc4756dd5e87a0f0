//! The people and pages that the tests know, as a file to import.

use nameplate_testkit::node::Instance;
use serde_json::{Value, json};

/// Has everything: premium, keys, presence, music. Blocked by nobody but Dora; blocks Carl.
pub(crate) const ADA: &str = "123456789012345678";
/// The seed's other user: free, shares nothing.
pub(crate) const BOB: &str = "987654321098765432";
pub(crate) const CARL: &str = "111111111111111111";
/// Blocks Ada.
pub(crate) const DORA: &str = "222222222222222222";
/// Suspended.
pub(crate) const EVE: &str = "333333333333333333";

pub(crate) const ADA_API_KEY: &str = "adaApiKey00000000000000000000001";
pub(crate) const ADA_RELAY_KEY: &str = "adaRelayKey000000000000000000001";
pub(crate) const BOB_RELAY_KEY: &str = "bobRelayKey000000000000000000001";
pub(crate) const ADA_MUSIC_KEY: &str = "adas-key-at-the-music-worker";
pub(crate) const ISRC: &str = "USRC17607839";

/// An instance with nothing in it.
pub(crate) fn empty() -> Instance {
    Instance::new(env!("CARGO_BIN_EXE_nameplate"))
}

/// An instance with the world in it.
pub(crate) fn world() -> Instance {
    fill(empty())
}

/// Brings the world into an instance that has its settings.
pub(crate) fn fill(instance: Instance) -> Instance {
    instance.set("exempt_domains", "root.example").import(&file())
}

pub(crate) fn file() -> Value {
    json!({ "nameplate": 1, "users": users(), "profiles": profiles(), "posts": posts() })
}

fn users() -> Value {
    json!([
        {
            "id": ADA, "username": "playerone", "nickname": "Player One", "bio": "Building things at Snipp",
            "avatar": "https://i.snipp.gg/avatars/123456789012345678/avatar.png",
            "banner": "https://i.snipp.gg/banners/123456789012345678/banner.png",
            "socials": {"github": "https://github.com/playerone"}, "created": "2026-01-04T09:30:00Z",
            "theme": "waterfall", "apiKey": ADA_API_KEY, "relayKey": ADA_RELAY_KEY,
            "subscription": {"plan": "plus", "status": "active", "started_at": "2026-01-04T09:30:00Z",
                             "expires_at": "2027-01-04T09:30:00Z"},
            "usage": {"used": 5_242_880, "windowStart": "2026-05-12T00:00:00Z"},
            "presenceSharing": true, "music": {"key": ADA_MUSIC_KEY, "enabled": true}, "blocks": [CARL]
        },
        {
            "id": BOB, "username": "playertwo", "nickname": "Player Two", "created": "2026-02-18T14:00:00Z",
            "avatar": "https://i.snipp.gg/avatars/987654321098765432/avatar.png", "relayKey": BOB_RELAY_KEY
        },
        { "id": CARL, "username": "carl", "created": "2026-03-01T00:00:00Z", "presenceSharing": true },
        { "id": DORA, "username": "dora", "created": "2026-03-01T00:00:00Z", "blocks": [ADA] },
        { "id": EVE, "username": "eve", "created": "2026-03-01T00:00:00Z", "suspended": true }
    ])
}

fn profiles() -> Value {
    let public = |id: &str, owner: &str, domain: &str| {
        json!({ "id": id, "owner": owner, "domain": domain, "verified": true, "isPublic": true, "content": null,
                "created": "2026-01-05T10:00:00Z" })
    };
    let mut ada = public("p_ada", ADA, "ada.localhost");
    ada["content"] = everything();
    let mut bob = public("p_bob", BOB, "bob.localhost");
    bob["content"] = json!({ "schema": 1, "template": "glass", "hideFooter": true,
                             "blocks": [{"kind": "header"}, {"kind": "presence"}] });
    let mut hidden = public("p_hidden", ADA, "hidden.localhost");
    hidden["isPublic"] = false.into();
    let mut suspended = public("p_suspended", ADA, "suspended.localhost");
    suspended["suspended"] = true.into();
    let mut expired = public("p_expired", ADA, "expired.localhost");
    expired["expiresAt"] = "2026-04-01T00:00:00Z".into();
    let mut unproved = public("p_unproved", ADA, "unproved.example");
    unproved["verified"] = false.into();
    let others = [
        public("p_eve", EVE, "eve.localhost"),
        public("p_own", ADA, "ada.example"),
        public("p_idn", ADA, "xn--bcher-kva.example"),
        public("p_root", BOB, "root.example"),
    ];
    Value::Array([ada, bob, hidden, suspended, expired, unproved].into_iter().chain(others).collect())
}

/// A page with every kind of block but the gallery, in an order that is not theirs in the schema.
pub(crate) fn everything() -> Value {
    json!({ "schema": 1, "template": "minimal", "theme": {}, "hideFooter": true, "blocks": [
        {"kind": "header"},
        {"kind": "text", "title": "Block one", "paragraphs": ["Words of the first block.", "<b>\"Quoted\" & more</b>"]},
        {"kind": "presence"},
        {"kind": "links", "title": "Block two", "links": [
            {"label": "My code", "url": "https://github.com/playerone"},
            {"label": "A shop", "url": "https://shop.example/?a=1&b=2"}
        ]},
        {"kind": "divider"},
        {"kind": "music", "title": "Block three", "tracks": [ISRC, "QZES71982312"]},
        {"kind": "image", "url": "https://cdn.discordapp.com/attachments/1/2/cat.png", "alt": "A cat"},
        {"kind": "contact", "title": "Block four", "ways": [{"way": "email", "value": "ada@example.org"}]}
    ]})
}

fn posts() -> Value {
    let post = |code: &str, owner: &str, created: &str| {
        json!({ "code": code, "owner": owner, "privacy": "public", "created": created,
                "files": [{"name": format!("{:0>32}.png", code.to_ascii_lowercase().replace(|letter: char| !letter.is_ascii_hexdigit(), "0")),
                           "size": 1000, "mime": "image/png"}] })
    };
    let mut seed = post("AbCd1234", BOB, "2026-05-03T12:00:00Z");
    seed["title"] = "A title".into();
    seed["files"] =
        json!([{"name": "a1b2c3d4e5f6789012345678abcdef01.png", "size": 2_487_312, "mime": "image/png"}]);
    let mut album = post("A1bum222", BOB, "2026-05-04T12:00:00Z");
    album["files"] = json!([
        {"name": "00000000000000000000000000000001.png", "size": 10, "mime": "image/png"},
        {"name": "00000000000000000000000000000002.jpg", "size": 10, "mime": "image/jpeg"}
    ]);
    let mut unlisted = post("Fade0001", BOB, "2026-05-05T12:00:00Z");
    unlisted["privacy"] = "unlisted".into();
    let mut private = post("Fade0002", BOB, "2026-05-05T12:00:00Z");
    private["privacy"] = "private".into();
    let mut moderated = post("Fade0003", BOB, "2026-05-05T12:00:00Z");
    moderated["moderated"] = true.into();
    let others =
        [post("Beef0001", ADA, "2026-05-01T12:00:00Z"), post("Beef0002", CARL, "2026-05-01T12:00:00Z")];
    Value::Array([seed, album, unlisted, private, moderated].into_iter().chain(others).collect())
}
