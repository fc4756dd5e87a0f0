//! `nameplate admin audit`.

use std::process::ExitCode;

use clap::Args;

use crate::parts::Parts;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Audit {
    /// How many entries
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

impl Audit {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<ExitCode> {
        for entry in parts.store.list_audit(self.limit).await? {
            let note = entry.note.map(|note| format!(": {note}")).unwrap_or_default();
            say!("{}\t{} {} {}{note}", entry.at.to_rfc3339(), entry.actor, entry.action, entry.object)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
