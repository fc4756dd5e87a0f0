//! The whole instance at a glance: how much there is, who has which badge, and what operators did.

use std::collections::HashMap;

use nameplate_core::id::UserId;
use nameplate_store::{AuditFilter, AuditRecord, Part};
use serde::Serialize;

use super::profiles::PersonView;
use super::{OperatorFault, Operators, PAGE};

#[derive(Serialize)]
pub struct CountsView {
    pub users: u64,
    pub profiles: u64,
    pub uploads: u64,
    pub messages: u64,
}

/// A badge, and how many have it.
#[derive(Serialize)]
pub struct BadgeView {
    pub id: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub holders: u64,
}

#[derive(Serialize)]
pub struct AuditView {
    pub entries: Vec<EntryView>,
    pub page: u32,
    pub pages: u64,
    pub total: u64,
}

#[derive(Serialize)]
pub struct EntryView {
    pub id: i64,
    pub at: String,
    /// Who it was, if they are here still.
    pub actor: Option<PersonView>,
    /// A user's id, `operator` for the command line, or `nameplate` for what the instance does by itself.
    pub by: String,
    pub action: String,
    pub object: Option<ObjectView>,
    pub detail: Option<String>,
}

#[derive(Serialize)]
pub struct ObjectView {
    pub kind: String,
    pub id: String,
    /// A user's name.
    pub label: Option<String>,
}

impl Operators {
    pub async fn counts(&self) -> Result<CountsView, OperatorFault> {
        let totals = self.store.count_everything().await?;
        Ok(CountsView {
            users: totals.users,
            profiles: totals.profiles,
            uploads: totals.uploads,
            messages: totals.messages,
        })
    }

    /// Every badge that there is.
    pub async fn badges(&self) -> Result<Vec<BadgeView>, OperatorFault> {
        let holders = self.store.count_badges(self.clock.now()).await?;
        let [bug, elite] = holders.bug_hunters;
        let badges = [
            ("verified", "Verified", "Is who they say they are.", holders.verified),
            ("staff", "Staff", "Works for this site.", holders.staff),
            ("partner", "Partner", "Works with this site.", holders.partner),
            ("bugHunter", "Bug hunter", "Reported a fault.", bug),
            ("eliteBugHunter", "Elite bug hunter", "Reported many, or a bad one.", elite),
            ("translator", "Translator", "Brought the site into another language.", holders.translator),
            ("plus", "Plus", "Comes with a paid or given plan.", holders.plus),
        ];
        let view = |(id, name, about, holders)| BadgeView { id, name, about, holders };
        Ok(badges.into_iter().map(view).collect())
    }

    /// What was done, newest first.
    pub async fn audit(&self, filter: &AuditFilter, page: u32) -> Result<AuditView, OperatorFault> {
        let page = page.max(1);
        let part = Part { limit: PAGE, offset: PAGE.saturating_mul(page - 1) };
        let (records, total) = self.store.search_audit(filter, part).await?;
        let mut people = HashMap::new();
        let mut entries = Vec::with_capacity(records.len());
        for AuditRecord { id, entry } in records {
            let actor = self.person(&entry.actor, &mut people).await?;
            let object = match entry.object.rsplit_once(' ') {
                Some((kind, id)) => {
                    let label = self.person(id, &mut people).await?.map(|person| person.display_name);
                    Some(ObjectView { kind: kind.to_owned(), id: id.to_owned(), label })
                }
                None => None,
            };
            let (at, action, detail) = (entry.at.to_rfc3339_millis(), entry.action, entry.note);
            entries.push(EntryView { id, at, actor, by: entry.actor, action, object, detail });
        }
        Ok(AuditView { entries, page, pages: total.div_ceil(PAGE.into()).max(1), total })
    }

    /// Who an id is, looked up once for a page; one who is gone has an id and nothing else.
    async fn person(
        &self,
        id: &str,
        known: &mut HashMap<UserId, Option<PersonView>>,
    ) -> Result<Option<PersonView>, OperatorFault> {
        let Ok(id) = UserId::parse(id) else { return Ok(None) };
        if let Some(person) = known.get(&id) {
            return Ok(person.clone());
        }
        let person = self.store.find_user(&id).await?.as_ref().map(PersonView::from);
        known.insert(id, person.clone());
        Ok(person)
    }
}
