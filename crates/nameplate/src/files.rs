//! The data folder: its root secret, and files that are written whole or not at all.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use nameplate_core::time::Entropy;
use secrecy::{ExposeSecret, SecretString};

/// Makes the data folder, for its owner alone.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("setting `data_dir`: the folder {} cannot be made", path.display()))
}

/// Whether a folder is there; one that is not there must be one that can be made.
pub(crate) fn look_for_folder(folder: &Path) -> anyhow::Result<bool> {
    let is_there = |place: &&Path| !matches!(place.try_exists(), Ok(false));
    let nearest = folder.ancestors().filter(|place| !place.as_os_str().is_empty()).find(is_there);
    check_writable(nearest.unwrap_or(Path::new(".")))?;
    Ok(nearest == Some(folder))
}

/// Where the first start puts the root secret.
pub(crate) fn root_secret_file(folder: &Path) -> PathBuf {
    folder.join("root.secret")
}

/// Whether files can be made in a folder.
pub(crate) fn check_writable(folder: &Path) -> anyhow::Result<()> {
    let tried = tempfile::tempfile_in(folder);
    tried.map(drop).with_context(|| format!("the folder {} cannot be written", folder.display()))
}

/// The root secret: as configured, or from the data folder, where the first start makes it.
pub(crate) fn root_secret(
    configured: Option<&SecretString>,
    folder: &Path,
    entropy: &dyn Entropy,
) -> anyhow::Result<SecretString> {
    if let Some(secret) = configured {
        check_root_secret(secret).context("setting `root_secret`")?;
        return Ok(secret.clone());
    }
    let path = root_secret_file(folder);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let mode = std::fs::metadata(&path).map(|data| data.permissions().mode()).unwrap_or(0);
            if mode & 0o077 != 0 {
                bail!(
                    "{} can be read by others (mode {:o}); run chmod 600 on it",
                    path.display(),
                    mode & 0o777
                );
            }
            let secret = SecretString::from(text.trim());
            check_root_secret(&secret).with_context(|| path.display().to_string())?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            let secret = SecretString::from(hex::encode(bytes));
            write_once(&path, secret.expose_secret())
                .with_context(|| format!("setting `data_dir`: {} cannot be written", path.display()))?;
            // Somebody who started at the same moment may have been first: what stands there counts.
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Ok(SecretString::from(text.trim()))
        }
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

pub(crate) fn check_root_secret(secret: &SecretString) -> anyhow::Result<()> {
    let text = secret.expose_secret();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    bail!("must be 64 hex digits, as `openssl rand -hex 32` makes them")
}

/// Writes a file for its owner alone, unless it is there: under another name first, so that nobody reads half of it.
fn write_once(path: &Path, text: &str) -> anyhow::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// Puts a file in its place whole: who waits for it never reads half of it.
pub(crate) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&temporary, text)
        .and_then(|()| std::fs::rename(&temporary, path))
        .with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    /// W5
    #[test]
    fn the_root_secret_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = root_secret(None, folder.path(), &SystemEntropy).unwrap();
        let again = root_secret(None, folder.path(), &SystemEntropy).unwrap();
        assert_eq!(first.expose_secret(), again.expose_secret());
        let path = folder.path().join("root.secret");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = root_secret(None, folder.path(), &SystemEntropy).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_configured_root_secret_must_be_64_hex_digits() {
        let folder = tempfile::tempdir().unwrap();
        let error = root_secret(Some(&"short".into()), folder.path(), &SystemEntropy).unwrap_err();
        assert!(format!("{error:#}").contains("root_secret"));
    }
}
