//! The words and the rules of Nameplate.
//!
//! Ids, hosts, profiles and their blocks, themes, plans and limits, visibility, presence: parsed into types at the
//! edge and judged here. No I/O, no async and no clock of its own: the time and chance are passed in
//! ([`time::Clock`], [`time::Entropy`]).

pub mod audience;
pub mod change;
pub mod contact;
pub mod content;
pub mod edit;
pub mod host;
pub mod id;
pub mod isrc;
pub mod numbers;
pub mod object;
pub mod plan;
pub mod post;
pub mod presence;
pub mod profile;
pub mod range;
pub mod secret;
pub mod size;
pub mod text;
pub mod theme;
pub mod time;
pub mod transfer;
pub mod user;
pub mod view;
