//! The HTTP client of everything that is called here. It exists so that it can be made for the first call: reading the
//! system's certificates takes longer than the rest of a start, and most instances call nobody for hours.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::sync::OnceCell;

use crate::TIMEOUT;

const CONNECT: Duration = Duration::from_secs(5);

/// Follows no redirect and keeps no cookie; every call ends.
#[derive(Clone, Default)]
pub(crate) struct Client(Arc<OnceCell<reqwest::Client>>);

impl Client {
    /// Calls `url` with what `fill` adds.
    pub(crate) async fn post(
        &self,
        url: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> reqwest::Result<Response> {
        let client = self.0.get_or_try_init(|| async { make() }).await?;
        fill(client.post(url)).send().await
    }
}

fn make() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(TIMEOUT)
        .user_agent(concat!("Nameplate/", env!("CARGO_PKG_VERSION")))
        .build()
}
