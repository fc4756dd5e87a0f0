//! `nameplate serve`: run an instance.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use nameplate_app::login_link;

use crate::config::Settings;
use crate::node::Node;
use crate::parts::Parts;
use crate::terminal::{bold, dim, say};

#[derive(Args)]
pub(crate) struct Serve {
    /// Write the bound addresses here as JSON once the process serves
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let parts = Parts::open_patiently(settings).await?;
        let has_operator = parts.store.has_operator().await?;
        let node = Node::start(parts).await?;
        say!("{} {}", bold("Nameplate serves at"), node.public_url)?;
        if has_operator {
            say!("{}", dim(&format!("Sign in at {}login", node.public_url)))?;
        } else {
            let token = node.parts.sessions().new_first_run_link().await?;
            say!(
                "\nNobody runs this instance yet. Open this link to make your page; it is good for a day:\n"
            )?;
            say!("  {}\n", login_link(node.public_url.as_str(), &token))?;
            say!("{}", dim("To bring an instance along: nameplate import FILE."))?;
        }
        if let Some(path) = &self.ready_file {
            node.write_ready_file(path)?;
        }
        node.run().await?;
        Ok(ExitCode::SUCCESS)
    }
}
