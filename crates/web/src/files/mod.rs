//! Uploaded files, on `i.B` and beside pages (contract R6, A6).

mod crawler;
mod send;

pub(crate) mod file;
