//! `nameplate export`: the instance as one file, with the uploads beside it (contract W2).

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use futures_util::TryStreamExt;
use nameplate_core::transfer::InstanceFile;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::blobs::{BlobError, Blobs};
use tokio::io::AsyncWriteExt;

use crate::command::is_standard;
use crate::config::Settings;
use crate::parts::Parts;

#[derive(Args)]
pub(crate) struct Export {
    /// Write to this file, for its owner alone, instead of standard output (-); uploads go to a folder beside it, out.files
    /// for out.json
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open(settings).await?;
        let mut file = InstanceFile::from(parts.store.export().await?);
        let output = self.output.filter(|path| !is_standard(path));
        if let Some(path) = &output {
            write_uploads(&parts.blobs()?, &mut file, path).await?;
        }
        let mut out: Box<dyn Write> = match &output {
            Some(path) => Box::new(create(path)?),
            None => Box::new(std::io::stdout().lock()),
        };
        let mut out = std::io::BufWriter::new(&mut out);
        serde_json::to_writer_pretty(&mut out, &file)?;
        out.write_all(b"\n")?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A file for its owner alone.
fn create(path: &Path) -> anyhow::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path).with_context(|| path.display().to_string())
}

/// Writes the bytes of every upload into a folder beside the file, and notes in the file where they are.
async fn write_uploads(blobs: &Blobs, file: &mut InstanceFile, path: &Path) -> anyhow::Result<()> {
    let folder = path.with_extension("files");
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for post in &mut file.posts {
        for record in &mut post.files {
            let key = BlobKey::Upload { owner: post.owner, name: record.name.clone() };
            let place = format!("{}/{}", post.owner, record.name.as_str());
            let target = folder.join(&place);
            if write_blob(blobs, &key, &target).await.with_context(|| target.display().to_string())? {
                record.source = Some(format!("{name}/{place}"));
            }
        }
    }
    Ok(())
}

/// Answers whether there was such a blob: a row may have come without its file.
async fn write_blob(blobs: &Blobs, key: &BlobKey, target: &Path) -> anyhow::Result<bool> {
    let mut body = match blobs.read(key, None).await {
        Ok(body) => body,
        Err(BlobError::NotFound) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if let Some(folder) = target.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut out = tokio::fs::File::from_std(create(target)?);
    while let Some(chunk) = body.chunks.try_next().await? {
        out.write_all(&chunk).await?;
    }
    out.sync_all().await?;
    Ok(true)
}
