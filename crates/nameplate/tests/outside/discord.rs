//! What Discord says of members, and what they say to the bot, against a Discord of our own (contract S2 to S4, E3).

use std::time::Duration;

use nameplate_testkit::discord::{FakeDiscord, GUILD, TOKEN};
use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::node::{Instance, Node};
use nameplate_testkit::process::within;
use serde_json::{Value, json};

use crate::world::{ADA, BOB, CARL, DORA, empty, fill};

/// Another guild of the bot.
const LARGE: u64 = 800_000_000_000_000_002;

/// Ada and Carl share, Bob does not; all are in the guild.
pub(crate) fn discord() -> FakeDiscord {
    let discord = FakeDiscord::start();
    for user in [ADA, BOB, CARL] {
        discord.join(GUILD, user);
    }
    discord
}

pub(crate) fn with(instance: Instance, discord: &FakeDiscord) -> Instance {
    instance.set("discord_api", discord.api()).set("discord_token", TOKEN)
}

pub(crate) fn instance(discord: &FakeDiscord) -> Instance {
    fill(with(empty(), discord))
}

pub(crate) fn playing(name: &str) -> Value {
    json!({ "status": "online", "client_status": { "desktop": "online" },
            "activities": [{ "id": "a", "name": name, "type": 0, "created_at": 1_780_000_000_000_u64 }] })
}

/// Waits until a user's snapshot is as looked for.
pub(crate) fn wait(node: &Node<'_>, user: &str, look: impl Fn(&Value) -> bool) -> Value {
    let seen = within(PATIENCE, || Some(node.visitor().presence(user)).filter(&look));
    seen.unwrap_or_else(|| panic!("{user} is {}", node.visitor().presence(user)))
}

pub(crate) fn wait_for_game(node: &Node<'_>, user: &str, name: &str) {
    wait(node, user, |presence| presence["activity"]["name"] == name);
}

/// S1, S2, S4, E3
#[test]
fn what_discord_says_of_who_shares_is_in_the_snapshot_and_on_the_stream() {
    let discord = discord();
    discord.present(CARL, playing("Chess"));
    discord.present(BOB, playing("Go"));
    let instance = instance(&discord);
    let node = instance.start();
    wait_for_game(&node, CARL, "Chess");
    assert_eq!(
        wait(&node, ADA, |presence| !presence.is_null())["status"],
        "offline",
        "a value, not an absence"
    );
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["status"], "offline");
    discord.present(
        ADA,
        json!({ "status": "dnd", "client_status": { "mobile": "dnd" }, "activities": [
            { "type": 4, "name": "Custom Status", "state": "at sea" },
            { "type": 2, "name": "Spotify", "details": "Song Title", "state": "Artist Name",
              "timestamps": { "start": 1_716_900_000_000_u64, "end": 1_716_900_210_000_u64 },
              "assets": { "large_image": "spotify:ab67616d", "large_text": "Album Name" } } ] }),
    );
    let mut event = stream.presence();
    let updated_at = event.as_object_mut().unwrap().remove("updatedAt");
    assert!(updated_at.is_some());
    assert_eq!(
        event,
        json!({ "status": "dnd", "activity": {
            "name": "Spotify", "type": 2, "details": "Song Title", "state": "Artist Name",
            "startedAt": 1_716_900_000_000_u64, "endsAt": 1_716_900_210_000_u64,
            "largeImage": "https://i.scdn.co/image/ab67616d", "largeText": "Album Name" } })
    );
    assert_eq!(node.visitor().presence(ADA)["activity"], event["activity"]);
    assert_eq!(node.visitor().presence(BOB), Value::Null);
    node.operator().wait_for_metric("nameplate_discord_members", 2);
    assert_eq!(node.operator().metric("nameplate_discord_members"), 2, "Bob is not kept");
    for gauge in ["listening", "shards", "shards_ready", "guilds"] {
        assert_eq!(node.operator().metric(&format!("nameplate_discord_{gauge}")), 1, "{gauge}");
    }
    assert!(!instance.logs().contains(TOKEN));
}

/// E3
#[test]
fn one_change_in_many_guilds_and_a_burst_of_changes_are_one_event() {
    let discord = discord();
    for guild in 1..50 {
        discord.found(LARGE + guild, false);
        discord.join(LARGE + guild, ADA);
    }
    let instance = instance(&discord);
    let node = instance.start();
    wait(&node, ADA, |presence| presence["status"] == "offline");
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["status"], "offline");
    discord.present(ADA, json!({ "status": "idle", "activities": [], "client_status": {} }));
    discord.present(ADA, playing("Chess"));
    assert_eq!(stream.presence()["activity"]["name"], "Chess");
    node.operator().wait_for_metric("nameplate_discord_presence_updates_total", 100);
    discord.present(ADA, playing("Go"));
    assert_eq!(stream.presence()["activity"]["name"], "Go", "and nothing in between");
}

/// S4
#[test]
fn sharing_begins_within_seconds_and_ends_at_once() {
    let discord = discord();
    discord.present(BOB, playing("Go"));
    let instance = instance(&discord);
    let node = instance.start();
    wait(&node, ADA, |presence| !presence.is_null());
    instance.admin(&["presence", "on", BOB]);
    wait_for_game(&node, BOB, "Go");
    let mut stream = node.visitor().stream(BOB);
    assert_eq!(stream.presence()["status"], "online");
    instance.admin(&["presence", "off", BOB]);
    assert_eq!(stream.presence_within(Duration::from_secs(5)), json!({ "status": "offline" }));
    discord.present(BOB, playing("Chess"));
    discord.present(ADA, playing("Chess"));
    wait_for_game(&node, ADA, "Chess");
    assert_eq!(node.visitor().presence(BOB), Value::Null);
    let kept = || std::fs::read_to_string(instance.path("data/discord.json")).unwrap_or_default();
    assert!(within(PATIENCE, || (!kept().contains(BOB)).then_some(())).is_some(), "{}", kept());
}

/// S2: the owner's preference goes before the rule that is everybody's, and counts at once.
#[test]
fn an_owner_chooses_which_activity_is_shown() {
    let discord = discord();
    let game = json!({ "name": "Chess", "type": 0 });
    let music = json!({ "name": "Spotify", "type": 2, "details": "Song Title" });
    let both = |activities: &[&Value]| json!({ "status": "online", "activities": activities });
    discord.present(ADA, both(&[&game, &music]));
    let instance = instance(&discord);
    let node = instance.start();
    wait_for_game(&node, ADA, "Chess");
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["activity"]["name"], "Chess");
    let said = |reply: Value| reply["content"].as_str().unwrap().to_owned();

    instance.admin(&["presence", "prefer", ADA, "listening"]);
    assert_eq!(stream.presence()["activity"]["name"], "Spotify");
    let words = said(discord.command_with(ADA, "presence", "hide", ("app", "SPOTIFY")));
    assert_eq!(words, "Listening goes first when you do several things. Never shown: SPOTIFY.");
    assert_eq!(stream.presence()["activity"]["name"], "Chess");
    discord.present(ADA, both(&[&music]));
    let event = stream.presence();
    assert_eq!((&event["status"], event.get("activity")), (&json!("online"), None));
    assert!(said(discord.command(ADA, "presence", Some("show"))).contains("Never shown: SPOTIFY"));
    instance.admin(&["presence", "unhide", ADA, "Spotify"]);
    assert_eq!(stream.presence()["activity"]["name"], "Spotify");

    discord.present(ADA, both(&[&music, &game]));
    said(discord.command_with(ADA, "presence", "prefer", ("kind", "none")));
    assert_eq!(stream.presence()["activity"]["name"], "Chess");
    assert!(said(discord.command_with(ADA, "presence", "unhide", ("app", "Go"))).contains("is not hidden"));
    assert!(said(discord.command_with(DORA, "presence", "prefer", ("kind", "custom"))).contains("Custom"));
    let complaint = instance.must_not(&["admin", "presence", "unhide", ADA, "Go"], b"");
    assert!(complaint.contains("not hidden"), "{complaint}");
    assert!(instance.admin(&["user", "show", DORA]).contains("custom"));
}

/// S3
#[test]
fn who_leaves_the_last_guild_is_not_known_any_more() {
    let discord = discord();
    discord.found(LARGE, false);
    discord.join(LARGE, ADA);
    discord.present(ADA, playing("Chess"));
    discord.present(CARL, playing("Go"));
    let instance = instance(&discord);
    let node = instance.start();
    wait_for_game(&node, ADA, "Chess");
    wait_for_game(&node, CARL, "Go");
    discord.leave(GUILD, ADA);
    discord.leave(GUILD, CARL);
    wait(&node, CARL, Value::is_null);
    assert_eq!(node.visitor().presence(ADA)["activity"]["name"], "Chess", "one guild is left");
    discord.delete(LARGE, true);
    discord.delete(LARGE, false);
    wait(&node, ADA, Value::is_null);
    discord.join(GUILD, CARL);
    wait_for_game(&node, CARL, "Go");
}

/// S3: members of a large guild are asked about, and again when Discord turns the question away.
#[test]
fn members_whom_discord_does_not_list_are_asked_for() {
    let discord = FakeDiscord::start();
    discord.found(LARGE, true);
    discord.join(LARGE, ADA);
    discord.join(LARGE, CARL);
    discord.present(CARL, playing("Go"));
    discord.limit(1);
    let instance = instance(&discord);
    let node = instance.start();
    wait_for_game(&node, CARL, "Go");
    assert_eq!(wait(&node, ADA, |presence| !presence.is_null())["status"], "offline");
    assert_eq!(node.operator().metric("nameplate_discord_rate_limits_total"), 1);
    assert!(discord.seen().questions >= 2);
}

/// S2: one odd field never loses an event, nor what is beside it.
#[test]
fn odd_fields_hide_nothing_that_is_good() {
    let discord = discord();
    let instance = instance(&discord);
    let node = instance.start();
    wait(&node, ADA, |presence| !presence.is_null());
    let good = |name: &str| json!({ "name": name, "type": 0 });
    let odd = [
        json!([{ "type": 0 }, good("0")]),
        json!([null, 7, "x", [], good("1")]),
        json!([{ "name": null, "type": 0 }, good("2")]),
        json!([{ "name": "x", "type": "0" }, good("3")]),
        json!([{ "name": "x", "type": 6 }, good("4")]),
        json!([{ "name": "5", "type": 0, "timestamps": { "start": -1.5, "end": "soon" }, "assets": 7, "emoji": { "name": null },
                 "created_at": "now", "buttons": [{ "label": 1 }], "party": { "size": ["a"] }, "flags": "x" }]),
        json!([{ "name": "6", "type": 0, "assets": { "large_image": 12, "large_text": ["x"] }, "details": 8, "state": {} }]),
        json!([{ "name": "7", "type": 0.0, "details": "\u{202e}x".repeat(500), "application_id": {} }]),
    ];
    for (number, activities) in odd.into_iter().enumerate() {
        discord.present(
            ADA,
            json!({ "status": 1, "client_status": { "fridge": "on" }, "activities": activities, "guild": 3 }),
        );
        wait_for_game(&node, ADA, &number.to_string());
    }
    discord.present(ADA, json!({ "status": "idle", "activities": null, "client_status": null }));
    assert_eq!(wait(&node, ADA, |presence| presence["status"] == "idle").get("activity"), None);
    for kind in [
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_MEMBERS_CHUNK",
        "PRESENCE_UPDATE",
        "RATE_LIMITED",
        "NEW_EVENT",
        "INTERACTION_CREATE",
    ] {
        for data in [
            json!(null),
            json!(7),
            json!([]),
            json!({}),
            json!({ "id": [], "user": 1, "guild_id": {}, "members": "x" }),
        ] {
            discord.dispatch(kind, &data);
        }
    }
    discord.present(ADA, playing("Chess"));
    wait_for_game(&node, ADA, "Chess");
    assert_eq!((discord.seen().identifies, discord.seen().resumes), (1, 0));
}

/// S4
#[test]
fn slash_commands_switch_sharing_and_show_the_page() {
    let discord = discord();
    discord.present(BOB, playing("*Go*"));
    let instance = instance(&discord);
    let node = instance.start();
    let names = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let commands = discord.commands();
    assert_eq!(names(&commands), ["presence", "profile"]);
    assert_eq!(names(&commands[0]["options"]), ["on", "off", "show", "prefer", "hide", "unhide"]);
    node.operator().wait_for_metric("nameplate_discord_shards_ready", 1);

    let text = |reply: &Value| {
        assert_eq!(reply["flags"], 64, "seen by the one who asked alone: {reply}");
        reply["content"].as_str().unwrap().to_owned()
    };
    assert!(text(&discord.command(BOB, "presence", Some("show"))).contains("do not share"));
    assert!(text(&discord.command(BOB, "presence", Some("on"))).contains("share your presence now"));
    wait_for_game(&node, BOB, "*Go*");
    assert_eq!(
        text(&discord.command(BOB, "presence", Some("show"))),
        "You share your presence. Visitors see: **online**, playing \\*Go\\*"
    );
    let mut stream = node.visitor().stream(BOB);
    assert_eq!(stream.presence()["status"], "online");
    assert!(text(&discord.command(BOB, "presence", Some("off"))).contains("deleted"));
    assert_eq!(stream.presence_within(Duration::from_secs(5)), json!({ "status": "offline" }));
    assert_eq!(node.visitor().presence(BOB), Value::Null);

    let profile = discord.command(ADA, "profile", None);
    let embed = &profile["embeds"][0];
    let home = format!("http://ada.localhost:{}/", node.listen.port());
    assert_eq!((&embed["title"], &embed["url"]), (&json!("Player One"), &json!(home)));
    assert!(embed["image"]["url"].as_str().unwrap().contains("/api/v1/profiles/p_ada/og.png?v="), "{embed}");
    assert_eq!(profile.get("flags"), None, "everybody may see it");
    let stranger = text(&discord.command("555555555555555555", "profile", None));
    assert!(stranger.contains("no account") && stranger.contains("http://localhost:"), "{stranger}");
    assert!(text(&discord.command(DORA, "profile", None)).contains("no public page"));
    node.operator().wait_for_metric("nameplate_discord_commands_total", 7);
}
