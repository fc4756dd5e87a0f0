//! The studio's part of `/api/v1`, a file for each area. Handlers are behind [`super::session::guard`].

pub(crate) mod account;
pub(crate) mod contact;
pub(crate) mod numbers;
pub(crate) mod session;
