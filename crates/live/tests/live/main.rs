//! The contract of `Live`, proved on every implementation, and what only the one over Redis can go through.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod contract;
mod outages;
mod redis_server;
mod world;
