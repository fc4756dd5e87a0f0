//! `nameplate serve`: run an instance.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::config::Settings;
use crate::node::Node;
use crate::parts::Parts;
use crate::terminal::{bold, dim};

#[derive(Args)]
pub(crate) struct Serve {
    /// Write the bound addresses here as JSON once the process serves
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let node = Node::start(Parts::open_patiently(settings).await?).await?;
        let is_empty = node.parts.store.list_profiles(None, 1).await?.is_empty();
        println!("{} {}", bold("Nameplate serves at"), node.public_url);
        if is_empty {
            println!("\nThere are no profiles yet. {}", dim("In another terminal, in this folder:"));
            println!("  nameplate admin user create 123456789012345678 ada");
            println!("  nameplate admin profile create ada --owner 123456789012345678 --publish");
            println!("or bring an instance along with nameplate import FILE.");
        }
        if let Some(path) = &self.ready_file {
            node.write_ready_file(path)?;
        }
        node.run().await?;
        Ok(ExitCode::SUCCESS)
    }
}
