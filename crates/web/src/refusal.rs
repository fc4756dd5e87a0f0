//! Why a request is refused, before it is known in which shape: what the account API and the studio share.

use std::borrow::Cow;

use axum::response::Response;
use http::StatusCode;

use crate::reply::{self, Account, Envelope};

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// For programs; the account API does without.
    pub(crate) code: &'static str,
    pub(crate) text: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, text: text.into() }
    }

    /// In the shape of the account hosts.
    pub(crate) fn account(&self) -> Response {
        self.patiently(Account::error(self.status, &self.text))
    }

    /// In the studio's shape.
    pub(crate) fn studio(&self) -> Response {
        self.patiently(Envelope::refuse(self.status, self.code, &self.text))
    }

    fn patiently(&self, response: Response) -> Response {
        let is_for_now = self.status == StatusCode::SERVICE_UNAVAILABLE;
        if is_for_now { reply::retry_after(response, 2) } else { response }
    }
}
