//! The typefaces that are compiled in (O4: never the system's) and the choice of one for each cluster of text. It exists
//! because a name may be written in any script: the first face of the list that has every character of a cluster draws
//! it. Shaping is parley's work, drawing [`crate::glyphs`]'s; the files are made by `scripts/fonts`.

use std::{collections::HashSet, sync::Arc, sync::OnceLock};

use parley::{
    FontContext,
    fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache},
};
use swash::{FontRef, proxy::CharmapProxy};

/// The beginning of the SHA-256 over all files of [`FACES`]; a test keeps it true.
pub(crate) const VERSION: &str = "6a9eb2e972304740";

/// The position of a face in [`FACES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FaceId(usize);

impl FaceId {
    pub(crate) const INTER: Self = Self(0);
    pub(crate) const EMOJI: Self = Self(1);
    /// Its letters carry their weight themselves: 𝐃 is bold and 𝖣 is not, whatever the style asks.
    pub(crate) const MATH: Self = Self(22);

    /// The name under which layout finds the face.
    pub(crate) fn family(self) -> &'static str {
        FACES.get(self.0).map_or("Inter", |face| face.family)
    }

    /// Whether the face has every one of `characters`.
    pub(crate) fn covers(self, mut characters: impl Iterator<Item = char>) -> bool {
        FACES.get(self.0).and_then(Face::loaded).is_some_and(|loaded| {
            let charmap = loaded.charmap.materialize(&loaded.font);
            characters.all(|character| charmap.map(character) != 0)
        })
    }

    /// The faces for text in the order in which they are asked.
    pub(crate) fn for_text() -> impl Iterator<Item = Self> {
        (0..FACES.len()).map(Self).filter(|face| *face != Self::EMOJI)
    }
}

/// One family: its weights, the regular one first.
struct Face {
    family: &'static str,
    files: &'static [&'static [u8]],
    loaded: OnceLock<Option<Loaded>>,
}

/// What is read of a face on first use.
struct Loaded {
    blobs: Vec<Blob<u8>>,
    font: FontRef<'static>,
    charmap: CharmapProxy,
}

impl Face {
    const fn new(family: &'static str, files: &'static [&'static [u8]]) -> Self {
        Self { family, files, loaded: OnceLock::new() }
    }

    fn loaded(&self) -> Option<&Loaded> {
        self.loaded
            .get_or_init(|| {
                let font = FontRef::from_index(self.files.first()?, 0)?;
                let blobs = self.files.iter().map(|file| Blob::new(Arc::new(*file))).collect();
                Some(Loaded { blobs, charmap: CharmapProxy::from_font(&font), font })
            })
            .as_ref()
    }
}

/// The fonts of one thread's layout: knows only the families that texts have asked for so far.
pub(crate) struct Fonts {
    pub(crate) context: FontContext,
    registered: HashSet<FaceId>,
}

impl Fonts {
    pub(crate) fn new() -> Self {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        Self {
            context: FontContext { collection, source_cache: SourceCache::default() },
            registered: HashSet::new(),
        }
    }

    /// Makes the family of `face` known to the layout.
    pub(crate) fn register(&mut self, face: FaceId) {
        if !self.registered.insert(face) {
            return;
        }
        let Some(loaded) = FACES.get(face.0).and_then(Face::loaded) else { return };
        for blob in &loaded.blobs {
            let name = FontInfoOverride { family_name: Some(face.family()), ..Default::default() };
            self.context.collection.register_fonts(blob.clone(), Some(name));
        }
    }
}

macro_rules! file {
    ($name:expr) => {
        include_bytes!(concat!("../fonts/", $name)).as_slice()
    };
}

macro_rules! noto {
    ($script:literal) => {
        Face::new(concat!("Noto ", $script), &[file!(concat!("NotoSans", $script, "-Regular.ttf"))])
    };
    ($script:literal, bold) => {
        Face::new(
            concat!("Noto ", $script),
            &[
                file!(concat!("NotoSans", $script, "-Regular.ttf")),
                file!(concat!("NotoSans", $script, "-Bold.ttf")),
            ],
        )
    };
}

/// Every face, the most asked first.
static FACES: [Face; 64] = [
    Face::new("Inter", &[file!("Inter-Regular.ttf"), file!("Inter-SemiBold.ttf"), file!("Inter-Bold.ttf")]),
    Face::new("Noto Emoji", &[file!("NotoColorEmoji.ttf")]),
    Face::new("Noto Sans", &[file!("NotoSans-Regular.ttf"), file!("NotoSans-Bold.ttf")]),
    Face::new("Noto CJK", &[file!("NotoSansCJK-Regular.otf")]),
    noto!("Arabic", bold),
    noto!("Hebrew", bold),
    noto!("Devanagari", bold),
    noto!("Thai", bold),
    noto!("Bengali", bold),
    noto!("Tamil", bold),
    noto!("Telugu"),
    noto!("Gujarati"),
    noto!("Gurmukhi"),
    noto!("Kannada"),
    noto!("Malayalam"),
    noto!("Sinhala"),
    noto!("Myanmar"),
    noto!("Khmer"),
    noto!("Lao"),
    noto!("Ethiopic"),
    noto!("Georgian", bold),
    noto!("Armenian", bold),
    noto!("Math"),
    noto!("Symbols"),
    noto!("Symbols2"),
    noto!("Mono"),
    noto!("CanadianAboriginal"),
    noto!("Cherokee"),
    noto!("Javanese"),
    noto!("Yi"),
    noto!("Mongolian"),
    noto!("Oriya"),
    noto!("Tifinagh"),
    noto!("NKo"),
    noto!("Thaana"),
    noto!("Syriac"),
    noto!("Balinese"),
    noto!("Bamum"),
    noto!("Buginese"),
    noto!("Cham"),
    noto!("Lepcha"),
    noto!("Limbu"),
    noto!("Lisu"),
    noto!("MeeteiMayek"),
    noto!("NewTaiLue"),
    noto!("TaiLe"),
    noto!("TaiTham"),
    noto!("OlChiki"),
    noto!("PhagsPa"),
    noto!("Sundanese"),
    noto!("Tagalog"),
    noto!("Vai"),
    noto!("Adlam"),
    noto!("Coptic"),
    noto!("Deseret"),
    noto!("EgyptianHieroglyphs"),
    noto!("Glagolitic"),
    noto!("Gothic"),
    noto!("Ogham"),
    noto!("OldItalic"),
    noto!("OldTurkic"),
    noto!("Phoenician"),
    noto!("Runic"),
    Face::new("Noto Tibetan", &[file!("NotoSerifTibetan-Regular.ttf")]),
];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// O4
    #[test]
    fn the_version_names_the_fonts_that_are_compiled_in() {
        let mut hash = Sha256::new();
        FACES.iter().flat_map(|face| face.files).for_each(|file| hash.update(file));
        let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(VERSION, digest, "the fonts have changed: so must their version");
    }

    #[test]
    fn every_face_can_be_read_and_has_a_name_of_its_own() {
        let mut names: Vec<_> = FACES.iter().map(|face| face.family).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FACES.len());
        assert!(FACES.iter().all(|face| face.loaded().is_some()));
        assert_eq!(FaceId::EMOJI.family(), "Noto Emoji");
        assert_eq!(FaceId::MATH.family(), "Noto Math");
    }
}
