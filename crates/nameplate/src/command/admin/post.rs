//! `nameplate admin post`: posts that the operator hides, shows again, or deletes (contract A2).

use anyhow::{Context, anyhow};
use clap::Subcommand;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::Post;
use nameplate_media::blob_key::BlobKey;

use super::{post_code, user_id};
use crate::parts::Parts;
use crate::terminal::say;

/// Posts to a page of a list.
const PAGE: u32 = 500;

#[derive(Subcommand)]
pub(crate) enum PostCommand {
    /// Posts, a line each: code, owner, when, privacy, files, and whether it is quarantined
    List {
        /// Those of one user, newest first
        #[arg(long, value_parser = user_id)]
        owner: Option<UserId>,
    },
    /// Hide it from everybody but its owner, who sees why, and close its reports
    Quarantine {
        #[arg(value_parser = post_code)]
        code: PostCode,
        /// What its owner is told, at most 200 characters
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Show it again
    Restore {
        #[arg(value_parser = post_code)]
        code: PostCode,
    },
    /// Delete it with its files; they stay counted in its owner's week
    Delete {
        #[arg(value_parser = post_code)]
        code: PostCode,
    },
}

impl PostCommand {
    pub(crate) async fn run(self, parts: &Parts) -> anyhow::Result<()> {
        match self {
            Self::List { owner } => list(parts, owner).await,
            Self::Quarantine { code, reason } => {
                parts.say(parts.operators().hide_post(&code, reason.as_deref()).await)
            }
            Self::Restore { code } => parts.say(parts.operators().show_post(&code).await),
            Self::Delete { code } => delete(parts, &code).await,
        }
    }
}

async fn list(parts: &Parts, owner: Option<UserId>) -> anyhow::Result<()> {
    let (mut after, mut offset) = (None, 0);
    loop {
        let page = match &owner {
            Some(owner) => parts.store.list_posts_of(owner, PAGE, offset).await?,
            None => parts.store.list_posts(after.as_ref(), PAGE).await?,
        };
        page.iter().try_for_each(print)?;
        let Some(last) = page.last() else { return Ok(()) };
        (after, offset) = (Some(last.code.clone()), offset + PAGE);
    }
}

fn print(post: &Post) -> anyhow::Result<()> {
    let state = if post.is_moderated { "quarantined" } else { "" };
    let (created, privacy, files) = (post.created.to_rfc3339(), post.privacy.as_str(), post.files.len());
    say!("{}\t{}\t{created}\t{privacy}\t{files}\t{state}", post.code, post.owner)
}

async fn delete(parts: &Parts, code: &PostCode) -> anyhow::Result<()> {
    let post = parts.store.find_post(code).await?.ok_or_else(|| anyhow!("there is no post {code}"))?;
    parts.store.delete_post(&post).await?;
    let owner = post.owner;
    let keys = post
        .files
        .into_iter()
        .flat_map(|file| [BlobKey::thumb_of(owner, &file.name), BlobKey::Upload { owner, name: file.name }]);
    parts.blobs()?.delete_many(keys).await.context("the post is gone; its files could not be deleted")?;
    parts.done("deleted", format!("post {code}"), Some(format!("of user {owner}"))).await
}
