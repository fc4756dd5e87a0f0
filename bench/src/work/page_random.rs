//! Pages of many profiles, picked at random, from SQLite and from PostgreSQL.

use std::fs;

use crate::http::get;
use crate::load::Load;
use crate::nameplate::{Instance, Node};
use crate::options::Options;
use crate::peers;
use crate::postgres::Postgres;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, in_turn};
use crate::server::SERVER_CORE;
use crate::work::folder;
use crate::work::page::{CONNECTIONS, checked_page, request};
use crate::world;

/// One profile in so many has a presence while pages are asked for.
const PRESENT: usize = 10;

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let count = options.profiles;
    let sqlite = sqlite(options)?;
    let postgres = Postgres::start(SERVER_CORE, &options.folder)?;
    let other = with_postgres(options, &postgres)?;
    let (first, second) = (sqlite.start(SERVER_CORE)?, other.start(SERVER_CORE)?);
    for node in [&first, &second] {
        refresh(node, count)?;
        for number in [0, PRESENT, count / PRESENT * PRESENT - PRESENT] {
            checked_page(node, number)?;
        }
    }
    let page = checked_page(&first, 0)?;
    let files = [("page.html", page.as_slice())];
    let nginx = peers::static_nginx(SERVER_CORE, &folder(options, "nginx-pages"), &files)?;

    let hosts: Vec<_> = world::shuffled(count).into_iter().map(request).collect();
    let mut from_sqlite = Load::http(first.listen, CONNECTIONS, hosts.clone());
    let mut from_postgres = Load::http(second.listen, CONNECTIONS, hosts);
    let mut file = Load::http(nginx.address, CONNECTIONS, vec![get("localhost", "/page.html", "")]);
    let seconds = options.seconds;
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate, SQLite", || {
                refresh(&first, count)?;
                from_sqlite.turn(&[&first.server], seconds)
            }),
            Contestant::new("Nameplate, PostgreSQL", || {
                refresh(&second, count)?;
                from_postgres.turn(&[&second.server, &postgres.server], seconds)
            }),
            Contestant::new("nginx, file", || file.turn(&[&nginx.server], seconds)),
        ],
    )?;
    let [from_sqlite, from_postgres, nginx] = series.as_slice() else { return Ok(()) };
    let what = format!("page, {count} profiles at random");
    for (name, series) in [("SQLite", from_sqlite), ("PostgreSQL", from_postgres)] {
        let what = format!("{what}, {name}");
        section.compare(&what, "req/s", series, Beside::Peer(nginx), Goal::AtLeast(0.6));
    }
    section.detail("Profiles at random", &[from_sqlite, from_postgres, nginx]);
    section.note(&format!(
        "At random: all {count} profiles in a shuffled order, each before any comes again; one in {PRESENT} has a \
         presence. nginx serves one file. PostgreSQL shares the server's core and counts in its CPU and memory."
    ));
    Ok(())
}

fn refresh(node: &Node, count: usize) -> anyhow::Result<()> {
    let users: Vec<_> = (0..count).step_by(PRESENT).map(world::user_id).collect();
    node.put_presences(users.iter().map(String::as_str))
}

/// The instance of an earlier run, or a new one.
fn sqlite(options: &Options) -> anyhow::Result<Instance> {
    let place = folder(options, &format!("pages-{}", options.profiles));
    if place.join("complete").exists() {
        return Instance::at(&options.binary, &place);
    }
    let instance = Instance::fresh(&options.binary, &place)?;
    eprintln!("  importing {} profiles into SQLite", options.profiles);
    instance.import(&world::profiles(options.profiles))?;
    fs::write(place.join("complete"), "")?;
    Ok(instance)
}

/// The same in PostgreSQL.
fn with_postgres(options: &Options, postgres: &Postgres) -> anyhow::Result<Instance> {
    let (name, draft) = (format!("pages_{}", options.profiles), "pages_draft");
    let place = folder(options, &format!("pages-postgres-{}", options.profiles));
    let at = |database: &str| -> anyhow::Result<Instance> {
        Ok(Instance::at(&options.binary, &place)?.with("NAMEPLATE_DATABASE_URL", postgres.url(database)))
    };
    // The database knows keys by the secret in the folder: they belong together.
    if !postgres.has(&name)? || !place.exists() {
        postgres.drop(&name)?;
        postgres.drop(draft)?;
        postgres.create(draft)?;
        eprintln!("  importing {} profiles into PostgreSQL", options.profiles);
        at(draft)?.import(&world::profiles(options.profiles))?;
        postgres.ask(draft, "VACUUM ANALYZE")?;
        postgres.rename(draft, &name)?;
    }
    at(&name)
}
