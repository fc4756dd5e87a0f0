//! Uploaded bytes and pictures.
//!
//! [`blobs`] stores and reads files in a local folder or an S3-compatible bucket; [`receive`] takes an upload in,
//! judged by [`kind`] and cleaned on the way; [`signed`] makes links to private files; [`picture`] decodes what people
//! send within hard limits and makes it anew on a [`pool`]; [`faststart`] turns videos round; [`art`] fetches pictures from other hosts. Which user may
//! do what is `app`'s concern, HTTP answers are `web`'s.

pub mod art;
pub mod art_fetch;
pub mod art_hosts;
pub mod blob_key;
pub mod blob_store;
pub mod blob_writer;
pub mod blobs;
mod colour;
pub mod demo_art;
mod encode;
pub mod faststart;
mod gate;
pub mod kind;
mod net;
pub mod picture;
pub mod pool;
pub mod receive;
mod scale;
pub mod signed;
mod strip;
