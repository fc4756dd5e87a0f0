//! `nameplate admin login-link`.

use anyhow::{anyhow, ensure};
use clap::Args;
use nameplate_app::{LoginFault, login_link};
use nameplate_core::id::UserId;

use super::user_id;
use crate::parts::Parts;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct LoginLink {
    /// Whom the link signs in, once and within an hour
    #[arg(value_parser = user_id, required_unless_present = "first_run")]
    id: Option<UserId>,
    /// A link that sets up an instance which nobody runs yet, within a day
    #[arg(long, conflicts_with = "id")]
    first_run: bool,
}

impl LoginLink {
    /// Prints the link alone, so that it can be passed on.
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        let sessions = parts.sessions();
        let token = match self.id {
            Some(id) => {
                let token = sessions.new_link(id).await.map_err(|fault| match fault {
                    LoginFault::NoUser => anyhow!("there is no user {id}"),
                    fault => fault.into(),
                })?;
                parts.note("made a login link for", format!("user {id}"), None).await?;
                token
            }
            None => {
                let is_run = parts.store.has_operator().await?;
                ensure!(!is_run, "somebody runs this instance already; give the id of a user");
                sessions.new_first_run_link().await?
            }
        };
        say!("{}", login_link(parts.home()?.as_str(), &token))?;
        Ok(())
    }
}
