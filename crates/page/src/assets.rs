//! Fonts, icons and the script: compiled in, and served under names that hold the hash of their content, so that a
//! browser may keep them for good.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, LazyLock, OnceLock};

use bytes::Bytes;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// One file with what its reply's header says.
#[derive(Clone, Debug)]
pub struct Asset {
    pub bytes: Bytes,
    pub mime: &'static str,
    /// Whether the URL changes with the content, so that a copy never goes stale.
    pub immutable: bool,
    /// Strong, in its quotes.
    pub etag: String,
    /// For the kinds that shrink: the same in gzip, once it was asked for.
    packed: Option<Arc<OnceLock<Option<Bytes>>>>,
}

impl Asset {
    /// The same in gzip, for the kinds that shrink. Packed when it is first asked for: all of them at the start took as long
    /// as the rest of it.
    pub fn gzip(&self) -> Option<Bytes> {
        self.packed.as_ref().and_then(|packed| packed.get_or_init(|| gzip(&self.bytes)).clone())
    }
}

struct Shelf {
    by_path: HashMap<String, Asset>,
    path_of: HashMap<String, String>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let mut shelf = Shelf { by_path: HashMap::new(), path_of: HashMap::new() };
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else { continue };
        let Some((stem, extension)) = name.rsplit_once('.') else { continue };
        let hash = hex::encode(file.metadata.sha256_hash());
        let path = format!("/assets/{stem}.{}.{extension}", hash.get(..12).unwrap_or_default());
        let asset = Asset {
            bytes: shared(file.data),
            mime: mime(extension),
            immutable: true,
            etag: format!("\"{}\"", hash.get(..32).unwrap_or_default()),
            packed: matches!(extension, "svg" | "js" | "txt").then(Arc::default),
        };
        shelf.by_path.insert(path.clone(), asset);
        shelf.path_of.insert(name.into_owned(), path);
    }
    shelf
});

/// The file at a URL path such as `/assets/page.0123456789ab.js`. `/favicon.ico` is one too, on every host.
pub fn get(path: &str) -> Option<Asset> {
    if path == "/favicon.ico" {
        return get(url("favicon.ico")).map(|icon| Asset { immutable: false, ..icon });
    }
    SHELF.by_path.get(path).cloned()
}

/// Every URL path that [`get`] answers under a hashed name.
pub fn paths() -> impl Iterator<Item = &'static str> {
    SHELF.by_path.keys().map(String::as_str)
}

/// The URL path of a file of the `assets` folder; empty for a name that is not there, which a test rules out.
pub(crate) fn url(name: &str) -> &'static str {
    SHELF.path_of.get(name).map(String::as_str).unwrap_or_default()
}

/// The picture of people who have none: the URL path of an SVG.
pub fn default_avatar_url() -> &'static str {
    url("avatar.svg")
}

fn mime(extension: &str) -> &'static str {
    match extension {
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "js" => "text/javascript; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

/// What is compiled in stays where it is.
fn shared(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_served_under_a_name_that_changes_with_it() {
        assert!(paths().count() >= 20);
        for path in paths() {
            let asset = get(path).unwrap();
            assert!(
                asset.immutable && !asset.bytes.is_empty() && asset.mime != "application/octet-stream",
                "{path}"
            );
        }
        assert!(!get("/favicon.ico").unwrap().immutable);
        assert!(get("/assets/icons.svg").is_none());
        assert!(get("/assets/../Cargo.toml").is_none());
    }

    /// W1
    #[test]
    fn the_sprite_holds_every_icon_that_a_document_may_name() {
        let sprite = get(url("icons.svg")).unwrap().bytes;
        let sprite = std::str::from_utf8(&sprite).unwrap();
        for name in nameplate_core::content::Icon::all() {
            assert!(sprite.contains(&format!("<symbol id=\"{name}\" ")), "{name}");
        }
        assert!(sprite.matches("<path fill=\"currentColor\"").count() >= 40);
    }
}
