//! Users: make, suspend, give plans, badges and the instance itself.

use nameplate_core::id::UserId;
use nameplate_core::plan::{Plan, Subscription, SubscriptionView};
use nameplate_core::time::{Timestamp, maybe_millis, millis};
use nameplate_core::user::{Badges, User};
use nameplate_store::{Badge, ListedUser, Part};
use serde::{Deserialize, Serialize};

use super::profiles::PersonView;
use super::{Acted, OperatorFault, Operators, PAGE, kept};

/// The most characters of a reason for a suspension.
const MAX_REASON: usize = 500;

/// Somebody who is not there yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUser {
    /// The Discord id; left out, one that Discord gives to nobody is made up.
    #[serde(default)]
    pub id: Option<UserId>,
    pub username: String,
    #[serde(default)]
    pub nickname: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanEdit {
    pub plan: Plan,
    /// Left out or null: it does not end.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// The badges to give or take; `plus` comes with the plan.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BadgeEdit {
    pub verified: Option<bool>,
    pub staff: Option<bool>,
    pub partner: Option<bool>,
    /// 0 to 2.
    pub bug_hunter_tier: Option<u8>,
    pub translator: Option<bool>,
}

impl BadgeEdit {
    fn badges(self) -> Result<Vec<Badge>, OperatorFault> {
        if self.bug_hunter_tier.is_some_and(|tier| tier > 2) {
            let text = "the tier must be 0, 1 or 2";
            return Err(OperatorFault::Bad { field: "badges.bugHunterTier", text });
        }
        let tier = self.bug_hunter_tier.map(|tier| Badge::BugHunter(Some(tier).filter(|tier| *tier > 0)));
        let badges = [
            self.verified.map(Badge::Verified),
            self.staff.map(Badge::Staff),
            self.partner.map(Badge::Partner),
            self.translator.map(Badge::Translator),
            tier,
        ];
        Ok(badges.into_iter().flatten().collect())
    }
}

#[derive(Serialize)]
pub struct UsersView {
    pub users: Vec<UserView>,
    pub page: u32,
    pub pages: u64,
    pub total: u64,
}

/// A user as operators see them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    #[serde(flatten)]
    pub person: PersonView,
    pub plan: Plan,
    pub is_premium: bool,
    pub is_operator: bool,
    pub is_suspended: bool,
    pub suspended_reason: Option<String>,
    pub badges: Badges,
    pub profiles: u64,
    #[serde(with = "millis")]
    pub created: Timestamp,
    #[serde(with = "maybe_millis")]
    pub plan_expires_at: Option<Timestamp>,
    pub subscription: SubscriptionView,
}

impl UserView {
    fn new(listed: &ListedUser, now: Timestamp) -> Self {
        let ListedUser { user, profiles, reason } = listed;
        let plan = user.plan(now);
        Self {
            person: PersonView::from(user),
            plan,
            is_premium: plan.is_premium(),
            is_operator: user.is_operator,
            is_suspended: user.is_suspended,
            suspended_reason: reason.clone(),
            badges: user.badges(now),
            profiles: *profiles,
            created: user.created,
            plan_expires_at: user.subscription.expires_at,
            subscription: user.subscription.view(now),
        }
    }
}

fn object(id: &UserId) -> String {
    format!("user {id}")
}

impl Operators {
    pub async fn users(&self, search: &str, page: u32) -> Result<UsersView, OperatorFault> {
        let page = page.max(1);
        let part = Part { limit: PAGE, offset: PAGE.saturating_mul(page - 1) };
        let (found, total) = self.store.search_users(search, part).await?;
        let now = self.clock.now();
        let users = found.iter().map(|user| UserView::new(user, now)).collect();
        Ok(UsersView { users, page, pages: total.div_ceil(PAGE.into()).max(1), total })
    }

    pub async fn user(&self, id: &UserId) -> Result<UserView, OperatorFault> {
        // Another id may hold this one.
        let part = Part { limit: PAGE, offset: 0 };
        let (found, _) = self.store.search_users(id.as_str(), part).await?;
        let found = found.iter().find(|listed| listed.user.id == *id);
        found
            .map(|listed| UserView::new(listed, self.clock.now()))
            .ok_or_else(|| OperatorFault::NotFound(object(id)))
    }

    pub async fn create_user(&self, new: NewUser) -> Result<(UserId, super::Done), OperatorFault> {
        let NewUser { id, username, nickname } = new;
        if username.trim().is_empty() || username.chars().count() > 64 {
            let text = "the username must have 1 to 64 characters";
            return Err(OperatorFault::Bad { field: "username", text });
        }
        let id = match id {
            Some(id) => id,
            None => self.made_up_id()?,
        };
        let nickname = nickname.filter(|nickname| !nickname.trim().is_empty());
        let user = User { nickname, ..User::new(id, username, self.clock.now()) };
        self.store.insert_user(&user).await?;
        Ok((id, self.note(true, "created", object(&id), Some(user.username)).await?))
    }

    /// Nineteen digits that begin with a nine: beyond what Discord's clock gives out for decades.
    fn made_up_id(&self) -> Result<UserId, OperatorFault> {
        let digits = self.entropy.below(1_000_000_000_000_000_000);
        let text = "no id could be made up";
        UserId::parse(&format!("9{digits:018}")).map_err(|_| OperatorFault::Bad { field: "id", text })
    }

    /// Hides the user's profiles and presence, or shows them again.
    pub async fn suspend_user(&self, id: &UserId, is_suspended: bool, reason: Option<&str>) -> Acted {
        let reason = kept(reason, MAX_REASON)?;
        let is_found = self.store.set_suspended(id, is_suspended).await?;
        let action = if is_suspended { "suspended" } else { "restored" };
        self.note(is_found, action, object(id), reason).await
    }

    /// Gives the instance to a user, or takes it from them.
    pub async fn set_operator(&self, id: &UserId, is_operator: bool) -> Acted {
        let is_found = self.store.set_operator(id, is_operator).await?;
        let action = if is_operator { "gave the instance to" } else { "took the instance from" };
        self.note(is_found, action, object(id), None).await
    }

    /// Gives a plan, or takes it away with `free`.
    pub async fn set_plan(&self, id: &UserId, PlanEdit { plan, expires_at }: PlanEdit) -> Acted {
        let subscription = match plan {
            Plan::Free => Subscription::default(),
            plan => Subscription::gift(plan, expires_at),
        };
        let is_found = self.store.set_subscription(id, &subscription).await?;
        let until = expires_at.filter(|_| plan != Plan::Free).map(|at| format!(" until {}", at.to_rfc3339()));
        let note = format!("{}{}", plan.as_str(), until.unwrap_or_default());
        self.note(is_found, "set the plan of", object(id), Some(note)).await
    }

    /// Gives a badge, or takes it away.
    pub async fn set_badge(&self, id: &UserId, badge: Badge) -> Acted {
        let (is_given, name) = match badge {
            Badge::Verified(is_on) => (is_on, "verified"),
            Badge::Staff(is_on) => (is_on, "staff"),
            Badge::Partner(is_on) => (is_on, "partner"),
            Badge::Translator(is_on) => (is_on, "translator"),
            Badge::BugHunter(Some(2)) => (true, "elite bug hunter"),
            Badge::BugHunter(tier) => (tier.is_some(), "bug hunter"),
        };
        let is_found = self.store.set_badge(id, badge).await?;
        let action = if is_given { "gave a badge to" } else { "took a badge from" };
        self.note(is_found, action, object(id), Some(name.to_owned())).await
    }

    /// The badges that are to change, one after the other.
    pub async fn set_badges(&self, id: &UserId, edit: BadgeEdit) -> Result<(), OperatorFault> {
        for badge in edit.badges()? {
            self.set_badge(id, badge).await?;
        }
        Ok(())
    }

    /// Notes a login link, which is made elsewhere.
    pub async fn note_login_link(&self, id: &UserId) -> Acted {
        self.note(true, "made a login link for", object(id), None).await
    }
}
