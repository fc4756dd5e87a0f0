//! Reported posts: what users say of them, and what becomes of them.

use nameplate_core::id::PostCode;
use nameplate_core::post::{Post, PostFile, Privacy};
use nameplate_core::time::{Timestamp, millis};
use nameplate_core::user::User;
use nameplate_media::kind::MediaKind;
use nameplate_store::{Part, PostReport};
use serde::Serialize;

use super::profiles::PersonView;
use super::{Acted, OperatorFault, Operators, PAGE, kept};
use crate::files::Files;

/// The most characters of what a post's owner is told.
const MAX_NOTE: usize = 200;
/// Of many reports of one post, so many are shown.
const SHOWN: u32 = 20;

/// Which posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Reported, and nobody has looked.
    Open,
    /// Hidden by an operator.
    Closed,
}

#[derive(Serialize)]
pub struct ReportsView {
    pub reports: Vec<ReportedPost>,
    pub page: u32,
    pub pages: u64,
    pub total: u64,
}

/// A post with what is said of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedPost {
    pub post: PostCode,
    pub title: Option<String>,
    pub share_url: String,
    /// Signed where the post is private.
    pub file_url: Option<String>,
    pub thumb_url: Option<String>,
    pub mime: Option<String>,
    pub owner: PersonView,
    pub is_moderated: bool,
    #[serde(with = "millis")]
    pub created: Timestamp,
    /// What its owner is told.
    pub note: Option<String>,
    pub reports: Vec<SaidView>,
}

#[derive(Serialize)]
pub struct SaidView {
    pub by: Option<PersonView>,
    pub reason: Option<String>,
    #[serde(with = "millis")]
    pub created: Timestamp,
}

impl From<PostReport> for SaidView {
    fn from(report: PostReport) -> Self {
        Self { by: Some(PersonView::from(&report.by)), reason: report.reason, created: report.created }
    }
}

fn object(code: &PostCode) -> String {
    format!("post {code}")
}

impl Operators {
    /// The posts with the newest report first; each with the note for its owner and the reports that wait
    pub async fn reports(
        &self,
        state: ReportState,
        page: u32,
        files: &Files,
    ) -> Result<ReportsView, OperatorFault> {
        let page = page.max(1);
        let part = Part { limit: PAGE, offset: PAGE.saturating_mul(page - 1) };
        let (codes, total) = match state {
            ReportState::Open => self.store.list_reported_posts(part).await?,
            ReportState::Closed => self.store.list_hidden_posts(part).await?,
        };
        let mut reports = Vec::with_capacity(codes.len());
        for code in codes {
            // One that was deleted in between is left out.
            if let Some(post) = self.store.find_post(&code).await?
                && let Some(owner) = self.store.find_user(&post.owner).await?
            {
                reports.push(self.reported(post, &owner, files).await?);
            }
        }
        Ok(ReportsView { reports, page, pages: total.div_ceil(PAGE.into()).max(1), total })
    }

    async fn reported(&self, post: Post, owner: &User, files: &Files) -> Result<ReportedPost, OperatorFault> {
        let first = post.files.first();
        let is_picture = |file: &PostFile| MediaKind::of(&file.name).is_some_and(MediaKind::is_picture);
        // Small pictures are made of what everybody may see.
        let has_thumb = post.privacy != Privacy::Private && !post.is_moderated;
        let thumb = first.filter(|file| has_thumb && is_picture(file));
        let said = self.store.list_reports_of(&post.code, SHOWN).await?;
        Ok(ReportedPost {
            share_url: files.links().share_page(&post.code),
            file_url: first.map(|file| files.url(&post.owner, &file.name, post.privacy)),
            thumb_url: thumb.map(|file| files.links().thumb(&post.owner, &file.name)),
            mime: first.map(|file| file.mime.clone()),
            owner: PersonView::from(owner),
            is_moderated: post.is_moderated,
            created: post.created,
            note: self.store.find_moderation_note(&post.code).await?,
            reports: said.into_iter().map(SaidView::from).collect(),
            title: post.title,
            post: post.code,
        })
    }

    /// Hides a post from everybody but its owner, who sees why, and closes its reports.
    pub async fn hide_post(&self, code: &PostCode, reason: Option<&str>) -> Acted {
        let reason = kept(reason, MAX_NOTE)?;
        let is_found = self.store.set_moderated(code, true, reason.as_deref()).await?;
        self.store.delete_reports_of(code).await?;
        self.note(is_found, "quarantined", object(code), reason).await
    }

    /// Shows a hidden post again.
    pub async fn show_post(&self, code: &PostCode) -> Acted {
        let is_found = self.store.set_moderated(code, false, None).await?;
        self.note(is_found, "restored", object(code), None).await
    }

    /// Keeps a post as it is: closes its reports, or shows it again if it was hidden.
    pub async fn keep_post(&self, code: &PostCode, reason: Option<&str>) -> Acted {
        let post = self.store.find_post(code).await?;
        match post.ok_or_else(|| OperatorFault::NotFound(object(code)))?.is_moderated {
            true => self.show_post(code).await,
            false => self.dismiss_reports(code, reason).await,
        }
    }

    /// Nothing is wrong with the post: forgets its reports.
    pub async fn dismiss_reports(&self, code: &PostCode, reason: Option<&str>) -> Acted {
        let reason = kept(reason, MAX_NOTE)?;
        let dismissed = self.store.delete_reports_of(code).await?;
        if dismissed == 0 {
            return Err(OperatorFault::NotFound(format!("report of post {code}")));
        }
        let note = reason.map_or(dismissed.to_string(), |reason| format!("{dismissed}, {reason}"));
        self.note(true, "dismissed", format!("reports of post {code}"), Some(note)).await
    }
}
