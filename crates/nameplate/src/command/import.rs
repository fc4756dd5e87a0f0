//! `nameplate import`: an instance from one file, in one transaction (contract W2).

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use nameplate_core::transfer::{Instance, InstanceFile};
use nameplate_store::Imported;

use crate::command::is_standard;
use crate::config::Settings;
use crate::parts::Parts;

#[derive(Args)]
pub(crate) struct Import {
    /// The file, as docs/import.schema.json describes it; - reads standard input
    file: PathBuf,
}

impl Import {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open(settings).await?;
        let json = self.read()?;
        let instance = InstanceFile::from_json(&json)?.check(&parts.zones, parts.clock.now())?;
        store(&parts, &instance).await?;
        let (users, profiles, posts) = (instance.accounts.len(), instance.profiles.len(), instance.posts.len());
        println!("Imported {users} users, {profiles} profiles and {posts} posts.");
        parts.settle().await;
        Ok(ExitCode::SUCCESS)
    }

    fn read(&self) -> anyhow::Result<Vec<u8>> {
        if is_standard(&self.file) {
            let mut json = Vec::new();
            std::io::stdin().lock().read_to_end(&mut json).context("standard input")?;
            return Ok(json);
        }
        std::fs::read(&self.file).with_context(|| self.file.display().to_string())
    }
}

/// Writes an instance, with a progress bar on a terminal.
pub(crate) async fn store(parts: &Parts, instance: &Instance) -> anyhow::Result<()> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} rows, {eta} left") {
        bar.set_style(style);
    }
    let progress = |imported: Imported| {
        bar.set_length(imported.total as u64);
        bar.set_position(imported.done as u64);
    };
    let result = parts.store.import(instance, parts.clock.now(), progress).await;
    bar.finish_and_clear();
    Ok(result?)
}
