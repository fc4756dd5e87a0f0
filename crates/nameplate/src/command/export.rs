//! `nameplate export`: the instance as one file (contract W2).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use nameplate_core::transfer::InstanceFile;

use crate::config::Settings;
use crate::parts::Parts;

#[derive(Args)]
pub(crate) struct Export {
    /// Write to this file, for its owner alone, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open(settings).await?;
        let file = InstanceFile::from(parts.store.export().await?);
        let mut out: Box<dyn Write> = match &self.output {
            Some(path) => {
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create(true).truncate(true).mode(0o600);
                Box::new(options.open(path).with_context(|| path.display().to_string())?)
            }
            None => Box::new(std::io::stdout().lock()),
        };
        let mut out = std::io::BufWriter::new(&mut out);
        serde_json::to_writer_pretty(&mut out, &file)?;
        out.write_all(b"\n")?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
