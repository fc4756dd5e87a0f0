//! One audio file: what its tags say, and its embedded picture.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lofty::config::ParseOptions;
use lofty::file::{AudioFile, TaggedFile, TaggedFileExt};
use lofty::picture::{Picture, PictureType};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};
use nameplate_core::isrc::Isrc;

/// A file that can be served, and what its tags say. Texts that the tags do not hold are empty.
#[derive(Debug)]
pub struct Track {
    pub isrc: Isrc,
    pub path: PathBuf,
    /// The media type, by the file's extension.
    pub media_type: &'static str,
    pub title: String,
    pub artist: String,
    pub album: String,
    /// Zero when it is not known.
    pub duration: Duration,
    pub has_artwork: bool,
}

/// An embedded picture.
#[derive(Debug)]
pub struct Artwork {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// The media type of an audio file by its extension; `None` for a file that is not served.
pub(super) fn audio_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "mp3" => Some("audio/mpeg"),
        "flac" => Some("audio/flac"),
        "ogg" | "oga" | "opus" => Some("audio/ogg"),
        "m4a" => Some("audio/mp4"),
        "wav" => Some("audio/wav"),
        _ => None,
    }
}

impl Track {
    /// Reads the tags. `None` for a file without an ISRC; one whose tags cannot be read needs it as its name.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let media_type = audio_type(path)?;
        let tagged = read_tags(path);
        let text = |key| {
            tagged.as_ref().and_then(|tagged| tag_text(tagged, key)).unwrap_or_default().trim().to_owned()
        };
        let tagged_isrc = tagged.as_ref().and_then(|tagged| tags(tagged).find_map(isrc_of_tag));
        let named_isrc = || path.file_stem()?.to_str().and_then(read_isrc);
        let Some(isrc) = tagged_isrc.or_else(named_isrc) else {
            tracing::warn!(path = %path.display(), "this file has no ISRC, as a tag or as its name, and is left out");
            return None;
        };
        Some(Self {
            isrc,
            path: path.to_owned(),
            media_type,
            title: text(ItemKey::TrackTitle),
            artist: text(ItemKey::TrackArtist),
            album: text(ItemKey::AlbumTitle),
            duration: tagged.as_ref().map(|tagged| tagged.properties().duration()).unwrap_or_default(),
            has_artwork: tagged.as_ref().and_then(picture).is_some(),
        })
    }

    /// Reads the picture from the file: blocking.
    pub fn artwork(&self) -> Option<Artwork> {
        let tagged = read_tags(&self.path)?;
        let (media_type, picture) = picture(&tagged)?;
        Some(Artwork { media_type, bytes: picture.data().to_vec() })
    }
}

fn read_tags(path: &Path) -> Option<TaggedFile> {
    let read = || {
        let options = ParseOptions::new();
        let probe = Probe::open(path).map_err(|error| error.to_string())?.options(options);
        probe.guess_file_type().map_err(|error| error.to_string())?.read().map_err(|error| error.to_string())
    };
    // A file that upsets the tag reader must not cost the others their place.
    let result =
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the reader panicked".to_owned()));
    result.inspect_err(|error| tracing::warn!(%error, path = %path.display(), "the tags cannot be read")).ok()
}

/// The main tag first, then the others that the file may have.
fn tags(tagged: &TaggedFile) -> impl Iterator<Item = &Tag> {
    tagged.primary_tag().into_iter().chain(tagged.tags())
}

fn tag_text(tagged: &TaggedFile, key: ItemKey) -> Option<&str> {
    tags(tagged).find_map(|tag| tag.get_string(key).filter(|text| !text.trim().is_empty()))
}

fn isrc_of_tag(tag: &Tag) -> Option<Isrc> {
    tag.get_strings(ItemKey::Isrc).find_map(read_isrc)
}

/// Many tools write `US-RC1-76-07839`.
fn read_isrc(text: &str) -> Option<Isrc> {
    let text: String = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
    Isrc::parse(&text).ok()
}

/// The front cover, or else the first picture, of a type that browsers show.
fn picture(tagged: &TaggedFile) -> Option<(&'static str, &Picture)> {
    let shown =
        || tags(tagged).flat_map(Tag::pictures).filter_map(|picture| Some((shown_type(picture)?, picture)));
    shown().find(|(_, picture)| picture.pic_type() == PictureType::CoverFront).or_else(|| shown().next())
}

fn shown_type(picture: &Picture) -> Option<&'static str> {
    let given = picture.mime_type()?.as_str();
    ["image/jpeg", "image/png", "image/gif", "image/webp"]
        .into_iter()
        .find(|shown| given.eq_ignore_ascii_case(shown))
}
