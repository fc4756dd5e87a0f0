//! The line to Discord's gateway: faults, restarts, leases, shards, and who of several listens (contract S3, E7, W9).

use std::time::Duration;

use nameplate_testkit::discord::{Damage, FakeDiscord, Fault, GUILD, TOKEN};
use nameplate_testkit::http::PATIENCE;
use nameplate_testkit::node::BotListener;
use nameplate_testkit::process::within;
use nameplate_testkit::redis::RedisServer;
use serde_json::{Value, json};

use crate::discord::{discord, instance, playing, wait, wait_for_game, with};
use crate::nodes::{PICTURE, parts, picture};
use crate::world::{ADA, BOB, CARL, empty, fill};

/// S3, E3
#[test]
fn no_change_is_lost_whatever_happens_to_the_connection() {
    let discord = discord();
    discord.heartbeat(500);
    let instance = instance(&discord);
    let node = instance.start();
    wait(&node, ADA, |presence| !presence.is_null());
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["status"], "offline");
    let faults = [
        Fault::Reconnect,
        Fault::InvalidSession { resumable: true },
        Fault::Reset,
        Fault::Zombie,
        Fault::Close(4000),
    ];
    for (fault, done) in faults.into_iter().zip(1..) {
        let name = format!("{fault:?}");
        discord.fault(fault);
        discord.present(ADA, playing(&name));
        assert_eq!(stream.presence()["activity"]["name"], name);
        discord.wait_for(|seen| seen.resumes == done);
    }
    for (damage, done) in [Damage::HalfFrame, Damage::BadJson].into_iter().zip(6..) {
        let name = format!("{damage:?}");
        discord.damage(damage);
        discord.present(ADA, playing(&name));
        assert_eq!(stream.presence()["activity"]["name"], name);
        discord.wait_for(|seen| seen.resumes == done);
    }
    assert_eq!(discord.seen().identifies, 1, "each of them could be resumed");
    assert!(node.operator().metric("nameplate_discord_bad_frames_total") >= 1);

    discord.fault(Fault::InvalidSession { resumable: false });
    discord.present(ADA, playing("a new session"));
    assert_eq!(stream.presence()["activity"]["name"], "a new session");
    discord.wait_for(|seen| seen.identifies == 2);
}

/// S3
#[test]
fn a_restart_resumes_where_the_last_one_stopped() {
    let discord = discord();
    let instance = instance(&discord);
    let node = instance.start();
    discord.present(CARL, playing("Go"));
    wait_for_game(&node, CARL, "Go");
    assert!(node.terminate().success());
    discord.present(ADA, playing("Chess"));
    let node = instance.start();
    wait_for_game(&node, ADA, "Chess");
    wait_for_game(&node, CARL, "Go");
    assert_eq!((discord.seen().identifies, discord.seen().resumes), (1, 1));
    node.kill();
    discord.present(ADA, playing("Go"));
    instance.admin(&["presence", "on", BOB]);
    instance.admin(&["presence", "off", CARL]);
    discord.present(BOB, playing("Chess"));
    let node = instance.start();
    wait_for_game(&node, ADA, "Go");
    wait_for_game(&node, BOB, "Chess");
    assert_eq!(node.visitor().presence(CARL), Value::Null);
    assert_eq!((discord.seen().identifies, discord.seen().resumes), (1, 2));
    node.kill();
    discord.forget_sessions();
    discord.present(ADA, playing("Chess"));
    let node = instance.start();
    wait_for_game(&node, ADA, "Chess");
    assert_eq!(discord.seen().identifies, 2, "too late to resume");
}

/// S3: quiet for hours and still there; cut off, and gone after five minutes.
#[test]
fn a_lease_is_renewed_while_the_gateway_is_there_and_no_longer() {
    let discord = discord();
    discord.heartbeat(500);
    let instance = fill(with(empty().at("2026-05-29 12:00:00"), &discord));
    let node = instance.start();
    discord.present(ADA, playing("Chess"));
    wait_for_game(&node, ADA, "Chess");
    let mut stream = node.visitor().stream(ADA);
    assert_eq!(stream.presence()["status"], "online");
    for minute in ["04", "08", "12"] {
        instance.set_clock(&format!("2026-05-29 12:{minute}:00"));
        let now = format!("2026-05-29T12:{minute}:00.000Z");
        wait(&node, ADA, |presence| presence["updatedAt"] == now);
    }
    discord.down(true);
    let lost =
        within(PATIENCE, || (node.operator().metric("nameplate_discord_shards_ready") == 0).then_some(()));
    assert!(lost.is_some());
    instance.set_clock("2026-05-29 12:16:59");
    assert_eq!(node.visitor().presence(ADA)["updatedAt"], "2026-05-29T12:12:00.000Z");
    instance.set_clock("2026-05-29 12:17:00");
    assert_eq!(node.visitor().presence(ADA), Value::Null);
    assert_eq!(stream.presence(), json!({ "status": "offline" }), "renewals said nothing new");
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    discord.down(false);
    assert_eq!(stream.presence()["activity"]["name"], "Chess");
    assert_eq!(discord.seen().identifies, 1);
}

/// W6, S5
#[test]
fn who_is_refused_serves_on_and_a_listener_alone_ends() {
    let (discord, redis) = (discord(), RedisServer::start());
    let refused = instance(&discord).set("discord_token", "wrong.token");
    let node = refused.start();
    node.operator().wait_for_metric("nameplate_discord_refused", 1);
    assert_eq!(node.operator().metric("nameplate_discord_listening"), 0);
    assert_eq!(node.visitor().get("ada.localhost", "/").status, 200);
    assert!(node.log().contains("does not accept the token") && !node.log().contains("wrong.token"));

    assert!(instance(&discord).must_not(&["listen"], b"").contains("redis_url"));
    let alone = empty()
        .set("redis_url", redis.url())
        .set("discord_api", discord.api())
        .set("internal_listen", "127.0.0.1:0");
    assert!(alone.must_not(&["listen"], b"").contains("discord_token"));
    discord.forbid_intents();
    let complaint = alone.set("discord_token", TOKEN).must_not(&["listen"], b"");
    assert!(complaint.contains("Presence Intent"), "{complaint}");
}

/// E7, S3: on PostgreSQL, Redis and S3, as a large instance has them.
#[test]
fn a_listener_of_its_own_reaches_the_streams_of_every_node() {
    let discord = discord();
    let (_parts, instance) = parts();
    let instance = instance.set("discord_api", discord.api());
    let nodes = [instance.start(), instance.start()];
    let listener = BotListener::start(&instance, TOKEN);
    discord.present(ADA, playing("Chess"));
    for node in &nodes {
        wait_for_game(node, ADA, "Chess");
        assert!(node.visitor().get("i.localhost", &format!("/{ADA}/{PICTURE}")).body == picture());
    }
    let mut streams = nodes.each_ref().map(|node| node.visitor().stream(ADA));
    discord.present(ADA, playing("Go"));
    for stream in &mut streams {
        while stream.presence()["activity"]["name"] != "Go" {}
    }
    assert_eq!(listener.operator().metric("nameplate_discord_listening"), 1);
    let off = discord.command(ADA, "presence", Some("off"));
    assert!(off["content"].as_str().unwrap().contains("deleted"), "{off}");
    for stream in &mut streams {
        assert_eq!(stream.presence_within(Duration::from_secs(5)), json!({ "status": "offline" }));
    }
    assert!(listener.terminate().success());
}

/// S3, W9
#[test]
fn of_several_nodes_one_listens_and_another_takes_over() {
    let (discord, redis) = (discord(), RedisServer::start());
    let instance = fill(with(empty().set("redis_url", redis.url()), &discord));
    let first = instance.start();
    first.operator().wait_for_metric("nameplate_discord_shards_ready", 1);
    let second = instance.start();
    discord.present(ADA, playing("Chess"));
    wait_for_game(&second, ADA, "Chess");
    assert_eq!(second.operator().metric("nameplate_discord_listening"), 0);
    assert!(first.terminate().success());
    second.operator().wait_for_metric("nameplate_discord_shards_ready", 1);
    discord.present(ADA, playing("Go"));
    wait_for_game(&second, ADA, "Go");
}

/// S3: a listener that vanished without a word keeps others away for half a minute, and no longer.
#[test]
fn a_listener_that_is_killed_is_followed_by_another_when_its_lease_is_over() {
    let (discord, redis) = (discord(), RedisServer::start());
    let instance = fill(with(empty().set("redis_url", redis.url()), &discord));
    let first = instance.start();
    first.operator().wait_for_metric("nameplate_discord_shards_ready", 1);
    discord.present(ADA, playing("Chess"));
    let second = instance.start();
    wait_for_game(&second, ADA, "Chess");
    first.kill();
    const HELD: &str = "nameplate:holder:discord";
    let left: i64 = redis.ask(&["PTTL", HELD]).trim().parse().unwrap();
    assert!((15_000..=30_000).contains(&left), "it was renewed every ten seconds: {left}");
    discord.present(ADA, playing("Go"));
    // As if the rest of the lease had passed.
    assert_eq!(redis.ask(&["PEXPIRE", HELD, "1"]).trim(), "1");
    second.operator().wait_for_metric("nameplate_discord_shards_ready", 1);
    wait_for_game(&second, ADA, "Go");
    assert_eq!(second.operator().metric("nameplate_discord_listening"), 1);
}

/// S3: every shard that Discord recommends, each with its guilds.
#[test]
fn two_shards_share_the_guilds_and_a_user_on_both_is_one() {
    let discord = FakeDiscord::start();
    discord.shards(2);
    for guild in [GUILD, GUILD + (1 << 22)] {
        discord.found(guild, false);
        discord.join(guild, ADA);
    }
    discord.present(ADA, playing("Chess"));
    let instance = instance(&discord);
    let node = instance.start();
    node.operator().wait_for_metric("nameplate_discord_shards_ready", 2);
    wait_for_game(&node, ADA, "Chess");
    discord.leave(GUILD, ADA);
    discord.present(ADA, playing("Go"));
    wait_for_game(&node, ADA, "Go");
    assert_eq!(node.operator().metric("nameplate_discord_guilds"), 2);
}
