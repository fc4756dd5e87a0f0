//! The numbers of a page, for its owner: how often it was seen, by whom as far as that is known, and what they did.
//!
//! Kept by the hour as they are written ([`crate::views`]); here they are put together for one period.

use std::sync::Arc;

use nameplate_core::id::{ProfileId, UserId};
use nameplate_core::numbers::{BadPeriod, Counts, NameKind, Period, Step};
use nameplate_core::time::Clock;
use nameplate_store::{Store, StoreError};
use serde::Serialize;

use crate::lookup::Unavailable;
use crate::sites::Sites;

/// The most names of a list.
const MOST_NAMES: u32 = 100;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumbersView {
    pub from: String,
    /// The first moment that is no longer in it.
    pub to: String,
    pub by: Step,
    pub totals: Counts,
    pub series: Vec<PointView>,
    pub referrers: Vec<Seen>,
    pub devices: Vec<Seen>,
    pub browsers: Vec<Seen>,
    pub links: Vec<Clicked>,
    pub tracks: Vec<Played>,
}

/// One hour or day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointView {
    pub at: String,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    pub name: String,
    pub views: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clicked {
    pub url: String,
    /// As the page says it now; none once the link is gone.
    pub label: Option<String>,
    pub clicks: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Played {
    pub isrc: String,
    pub plays: u64,
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum NumbersFault {
    /// Missing, or somebody else's.
    #[error("no such profile")]
    NotFound,
    #[error(transparent)]
    Period(#[from] BadPeriod),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for NumbersFault {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "numbers could not be read");
        Self::Unavailable(Unavailable)
    }
}

pub struct Numbers {
    store: Store,
    sites: Arc<Sites>,
    clock: Arc<dyn Clock>,
}

impl Numbers {
    pub(crate) fn new(store: Store, sites: Arc<Sites>, clock: Arc<dyn Clock>) -> Self {
        Self { store, sites, clock }
    }

    /// The numbers of `owner`'s profile, for a period as a request writes it.
    pub async fn of(
        &self,
        owner: &UserId,
        profile: &ProfileId,
        (from, to, by): (Option<&str>, Option<&str>, Option<&str>),
    ) -> Result<NumbersView, NumbersFault> {
        let found = self.store.find_profile(profile).await?;
        found.filter(|(profile, _)| profile.owner == *owner).ok_or(NumbersFault::NotFound)?;
        let period = Period::parse(from, to, by, self.clock.now())?;
        let mut series: Vec<PointView> = period
            .steps()
            .map(|at| PointView { at: at.to_rfc3339_millis(), counts: Counts::default() })
            .collect();
        let mut totals = Counts::default();
        for (hour, counts) in self.store.list_number_hours(profile, &period).await? {
            totals += counts;
            if let Some(point) = period.step_of(hour).and_then(|step| series.get_mut(step)) {
                point.counts += counts;
            }
        }
        Ok(NumbersView {
            from: period.from.to_rfc3339_millis(),
            to: period.to.to_rfc3339_millis(),
            by: period.step,
            totals,
            series,
            referrers: self.seen(profile, NameKind::Referrer, &period).await?,
            devices: self.seen(profile, NameKind::Device, &period).await?,
            browsers: self.seen(profile, NameKind::Browser, &period).await?,
            links: self.clicked(profile, &period).await?,
            tracks: self
                .names(profile, NameKind::Track, &period)
                .await?
                .map(|(isrc, plays)| Played { isrc, plays })
                .collect(),
        })
    }

    async fn names(
        &self,
        profile: &ProfileId,
        kind: NameKind,
        period: &Period,
    ) -> Result<impl Iterator<Item = (String, u64)> + use<>, NumbersFault> {
        let names = self.store.list_number_names(profile, kind, period, MOST_NAMES).await?;
        let word = |name: String| match name.as_str() {
            "" => "direct".to_owned(),
            "*" => "other".to_owned(),
            _ => name,
        };
        Ok(names.into_iter().map(move |(name, count)| (word(name), count)))
    }

    async fn seen(
        &self,
        profile: &ProfileId,
        kind: NameKind,
        period: &Period,
    ) -> Result<Vec<Seen>, NumbersFault> {
        let names = self.names(profile, kind, period).await?;
        Ok(names.map(|(name, views)| Seen { name, views }).collect())
    }

    /// With the labels of the page as it is now; a page that cannot be seen has none.
    async fn clicked(&self, profile: &ProfileId, period: &Period) -> Result<Vec<Clicked>, NumbersFault> {
        let site = self.sites.find(profile).await?;
        let label = |url: &str| site.as_ref()?.content().link_label(url).map(str::to_owned);
        let links = self.names(profile, NameKind::Link, period).await?;
        Ok(links.map(|(url, clicks)| Clicked { label: label(&url), url, clicks }).collect())
    }
}
