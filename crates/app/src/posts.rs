//! Posts as the account API shows and changes them: one, all of one's own, and what their owner may do (contract A2,
//! A5, A9).

mod own;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::{PostCode, UserId};
use nameplate_core::post::{FileName, MAX_DESCRIPTION, MAX_FILES, MAX_TITLE, OwnUpload, Post, Privacy};
use nameplate_core::size;
use nameplate_core::text::clean_line;
use nameplate_core::time::{Clock, Timestamp};
use nameplate_core::user::User;
use nameplate_core::view::VisitorKey;
use nameplate_live::{Allowance, Live};
use nameplate_media::blob_key::BlobKey;
use nameplate_media::kind::MediaKind;
use nameplate_store::{Store, StoreError};
use serde::Serialize;

use crate::accounts::Caller;
use crate::files::{FileView, Files};
use crate::links::Links;

pub use own::{OwnPost, OwnPosts};

/// The most files that one list shows.
const MAX_LISTED: u32 = 10_000;
/// How often an address counts as a view of one post.
const VIEWS: Allowance = Allowance::new(3, Duration::from_secs(3600));

/// Why nothing is shown of a post, or done to it.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PostFault {
    /// Also another's that is private, or whose author is suspended.
    #[error("Post not found.")]
    NotFound,
    #[error("File not found.")]
    NoFile,
    #[error("You do not own this post.")]
    NotOwner,
    #[error("This post has been moderated.")]
    Moderated,
    #[error("You have been blocked by this user.")]
    Blocked,
    #[error("You have blocked this user.")]
    BlockedByCaller,
    #[error("Album cap of {MAX_FILES} files exceeded")]
    Full,
    #[error("the database is out of reach")]
    Unavailable,
}

impl From<StoreError> for PostFault {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a post could not be read or written");
        Self::Unavailable
    }
}

/// The caller's own post, to be changed.
pub(crate) async fn own_post(store: &Store, caller: &Caller, code: &PostCode) -> Result<Post, PostFault> {
    let post = store.find_post(code).await?.ok_or(PostFault::NotFound)?;
    if post.owner == caller.id() {
        return if post.is_moderated { Err(PostFault::Moderated) } else { Ok(post) };
    }
    Err(if post.privacy == Privacy::Private { PostFault::NotFound } else { PostFault::NotOwner })
}

/// A title as it is kept: a line of at most 30 characters, or none.
pub(crate) fn title(text: &str) -> Option<String> {
    Some(clean_line(text.trim(), MAX_TITLE)).filter(|title| !title.is_empty())
}

/// A description as it is kept: at most 200 characters, or none.
pub(crate) fn description(text: &str) -> Option<String> {
    let lines: Vec<_> = text.trim().lines().map(|line| clean_line(line, MAX_DESCRIPTION)).collect();
    let text = lines.join("\n");
    let text = nameplate_core::text::cut_chars(&text, MAX_DESCRIPTION);
    (!text.is_empty()).then(|| text.to_owned())
}

/// What is to be different about a post. An empty text takes the old one away.
#[derive(Clone, Debug, Default)]
pub struct PostChange {
    pub privacy: Option<Privacy>,
    pub title: Option<String>,
    pub description: Option<String>,
}

impl PostChange {
    pub fn is_empty(&self) -> bool {
        self.privacy.is_none() && self.title.is_none() && self.description.is_none()
    }
}

pub struct Posts {
    store: Store,
    files: Files,
    live: Live,
    clock: Arc<dyn Clock>,
}

impl Posts {
    pub(crate) fn new(store: Store, files: Files, live: Live, clock: Arc<dyn Clock>) -> Self {
        Self { store, files, live, clock }
    }

    /// A post as somebody may see it; from that address it counts as a view, three times an hour at most.
    pub async fn view(
        &self,
        caller: &Caller,
        code: &PostCode,
        viewer: Option<IpAddr>,
    ) -> Result<PostView, PostFault> {
        let mut post = self.store.find_post(code).await?.ok_or(PostFault::NotFound)?;
        let author = self.author(caller, &post).await?;
        if post.privacy == Privacy::Public
            && !post.is_moderated
            && let Some(viewer) = viewer
            && self.is_new_view(code, viewer).await
        {
            match self.store.count_post_view(code).await {
                Ok(()) => post.views += 1,
                Err(error) => tracing::warn!(%error, "a view of a post could not be counted"),
            }
        }
        Ok(self.show(post, &author).await)
    }

    /// Who made the post, if the caller may see it.
    async fn author(&self, caller: &Caller, post: &Post) -> Result<User, PostFault> {
        if post.owner == caller.id() {
            return Ok(caller.user().clone());
        }
        let face = self.store.find_user_face(&post.owner, &caller.id()).await?.ok_or(PostFault::NotFound)?;
        if post.privacy == Privacy::Private || face.user.is_suspended {
            return Err(PostFault::NotFound);
        }
        match () {
            () if face.has_blocked_caller => Err(PostFault::Blocked),
            () if face.is_blocked_by_caller => Err(PostFault::BlockedByCaller),
            () if post.is_moderated => Err(PostFault::Moderated),
            () => Ok(face.user),
        }
    }

    async fn is_new_view(&self, code: &PostCode, address: IpAddr) -> bool {
        let visitor = VisitorKey::new(self.live.visitor_salt().await.as_bytes(), address, b"");
        let key = [code.as_str().as_bytes(), b"/", &visitor.0].concat();
        self.live.take("post-view", &key, VIEWS).await.allowed
    }

    async fn show(&self, post: Post, author: &User) -> PostView {
        let url = |name: &FileName| self.files.url(&post.owner, name, post.privacy);
        let files: Vec<_> = post
            .files
            .iter()
            .enumerate()
            .map(|(index, file)| PostFileView {
                index,
                file_name: file.name.as_str().to_owned(),
                url: url(&file.name),
            })
            .collect();
        let is_album = post.is_album();
        let moderation_reason = self.moderation_reason(&post).await;
        let file = match post.files.first() {
            Some(file) => {
                let key = BlobKey::Upload { owner: post.owner, name: file.name.clone() };
                let dimensions = match MediaKind::of(&file.name) {
                    Some(kind) => self.files.dimensions(&key, kind, file.size).await,
                    None => None,
                };
                Some(FileView::new(file, dimensions))
            }
            None => None,
        };
        PostView {
            code: post.code.to_string(),
            url: files.first().map(|file| file.url.clone()),
            urls: is_album.then(|| files.iter().map(|file| file.url.clone()).collect()),
            is_album: is_album.then_some(true),
            files,
            title: post.title,
            description: post.description,
            post_privacy: post.privacy,
            created: post.created,
            views: post.views,
            like_count: 0,
            liked: false,
            comment_count: 0,
            author: AuthorView::new(author, self.files.links(), self.clock.now()),
            file,
            moderated: post.is_moderated.then_some(true),
            moderation_reason,
        }
    }

    /// Why the post was hidden. Only its owner gets so far.
    async fn moderation_reason(&self, post: &Post) -> Option<String> {
        if !post.is_moderated {
            return None;
        }
        let note = self.store.find_moderation_note(&post.code).await;
        note.inspect_err(|error| tracing::warn!(%error, "a moderation note could not be read")).ok().flatten()
    }

    /// All files of the caller, newest first.
    pub async fn list(&self, caller: &Caller, limit: Option<u32>) -> Result<Vec<UploadView>, PostFault> {
        let owner = caller.id();
        let uploads = self.store.list_uploads(&owner, limit.unwrap_or(MAX_LISTED)).await?;
        let view = |OwnUpload { code, privacy, is_album, created, file }: OwnUpload| UploadView {
            code: code.to_string(),
            is_album,
            url: self.files.url(&owner, &file.name, privacy),
            size: file.size,
            size_formatted: size::formatted(file.size),
            uploaded: created,
        };
        Ok(uploads.into_iter().map(view).collect())
    }

    pub async fn edit(
        &self,
        caller: &Caller,
        code: &PostCode,
        change: PostChange,
    ) -> Result<EditedPost, PostFault> {
        let mut post = own_post(&self.store, caller, code).await?;
        post.privacy = change.privacy.unwrap_or(post.privacy);
        if let Some(text) = change.title {
            post.title = title(&text);
        }
        if let Some(text) = change.description {
            post.description = description(&text);
        }
        if !self.store.update_post(&post).await? {
            return Err(PostFault::NotFound);
        }
        Ok(EditedPost {
            code: post.code.to_string(),
            title: post.title,
            description: post.description,
            post_privacy: post.privacy,
        })
    }

    /// Deletes one of the caller's files, and its post with the last of them. Links to it end at once.
    pub async fn delete_file(&self, caller: &Caller, name: &FileName) -> Result<(), PostFault> {
        if !self.store.delete_file(&caller.id(), name).await? {
            return Err(PostFault::NoFile);
        }
        self.remove(caller.id(), std::slice::from_ref(name)).await;
        Ok(())
    }

    /// The same for a file of a certain post.
    pub async fn delete_file_of(
        &self,
        caller: &Caller,
        code: &PostCode,
        name: &FileName,
    ) -> Result<(), PostFault> {
        let post = self.store.find_post_by_file(&caller.id(), name).await?;
        if post.is_none_or(|post| post.code != *code) {
            return Err(PostFault::NoFile);
        }
        self.delete_file(caller, name).await
    }

    /// Deletes a whole post of the caller's.
    pub async fn delete(&self, caller: &Caller, code: &PostCode) -> Result<(), PostFault> {
        let post = self.store.find_post(code).await?.filter(|post| post.owner == caller.id());
        let post = post.ok_or(PostFault::NotFound)?;
        if !self.store.delete_post(&post).await? {
            return Err(PostFault::NotFound);
        }
        let names: Vec<_> = post.files.into_iter().map(|file| file.name).collect();
        self.remove(caller.id(), &names).await;
        Ok(())
    }

    /// Removes the bytes of files whose rows are gone.
    async fn remove(&self, owner: UserId, names: &[FileName]) {
        let keys = names
            .iter()
            .flat_map(|name| [BlobKey::Upload { owner, name: name.clone() }, BlobKey::thumb_of(owner, name)]);
        if let Err(error) = self.files.blobs().delete_many(keys).await {
            tracing::warn!(%error, "the bytes of a deleted file could not be removed");
        }
    }
}

/// `GET /posts/{code}`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostView {
    code: String,
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urls: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_album: Option<bool>,
    files: Vec<PostFileView>,
    title: Option<String>,
    description: Option<String>,
    post_privacy: Privacy,
    created: Timestamp,
    views: u64,
    like_count: u64,
    liked: bool,
    comment_count: u64,
    author: AuthorView,
    file: Option<FileView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moderated: Option<bool>,
    /// What its owner is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    moderation_reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostFileView {
    index: usize,
    file_name: String,
    url: String,
}

#[derive(Serialize)]
struct AuthorView {
    id: UserId,
    username: String,
    nickname: Option<String>,
    avatar: Option<String>,
    verified: bool,
    plus: bool,
}

impl AuthorView {
    fn new(user: &User, links: &Links, now: Timestamp) -> Self {
        let mut avatar = user.avatar.clone();
        links.refresh(&mut avatar);
        Self {
            id: user.id,
            username: user.username.clone(),
            nickname: user.nickname.clone(),
            avatar,
            verified: user.is_verified,
            plus: user.plan(now).is_premium(),
        }
    }
}

/// One file in `GET /uploads`.
#[derive(Serialize)]
pub struct UploadView {
    code: String,
    #[serde(rename = "isAlbum")]
    is_album: bool,
    url: String,
    size: u64,
    size_formatted: String,
    uploaded: Timestamp,
}

/// The answer's `post` to `PATCH /editUpload`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditedPost {
    code: String,
    title: Option<String>,
    description: Option<String>,
    post_privacy: Privacy,
}
