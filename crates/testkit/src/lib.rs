//! Test harness: actors, fakes and contract suites

pub mod actors;
pub mod events;
pub mod http;
pub mod node;
pub mod postgres;
pub mod process;
pub mod redis;
pub mod scratch;
pub mod upstream;
