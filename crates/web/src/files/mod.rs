//! Uploaded files, on `i.B` and beside pages (contract R6, A6).

mod send;

pub(crate) mod file;
