//! A change to many viewers of one topic, and many changes on many topics, beside nchan.

use crate::options::Options;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, in_turn};
use crate::stage::Stage;
use crate::work::{crowd, folder, topics};

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = crowd::instance(options, "fanout", options.viewers)?;
    let count = crowd::room(options, &instance)?;
    let nchan = folder(options, "nchan");
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || crowd::turn(&Stage::nameplate(&instance)?, count)),
            Contestant::new("nchan", || crowd::turn(&Stage::nchan(&nchan)?, count)),
        ],
    )?;
    if let [ours, nchan] = series.as_slice() {
        let beside = Beside::Peer(nchan);
        let one = |what: &str| format!("{what}, one topic, {count} viewers");
        section.compare(&one("delivery"), "CPU us/delivery", ours, beside, Goal::AtMost(0.7));
        section.compare(&one("last viewer"), "last viewer ms", ours, beside, Goal::AtMost(0.7));
        section.compare(&one("the call that publishes"), "publish ms", ours, beside, Goal::AtMost(0.01));
        section.compare(
            &one("the call that publishes"),
            "publish ms",
            ours,
            Beside::Nobody,
            Goal::Below(1.0),
        );
        section.detail("One topic", &[ours, nchan]);
    }
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || {
                topics::turn(&Stage::nameplate(&instance)?, count, options.seconds)
            }),
            Contestant::new("nchan", || topics::turn(&Stage::nchan(&nchan)?, count, options.seconds)),
        ],
    )?;
    let [ours, nchan] = series.as_slice() else { return Ok(()) };
    let what = format!("{} changes/s over {count} topics and viewers", topics::RATE);
    section.compare(&what, "p99 ms", ours, Beside::Peer(nchan), Goal::AtMost(1.0));
    section.compare(&what, "p99 ms", ours, Beside::Nobody, Goal::Below(10.0));
    section.detail("Many topics, one viewer each", &[ours, nchan]);
    section.note(
        "A change is published by HTTP (ours: `PUT /presence/{userID}` on the internal listener). Latency runs from the \
         moment a change is due to its bytes at the viewer; the publisher and all viewers are one thread on the \
         client's core.",
    );
    Ok(())
}
