//! Test harness: actors, fakes and contract suites

pub mod upstream;
