//! What stands behind a short id, and the page that shows a post to people (contract R6, A5 to A7).
//!
//! Visitors come without a key: they see what is public or unlisted and not moderated, of owners who are not suspended;
//! everything else is as if it did not exist.

use std::sync::Arc;

use nameplate_core::host::Zones;
use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{Post, Privacy};
use nameplate_core::profile::Visibility;
use nameplate_core::time::{Clock, Entropy};
use nameplate_core::user::User;
use nameplate_media::blob_key::BlobKey;
use nameplate_media::kind::MediaKind;
use nameplate_page::{Author, Document, Media, PostContext, render_post};
use nameplate_store::{Conflict, Link, Store, StoreError};
use url::Url;

use crate::accounts::Caller;
use crate::art::Arts;
use crate::files::{FileFault, Files, OpenFile, unavailable};
use crate::lookup::Unavailable;

/// The longest address of a short link, in bytes.
const MAX_TARGET: usize = 2048;

/// What a short id names.
pub enum Short {
    File(Box<(Post, OpenFile)>),
    /// An address to go to.
    Link(String),
}

/// Why there is no short link.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LinkFault {
    #[error("The link must be an http or https address of at most {MAX_TARGET} bytes.")]
    BadTarget,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

pub struct Shares {
    store: Store,
    files: Files,
    art: Arts,
    zones: Zones,
    site_name: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Shares {
    pub(crate) fn new(
        files: Files,
        art: Arts,
        zones: Zones,
        site_name: String,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store: files.store().clone(), files, art, zones, site_name, clock, entropy }
    }

    /// What a short id names; on a profile's host it must be of the profile's owner (R6).
    pub async fn find(&self, code: &PostCode, owner: Option<UserId>) -> Result<Short, FileFault> {
        match self.files.find_by_code(code, owner).await {
            Ok(found) => Ok(Short::File(Box::new(found))),
            Err(FileFault::NotFound) => self.find_link(code, owner).await.map(Short::Link),
            Err(fault) => Err(fault),
        }
    }

    /// The address behind a short link.
    pub async fn find_link(&self, code: &PostCode, owner: Option<UserId>) -> Result<String, FileFault> {
        let link = self.store.find_link(code).await.map_err(unavailable)?;
        let link = link.filter(|link| owner.is_none_or(|owner| link.owner == owner));
        let link = link.ok_or(FileFault::NotFound)?;
        self.files.owner(&link.owner).await?;
        Ok(link.target)
    }

    /// Makes a short link.
    pub async fn shorten(&self, caller: &Caller, target: &str) -> Result<PostCode, LinkFault> {
        let target = Url::parse(target.trim()).map_err(|_| LinkFault::BadTarget)?;
        let is_web = matches!(target.scheme(), "http" | "https") && target.has_host();
        if !is_web || target.as_str().len() > MAX_TARGET {
            return Err(LinkFault::BadTarget);
        }
        loop {
            let code =
                PostCode::parse(&self.entropy.alphanumeric(PostCode::LENGTH)).map_err(|_| Unavailable)?;
            let (owner, created) = (caller.id(), self.clock.now());
            let link = Link { code, owner, target: target.to_string(), created };
            match self.store.insert_link(&link).await {
                Ok(()) => return Ok(link.code),
                Err(StoreError::Conflict(Conflict::Code)) => {}
                Err(error) => {
                    tracing::warn!(%error, "a short link could not be written");
                    return Err(Unavailable.into());
                }
            }
        }
    }

    /// Deletes a short link of the caller's. Answers whether there was one.
    pub async fn delete_link(&self, caller: &Caller, code: &PostCode) -> Result<bool, Unavailable> {
        let found = self.store.find_link(code).await;
        let is_own = matches!(&found, Ok(Some(link)) if link.owner == caller.id());
        let deleted = if is_own { self.store.delete_link(code).await } else { found.map(|_| false) };
        deleted.map_err(|error| {
            tracing::warn!(%error, "a short link could not be deleted");
            Unavailable
        })
    }

    /// The page of a post.
    pub async fn page(&self, code: &PostCode) -> Result<Document, FileFault> {
        let post = self.store.find_post(code).await.map_err(unavailable)?.ok_or(FileFault::NotFound)?;
        if post.privacy == Privacy::Private || post.is_moderated {
            return Err(FileFault::NotFound);
        }
        self.render(&post).await
    }

    /// The page of a post that may be seen.
    pub async fn render(&self, post: &Post) -> Result<Document, FileFault> {
        let author = self.files.owner(&post.owner).await?;
        let mut media = Vec::with_capacity(post.files.len());
        for file in &post.files {
            let Some(kind) = MediaKind::of(&file.name) else { continue };
            let key = BlobKey::Upload { owner: post.owner, name: file.name.clone() };
            media.push(Media {
                url: self.files.url(&post.owner, &file.name, post.privacy),
                mime: kind.mime(),
                size: file.size,
                dimensions: self.files.dimensions(&key, kind, file.size).await.map(Into::into),
            });
        }
        let links = self.files.links();
        let avatar = author.avatar.as_deref().and_then(|avatar| self.art.local_url(avatar));
        let page_url = self.page_of(&author).await;
        let is_premium = author.plan(self.clock.now()).is_premium();
        Ok(render_post(&PostContext {
            site_name: &self.site_name,
            home_url: links.home(),
            url: &links.share_page(&post.code),
            files_url: links.files(),
            title: post.title.as_deref(),
            description: post.description.as_deref(),
            author: Author {
                name: author.display_name(),
                username: &author.username,
                avatar: avatar.as_deref(),
                is_verified: author.is_verified,
                page_url: page_url.as_deref(),
            },
            created: post.created,
            views: post.views,
            media: &media,
            embed: author.custom_embed.as_ref().filter(|_| is_premium),
            is_listed: post.privacy == Privacy::Public,
        }))
    }

    /// The author's own page, if there is one to see.
    async fn page_of(&self, author: &User) -> Option<String> {
        let profiles = self.store.list_profiles_of(&author.id).await.ok()?;
        let now = self.clock.now();
        let mut seen = profiles.iter().filter(|profile| {
            profile.visibility(author.is_suspended, now) == Visibility::Visible
                && profile.is_domain_served(&self.zones)
        });
        seen.next().map(|profile| self.files.links().host(&profile.domain))
    }
}
