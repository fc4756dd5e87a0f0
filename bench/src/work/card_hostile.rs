//! Cards with texts that were written to hurt, and memory over thousands of different cards.

use std::time::Instant;

use crate::cards::{Kind, NORMAL, TEXTS, Theatre};
use crate::http::{Connection, get};
use crate::options::Options;
use crate::peers::Peer;
use crate::readings::resident;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, Series, Spread, in_turn};
use crate::work::card::{Peers, check, peer_request};

/// Different cards of one text in one turn; the middle one counts.
const CARDS: usize = 5;

pub(super) fn run(
    options: &Options,
    section: &mut Section,
    theatre: &Theatre,
    peers: &Peers,
) -> anyhow::Result<()> {
    let ours = theatre.open()?;
    let mut round = 0;
    let mut their_round = 0;
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || {
                round += 1;
                turn(&ours, |text, card| {
                    get("localhost", &Kind::hostile_path(text, round * CARDS + card), "")
                })
            }),
            Contestant::new("takumi", || {
                their_round += 1;
                let number = |card| their_round * CARDS + card;
                turn(&peers.takumi, |text, card| peer_request(Kind::Plain, text, number(card)))
            }),
        ],
    )?;
    if let [ours, takumi] = series.as_slice() {
        section.compare("card, worst hostile text", "ms", ours, Beside::Peer(takumi), Goal::Below(10.0));
        section.detail("Hostile texts, milliseconds of a card by text", &[ours, takumi]);
    }
    memory(options, section, theatre)
}

/// The time of each text's card, and of the slowest.
fn turn(peer: &Peer, request: impl Fn(usize, usize) -> Vec<u8>) -> anyhow::Result<Sample> {
    let mut connection = Connection::open(peer.address)?;
    let (mut sample, mut worst) = (Sample::new(), 0.0_f64);
    for (number, text) in TEXTS.iter().enumerate().filter(|(number, _)| *number != NORMAL) {
        let mut times = Vec::new();
        for card in 0..CARDS {
            let started = Instant::now();
            let answer = connection.ask(&request(number, card))?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
            check(&answer.body)?;
        }
        let median = Spread::of(times).map_or(f64::NAN, |spread| spread.median);
        worst = worst.max(median);
        sample = sample.with(text.what, median);
    }
    Ok(sample.with("ms", worst))
}

/// Resident memory must not grow with the number of profiles whose cards were drawn.
fn memory(options: &Options, section: &mut Section, theatre: &Theatre) -> anyhow::Result<()> {
    let ours = theatre.open()?;
    let mut connection = Connection::open(ours.address)?;
    // A short run looks at fewer.
    let cards = theatre.cards().min(options.rounds as usize * 1000);
    let mut at_start = 0;
    for number in 0..cards {
        check(&connection.ask(&get("localhost", &Kind::Plain.path(number), ""))?.body)?;
        if number == cards / 5 {
            at_start = resident(ours.server.id())?;
        }
    }
    let at_end = resident(ours.server.id())?;
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let sample = Sample::new()
        .with("RSS MiB after a fifth", mebibytes(at_start))
        .with("RSS MiB at the end", mebibytes(at_end))
        .with("growth", at_end as f64 / at_start as f64);
    let series = Series::new("Nameplate", vec![sample]);
    let what = format!("memory over {cards} different cards");
    section.compare(&what, "growth", &series, Beside::Nobody, Goal::Below(1.05));
    section.detail("Memory", &[&series]);
    Ok(())
}
