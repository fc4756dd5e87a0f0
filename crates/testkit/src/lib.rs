//! Test harness: actors, fakes and contract suites
