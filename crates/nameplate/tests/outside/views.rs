//! Views (contract P3 to P5): counted once, kept well, lost never by a stop and hardly by a crash.

use nameplate_testkit::node::{Instance, Node};

use crate::world::{empty, fill, world};

const RECORDED: &str = "nameplate_views_recorded_total";

fn see(node: &Node<'_>, host: &str, agent: &str) {
    assert_eq!(node.visitor().with("user-agent", agent).get(host, "/").status, 200);
}

fn views(instance: &Instance, profile: &str) -> u64 {
    instance.shown("profile", profile, "views")
}

/// P3
#[test]
fn a_visitor_counts_once_in_thirty_seconds_and_for_each_profile() {
    let instance = fill(empty().at("2026-05-15 12:00:00"));
    let node = instance.start();
    see(&node, "ada.localhost", "A");
    see(&node, "ada.localhost", "A");
    see(&node, "ada.localhost", "B");
    see(&node, "bob.localhost", "A");
    node.operator().wait_for_metric(RECORDED, 3);
    // Not counted, and so it does not begin the thirty seconds anew.
    instance.set_clock("2026-05-15 12:00:20");
    see(&node, "ada.localhost", "A");
    instance.set_clock("2026-05-15 12:00:31");
    see(&node, "ada.localhost", "A");
    node.operator().wait_for_metric(RECORDED, 4);
    assert!(node.terminate().success());
    assert_eq!((views(&instance, "p_ada"), views(&instance, "p_bob")), (3, 1));
}

/// P1, P3, R7
#[test]
fn only_a_page_that_was_given_out_counts() {
    let instance = world();
    let node = instance.start();
    assert_eq!(node.visitor().head("ada.localhost", "/").status, 200);
    assert_eq!(node.visitor().get("ada.localhost", "/favicon.ico").status, 200);
    assert_eq!(node.visitor().get("ada.localhost", "/api/v1/profiles/p_ada/og.png").status, 200);
    assert_eq!(node.visitor().get("hidden.localhost", "/").status, 404);
    assert!(node.terminate().success());
    assert_eq!((views(&instance, "p_ada"), views(&instance, "p_hidden")), (0, 0));
}

/// P4
#[test]
fn the_address_is_the_peers_unless_a_trusted_proxy_says_another() {
    for (trusted, counted) in [("", 1), ("127.0.0.1", 3)] {
        let instance = fill(empty().set("trusted_proxies", trusted));
        let node = instance.start();
        let chains = ["203.0.113.7", "198.51.100.9, 203.0.113.8", "203.0.113.8", "198.51.100.1, 203.0.113.9"];
        for chain in chains {
            node.visitor().with("x-forwarded-for", chain).with("user-agent", "A").get("ada.localhost", "/");
        }
        assert!(node.terminate().success());
        assert_eq!(views(&instance, "p_ada"), counted, "trusted: {trusted:?}");
    }
}

/// P3, P4
#[test]
fn the_referer_and_the_agent_are_kept_and_the_address_is_not() {
    let instance = fill(empty().set("trusted_proxies", "127.0.0.1").set("log", "trace"));
    let node = instance.start();
    let long = format!("https://from.example/{}é-and-more", "x".repeat(490));
    let visitor = node.visitor().with("x-forwarded-for", "203.0.113.77");
    visitor.with("user-agent", "Agent of the test").with("referer", &long).get("ada.localhost", "/");
    assert!(node.terminate().success());
    assert_eq!(views(&instance, "p_ada"), 1);

    let data = every_byte(&instance);
    assert!(holds(&data, b"Agent of the test"));
    // 21 and 490 bytes, and then a letter of two bytes that would reach beyond the 512th.
    assert!(holds(&data, "x".repeat(490).as_bytes()) && !holds(&data, b"x\xc3"), "cut before the letter");
    assert!(!holds(&data, b"203.0.113.77") && !holds(&data, &[203, 0, 113, 77]));
    assert!(!instance.logs().contains("203.0.113.77"), "{}", instance.logs());
}

/// P4
#[test]
fn tomorrow_nobody_is_recognised() {
    let instance = fill(empty().at("2026-05-15 23:00:00"));
    let node = instance.start();
    see(&node, "ada.localhost", "A");
    node.operator().wait_for_metric(RECORDED, 1);
    instance.set_clock("2026-05-15 23:30:00");
    see(&node, "ada.localhost", "A");
    node.operator().wait_for_metric(RECORDED, 2);
    assert_eq!(instance.shown("profile", "p_ada", "visitors"), 1);
    instance.set_clock("2026-05-16 00:30:00");
    see(&node, "ada.localhost", "A");
    node.operator().wait_for_metric(RECORDED, 3);
    assert_eq!(instance.shown("profile", "p_ada", "visitors"), 2);
}

/// P5, W9
#[test]
fn a_clean_stop_loses_no_view() {
    let instance = world();
    let node = instance.start();
    for agent in 0..200 {
        see(&node, "ada.localhost", &format!("agent {agent}"));
    }
    assert!(node.terminate().success());
    assert_eq!(views(&instance, "p_ada"), 200);
}

/// P5
#[test]
fn a_crash_loses_only_what_was_not_yet_written() {
    let instance = world();
    let node = instance.start();
    for agent in 0..100 {
        see(&node, "ada.localhost", &format!("agent {agent}"));
    }
    node.operator().wait_for_metric(RECORDED, 100);
    for agent in 100..120 {
        see(&node, "ada.localhost", &format!("agent {agent}"));
    }
    node.kill();
    let kept = views(&instance, "p_ada");
    assert!((100..=120).contains(&kept), "{kept}");

    let node = instance.start();
    see(&node, "ada.localhost", "after the crash");
    assert!(node.terminate().success());
    assert_eq!(views(&instance, "p_ada"), kept + 1);
}

/// Everything in the data folder.
fn every_byte(instance: &Instance) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut folders = vec![instance.path("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => bytes.extend(std::fs::read(path).unwrap()),
            }
        }
    }
    bytes
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
