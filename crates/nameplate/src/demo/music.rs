//! The demo's music worker: our own, over a few short pieces that it makes itself. It plays the sites that presences
//! take their pictures from, too.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::Path as Segment;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use nameplate_core::isrc::Isrc;
use nameplate_media::art::ArtSettings;
use nameplate_media::art_fetch::Upstream;
use nameplate_media::demo_art;
use nameplate_music::library::Library;
use nameplate_music::synth::{DemoTrack, write_demo_library};
use nameplate_music::worker::{self, WorkerOptions};
use nameplate_web::TrustedProxies;
use nameplate_web::server::{Limits, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::MusicTemplate;

pub(super) struct Worker {
    listener: TcpListener,
    library: Arc<Library>,
    tracks: Vec<DemoTrack>,
}

/// Makes the pieces and gets ready to serve them on a free port of this machine.
pub(super) async fn start(folder: &Path) -> anyhow::Result<Worker> {
    std::fs::create_dir_all(folder)?;
    let target = folder.to_owned();
    let tracks = tokio::task::spawn_blocking(move || write_demo_library(&target))
        .await?
        .context("the demo's music")?;
    let library = Arc::new(Library::scan(folder).await?);
    let listener =
        nameplate_web::server::bind(([127, 0, 0, 1], 0).into()).context("the demo's music worker")?;
    Ok(Worker { listener, library, tracks })
}

impl Worker {
    pub(super) fn template(&self) -> anyhow::Result<MusicTemplate> {
        MusicTemplate::parse(format!("http://{}/stream/{{isrc}}", self.listener.local_addr()?))
            .context("the demo's music")
    }

    pub(super) fn tracks(&self) -> Vec<Isrc> {
        self.tracks.iter().map(|track| track.isrc).collect()
    }

    /// Pictures of other sites, all played by this worker: a demo needs no network.
    pub(super) fn art(&self) -> anyhow::Result<ArtSettings> {
        let upstream = Upstream::Played(self.listener.local_addr()?);
        Ok(ArtSettings { upstream, ..ArtSettings::default() })
    }

    pub(super) async fn run(self) {
        let server = Server::new(Limits::default(), TrustedProxies::default(), Duration::from_secs(1));
        let router =
            worker::router(self.library, WorkerOptions::default()).route("/image/{number}", get(sleeve));
        server.serve(self.listener, router, CancellationToken::new()).await;
    }
}

/// A record sleeve, as the site would send it that presences name.
async fn sleeve(Segment(number): Segment<usize>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/jpeg")], demo_art::cover(number))
}
