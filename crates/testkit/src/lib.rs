//! Test harness: actors, fakes and contract suites

pub mod postgres;
pub mod upstream;
