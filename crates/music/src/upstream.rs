//! The client of the music worker: asks for one track and streams the answer (M2, M3).
//!
//! It exists so that the owner's key and the worker's address stay in one place: no redirect, referer, cookie or proxy
//! carries them further, and no error, log line or header of the answer shows them (M4). What a visitor may ask for,
//! and how the answer is counted, is left to the callers.

mod body;
mod exchange;
mod headers;
mod template;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HOST, IF_RANGE, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Empty;
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use exchange::Exchange;

pub use body::{Tap, UpstreamBody, UpstreamBodyError};
pub use template::{BadMusicUrl, MusicUrl};

/// How long and how much the client waits for.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamLimits {
    /// To look the host up and connect.
    pub connect: Duration,
    /// From the call to the answer's head, connecting included.
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
    Unreachable(#[source] io::Error),
    #[error("the music worker sent no answer in time")]
    Timeout,
    #[error("the music worker broke the protocol")]
    Broken(#[source] hyper::Error),
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

/// The way to the music worker.
#[derive(Clone)]
pub struct Upstream {
    template: MusicUrl,
    /// For a worker behind `https`.
    tls: Option<Arc<rustls::ClientConfig>>,
    limits: UpstreamLimits,
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upstream").field("template", &self.template).finish_non_exhaustive()
    }
}

impl Upstream {
    /// # Errors
    /// When the TLS roots of the system cannot be loaded.
    pub fn new(template: MusicUrl, limits: UpstreamLimits) -> Result<Self, rustls::Error> {
        let tls = template.is_https().then(tls).transpose()?;
        Ok(Self { template, tls, limits })
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
        let url = self.template.fill(isrc, key).ok_or(UpstreamError::Key)?;
        let request = self.request(&url, method.clone(), key, range, if_range)?;
        let answer = tokio::time::timeout(self.limits.headers, self.send(&url, request))
            .await
            .map_err(|_| UpstreamError::Timeout)??;
        if !(200..600).contains(&answer.status().as_u16()) {
            return Err(UpstreamError::Status(answer.status().as_u16()));
        }
        let (head, body) = answer.into_parts();
        let body = UpstreamBody::new(body, &self.limits);
        let headers = headers::forwarded(&head.headers, head.status, &method, &body);
        Ok(UpstreamAnswer { status: head.status, headers, body })
    }

    fn request(
        &self,
        url: &Url,
        method: Method,
        key: &MusicKey,
        range: Option<HeaderValue>,
        if_range: Option<HeaderValue>,
    ) -> Result<Request<Empty<Bytes>>, UpstreamError> {
        let host = url.authority();
        let mut request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(HOST, host)
            .header(USER_AGENT, "nameplate")
            .header(ACCEPT, "*/*")
            .header(ACCEPT_ENCODING, "identity")
            .body(Empty::new())
            .map_err(|_| UpstreamError::Key)?;
        let headers = request.headers_mut();
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

    async fn send(
        &self,
        url: &Url,
        request: Request<Empty<Bytes>>,
    ) -> Result<Response<Exchange>, UpstreamError> {
        let within = |error: io::Error| match error.kind() {
            io::ErrorKind::TimedOut => UpstreamError::Timeout,
            _ => UpstreamError::Unreachable(error),
        };
        let stream = timely(self.limits.connect, exchange::connect(url)).await.map_err(within)?;
        let answer = match &self.tls {
            None => exchange::ask_plainly(stream, request).await,
            Some(tls) => {
                let stream = timely(self.limits.connect, exchange::encrypt(tls, url, stream)).await;
                exchange::ask_secretly(stream.map_err(within)?, request).await
            }
        };
        answer.map_err(UpstreamError::Broken)
    }
}

/// Fails with [`io::ErrorKind::TimedOut`] after that time.
async fn timely<T>(limit: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// TLS with the roots of the system, which an operator may have added to.
fn tls() -> Result<Arc<rustls::ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(Arc::new(config))
}
