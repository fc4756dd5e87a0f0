//! Temporary folders for databases of tests.

use std::io::Result;
use std::path::Path;

use tempfile::TempDir;

/// What a test may need, in bytes.
const ENOUGH: u64 = 1 << 30;

/// A folder in memory where there is room for it, so that a test need not wait for a busy disk; else one on disk.
pub fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map_or(0, |volume| volume.f_bavail * volume.f_frsize);
    if room >= ENOUGH { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
