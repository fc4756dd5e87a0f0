//! Nameplate's own music worker: a [`Library`] over HTTP (M6).
//!
//! `GET`/`HEAD /stream/{isrc}` sends a file with full range support, `GET /artwork/{isrc}` its picture; faults are
//! `{"error":"..."}`. It stands behind the music proxy like any other worker and knows nothing about profiles. Sockets,
//! timeouts and the drain are left to the server that runs the router.

mod artwork;
mod stream;

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use subtle::{Choice, ConstantTimeEq};
use tokio::sync::Semaphore;

use crate::library::{Library, Track};

/// How the worker is reached.
#[derive(Debug, Default)]
pub struct WorkerOptions {
    /// Any of these opens `/stream/`, as `?key=` or as a bearer token; with none it is open. `/artwork/` always is: its
    /// address goes to visitors, who have no key.
    pub keys: Vec<MusicKey>,
    /// Where visitors reach the worker, such as `https://music.example`. Without it `x-track-artwork` is a path.
    pub base: Option<url::Url>,
}

struct Worker {
    library: Arc<Library>,
    options: WorkerOptions,
    /// Pictures are read from their files: a few at a time.
    artwork_reads: Semaphore,
}

/// The worker's URLs.
pub fn router(library: Arc<Library>, options: WorkerOptions) -> Router {
    Router::new()
        .route("/stream/{isrc}", get(stream::stream))
        .route("/artwork/{isrc}", get(artwork::artwork))
        .fallback(async || Fault::new(StatusCode::NOT_FOUND, "There is nothing here."))
        .method_not_allowed_fallback(async || Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Use GET or HEAD."))
        .with_state(Arc::new(Worker { library, options, artwork_reads: Semaphore::new(2) }))
}

impl Worker {
    fn find(&self, isrc: Result<Path<String>, PathRejection>) -> Result<Arc<Track>, Fault> {
        let isrc = isrc.ok().and_then(|Path(isrc)| Isrc::parse(&isrc).ok());
        let isrc = isrc.ok_or(Fault::new(StatusCode::BAD_REQUEST, "An ISRC is 12 letters or digits."))?;
        self.library.find(isrc).ok_or(Fault::UNKNOWN_TRACK)
    }

    fn check_key(&self, request: &Parts) -> Result<(), Fault> {
        #[derive(serde::Deserialize)]
        struct KeyQuery {
            key: String,
        }
        if self.options.keys.is_empty() {
            return Ok(());
        }
        let bearer = || {
            let (scheme, key) = request.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then(|| key.to_owned())
        };
        let given =
            Query::<KeyQuery>::try_from_uri(&request.uri).ok().map(|Query(query)| query.key).or_else(bearer);
        let given = given.ok_or(Fault::new(StatusCode::UNAUTHORIZED, "A key is needed."))?;
        // All of them are compared, so that the time does not tell which one came close.
        let keys = self.options.keys.iter();
        let known =
            keys.fold(Choice::from(0), |known, key| known | key.expose().as_bytes().ct_eq(given.as_bytes()));
        if known.into() {
            Ok(())
        } else {
            Err(Fault::new(StatusCode::UNAUTHORIZED, "This key is not known."))
        }
    }
}

/// An answer without a track.
#[derive(Clone, Copy)]
struct Fault {
    status: StatusCode,
    text: &'static str,
}

impl Fault {
    const UNKNOWN_TRACK: Self = Self::new(StatusCode::NOT_FOUND, "There is no such track.");

    const fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(serde_json::json!({ "error": self.text }))).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
