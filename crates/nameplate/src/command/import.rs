//! `nameplate import`: an instance from one file, in one transaction (contract W2).

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use nameplate_core::transfer::{Instance, InstanceFile, TransferFault};
use nameplate_media::blob_key::BlobKey;
use nameplate_store::Imported;
use tokio_util::io::ReaderStream;

use crate::command::is_standard;
use crate::config::Settings;
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Import {
    /// The file, as docs/import.schema.json describes it; - reads standard input
    file: PathBuf,
}

impl Import {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open(settings).await?;
        let json = self.read()?;
        let file = InstanceFile::from_json(&json)?;
        let sources = self.sources(&file)?;
        let instance = file.check(&parts.zones, parts.clock.now())?;
        if !sources.is_empty() {
            // Files cannot be taken back as rows can, so they wait until nothing else stands in the way.
            parts.store.check_import(&instance, parts.clock.now()).await?;
            copy(&parts, sources).await?;
        }
        store(&parts, &instance).await?;
        let (users, profiles, posts) =
            (instance.accounts.len(), instance.profiles.len(), instance.posts.len());
        say!("Imported {users} users, {profiles} profiles and {posts} posts.")?;
        parts.settle().await;
        Ok(ExitCode::SUCCESS)
    }

    /// The bytes that the file brings along, each with its place in the blob store. Names are relative to the file, and
    /// never lead out of its folder: what is imported may be published.
    fn sources(&self, file: &InstanceFile) -> anyhow::Result<Vec<(BlobKey, PathBuf)>> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut sources = Vec::new();
        for (at, post) in file.posts.iter().enumerate() {
            for (index, record) in post.files.iter().enumerate() {
                let Some(source) = &record.source else { continue };
                let path = folder.join(source);
                let fault =
                    |message| TransferFault::new(format!("posts[{at}].files[{index}].source"), message);
                if !path.is_file() {
                    return Err(fault(format!("there is no file {}", path.display())).into());
                }
                if !path.canonicalize()?.starts_with(folder.canonicalize()?) {
                    return Err(fault("leads out of the folder of the file".into()).into());
                }
                sources.push((BlobKey::Upload { owner: post.owner, name: record.name.clone() }, path));
            }
        }
        Ok(sources)
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

/// Copies files into the blob store. They are there before the rows that name them, so no row names a missing file.
async fn copy(parts: &Parts, sources: Vec<(BlobKey, PathBuf)>) -> anyhow::Result<()> {
    let blobs = parts.blobs()?;
    for (key, path) in sources {
        let file = tokio::fs::File::open(&path).await.with_context(|| path.display().to_string())?;
        let stored = blobs.put_stream(&key, ReaderStream::new(file), u64::MAX).await;
        stored.with_context(|| path.display().to_string())?;
    }
    Ok(())
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
