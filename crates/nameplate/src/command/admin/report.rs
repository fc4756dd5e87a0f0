//! `nameplate admin report`: what users reported and nobody has looked at yet (contract A2).

use clap::Subcommand;
use nameplate_core::id::PostCode;

use super::post_code;
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum ReportCommand {
    /// Reports that wait, oldest first: when, post, its owner, the reporter, the reason
    List {
        /// How many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Nothing is wrong with the post: forget its reports
    Dismiss {
        /// The post's share code
        #[arg(value_parser = post_code)]
        code: PostCode,
    },
}

impl ReportCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::List { limit } => {
                for report in parts.store.list_reports(limit).await? {
                    let (created, reason) = (report.created.to_rfc3339(), report.reason.unwrap_or_default());
                    let reason = nameplate_core::text::clean_line(&reason, 200);
                    say!("{created}\t{}\t{}\t{}\t{reason}", report.post, report.owner, report.reporter)?;
                }
                Ok(())
            }
            Self::Dismiss { code } => parts.say(parts.operators().dismiss_reports(&code, None).await),
        }
    }
}
