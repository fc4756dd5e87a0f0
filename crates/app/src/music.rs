//! Music: a visitor hears a track with the owner's key (contract M1 to M5).

use std::sync::Arc;

use http::header::CONTENT_RANGE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nameplate_core::change::Change;
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::isrc::Isrc;
use nameplate_core::secret::MusicKey;
use nameplate_music::upstream::{Upstream, UpstreamAnswer};
use nameplate_store::Store;

use crate::lookup::{Lookup, Unavailable};
use crate::metrics::Metrics;
use crate::sites::Sites;
use crate::views::{Views, Visitor};

/// Why there is no track.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum MusicFault {
    /// The profile is missing or not available, or its owner has no enabled music key.
    #[error("there is no music")]
    NotFound,
    #[error("the music worker did not answer")]
    Upstream,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What of a request goes on to the worker.
pub struct TrackRequest {
    pub method: Method,
    pub range: Option<HeaderValue>,
    pub if_range: Option<HeaderValue>,
    pub visitor: Visitor,
}

pub struct Musics {
    store: Store,
    sites: Arc<Sites>,
    views: Arc<Views>,
    upstream: Option<Upstream>,
    keys: Lookup<UserId, MusicKey>,
    metrics: Metrics,
}

impl Musics {
    pub(crate) fn new(
        store: Store,
        sites: Arc<Sites>,
        views: Arc<Views>,
        upstream: Option<Upstream>,
        metrics: Metrics,
    ) -> Self {
        Self { store, sites, views, upstream, keys: Lookup::new(10_000, metrics.clone()), metrics }
    }

    /// Opens a track for a visitor and counts the play.
    pub async fn open(
        &self,
        profile: &ProfileId,
        isrc: Isrc,
        request: TrackRequest,
    ) -> Result<UpstreamAnswer, MusicFault> {
        let site = self.sites.find(profile).await?.ok_or(MusicFault::NotFound)?;
        let owner = site.owner().id;
        let load = || async { self.store.find_music_key(&owner).await };
        let key = self.keys.get(&owner, load).await?.ok_or(MusicFault::NotFound)?;
        // A key without a worker to use it at is a worker that cannot be reached.
        let upstream = self.upstream.as_ref().ok_or(MusicFault::Upstream)?;
        let TrackRequest { method, range, if_range, visitor } = request;
        let answer = upstream.open(method.clone(), isrc, &key, range, if_range).await.map_err(|error| {
            self.metrics.music_failures.inc();
            tracing::warn!(%error, "the music worker did not answer");
            MusicFault::Upstream
        })?;
        if method == Method::GET && is_start(answer.status, &answer.headers) {
            self.views.record_play(profile, owner, isrc, visitor);
        }
        Ok(answer)
    }

    pub(crate) async fn apply(&self, change: &Change) {
        match change {
            Change::User(user) => self.keys.forget(user).await,
            Change::Everything => self.keys.forget_all(),
            Change::Profile(..) | Change::Posts(_) => {}
        }
    }
}

/// Whether an answer is the start of a track: all of it, or a range from the first byte (M5).
fn is_start(status: StatusCode, headers: &HeaderMap) -> bool {
    match status {
        StatusCode::OK => true,
        StatusCode::PARTIAL_CONTENT => headers
            .get(CONTENT_RANGE)
            .is_some_and(|range| range.as_bytes().trim_ascii_start().starts_with(b"bytes 0-")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M5
    #[test]
    fn a_play_starts_at_the_first_byte() {
        let ranged =
            |range: &'static str| HeaderMap::from_iter([(CONTENT_RANGE, HeaderValue::from_static(range))]);
        assert!(is_start(StatusCode::OK, &HeaderMap::new()));
        assert!(is_start(StatusCode::PARTIAL_CONTENT, &ranged("bytes 0-99/100")));
        assert!(!is_start(StatusCode::PARTIAL_CONTENT, &ranged("bytes 10-99/100")));
        assert!(!is_start(StatusCode::PARTIAL_CONTENT, &HeaderMap::new()));
        assert!(!is_start(StatusCode::NOT_FOUND, &HeaderMap::new()));
    }
}
