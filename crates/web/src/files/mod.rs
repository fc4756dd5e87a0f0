//! `i.B`: uploaded files (contract A6).

pub(crate) mod picture;
