//! Music: the client that streams from the owner's worker, and a worker of our own.
//!
//! [`upstream`] opens one track at the configured music worker with the owner's key and hands back what may reach a
//! visitor (contract M2-M4). [`library`] and [`worker`] are that other side: a folder of audio files, served by ISRC
//! (M6). [`synth`] makes the tracks of the demo. Who may play what, and what counts as a play, is decided above.

pub mod library;
pub mod synth;
pub mod upstream;
pub mod worker;

pub use upstream::{MusicUrl, Upstream, UpstreamAnswer};
