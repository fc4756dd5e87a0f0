//! `nameplate demo`: a throw-away instance that is alive (contract W4).
//!
//! Everything is the real thing: the data comes in through the import, pictures lie in the blob store, presence is fed
//! as any source would feed it, and the music comes from our own worker. It is gone when the demo ends.

mod cast;
mod music;
mod pictures;
mod simulator;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use nameplate_page::Example;
use tokio::net::TcpListener;

use crate::command::{import, with_runtime};
use crate::config::{Flags, Settings};
use crate::node::{Node, Scenery, bind};
use crate::parts::Parts;
use crate::terminal::{bold, dim, say};

#[derive(Args)]
pub(crate) struct Demo {
    /// Write the bound addresses here as JSON once the demo serves
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self, flags: &Flags) -> anyhow::Result<ExitCode> {
        let folder =
            tempfile::Builder::new().prefix("nameplate-demo-").tempdir().context("a folder for the demo")?;
        let data_dir = folder.path().to_owned();
        with_runtime(flags, |settings| async move {
            let settings = Settings {
                data_dir,
                database_url: None,
                redis_url: None,
                blob_url: None,
                root_secret: None,
                discord_token: None,
                ..settings
            };
            Box::pin(self.serve(settings)).await
        })
    }

    async fn serve(self, mut settings: Settings) -> anyhow::Result<ExitCode> {
        let public = bind_or_any("listen", settings.listen)?;
        let internal = bind_or_any("internal_listen", settings.internal_listen)?;
        let worker = music::start(&settings.data_dir.join("music")).await?;
        settings.music_url = Some(worker.template()?);
        let parts = Parts::open(settings).await?;
        let public_url = crate::node::public_url(&parts.settings, public.local_addr()?)?;
        let files = nameplate_app::Links::new(&public_url, &parts.zones).files().to_owned();
        let cast = cast::make(&parts, &files, worker.tracks());
        pictures::store(&parts.blobs()?, &cast).await?;
        import::store(&parts, &cast.instance(&parts)?).await?;

        let examples = cast.people.iter().map(|person| person.example(&public_url, &parts.zones)).collect();
        let scenery = Scenery { examples, art: worker.art()? };
        let node = Node::start_on(parts, Some(public), internal, scenery).await?;
        let studio = studio(&node, &cast).await?;
        print(&node, &cast, &studio)?;
        if let Some(path) = &self.ready_file {
            node.write_ready_file(path)?;
        }
        let cast = Arc::new(cast);
        node.spawn(simulator::run(node.app.clone(), cast));
        node.spawn(worker.run());
        node.run().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Binds an address; where its port is taken, any free one will do for a demo.
fn bind_or_any(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    bind(key, address).or_else(|_| bind(key, SocketAddr::new(address.ip(), 0)))
}

/// A link to the studio for one of the people, who runs the demo.
async fn studio(node: &Node, cast: &cast::Cast) -> anyhow::Result<String> {
    let star = cast.people.first().context("the demo has people")?;
    node.parts.store.set_operator(&star.user, true).await?;
    let token = node.parts.sessions().new_link(star.user).await?;
    Ok(nameplate_app::login_link(node.public_url.as_str(), &token))
}

fn print(node: &Node, cast: &cast::Cast, studio: &str) -> anyhow::Result<()> {
    let zones = &node.parts.zones;
    say!("\n{} {}\n", bold("The demo is alive at"), node.public_url)?;
    for person in &cast.people {
        let Example { url, about, .. } = person.example(&node.public_url, zones);
        say!("  {url:44} {}", dim(&about))?;
    }
    let Some(star) = cast.people.first() else { return Ok(()) };
    let port = node.listen.port();
    let base = zones.base();
    say!("\n{} as one of them, once: {studio}", bold("Sign in to the studio"))?;
    say!("\n{}", bold("Try"))?;
    say!("  curl -o card.png http://{base}:{port}/api/v1/profiles/{}/og.png", star.profile)?;
    say!("  curl -N http://{base}:{port}/api/v1/profiles/presence/{}/stream", star.user)?;
    say!("  curl -H 'relay-key: {}' http://relay.{base}:{port}/users/@me", star.relay_key.expose())?;
    say!("\n{}", dim("Everything is gone when this ends: Ctrl-C."))
}
