//! `nameplate listen`: the Discord listener alone, so that a new version of the pages costs no gateway session.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;

use crate::config::Settings;
use crate::files;
use crate::node::Node;
use crate::parts::Parts;

#[derive(Args)]
pub(crate) struct Listen {
    /// Write the bound internal address here as JSON once the process listens
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Listen {
    pub(crate) async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        ensure!(
            settings.redis_url.is_some(),
            "setting `redis_url`: must be set, or nobody else sees what this process hears; without Redis, `serve` listens by itself"
        );
        ensure!(settings.discord_token.is_some(), "setting `discord_token`: must be set to the bot's token");
        let node = Node::start_listener(Parts::open_patiently(settings).await?).await?;
        if let Some(path) = &self.ready_file {
            let ready = serde_json::json!({ "internal": node.internal.to_string() });
            files::replace(path, &format!("{ready}\n"))?;
        }
        node.run_while_listening().await?;
        Ok(ExitCode::SUCCESS)
    }
}
