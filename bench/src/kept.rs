//! Instances that take minutes to fill, kept for the next run: a folder with its mark, or a database with its name.

use std::fs;

use crate::nameplate::Instance;
use crate::options::Options;
use crate::postgres::Postgres;

/// The instance of an earlier run, or a new one in SQLite that `fill` fills.
pub(crate) fn sqlite(
    options: &Options,
    name: &str,
    fill: impl FnOnce(&Instance) -> anyhow::Result<()>,
) -> anyhow::Result<Instance> {
    let place = options.folder.join(name);
    if place.join("complete").exists() {
        return Instance::at(&options.binary, &place);
    }
    let instance = Instance::fresh(&options.binary, &place)?;
    eprintln!("  filling {name} in SQLite");
    fill(&instance)?;
    fs::write(place.join("complete"), "")?;
    Ok(instance)
}

/// The same in PostgreSQL; `fill` is told the database's name.
pub(crate) fn postgres(
    options: &Options,
    postgres: &Postgres,
    name: &str,
    fill: impl FnOnce(&Instance, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Instance> {
    let (database, draft) = (name.replace('-', "_"), "draft");
    let place = options.folder.join(format!("{name}-postgres"));
    let at = |database: &str| -> anyhow::Result<Instance> {
        Ok(Instance::at(&options.binary, &place)?.with("NAMEPLATE_DATABASE_URL", postgres.url(database)))
    };
    // The database knows keys by the secret in the folder: they belong together.
    if !postgres.has(&database)? || !place.exists() {
        postgres.drop(&database)?;
        postgres.drop(draft)?;
        postgres.create(draft)?;
        eprintln!("  filling {name} in PostgreSQL");
        fill(&at(draft)?, draft)?;
        postgres.ask(draft, "VACUUM ANALYZE")?;
        postgres.rename(draft, &database)?;
    }
    at(&database)
}
