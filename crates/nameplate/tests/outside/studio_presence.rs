//! Why somebody is not shown, as the studio says it: without a bot, with one in the same process, and with one in a process
//! of its own (contract S4).

use nameplate_testkit::discord::{GUILD, TOKEN};
use nameplate_testkit::http::{PATIENCE, Reply};
use nameplate_testkit::node::BotListener;
use nameplate_testkit::process::within;
use nameplate_testkit::studio::StudioClient;
use serde_json::{Value, json};

use crate::discord::{discord, instance, playing, wait_for_game};
use crate::nodes::parts;
use crate::world::{ADA, BOB, CARL, DORA, world};

fn data(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["data"].clone()
}

fn check(client: &StudioClient, id: &str) -> Value {
    let answer = data(&client.get("/api/v1/account/presence"));
    let check = answer["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).cloned();
    check.unwrap()
}

fn is(client: &StudioClient, id: &str, ok: Value) {
    let seen = within(PATIENCE, || (check(client, id)["ok"] == ok).then_some(()));
    assert!(seen.is_some(), "{}", check(client, id));
}

/// S4
#[test]
fn why_one_is_not_shown_is_said_point_by_point() {
    let instance = world();
    let node = instance.start();
    let (ada, bob) = (node.sign_in(ADA), node.sign_in(BOB));
    let checks = |client: &StudioClient| {
        let answer = data(&client.get("/api/v1/account/presence"));
        let list = answer["checks"].as_array().unwrap().clone();
        let ok = move |id: &str| {
            list.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}"))["ok"].clone()
        };
        (
            answer["snapshot"].clone(),
            ["sharing", "bot", "gateway", "intent", "guild", "lastEvent", "premium", "block"].map(ok),
        )
    };
    let (no, yes, unknown) = (json!(false), json!(true), Value::Null);
    assert_eq!(
        checks(&bob),
        (Value::Null, [&no, &no, &unknown, &unknown, &unknown, &no, &no, &yes].map(Clone::clone))
    );
    node.operator().put_presence(ADA, &json!({"status": "online"}));
    let (snapshot, list) = checks(&ada);
    assert_eq!(
        (&snapshot["status"], &list[0], &list[5], &list[6], &list[7]),
        (&json!("online"), &yes, &yes, &yes, &yes)
    );
}

/// S4
#[test]
fn the_listener_itself_says_whether_one_is_in_a_server_with_the_bot() {
    let discord = discord();
    let instance = instance(&discord);
    let node = instance.start();
    let (carl, dora) = (node.sign_in(CARL), node.sign_in(DORA));
    for id in ["bot", "gateway", "intent", "guild"] {
        is(&carl, id, json!(true));
    }
    let hidden = check(&dora, "guild");
    assert!(
        hidden["ok"].is_null() && hidden["text"].as_str().unwrap().contains("once you share"),
        "{hidden}"
    );
    data(&dora.patch("/api/v1/account", &json!({"presenceSharing": true})));
    is(&dora, "guild", json!(false));
    assert!(check(&dora, "guild")["hint"].as_str().unwrap().contains("Join"));
    discord.join(GUILD, DORA);
    is(&dora, "guild", json!(true));
    is(&dora, "lastEvent", json!(true));
    discord.leave(GUILD, DORA);
    is(&dora, "guild", json!(false));
    discord.down(true);
    is(&dora, "gateway", json!(false));
    // Who is cut off does not know.
    is(&dora, "guild", Value::Null);
}

/// S4, E7: the listener in a process of its own, and Redis away at last.
#[test]
fn another_node_says_of_the_bot_what_it_knows_and_no_more() {
    let discord = discord();
    let (mut parts, instance) = parts();
    let instance = instance.set("discord_api", discord.api());
    let node = instance.start();
    node.operator().wait_for_metric("nameplate_redis_up", 1);
    let (ada, dora) = (node.sign_in(ADA), node.sign_in(DORA));
    is(&ada, "bot", json!(false));
    for id in ["gateway", "intent", "guild"] {
        is(&ada, id, Value::Null);
    }
    is(&ada, "lastEvent", json!(false));

    let listener = BotListener::start(&instance, TOKEN);
    for id in ["bot", "gateway", "intent", "guild", "lastEvent"] {
        is(&ada, id, json!(true));
    }
    discord.present(ADA, playing("Chess"));
    wait_for_game(&node, ADA, "Chess");
    assert!(check(&dora, "guild")["text"].as_str().unwrap().contains("once you share"));
    data(&dora.patch("/api/v1/account", &json!({"presenceSharing": true})));
    is(&dora, "guild", json!(false));
    assert!(check(&dora, "guild")["text"].as_str().unwrap().contains(DORA));
    discord.join(GUILD, DORA);
    is(&dora, "guild", json!(true));
    is(&dora, "lastEvent", json!(true));
    discord.leave(GUILD, DORA);
    is(&dora, "guild", json!(false));
    is(&dora, "lastEvent", json!(false));

    discord.down(true);
    is(&dora, "gateway", json!(false));
    is(&dora, "guild", Value::Null);
    assert_eq!(check(&dora, "bot")["ok"], true, "it runs, and is cut off");
    discord.down(false);
    is(&dora, "gateway", json!(true));
    assert!(listener.terminate().success());
    is(&ada, "bot", json!(false));
    is(&ada, "gateway", Value::Null);

    parts.redis.kill();
    is(&ada, "bot", Value::Null);
}
