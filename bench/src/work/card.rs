//! Share cards, each of another profile so that none is kept from before, beside satori and takumi.

use anyhow::ensure;

use crate::cards::{AVATAR, FONTS, Kind, NORMAL, PICTURE, TEXTS, Theatre};
use crate::http::{fetch, get};
use crate::load::Load;
use crate::options::Options;
use crate::peers::{self, Peer};
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, Series, in_turn};
use crate::server::SERVER_CORE;
use crate::work::{card_hostile, folder};

/// Cards of one kind that a contestant is asked for before the first comes again; ours keeps far fewer bytes.
const CARDS: usize = 5_000;

/// The peers for Node.js.
pub(super) struct Peers {
    pub takumi: Peer,
    pub satori: Peer,
}

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let theatre = Theatre::build(&options.binary, &folder(options, "cards"), CARDS)?;
    let ours = theatre.open()?;
    let peers =
        Peers { takumi: node(options, "card-takumi.mjs")?, satori: node(options, "card-satori.mjs")? };
    for kind in Kind::ALL {
        let address = [ours.address, peers.takumi.address, peers.satori.address];
        check(&fetch(address[0], &get("localhost", &kind.path(0), ""), 200)?)?;
        for address in &address[1..] {
            check(&fetch(*address, &peer_request(kind, NORMAL, 0), 200)?)?;
        }
    }
    let plain = turns(options, Kind::Plain, &ours, &peers)?;
    if let [ours, takumi, satori] = plain.as_slice() {
        let what = "card, gradient, caches warm";
        section.compare(what, "req/s", ours, Beside::Peer(satori), Goal::AtLeast(20.0));
        section.compare(what, "req/s", ours, Beside::Peer(takumi), Goal::AtLeast(4.0));
        section.compare(what, "CPU us/req", ours, Beside::Peer(takumi), Goal::AtMost(0.2));
        section.detail("Gradient, one after the other", &[ours, takumi, satori]);
    }
    let picture = turns(options, Kind::Picture, &ours, &peers)?;
    if let [ours, takumi, satori] = picture.as_slice() {
        let what = "card with a picture";
        section.compare(what, "req/s", ours, Beside::Peer(satori), Goal::AtLeast(15.0));
        section.compare(what, "req/s", ours, Beside::Peer(takumi), Goal::AtLeast(2.5));
        section.compare(what, "kB", ours, Beside::Peer(takumi), Goal::Below(500.0));
        section.detail("Picture", &[ours, takumi, satori]);
    }
    let uncached = turns(options, Kind::Uncached, &ours, &peers)?;
    if let [ours, takumi, _] = uncached.as_slice() {
        section.compare("card, nothing cached", "req/s", ours, Beside::Peer(takumi), Goal::AtLeast(1.5));
        section.detail("Nothing cached", &[ours, takumi]);
    }
    section.note(
        "Each card is asked for over HTTP, one after the other, and belongs to a profile of its own with the same avatar \
         (nothing cached: an avatar of its own; takumi's picture cache off). takumi may use one core here, as all do.",
    );
    card_hostile::run(options, section, &theatre, &peers)
}

fn node(options: &Options, program: &str) -> anyhow::Result<Peer> {
    let texts = options.folder.join("texts.json");
    std::fs::write(&texts, serde_json::to_vec(&TEXTS.map(|text| text.json()))?)?;
    let arguments = [AVATAR.into(), PICTURE.into(), texts.display().to_string(), FONTS.to_owned()];
    peers::node(SERVER_CORE, &options.folder.join("node"), program, &arguments.each_ref().map(String::as_str))
}

/// The request for a card of a peer.
pub(super) fn peer_request(kind: Kind, text: usize, number: usize) -> Vec<u8> {
    get("localhost", &format!("/{}/{text}/{number}", kind.name()), "")
}

fn turns(options: &Options, kind: Kind, ours: &Peer, peers: &Peers) -> anyhow::Result<Vec<Series>> {
    let requests = (0..CARDS).map(|number| get("localhost", &kind.path(number), "")).collect();
    let theirs = |peer: &Peer| {
        let requests = (0..CARDS).map(|number| peer_request(kind, NORMAL, number)).collect();
        Load::http(peer.address, 1, requests)
    };
    let mut own = Load::http(ours.address, 1, requests);
    let (mut takumi, mut satori) = (theirs(&peers.takumi), theirs(&peers.satori));
    in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || turn(&mut own, ours, options)),
            Contestant::new("takumi", || turn(&mut takumi, &peers.takumi, options)),
            Contestant::new("satori + resvg-js", || turn(&mut satori, &peers.satori, options)),
        ],
    )
}

fn turn(load: &mut Load, peer: &Peer, options: &Options) -> anyhow::Result<Sample> {
    let sample = load.turn(&[&peer.server], options.seconds)?;
    let request = load.requests.first().map(Vec::as_slice).unwrap_or_default();
    let card = fetch(peer.address, request, 200)?;
    check(&card)?;
    Ok(sample.with("kB", card.len() as f64 / 1e3))
}

/// Whether these bytes begin as a PNG of the card's size does.
pub(super) fn check(card: &[u8]) -> anyhow::Result<()> {
    let size = [1200_u32.to_be_bytes(), 630_u32.to_be_bytes()].concat();
    ensure!(card.starts_with(b"\x89PNG\r\n\x1a\n"), "a card that is no PNG");
    ensure!(card.get(16..24) == Some(size.as_slice()), "a card of another size than 1200x630");
    Ok(())
}
