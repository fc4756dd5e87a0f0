//! Sites: profiles with everything that their pages and cards need, found by host or id (contract R5 to R7, P1 to P9).
//!
//! A [`Site`] is what the caches hold: the rows, and the page once it was asked for. Whether it can be seen, and whether
//! its owner is premium, is judged at each request, because both can end without anybody touching them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use nameplate_card::CardContent;
use nameplate_core::change::Change;
use nameplate_core::contact::Channel;
use nameplate_core::content::{Block, Content};
use nameplate_core::host::{Host, Zones};
use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::post::PublicUpload;
use nameplate_core::profile::{Profile, Visibility};
use nameplate_core::time::{Clock, Timestamp};
use nameplate_core::user::User;
use nameplate_courier::Courier;
use nameplate_live::Entry;
use nameplate_media::kind::MediaKind;
use nameplate_page::{
    FormContext, Images, Photo, SiteContext, SitePage, Styles, render_presence, render_site,
};
use nameplate_store::{Store, StoreError};
use sha2::{Digest, Sha256};

use crate::art::Arts;
use crate::batch::Batch;
use crate::card_content;
use crate::card_pictures::CardPictures;
use crate::cards::version_of;
use crate::contact::BotCheck;
use crate::links::Links;
use crate::lookup::{Lookup, Unavailable};
use crate::metrics::Metrics;

/// The most pictures that a page's gallery can show.
const MAX_PHOTOS: u32 = 50;
/// How many sites are kept for their pages.
const KEPT: u64 = 20_000;
/// How many for their cards, clicks and music: some times the cards that are kept. Another one is read in a tenth of the time
/// in which its card is drawn.
const KEPT_BY_ID: u64 = 1_000;

/// A profile and what its page shows.
pub struct Site {
    /// Without its document: that was read into `content`.
    profile: Profile,
    owner: User,
    content: Content,
    /// What stands for the card's content in its address.
    card_version: String,
    uploads: Vec<PublicUpload>,
    /// The ways on which its forms take messages now.
    channels: Vec<Channel>,
    /// The page as it is for an owner without and with premium.
    pages: [OnceLock<SitePage>; 2],
    /// The fingerprint of its card, once that was asked for: the content itself holds pictures of megabytes.
    card: OnceLock<[u8; 32]>,
    moment: Mutex<Moment>,
}

/// The page as it is in one second. It is kept while it is asked for more than once in that second, so that a page
/// which everybody opens at the same time costs no rendering at all.
#[derive(Default)]
struct Moment {
    second: i64,
    presence: Option<Arc<Entry>>,
    html: Option<Bytes>,
}

impl Site {
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    pub fn owner(&self) -> &User {
        &self.owner
    }

    pub fn content(&self) -> &Content {
        &self.content
    }

    pub fn open_channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The fingerprint of the card as it was last drawn.
    pub(crate) fn card_fingerprint(&self) -> Option<&[u8; 32]> {
        self.card.get()
    }

    fn is_visible(&self, now: Timestamp) -> bool {
        self.profile.visibility(self.owner.is_suspended, now) == Visibility::Visible
    }
}

/// A profile as it is shown in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showcase {
    pub name: String,
    pub link: String,
    pub card: String,
}

pub struct Sites {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    zones: Zones,
    pub(crate) links: Links,
    pub(crate) art: Arts,
    pub(crate) card_pictures: CardPictures,
    site_name: String,
    courier: Arc<Courier>,
    bot_check: Arc<BotCheck>,
    styles: Styles,
    by_host: Lookup<Host, Site>,
    by_id: Lookup<ProfileId, Site>,
    found: Batch<Host, (Profile, User)>,
}

impl Sites {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        zones: Zones,
        (links, site_name): (Links, String),
        art: Arts,
        (courier, bot_check): (Arc<Courier>, Arc<BotCheck>),
        metrics: &Metrics,
    ) -> Self {
        let (by_host, by_id) = (Lookup::new(KEPT, metrics.clone()), Lookup::new(KEPT_BY_ID, metrics.clone()));
        let card_pictures = CardPictures::new(art.clone());
        let found = Batch::new(store.clone(), |store: Store, hosts: Vec<Host>| async move {
            let found = store.list_profiles_by_domain(&hosts).await?;
            Ok(found.into_iter().map(|found| (found.0.domain.clone(), found)).collect())
        });
        Self {
            store,
            clock,
            zones,
            links,
            art,
            card_pictures,
            site_name,
            courier,
            bot_check,
            styles: Styles::default(),
            by_host,
            by_id,
            found,
        }
    }

    /// Reads the profiles that are asked for by their hosts, until it is dropped.
    pub(crate) async fn read(&self) {
        self.found.run().await;
    }

    /// The available profile that a host shows (R5).
    pub async fn find_by_host(&self, host: &Host) -> Result<Option<Arc<Site>>, Unavailable> {
        let load = || async {
            match self.found.ask(host.clone()).await? {
                Some((profile, owner)) if profile.is_domain_served(&self.zones) => {
                    self.load(profile, owner).await.map(Some)
                }
                _ => Ok(None),
            }
        };
        Ok(self.by_host.get(host, load).await?.filter(|site| site.is_visible(self.clock.now())))
    }

    /// The available profile with an id.
    pub async fn find(&self, id: &ProfileId) -> Result<Option<Arc<Site>>, Unavailable> {
        let load = || async {
            match self.store.find_profile(id).await? {
                Some((profile, owner)) => self.load(profile, owner).await.map(Some),
                None => Ok(None),
            }
        };
        Ok(self.by_id.get(id, load).await?.filter(|site| site.is_visible(self.clock.now())))
    }

    /// The first available profile of a user, as it is shown in a chat.
    pub async fn showcase(&self, owner: &UserId) -> Result<Option<Showcase>, Unavailable> {
        let profiles = self.store.list_profiles_of(owner).await.map_err(|error| {
            tracing::warn!(%error, "a user's profiles could not be listed");
            Unavailable
        })?;
        for profile in profiles.iter().filter(|profile| profile.is_domain_served(&self.zones)) {
            if let Some(site) = self.find(&profile.id).await? {
                return Ok(Some(Showcase {
                    name: site.owner.display_name().to_owned(),
                    link: self.links.host(&site.profile.domain),
                    card: self.links.card(&site.profile.id, &site.card_version),
                }));
            }
        }
        Ok(None)
    }

    async fn load(&self, profile: Profile, owner: User) -> Result<Site, StoreError> {
        let content = match &profile.content {
            None => Content::default_for(owner.socials.as_ref()),
            Some(content) => Content::from_value(content).unwrap_or_else(|fault| {
                tracing::error!(profile = %profile.id, %fault, "a profile's content cannot be read; its default page is shown");
                Content::default_for(owner.socials.as_ref())
            }),
        };
        self.assemble(profile, owner, content).await
    }

    /// A site that shows a content, whatever the profile's own is.
    pub(crate) async fn assemble(
        &self,
        profile: Profile,
        owner: User,
        content: Content,
    ) -> Result<Site, StoreError> {
        let has_gallery = content.blocks.iter().any(|block| matches!(block, Block::Gallery(_)));
        let uploads = match has_gallery {
            true => self.store.list_public_uploads(&owner.id, MAX_PHOTOS).await?,
            false => Vec::new(),
        };
        Ok(Site {
            channels: self.open_channels_of(&owner, &content).await?,
            card_version: card_version(&profile, &owner),
            profile: Profile { content: None, ..profile },
            owner,
            content,
            uploads,
            pages: Default::default(),
            card: Default::default(),
            moment: Default::default(),
        })
    }

    /// The ways of the page's forms that the owner has open. A text message that nobody can send is none.
    pub(crate) async fn open_channels_of(
        &self,
        owner: &User,
        content: &Content,
    ) -> Result<Vec<Channel>, StoreError> {
        let asked: Vec<Channel> = content.form_channels().collect();
        if asked.is_empty() {
            return Ok(asked);
        }
        let settings = self.store.find_contact(&owner.id).await?;
        let has_way = |channel: &Channel| *channel != Channel::Sms || self.courier.can(Channel::Sms);
        Ok(asked.into_iter().filter(|channel| settings.is_open(*channel) && has_way(channel)).collect())
    }

    /// Whether the owner is premium now.
    pub fn is_premium(&self, site: &Site) -> bool {
        site.owner.plan(self.clock.now()).is_premium()
    }

    /// The site's page but for the presence in it (P8).
    pub fn page<'a>(&self, site: &'a Site) -> &'a SitePage {
        let is_premium = self.is_premium(site);
        let [free, premium] = &site.pages;
        let page = if is_premium { premium } else { free };
        page.get_or_init(|| self.draw(site, is_premium, None))
    }

    /// A page as it is sent, with the presence in its place if it has one.
    pub fn html(&self, site: &Site, page: &SitePage, presence: Option<Arc<Entry>>) -> Bytes {
        let now = self.clock.now();
        let second = now.as_millis().div_euclid(1000);
        let is_same = |moment: &Moment| match (&moment.presence, &presence) {
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            (then, now) => then.is_none() && now.is_none(),
        };
        let again = {
            let moment = site.moment.lock().unwrap_or_else(PoisonError::into_inner);
            let again = moment.second == second && is_same(&moment);
            if let Some(html) = moment.html.as_ref().filter(|_| again) {
                return html.clone();
            }
            again
        };
        let html = match page.has_presence {
            true => {
                page.html(&render_presence(presence.as_ref().map(|entry| &entry.snapshot().presence), now))
            }
            false => page.html(""),
        };
        let kept = again.then(|| html.clone());
        *site.moment.lock().unwrap_or_else(PoisonError::into_inner) = Moment { second, presence, html: kept };
        html
    }

    /// The page; one with `own` images is a preview.
    pub(crate) fn draw(&self, site: &Site, is_premium: bool, own: Option<Images<'_>>) -> SitePage {
        let photo = |upload: &PublicUpload| {
            if !MediaKind::of(&upload.file).is_some_and(MediaKind::is_picture) {
                return None;
            }
            let src = self.art.local_url(&self.links.thumb(&site.owner.id, &upload.file))?;
            Some(Photo { src, href: self.links.share_page(&upload.code), title: upload.title.clone() })
        };
        let photos: Vec<Photo> = site.uploads.iter().filter_map(photo).collect();
        render_site(&SiteContext {
            site_name: &self.site_name,
            home_url: self.links.home(),
            canonical_url: &self.links.host(&site.profile.domain),
            card_url: &self.links.card(&site.profile.id, &site.card_version),
            profile_id: &site.profile.id,
            owner: &site.owner,
            badges: site.owner.badges(self.clock.now()),
            is_premium,
            content: &site.content,
            tracks: &[],
            photos: &photos,
            images: own.unwrap_or(&|url| self.art.local_url(url)),
            form: FormContext { channels: &site.channels, check: self.bot_check.on_page() },
            styles: &self.styles,
            created: site.profile.created,
            updated: site.profile.updated,
            is_preview: own.is_some(),
        })
    }

    /// What the site's card shows.
    pub(crate) async fn card_content(&self, site: &Site) -> CardContent {
        let now = self.clock.now();
        let Site { profile, owner, content, .. } = site;
        let content = card_content::make(profile, owner, content, &self.card_pictures, now).await;
        let _ = site.card.set(content.fingerprint());
        content
    }

    pub(crate) async fn apply(&self, change: &Change) {
        match change {
            Change::Profile(id, hosts) => {
                self.by_id.forget(id).await;
                for host in hosts {
                    self.by_host.forget(host).await;
                }
            }
            Change::User(owner) | Change::Posts(owner) => match self.store.list_profiles_of(owner).await {
                Ok(profiles) => {
                    for profile in profiles {
                        self.by_id.forget(&profile.id).await;
                        self.by_host.forget(&profile.domain).await;
                    }
                }
                Err(_) => self.forget_all(),
            },
            Change::Everything => self.forget_all(),
        }
    }

    fn forget_all(&self) {
        self.by_id.forget_all();
        self.by_host.forget_all();
    }
}

/// Changes whenever the card may look different. It need not be the card's own tag, which would cost a decoded avatar.
fn card_version(profile: &Profile, owner: &User) -> String {
    let content = profile.content.as_ref().and_then(|content| serde_json::to_vec(content).ok());
    let hash = Sha256::new()
        .chain_update(profile.domain.as_str())
        .chain_update(content.unwrap_or_default())
        .chain_update(format!("{:?}", (owner.display_name(), &owner.username, &owner.bio, &owner.avatar)))
        .chain_update(format!("{:?}", owner.badges(profile.updated)));
    version_of(&hash.finalize().into())
}
