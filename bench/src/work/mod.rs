//! The works: one file each.

mod account;
mod card;
mod card_hostile;
mod crowd;
mod fanout;
mod memory;
mod music;
mod page;
mod page_random;
pub(crate) mod pings;
mod snapshot;
mod start;
mod streams;
mod topics;

use std::path::PathBuf;

use crate::options::{Options, Work};
use crate::report::Section;

/// Measures one work.
pub(crate) fn run(work: Work, options: &Options) -> anyhow::Result<Section> {
    let mut section = Section::new(work);
    match work {
        Work::Page => {
            page::run(options, &mut section)?;
            page_random::run(options, &mut section)?;
        }
        Work::Snapshot => snapshot::run(options, &mut section)?,
        Work::Streams => streams::run(options, &mut section)?,
        Work::Fanout => fanout::run(options, &mut section)?,
        Work::Start => start::run(options, &mut section)?,
        Work::Memory => memory::run(options, &mut section)?,
        Work::Music => music::run(options, &mut section)?,
        Work::Card => card::run(options, &mut section)?,
        Work::Account => account::run(options, &mut section)?,
    }
    Ok(section)
}

/// The folder of one contestant, for its logs and data.
fn folder(options: &Options, name: &str) -> PathBuf {
    options.folder.join(name)
}
