//! A folder of audio files, known by ISRC (M6).
//!
//! Tags are read once per file, on the blocking pool, and again only when the file has changed; what is served is
//! looked up in memory. Serving it is the [`worker`](crate::worker)'s part.

mod scan;
mod track;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use nameplate_core::isrc::Isrc;

use scan::Index;
pub use track::{Artwork, Track};

/// The folder cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the music folder {}", dir.display())]
pub struct LibraryError {
    dir: PathBuf,
    #[source]
    source: std::io::Error,
}

/// The tracks of one folder and of the folders in it.
#[derive(Debug)]
pub struct Library {
    dir: PathBuf,
    index: RwLock<Arc<Index>>,
}

impl Library {
    /// Reads the folder. A file without an ISRC, in its tags or as its name, is left out and logged.
    ///
    /// # Errors
    /// When the folder itself cannot be listed.
    pub async fn scan(dir: impl Into<PathBuf>) -> Result<Self, LibraryError> {
        let library = Self { dir: dir.into(), index: RwLock::default() };
        library.refresh().await?;
        Ok(library)
    }

    /// Looks at the folder again: reads what is new or changed, forgets what is gone. Says how many tracks there are.
    ///
    /// # Errors
    /// When the folder cannot be listed; what was known before stays.
    pub async fn refresh(&self) -> Result<usize, LibraryError> {
        let (dir, before) = (self.dir.clone(), self.index());
        let fault = |source| LibraryError { dir: self.dir.clone(), source };
        let scanned = tokio::task::spawn_blocking(move || scan::scan(&dir, &before)).await;
        let index = scanned.map_err(|panic| fault(std::io::Error::other(panic)))?.map_err(fault)?;
        let count = index.len();
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        Ok(count)
    }

    /// Keeps looking, as long as it is polled: a changed folder shows within `every`.
    pub async fn keep_fresh(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            if let Err(error) = self.refresh().await {
                tracing::warn!(error = %error.source, dir = %self.dir.display(), "the music folder cannot be read");
            }
        }
    }

    pub fn find(&self, isrc: Isrc) -> Option<Arc<Track>> {
        self.index().find(isrc)
    }

    pub fn len(&self) -> usize {
        self.index().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn index(&self) -> Arc<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
