//! `nameplate migrate`: brings the database's tables up to date, for operators who do that apart from the start. `serve`
//! does the same by itself; of several that do it at once, one does the work and the others wait.

use std::process::ExitCode;

use crate::config::Settings;
use crate::parts::Parts;
use crate::terminal::say;

pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let parts = Parts::open(settings).await?;
    say!("{}, schema {}: up to date", parts.store.backend(), parts.store.schema_version().await?)?;
    parts.store.close().await;
    Ok(ExitCode::SUCCESS)
}
