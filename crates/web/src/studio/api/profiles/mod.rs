//! `/api/v1/profiles/me` and `/api/v1/profiles/{profile}`: pages as their owners make them. A page of somebody else is not
//! there.

pub(crate) mod domain;
pub(crate) mod draft;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod picture;
pub(crate) mod preview;
pub(crate) mod publish;
pub(crate) mod reply;
