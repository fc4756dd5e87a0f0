//! Pages of many profiles, picked at random, from SQLite and from PostgreSQL.

use crate::http::get;
use crate::kept;
use crate::load::Load;
use crate::nameplate::Node;
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
    let name = format!("pages-{count}");
    let sqlite = kept::sqlite(options, &name, |instance| instance.import(&world::profiles(count)))?;
    let postgres = Postgres::start(SERVER_CORE, &options.folder)?;
    let other =
        kept::postgres(options, &postgres, &name, |instance, _| instance.import(&world::profiles(count)))?;
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
