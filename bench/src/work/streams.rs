//! Memory of open streams, beside nchan; and the pings of many idle ones.

use crate::options::Options;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, in_turn};
use crate::stage::Stage;
use crate::work::{crowd, folder, pings};

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = crowd::instance(options, "streams", 1)?;
    let count = crowd::room(options, &instance)?;
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || crowd::turn(&Stage::nameplate(&instance)?, count)),
            Contestant::new("nchan", || crowd::turn(&Stage::nchan(&folder(options, "nchan"))?, count)),
        ],
    )?;
    let [ours, nchan] = series.as_slice() else { return Ok(()) };
    let what = format!("memory of a stream, {count} in one process");
    for (moment, figure) in [("idle", "idle B/stream"), ("after changes to all", "after B/stream")] {
        let what = format!("{what}, {moment}");
        section.compare(&what, figure, ours, Beside::Peer(nchan), Goal::AtMost(0.05));
    }
    section.detail("One topic", &[ours, nchan]);
    section.note(&format!(
        "{count} viewers of one topic in a fresh server for each turn. Memory is the growth of its PSS for each stream; \
         the kernel's own of about 4 KB for each socket is alike for both."
    ));
    pings::run(options, section)
}
