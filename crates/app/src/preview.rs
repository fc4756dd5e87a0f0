//! Previews: the page and the card of a draft, as everybody would see them. Nothing of them is kept, and nobody's view is
//! counted.
//!
//! The page is the real one but for its script: presence is a stand-in, music is silent, and each block says which part
//! of the document it is.

use std::collections::HashMap;

use bytes::Bytes;
use nameplate_card::CardContent;
use nameplate_core::content::{Block, Content};
use nameplate_core::id::PostCode;
use nameplate_core::post::Post;
use nameplate_core::presence::{Activity, ActivityType, Presence, Status};
use nameplate_core::profile::Profile;
use nameplate_core::theme::{Background, Scheme};
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use nameplate_media::blob_key::BlobKey;
use nameplate_page::{art_url, render_presence};
use nameplate_store::StoreError;

use crate::card_content;
use crate::sites::Sites;

/// A page for its owner's eyes.
pub struct Preview {
    pub html: Bytes,
    /// The value of the `Content-Security-Policy` header.
    pub csp: Bytes,
}

/// An upload that a page shows.
struct OwnPicture {
    url: String,
    size: u64,
}

impl Sites {
    /// Renders a content as the profile's page. `scheme` is what the visitor's system would say, for a page that follows
    /// it.
    pub async fn preview(
        &self,
        profile: &Profile,
        owner: &User,
        mut content: Content,
        scheme: Option<Scheme>,
    ) -> Result<Preview, StoreError> {
        if matches!(content.theme.scheme, None | Some(Scheme::Auto)) {
            content.theme.scheme = scheme.or(content.theme.scheme);
        }
        let pictures = self.own_pictures(owner, &content).await?;
        // A path leads to the page's own host, and a preview is elsewhere.
        let images = |url: &str| match pictures.get(url) {
            Some(picture) => Some(art_url(&picture.url)),
            None => self.art.local_url(url).filter(|local| local != url),
        };
        let site = self.assemble(profile.clone(), owner.clone(), content).await?;
        let page = self.draw(&site, self.is_premium(&site), Some(&images));
        let now = self.clock.now();
        let card = if page.has_presence { render_presence(Some(&stand_in(now)), now) } else { String::new() };
        Ok(Preview { html: page.html(&card), csp: page.csp })
    }

    /// What the card of a content shows.
    pub(crate) async fn draft_card(&self, profile: &Profile, owner: &User, content: &Content) -> CardContent {
        card_content::make(profile, owner, content, &self.card_pictures, self.clock.now()).await
    }

    /// Whether a page may show a picture (P10).
    pub(crate) fn can_show(&self, url: &str) -> bool {
        self.art.local_url(url).is_some()
    }

    /// The sizes of the owner's uploads that a content shows, by the addresses that it gives.
    pub(crate) async fn picture_sizes(&self, owner: &User, content: &Content) -> HashMap<String, u64> {
        let found = self.own_pictures(owner, content).await;
        let found = found.inspect_err(|error| tracing::warn!(%error, "the sizes of pictures are not known"));
        found.unwrap_or_default().into_iter().map(|(url, picture)| (url, picture.size)).collect()
    }

    async fn own_pictures(
        &self,
        owner: &User,
        content: &Content,
    ) -> Result<HashMap<String, OwnPicture>, StoreError> {
        let images = content.blocks.iter().filter_map(|block| match block {
            Block::Image(image) => Some(&image.url),
            _ => None,
        });
        let background = content.theme.background.as_ref().and_then(|background| match background {
            Background::Picture(url) => Some(url),
            _ => None,
        });
        let mut pictures = HashMap::new();
        for url in images.chain(background) {
            if !pictures.contains_key(&**url)
                && let Some(picture) = self.own_picture(owner, url).await?
            {
                pictures.insert(url.to_string(), picture);
            }
        }
        Ok(pictures)
    }

    async fn own_picture(&self, owner: &User, url: &str) -> Result<Option<OwnPicture>, StoreError> {
        let is_own = |post: &Post| post.owner == owner.id;
        let (post, name) = if let Some(path) = self.links.own_path(url) {
            let Some(BlobKey::Upload { owner: of, name }) = BlobKey::parse(path) else { return Ok(None) };
            (self.store.find_post_by_file(&of, &name).await?, Some(name))
        } else if let Some(path) = url.strip_prefix('/') {
            let code = path.split('.').next().unwrap_or_default();
            let Ok(code) = PostCode::parse(code) else { return Ok(None) };
            (self.store.find_post(&code).await?, None)
        } else {
            return Ok(None);
        };
        let Some(post) = post.filter(is_own) else { return Ok(None) };
        let file = post.files.iter().find(|file| name.as_ref().is_none_or(|name| file.name == *name));
        Ok(file.map(|file| OwnPicture { url: self.links.upload(&owner.id, &file.name), size: file.size }))
    }
}

/// Somebody who listens to music.
fn stand_in(now: Timestamp) -> Presence {
    let at = |seconds: i64| Some(now.as_millis() + seconds * 1000);
    let activity = Activity {
        name: "Music".into(),
        kind: ActivityType::Listening,
        details: Some("What you are doing".into()),
        state: Some("appears here while you do it".into()),
        started_at: at(-72),
        ends_at: at(138),
        large_image: None,
        large_text: None,
    };
    Presence { status: Status::Online, activity: Some(activity) }
}
