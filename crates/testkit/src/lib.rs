//! The test harness: actors, fakes, and servers that belong to one test. For tests only, never a dependency of a build.

#![allow(
    clippy::indexing_slicing,
    reason = "a harness that finds something else than it expects fails its test"
)]

pub mod actors;
pub mod certificates;
pub mod discord;
pub mod dns;
pub mod events;
pub mod form;
pub mod http;
pub mod node;
pub mod postgres;
pub mod process;
pub mod redis;
pub mod redis_cluster;
pub mod s3;
pub mod scratch;
pub mod sinks;
pub mod studio;
pub mod upstream;
