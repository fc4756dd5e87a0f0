//! The fake Discord as a program: prints where it is as JSON and runs until its standard input ends.

#![allow(clippy::print_stdout, reason = "it answers on standard output")]

use std::io::Read;

use nameplate_testkit::discord::{FakeDiscord, GUILD, TOKEN};

fn main() {
    let discord = FakeDiscord::start();
    println!("{}", serde_json::json!({ "api": discord.api(), "token": TOKEN, "guild": GUILD.to_string() }));
    // An error is an end as well.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
