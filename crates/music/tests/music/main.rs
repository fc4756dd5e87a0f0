//! The music room over real loopback sockets.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod upstream;
mod worker;
