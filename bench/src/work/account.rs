//! `GET /users/{id}` with 50 of many uploads: one user over and over, and every request another.

use std::fs;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::http::{fetch, get};
use crate::kept;
use crate::load::Load;
use crate::nameplate::{Instance, Node};
use crate::options::Options;
use crate::peers::{self, Peer};
use crate::postgres::{Postgres, run as output};
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, in_turn};
use crate::server::{CLIENT_CORE, SERVER_CORE, pinned};
use crate::work::folder;
use crate::world;

const EACH: usize = 50;
const CONNECTIONS: usize = 64;
const KEY: &str = "BenchmarkBenchmarkBenchmark12345";
/// As many as the pools of Nameplate and Express have.
const PGBENCH_CLIENTS: usize = 8;
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seed");

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let users = options.uploads / EACH;
    let postgres = Postgres::start(SERVER_CORE, &options.folder)?;
    let first = sqlite(options, users)?;
    let (second, database) = with_postgres(options, users, &postgres)?;
    let node = first.start(SERVER_CORE)?;
    let body = fetch(node.listen, &request(1), 200)?;
    ensure!(codes(&body)? == newest(1, users), "not the newest uploads of user 1");
    let other = second.start(CLIENT_CORE)?;
    ensure!(fetch(other.listen, &request(1), 200)? == body, "PostgreSQL gives another answer than SQLite");
    drop(other);
    let files = [("user.json", body.as_slice())];
    let nginx = peers::static_nginx(SERVER_CORE, &folder(options, "nginx-account"), &files)?;
    let express = express(options, &postgres.url(&database))?;
    ensure!(
        codes(&fetch(express.address, &request(1), 200)?)? == codes(&body)?,
        "Express gives other uploads"
    );

    hot(options, section, (&node, &nginx, &express, &postgres))?;
    drop((node, nginx));
    cold(options, section, users, (&first, &second, &database, &express, &postgres))?;
    section.note(&format!(
        "{users} users with {EACH} uploads each ({} in all), an answer of {} bytes. The database has core 0 where there is \
         one; what asks it (Nameplate on PostgreSQL, Express, pgbench) shares core 1 with the client.",
        options.uploads,
        body.len()
    ));
    Ok(())
}

type Hot<'a> = (&'a Node, &'a Peer, &'a Peer, &'a Postgres);

fn hot(
    options: &Options,
    section: &mut Section,
    (node, nginx, express, postgres): Hot<'_>,
) -> anyhow::Result<()> {
    let mut ours = Load::http(node.listen, CONNECTIONS, vec![request(1)]);
    let mut file = Load::http(nginx.address, CONNECTIONS, vec![get("localhost", "/user.json", "")]);
    let mut app = Load::http(express.address, CONNECTIONS, vec![request(1)]);
    let seconds = options.seconds;
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || ours.turn(&[&node.server], seconds)),
            Contestant::new("nginx, file", || file.turn(&[&nginx.server], seconds)),
            Contestant::new("Express 5 + pg", || app.turn(&[&express.server, &postgres.server], seconds)),
        ],
    )?;
    let [ours, nginx, express] = series.as_slice() else { return Ok(()) };
    let what = "GET /users/{id}, hot";
    section.compare(what, "req/s", ours, Beside::Peer(nginx), Goal::AtLeast(0.75));
    section.compare(what, "req/s", ours, Beside::Peer(express), Goal::AtLeast(20.0));
    section.detail("One user", &[ours, nginx, express]);
    Ok(())
}

type Cold<'a> = (&'a Instance, &'a Instance, &'a str, &'a Peer, &'a Postgres);

fn cold(
    options: &Options,
    section: &mut Section,
    users: usize,
    (first, second, database, express, postgres): Cold<'_>,
) -> anyhow::Result<()> {
    let requests: Vec<_> = world::shuffled(users).into_iter().map(request).collect();
    let seconds = options.seconds;
    // A fresh server each time, and nobody twice: nothing can have been kept.
    let turn = |instance: &Instance, core: usize, database: Option<&Postgres>| {
        let node = instance.start(core)?;
        let mut load = Load::http(node.listen, CONNECTIONS, requests.clone()).once();
        match database {
            Some(database) => load.turn(&[&node.server, &database.server], seconds),
            None => load.turn(&[&node.server], seconds),
        }
    };
    let script = options.folder.join("account.sql");
    peers::configure("account.sql", &script, &[("users", &users.to_string())])?;
    let pgbench = || {
        let mut command = postgres.client("pgbench");
        command
            .args(["-n", "-M", "prepared", "-j", "1", "-c", &PGBENCH_CLIENTS.to_string(), "-f"])
            .arg(&script);
        command.args(["-T", &seconds.ceil().to_string(), database]);
        by_pgbench(postgres, command)
    };
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate, SQLite", || turn(first, SERVER_CORE, None)),
            Contestant::new("Nameplate, PostgreSQL", || turn(second, CLIENT_CORE, Some(postgres))),
            Contestant::new("pgbench, the same reads", pgbench),
            Contestant::new("Express 5 + pg", || {
                let mut load = Load::http(express.address, CONNECTIONS, requests.clone()).once();
                load.turn(&[&express.server, &postgres.server], seconds)
            }),
        ],
    )?;
    let [sqlite, postgres, pgbench, express] = series.as_slice() else { return Ok(()) };
    let what = "GET /users/{id}, cold";
    for (name, series, least) in [("PostgreSQL", postgres, 0.9), ("SQLite", sqlite, 1.8)] {
        let what = format!("{what}, {name}");
        section.compare(&what, "req/s", series, Beside::Peer(pgbench), Goal::AtLeast(least));
    }
    section.detail("Every request another user", &[sqlite, postgres, pgbench, express]);
    Ok(())
}

fn by_pgbench(postgres: &Postgres, command: Command) -> anyhow::Result<Sample> {
    let mut client = pinned(CLIENT_CORE, command.get_program());
    client.args(command.get_args());
    let cpu = postgres.server.cpu_seconds()?;
    let text = output(&mut client)?;
    let cpu = postgres.server.cpu_seconds()? - cpu;
    let value = |before: &str| -> anyhow::Result<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(before)).context("pgbench's figures")?;
        Ok(line
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .split('/')
            .next()
            .unwrap_or_default()
            .parse()?)
    };
    let count = value("number of transactions actually processed: ")?;
    ensure!(!text.contains("aborted"), "pgbench: {text}");
    Ok(Sample::new()
        .with("req/s", value("tps = ")?)
        .with("CPU us/req", cpu / count * 1e6)
        .with("p50 ms", value("latency average = ")?))
}

fn request(number: usize) -> Vec<u8> {
    get("api.localhost", &format!("/users/{}", world::user_id(number)), &format!("api-key: {KEY}\r\n"))
}

/// The codes of the uploads in an answer.
fn codes(body: &[u8]) -> anyhow::Result<Vec<String>> {
    let answer: Value = serde_json::from_slice(body)?;
    let uploads =
        answer.pointer("/user/publicUploads").and_then(Value::as_array).context("no publicUploads")?;
    let code = |upload: &Value| upload.get("code").and_then(Value::as_str).map(str::to_owned);
    uploads.iter().map(|upload| code(upload).context("an upload without a code")).collect()
}

/// What the seed gives a user, newest first.
fn newest(user: usize, users: usize) -> Vec<String> {
    (0..EACH).rev().map(|upload| format!("{:08x}", upload * users + user)).collect()
}

/// The users, and one more who asks.
fn people(users: usize) -> anyhow::Result<Value> {
    let mut world = world::users(users);
    let mut caller = world::user(users);
    caller.as_object_mut().context("a user")?.insert("apiKey".into(), json!(KEY));
    world.get_mut("users").and_then(Value::as_array_mut).context("users")?.push(caller);
    Ok(world)
}

fn seed(name: &str, users: usize) -> anyhow::Result<String> {
    let text = fs::read_to_string(format!("{SEEDS}/{name}"))?;
    Ok(text.replace("{users}", &users.to_string()).replace("{uploads}", &(users * EACH).to_string()))
}

fn sqlite(options: &Options, users: usize) -> anyhow::Result<Instance> {
    kept::sqlite(options, &format!("accounts-{users}"), |instance| {
        instance.import(&people(users)?)?;
        let script = options.folder.join("uploads.sql");
        fs::write(&script, seed("uploads-sqlite.sql", users)?)?;
        let mut shell = Command::new("sqlite3");
        shell.arg("-bail").arg(instance.database()).arg(format!(".read '{}'", script.display()));
        output(&mut shell).map(drop)
    })
}

/// The instance, and its database's name.
fn with_postgres(options: &Options, users: usize, postgres: &Postgres) -> anyhow::Result<(Instance, String)> {
    let name = format!("accounts-{users}");
    let instance = kept::postgres(options, postgres, &name, |instance, database| {
        instance.import(&people(users)?)?;
        postgres.ask(database, &seed("uploads-postgres.sql", users)?).map(drop)
    })?;
    Ok((instance, name.replace('-', "_")))
}

fn express(options: &Options, database: &str) -> anyhow::Result<Peer> {
    peers::node(CLIENT_CORE, &options.folder.join("node"), "account.mjs", &[database, KEY])
}
