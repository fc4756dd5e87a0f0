//! The client of the music worker: asks for one track and streams the answer (M2, M3).
//!
//! It exists so that the owner's key and the worker's address stay in one place: no redirect, referer, cookie or proxy
//! carries them further, and no error, log line or header of the answer shows them (M4). What a visitor may ask for,
//! and how the answer is counted, is left to the callers.

mod body;
mod headers;
mod template;

use std::time::Duration;

use http::header::{ACCEPT_ENCODING, AUTHORIZATION, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;

pub use body::{UpstreamBody, UpstreamBodyError};
pub use template::{BadMusicUrl, MusicUrl};

/// How long and how much the client waits for.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamLimits {
    /// To look the host up and connect.
    pub connect: Duration,
    /// From the call to the answer's head, connecting and the retry included.
    pub headers: Duration,
    /// Between two pieces of the body.
    pub body_idle: Duration,
    /// Bytes of one body; what comes after is cut off.
    pub body_bytes: u64,
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            headers: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            body_bytes: 1 << 30,
        }
    }
}

/// Why there is no answer to pass on: each of them is a 502 (M1). The source never holds the URL or the key.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    #[error("the music worker cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the music worker sent no answer in time")]
    Timeout,
    #[error("the music worker broke the protocol")]
    Broken(#[source] reqwest::Error),
    #[error("the music worker answered with status {0}")]
    Status(u16),
    #[error("the music key makes no valid request")]
    Key,
}

/// What the worker answered: the status unchanged, only the headers that may reach a visitor, the body as it comes.
#[derive(Debug)]
pub struct UpstreamAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: UpstreamBody,
}

/// A pool of connections to the music worker.
#[derive(Clone, Debug)]
pub struct Upstream {
    template: MusicUrl,
    client: reqwest::Client,
    limits: UpstreamLimits,
}

impl Upstream {
    /// # Errors
    /// When the TLS roots of the system cannot be loaded.
    pub fn new(template: MusicUrl, limits: UpstreamLimits) -> Result<Self, reqwest::Error> {
        // The client wants a provider even for plain HTTP, and panics without one. The binary has installed its own by
        // now, so this does nothing there; a test or a small tool need not think of it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            // Streams that share a connection share its window: one listener who pauses would stop the others.
            .http1_only()
            // A header with control bytes is dropped alone (M3), it does not fail the answer.
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(16)
            .user_agent("nameplate")
            .build()?;
        Ok(Self { template, client, limits })
    }

    /// Asks for a track. Dropping the future, or the answer's body, ends the request at the worker.
    ///
    /// `method` is `GET` or `HEAD`; `range` and `if_range` are the visitor's headers, passed on as they are.
    pub async fn open(
        &self,
        method: Method,
        isrc: Isrc,
        key: &MusicKey,
        range: Option<HeaderValue>,
        if_range: Option<HeaderValue>,
    ) -> Result<UpstreamAnswer, UpstreamError> {
        let request = self.request(method.clone(), isrc, key, range, if_range)?;
        let answer = tokio::time::timeout(self.limits.headers, self.send(request))
            .await
            .map_err(|_| UpstreamError::Timeout)??;
        if !(200..600).contains(&answer.status().as_u16()) {
            return Err(UpstreamError::Status(answer.status().as_u16()));
        }
        let (head, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
        let body = UpstreamBody::new(body, &self.limits);
        let headers = headers::forwarded(&head.headers, head.status, &method, &body);
        Ok(UpstreamAnswer { status: head.status, headers, body })
    }

    fn request(
        &self,
        method: Method,
        isrc: Isrc,
        key: &MusicKey,
        range: Option<HeaderValue>,
        if_range: Option<HeaderValue>,
    ) -> Result<reqwest::Request, UpstreamError> {
        let mut request =
            reqwest::Request::new(method, self.template.fill(isrc, key).ok_or(UpstreamError::Key)?);
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if !self.template.holds_key() {
            let bearer = format!("Bearer {}", key.expose());
            let mut bearer = HeaderValue::try_from(bearer).map_err(|_| UpstreamError::Key)?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        for (name, value) in [(RANGE, range), (IF_RANGE, if_range)] {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        Ok(request)
    }

    /// Sends once, and once more when a pooled connection turned out to be closed by the other side.
    async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, UpstreamError> {
        let again = request.try_clone();
        match (self.client.execute(request).await, again) {
            (Err(error), Some(again)) if is_stale_connection(&error) => self.client.execute(again).await,
            (result, _) => result,
        }
        .map_err(UpstreamError::from)
    }
}

impl From<reqwest::Error> for UpstreamError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() {
            Self::Unreachable(error)
        } else {
            Self::Broken(error)
        }
    }
}

/// Whether the connection ended before the first byte of an answer, as a pooled one does that the worker had closed.
fn is_stale_connection(error: &reqwest::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    !error.is_connect()
        && causes.into_iter().any(|cause| {
            let closed = cause.downcast_ref::<hyper::Error>().is_some_and(|cause| {
                cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed()
            });
            let reset = cause.downcast_ref::<std::io::Error>().is_some_and(|cause| {
                matches!(cause.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
            });
            closed || reset
        })
}
