//! One profile's page, asked for over and over: the hot host.

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::http::{fetch, get};
use crate::load::Load;
use crate::nameplate::{Instance, Node};
use crate::options::Options;
use crate::peers;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, in_turn};
use crate::server::SERVER_CORE;
use crate::work::folder;
use crate::world;

pub(crate) const CONNECTIONS: usize = 64;
const BROWSER: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
                       Accept: text/html,application/xhtml+xml\r\n";

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = Instance::fresh(&options.binary, &folder(options, "page-hot"))?;
    instance.import(&world::profiles(10))?;
    let node = instance.start(SERVER_CORE)?;
    refresh(&node)?;
    let page = checked_page(&node, 1)?;
    let files = [("page.html", page.as_slice())];
    let nginx = peers::static_nginx(SERVER_CORE, &folder(options, "nginx-page"), &files)?;
    let copy = fetch(nginx.address, &get("localhost", "/page.html", ""), 200)?;
    ensure!(copy == page, "nginx gives another page");
    let express = express(options, &page)?;
    let rendered = fetch(express.address, &request(1), 200)?;
    ensure!(String::from_utf8_lossy(&rendered).contains("Link number 19"), "Express leaves links out");

    let (seconds, hot) = (options.seconds, || vec![request(1)]);
    let mut ours = Load::http(node.listen, CONNECTIONS, hot());
    let mut crowd = Load::http(node.listen, CONNECTIONS, visitors());
    let mut file = Load::http(nginx.address, CONNECTIONS, vec![get("localhost", "/page.html", BROWSER)]);
    let mut app = Load::http(express.address, CONNECTIONS, hot());
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || {
                refresh(&node)?;
                ours.turn(&[&node.server], seconds)
            }),
            Contestant::new("Nameplate, each request another visitor", || {
                refresh(&node)?;
                crowd.turn(&[&node.server], seconds)
            }),
            Contestant::new("nginx, file", || file.turn(&[&nginx.server], seconds)),
            Contestant::new("Express 5 + better-sqlite3 + EJS", || app.turn(&[&express.server], seconds)),
        ],
    )?;
    let [ours, crowd, nginx, express] = series.as_slice() else { return Ok(()) };
    section.compare("page, one hot host", "req/s", ours, Beside::Peer(nginx), Goal::AtLeast(0.9));
    section.compare("page, hot, a view each", "req/s", crowd, Beside::Peer(nginx), Goal::AtLeast(0.9));
    section.compare("page", "req/s", ours, Beside::Peer(express), Goal::AtLeast(15.0));
    section.detail("One hot host", &[ours, crowd, nginx, express]);
    section.note(&format!(
        "The page has {} bytes (Express: {}), with presence and 20 links; {CONNECTIONS} connections from as many \
         addresses. Views are recorded: one for each connection, or, in the second row, one for each of 65,536 visitors.",
        page.len(),
        rendered.len()
    ));
    Ok(())
}

/// The page of the profile with a number, once it is known to be right.
pub(super) fn checked_page(node: &Node, number: usize) -> anyhow::Result<Vec<u8>> {
    let page = fetch(node.listen, &request(number), 200)?;
    let text = String::from_utf8_lossy(&page);
    for part in [&format!("<title>User {number} (@user{number})</title>"), "Link number 19", "Chess"] {
        ensure!(text.contains(part), "the page of user {number} does not hold {part}");
    }
    Ok(page)
}

pub(super) fn request(number: usize) -> Vec<u8> {
    get(&world::host(number), "/", BROWSER)
}

/// Requests of many browsers, so that nearly every one is a view that counts.
fn visitors() -> Vec<Vec<u8>> {
    let request = |visitor: u32| {
        get(
            &world::host(1),
            "/",
            &format!("User-Agent: Mozilla/5.0 (visitor {visitor:05})\r\nAccept: text/html\r\n"),
        )
    };
    (0..65_536).map(request).collect()
}

/// Presence must not run out during a turn.
fn refresh(node: &Node) -> anyhow::Result<()> {
    node.put_presences(std::iter::once(world::user_id(1).as_str()))
}

/// Express with the same style in its pages.
fn express(options: &Options, page: &[u8]) -> anyhow::Result<peers::Peer> {
    let folder: PathBuf = folder(options, "express-page");
    std::fs::create_dir_all(&folder)?;
    let page = String::from_utf8_lossy(page);
    let (_, rest) = page.split_once("<style>").context("a page without a style")?;
    let (style, _) = rest.split_once("</style>").context("a style without an end")?;
    std::fs::write(folder.join("style.css"), style)?;
    let (database, style) = (folder.join("page.db"), folder.join("style.css"));
    let arguments = [&database, &style].map(|path| path.display().to_string());
    let packages = options.folder.join("node");
    peers::node(SERVER_CORE, &packages, "page.mjs", &arguments.each_ref().map(String::as_str))
}
