//! Pages as their owners make them: the studio's verbs over profiles (drafts, publishing, history, deletion).
//!
//! What is shown stands in a profile's `content`; what its owner works on, in the draft beside it. Each verb is one change
//! of one row that nobody else changes meanwhile, and counts its revision, so that an editor that is behind notices. A
//! verb that changes what is shown makes this node forget it at once; the store tells the others (P9).

mod address;
mod domain;
mod draft;
mod fault;
mod proofs;
mod publish;
mod trash;
mod view;

use std::net::SocketAddr;
use std::sync::Arc;

use nameplate_core::change::Change;
use nameplate_core::content::{Content, Facts, Note, Suggestion, notes};
use nameplate_core::host::{Host, Zones};
use nameplate_core::id::ProfileId;
use nameplate_core::plan::PlanTable;
use nameplate_core::profile::{Page, Profile};
use nameplate_core::theme::{Scheme, Template};
use nameplate_core::time::{Clock, Entropy, Timestamp};
use nameplate_core::user::User;
use nameplate_live::Live;
use nameplate_store::{OwnPage, Store};
use serde_json::Value;

use crate::domains::Domains;
use crate::links::Links;
use crate::preview::Preview;
use crate::sites::Sites;

pub use address::{EligibleDomains, SlugFault};
pub use domain::DomainView;
pub use draft::PageEdit;
pub use fault::{PageFault, Stale};
pub use trash::DeletedPage;
pub use view::{PageList, PageView, PageWithContent, VersionView};

/// What an operator may have: as many as a list shows.
const NO_LIMIT: u32 = 1000;

/// Which revisions of a page a change is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever there is.
    Any,
    OneOf(Vec<u64>),
}

pub struct Pages {
    pub(crate) store: Store,
    pub(crate) live: Live,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) zones: Zones,
    pub(crate) links: Links,
    pub(crate) plans: PlanTable,
    pub(crate) sites: Arc<Sites>,
    pub(crate) domains: Arc<Domains>,
    /// The name server that is asked about domains; those of the system, if there is none.
    pub(crate) resolver: Option<SocketAddr>,
}

impl Pages {
    /// All pages of an owner, and what was deleted and can be taken back.
    pub async fn list(&self, owner: &User) -> Result<PageList, PageFault> {
        let pages = self.store.list_pages_of(&owner.id).await?;
        let (deleted, kept): (Vec<_>, Vec<_>) =
            pages.into_iter().partition(|own| own.page.profile.deleted_at.is_some());
        Ok(PageList {
            profiles: kept.iter().map(|own| self.view(owner, own)).collect(),
            deleted: deleted.iter().filter_map(|own| DeletedPage::of(&own.page, self.clock.now())).collect(),
            limit: self.limit(owner),
        })
    }

    /// A page with its content.
    pub async fn get(&self, owner: &User, id: &ProfileId) -> Result<PageWithContent, PageFault> {
        Ok(self.with_content(owner, &self.own(owner, id).await?))
    }

    /// Makes a page from a design. Nobody sees it before it is published.
    pub async fn create(
        &self,
        owner: &User,
        template: Template,
        slug: Option<&str>,
    ) -> Result<PageWithContent, PageFault> {
        let domain = match slug {
            Some(slug) => self.slot(slug)?,
            None => self.free_slot(owner).await?,
        };
        let id = ProfileId::parse(&format!("p_{}", self.entropy.alphanumeric(12)));
        let id = id.map_err(|_| PageFault::Unavailable)?;
        let page = Page {
            draft: Some(Content::starter(template, owner.socials.as_ref()).to_value()),
            edited_at: Some(self.clock.now()),
            ..Page::new(view::new_profile(id, owner, domain, self.clock.now()))
        };
        self.store.insert_page(&page, self.limit(owner)).await.map_err(|error| self.full(owner, error))?;
        self.forget(&page, page.profile.domain.clone()).await;
        Ok(self.with_content(owner, &OwnPage { page, views: 0 }))
    }

    /// The page as a content would make it, for its owner's eyes.
    pub async fn preview(
        &self,
        owner: &User,
        id: &ProfileId,
        content: &Value,
        scheme: Option<Scheme>,
    ) -> Result<Preview, PageFault> {
        let (profile, content) = self.drafted(owner, id, content).await?;
        Ok(self.sites.preview(&profile, owner, content, scheme).await?)
    }

    /// The profile, and a content that it could have.
    pub async fn drafted(
        &self,
        owner: &User,
        id: &ProfileId,
        content: &Value,
    ) -> Result<(Profile, Content), PageFault> {
        let profile = self.own(owner, id).await?.page.profile;
        Ok((profile, Content::from_value(content)?))
    }

    /// What to know about a content before it is published.
    pub async fn notes(&self, owner: &User, id: &ProfileId, content: &Value) -> Result<Vec<Note>, PageFault> {
        let (_, content) = self.drafted(owner, id, content).await?;
        let has_music = self.store.find_music_key(&owner.id).await?.is_some();
        let channels = self.sites.open_channels_of(owner, &content).await?;
        let sizes = self.sites.picture_sizes(owner, &content).await;
        let facts = Facts {
            is_premium: owner.plan(self.clock.now()).is_premium(),
            shares_presence: owner.shares_presence,
            has_music,
            channels: &channels,
            size_of: &|url| sizes.get(url).copied(),
            can_show: &|url| self.sites.can_show(url),
        };
        Ok(notes(&content, &facts))
    }

    /// The block that a pasted text stands for.
    pub fn suggest(&self, text: &str) -> Result<Suggestion, PageFault> {
        Suggestion::of(text, |url| self.sites.can_show(url)).map_err(PageFault::Link)
    }

    /// The page, if it is the owner's and not deleted.
    pub(crate) async fn own(&self, owner: &User, id: &ProfileId) -> Result<OwnPage, PageFault> {
        let found = self.store.find_page(id).await?.ok_or(PageFault::NotFound)?;
        check_own(owner, &found.page)?;
        Ok(found)
    }

    /// Changes a page: `change` is told the moment, and answers whether what is shown is new.
    async fn change(
        &self,
        owner: &User,
        id: &ProfileId,
        expected: &Expected,
        change: impl FnOnce(&mut Page, Timestamp) -> Result<bool, PageFault> + Send,
    ) -> Result<OwnPage, PageFault> {
        let now = self.clock.now();
        let mut before = None;
        let edited = self.store.edit_page(id, now, |page| {
            check_own(owner, page)?;
            check_revision(page, expected)?;
            let profile = page.profile.clone();
            let is_new = change(page, now)?;
            // A draft is not the page that everybody sees, and does not make it newer.
            if page.profile != profile {
                page.profile.updated = now;
                before = Some(profile.domain);
            }
            Ok::<_, PageFault>(is_new)
        });
        let page = edited.await?.ok_or(PageFault::NotFound)??;
        if let Some(before) = before {
            self.forget(&page, before).await;
        }
        let views = self.store.count_views(id).await?.total;
        Ok(OwnPage { page, views })
    }

    /// What this node keeps of the page, so that the next request sees the change and does not wait for the news of it.
    async fn forget(&self, page: &Page, before: Host) {
        let domains = vec![page.profile.domain.clone(), before];
        self.sites.apply(&Change::Profile(page.profile.id.clone(), domains)).await;
    }

    /// How many pages an owner may have.
    pub fn limit(&self, owner: &User) -> u32 {
        match owner.is_operator {
            true => NO_LIMIT,
            false => self.plans.of(owner.plan(self.clock.now())).profiles,
        }
    }
}

fn check_own(owner: &User, page: &Page) -> Result<(), PageFault> {
    let is_own = page.profile.owner == owner.id && page.profile.deleted_at.is_none();
    if is_own { Ok(()) } else { Err(PageFault::NotFound) }
}

fn check_revision(page: &Page, expected: &Expected) -> Result<(), PageFault> {
    match expected {
        Expected::OneOf(revisions) if !revisions.contains(&page.revision) => Err(Stale::of(page).into()),
        _ => Ok(()),
    }
}
