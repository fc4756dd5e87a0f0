//! The studio's part of `/api/v1`, a file for each area. Handlers are behind [`super::session::guard`].

pub(crate) mod account;
pub(crate) mod blocks;
pub(crate) mod contact;
pub(crate) mod keys;
pub(crate) mod numbers;
pub(crate) mod operators;
pub(crate) mod own;
pub(crate) mod profiles;
pub(crate) mod session;
pub(crate) mod uploads;
