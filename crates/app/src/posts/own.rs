//! An owner's posts as the studio shows them: with every file, and with links that open even what is private.

use futures_util::{StreamExt, stream};
use nameplate_core::id::PostCode;
use nameplate_core::post::{Post, PostFile, Privacy};
use nameplate_core::time::{Timestamp, millis};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::kind::MediaKind;
use nameplate_store::PostFilter;
use serde::Serialize;

use super::{PostFault, Posts};
use crate::accounts::Caller;

/// Posts on one page.
const POSTS_A_PAGE: u32 = 24;

/// How many posts are looked at side by side: each file's size in pixels is read from its first bytes.
const AT_ONCE: usize = 8;

#[derive(Serialize)]
pub struct OwnPosts {
    uploads: Vec<OwnPost>,
    page: u32,
    pages: u32,
    total: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnPost {
    code: String,
    title: Option<String>,
    description: Option<String>,
    privacy: Privacy,
    #[serde(with = "millis")]
    created: Timestamp,
    views: u64,
    /// Of the first file.
    url: Option<String>,
    share_url: String,
    /// Of a private post's first file, good for a day.
    signed_url: Option<String>,
    thumb_url: Option<String>,
    is_moderated: bool,
    moderation_note: Option<String>,
    files: Vec<OwnFile>,
}

#[derive(Serialize)]
struct OwnFile {
    name: String,
    /// Opens it, signed if need be.
    url: String,
    size: u64,
    mime: String,
    width: Option<u32>,
    height: Option<u32>,
}

impl OwnPost {
    /// The address of its first file, if that is a picture.
    pub fn picture_url(&self) -> Option<&str> {
        let is_picture = self.files.first().is_some_and(|file| file.mime.starts_with("image/"));
        self.url.as_deref().filter(|_| is_picture)
    }
}

impl Posts {
    /// A page of the caller's posts, newest first; pages count from 1.
    pub async fn page(&self, caller: &Caller, only: &PostFilter, page: u32) -> Result<OwnPosts, PostFault> {
        let page = page.max(1);
        let offset = (page - 1).saturating_mul(POSTS_A_PAGE);
        let (posts, total) = self.store.list_some_posts_of(&caller.id(), only, POSTS_A_PAGE, offset).await?;
        let uploads = stream::iter(posts).map(|post| self.own_view(post)).buffered(AT_ONCE).collect().await;
        let pages = u32::try_from(total.div_ceil(POSTS_A_PAGE.into())).unwrap_or(u32::MAX);
        Ok(OwnPosts { uploads, page, pages, total })
    }

    /// One of the caller's posts.
    pub async fn own(&self, caller: &Caller, code: &PostCode) -> Result<OwnPost, PostFault> {
        let post = self.store.find_post(code).await?.filter(|post| post.owner == caller.id());
        Ok(self.own_view(post.ok_or(PostFault::NotFound)?).await)
    }

    async fn own_view(&self, post: Post) -> OwnPost {
        let links = self.files.links();
        let mut files = Vec::with_capacity(post.files.len());
        for file in &post.files {
            files.push(self.own_file(&post, file).await);
        }
        let first = post.files.first().map(|file| &file.name);
        let is_private = post.privacy == Privacy::Private;
        let is_shown = !is_private && !post.is_moderated;
        let is_picture = |name: &&_| MediaKind::of(name).is_some_and(MediaKind::is_picture);
        OwnPost {
            url: first.map(|name| links.upload(&post.owner, name)),
            share_url: links.share_page(&post.code),
            signed_url: first
                .filter(|_| is_private)
                .map(|name| self.files.url(&post.owner, name, post.privacy)),
            thumb_url: first
                .filter(|_| is_shown)
                .filter(is_picture)
                .map(|name| links.thumb(&post.owner, name)),
            moderation_note: self.moderation_reason(&post).await,
            code: post.code.to_string(),
            title: post.title,
            description: post.description,
            privacy: post.privacy,
            created: post.created,
            views: post.views,
            is_moderated: post.is_moderated,
            files,
        }
    }

    async fn own_file(&self, post: &Post, file: &PostFile) -> OwnFile {
        let key = BlobKey::Upload { owner: post.owner, name: file.name.clone() };
        let dimensions = match MediaKind::of(&file.name) {
            Some(kind) => self.files.dimensions(&key, kind, file.size).await,
            None => None,
        };
        OwnFile {
            name: file.name.as_str().to_owned(),
            url: self.files.url(&post.owner, &file.name, post.privacy),
            size: file.size,
            mime: file.mime.clone(),
            width: dimensions.map(|pixels| pixels.width),
            height: dimensions.map(|pixels| pixels.height),
        }
    }
}
