//! `nameplate music`: the music worker (contract M6).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use nameplate_core::secret::MusicKey;
use nameplate_music::library::Library;
use nameplate_music::worker::{self, WorkerOptions};
use nameplate_web::TrustedProxies;
use nameplate_web::server::{Limits, Server};
use tokio_util::sync::CancellationToken;

use crate::config::Settings;
use crate::files;
use crate::signals::Signals;
use crate::system::raise_file_limit;
use crate::terminal::say;

/// How often the folder is looked at for new files.
const REFRESH: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(crate) struct Music {
    /// The folder of audio files: mp3, flac, ogg, opus, m4a, wav
    #[arg(long, value_name = "DIR")]
    library: PathBuf,
    /// Where the worker listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    worker_listen: SocketAddr,
    /// A file of keys, one a line; without it everybody who reaches the worker may listen
    #[arg(long, value_name = "FILE")]
    keys_file: Option<PathBuf>,
    /// Write the bound address here as JSON once the worker serves
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Music {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let keys = match &self.keys_file {
            Some(path) => read_keys(path)?,
            None => Vec::new(),
        };
        let library = Arc::new(Library::scan(&self.library).await?);
        let listener = nameplate_web::server::bind(self.worker_listen)
            .with_context(|| format!("{} cannot be listened on", self.worker_listen))?;
        let address = listener.local_addr()?;
        let signals = Signals::listen()?;
        say!("{} tracks of {} at http://{address}/stream/{{isrc}}", library.len(), self.library.display())?;
        if let Some(path) = &self.ready_file {
            files::replace(path, &format!("{}\n", serde_json::json!({ "listen": address.to_string() })))?;
        }
        let stop = CancellationToken::new();
        let server = Server::new(
            Limits::for_files(raise_file_limit()),
            TrustedProxies::default(),
            Duration::from_secs(settings.drain),
        );
        let router = worker::router(library.clone(), WorkerOptions { keys, ..WorkerOptions::default() });
        tokio::select! {
            () = server.serve(listener, router, stop.clone()) => {}
            () = library.keep_fresh(REFRESH) => {}
            () = stopped(signals, stop.clone()) => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Waits for a signal, asks for a stop, and for a second signal.
async fn stopped(mut signals: Signals, stop: CancellationToken) {
    signals.next().await;
    stop.cancel();
    signals.next().await;
}

fn read_keys(path: &PathBuf) -> anyhow::Result<Vec<MusicKey>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| MusicKey::parse(line).with_context(|| format!("a key in {}", path.display()))).collect()
}
