//! One look at the folder.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use nameplate_core::isrc::Isrc;

use super::track::{Track, audio_type};

/// A folder with more than this is not what the worker is for; the rest is left out and logged.
const MAX_FILES: usize = 100_000;
const MAX_DEPTH: usize = 16;

/// What one look found.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_isrc: HashMap<Isrc, Arc<Track>>,
    /// Every audio file, with or without a usable track, so that an unchanged one is not read again.
    files: HashMap<PathBuf, (Stamp, Option<Arc<Track>>)>,
}

impl Index {
    pub(super) fn find(&self, isrc: Isrc) -> Option<Arc<Track>> {
        self.by_isrc.get(&isrc).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.by_isrc.len()
    }
}

/// What changes when a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len() }
    }
}

pub(super) fn scan(dir: &Path, before: &Index) -> std::io::Result<Index> {
    let mut paths = Vec::new();
    list(dir, 0, &mut paths)?;
    // Of two files with one ISRC the first by name is served, whatever order the file system lists them in.
    paths.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut index = Index::default();
    for (path, stamp) in paths {
        let known = before.files.get(&path).filter(|(seen, _)| *seen == stamp);
        let track = match known {
            Some((_, track)) => track.clone(),
            None => Track::read(&path).map(Arc::new),
        };
        if let Some(track) = &track {
            let first = index.by_isrc.entry(track.isrc).or_insert_with(|| track.clone());
            if known.is_none() && first.path != path {
                tracing::warn!(isrc = %track.isrc, path = %path.display(), "a second file with this ISRC is left out");
            }
        }
        index.files.insert(path, (stamp, track));
    }
    Ok(index)
}

/// Collects the audio files below `dir`. Folders that cannot be read are logged, except the first.
fn list(dir: &Path, depth: usize, paths: &mut Vec<(PathBuf, Stamp)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        // A link to a folder is not followed: it may lead back up.
        if entry.file_type()?.is_dir() {
            if depth == MAX_DEPTH {
                tracing::warn!(path = %path.display(), "this music folder lies too deep and is left out");
            } else if let Err(error) = list(&path, depth + 1, paths) {
                tracing::warn!(%error, path = %path.display(), "this music folder cannot be read");
            }
            continue;
        }
        // A file may go away between the listing and this look; the next look knows.
        let Some(metadata) = std::fs::metadata(&path).ok().filter(Metadata::is_file) else { continue };
        if audio_type(&path).is_some() {
            if paths.len() == MAX_FILES {
                tracing::warn!(limit = MAX_FILES, "there are more audio files than are served");
                return Ok(());
            }
            paths.push((path, Stamp::of(&metadata)));
        }
    }
    Ok(())
}
