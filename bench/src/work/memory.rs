//! Memory of an instance that nobody asks anything.

use std::time::Duration;

use crate::nameplate::Instance;
use crate::options::Options;
use crate::peers;
use crate::readings::resident;
use crate::report::{Beside, Goal, Section};
use crate::series::{Contestant, Sample, in_turn};
use crate::server::{SERVER_CORE, Server};
use crate::work::folder;
use crate::world;

/// What a start does in the background is over by then.
pub(super) const PAUSE: Duration = Duration::from_secs(2);

pub(super) fn run(options: &Options, section: &mut Section) -> anyhow::Result<()> {
    let instance = Instance::fresh(&options.binary, &folder(options, "memory"))?;
    instance.import(&world::profiles(1000))?;
    let files = [("page.html", b"<title>".as_slice())];
    let series = in_turn(
        options.rounds,
        vec![
            Contestant::new("Nameplate", || look(&instance.start(SERVER_CORE)?.server)),
            Contestant::new("Redis", || look(&peers::redis(SERVER_CORE, &folder(options, "redis"))?.server)),
            Contestant::new("nginx", || {
                let place = folder(options, "nginx-memory");
                look(&peers::static_nginx(SERVER_CORE, &place, &files)?.server)
            }),
        ],
    )?;
    let [ours, redis, nginx] = series.as_slice() else { return Ok(()) };
    section.compare("idle", "RSS MiB", ours, Beside::Nobody, Goal::Below(28.6));
    section.detail("Idle", &[ours, redis, nginx]);
    section.note("An instance of 1000 profiles, two seconds after its start. 30 MB are 28.6 MiB.");
    Ok(())
}

fn look(server: &Server) -> anyhow::Result<Sample> {
    std::thread::sleep(PAUSE);
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let sample = Sample::new().with("RSS MiB", mebibytes(resident(server.id())?));
    Ok(sample.with("PSS MiB", mebibytes(server.memory()?)))
}
