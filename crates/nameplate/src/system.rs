//! The system's time and chance, and its limits: the one place where they are taken from the machine.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use nameplate_core::time::{Clock, Entropy, Timestamp};
use rand::TryRng;
use rand::rngs::SysRng;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The system's random source.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(
        clippy::expect_used,
        reason = "a system without chance can make no key; going on would make weak ones"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        SysRng.try_fill_bytes(bytes).expect("the system's random source");
    }
}

/// Raises the limit of open files as far as the system allows, and says how far that is.
pub(crate) fn raise_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit };
    limit.current.unwrap_or(1 << 20)
}

/// A program that the operator has, by its name.
#[allow(clippy::disallowed_methods, reason = "where programs are is no setting of ours")]
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(name));
    places.find(|place| {
        place.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    })
}
