//! The sample people of the library, as the preview shows them.

pub(crate) use nameplate_page::samples::{NOW, Sample as Person, people as all};
