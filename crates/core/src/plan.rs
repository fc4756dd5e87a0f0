//! Plans, subscriptions and the weekly usage window (contract U9, U10).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    #[default]
    Free,
    Plus,
    Enterprise,
}

impl Plan {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Plus => "plus",
            Self::Enterprise => "enterprise",
        }
    }

    /// Whether the page shows presence and may hide the footer, and themes may be chosen.
    pub const fn is_premium(self) -> bool {
        !matches!(self, Self::Free)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    Active,
    Trialing,
    PastDue,
    Canceled,
    Expired,
    Incomplete,
    Gifted,
}

/// What was bought or given, as it was recorded; what it is worth now is [`Subscription::effective_plan`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Subscription {
    pub plan: Plan,
    pub status: Option<SubscriptionStatus>,
    pub started_at: Option<Timestamp>,
    /// When access ends; `None` is no fixed end.
    pub expires_at: Option<Timestamp>,
    pub cancel_at_period_end: bool,
    pub gifted: bool,
}

/// The `subscription` of `@me` (U10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubscriptionView {
    pub plan: Plan,
    pub status: Option<SubscriptionStatus>,
    pub started_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub cancel_at_period_end: bool,
    pub gifted: bool,
}

impl Subscription {
    pub fn gift(plan: Plan, expires_at: Option<Timestamp>) -> Self {
        Self { plan, status: Some(SubscriptionStatus::Gifted), gifted: true, expires_at, ..Self::default() }
    }

    fn is_gift(&self) -> bool {
        self.gifted || self.status == Some(SubscriptionStatus::Gifted)
    }

    /// The plan that counts at `now`. It is `free` once `expires_at` has passed, and while nothing was paid
    /// (`incomplete`) or everything has ended (`expired`, or `canceled` with no time left). `past_due` is the time in
    /// which a payment is tried again: access stays until `expires_at`.
    pub fn effective_plan(&self, now: Timestamp) -> Plan {
        use SubscriptionStatus::{Canceled, Expired, Incomplete};
        let is_over = match self.expires_at {
            Some(end) => end <= now,
            None => self.status == Some(Canceled),
        };
        if is_over || matches!(self.status, Some(Expired | Incomplete)) { Plan::Free } else { self.plan }
    }

    pub fn view(&self, now: Timestamp) -> SubscriptionView {
        let plan = self.effective_plan(now);
        let is_premium = plan.is_premium();
        let is_gift = is_premium && self.is_gift();
        let is_paid = is_premium && !is_gift;
        SubscriptionView {
            plan,
            status: match plan {
                _ if is_gift => Some(SubscriptionStatus::Gifted),
                _ if is_paid => Some(self.status.unwrap_or(SubscriptionStatus::Active)),
                _ if self.plan.is_premium() => Some(self.ended_status()),
                _ => None,
            },
            started_at: self.started_at.filter(|_| is_paid),
            expires_at: self.expires_at.filter(|_| self.plan.is_premium()),
            cancel_at_period_end: is_paid && self.cancel_at_period_end,
            gifted: is_gift,
        }
    }

    /// What a plan that no longer counts is called.
    fn ended_status(&self) -> SubscriptionStatus {
        match self.status {
            Some(status @ (SubscriptionStatus::Incomplete | SubscriptionStatus::Canceled)) => status,
            _ => SubscriptionStatus::Expired,
        }
    }
}

/// What one plan allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanLimits {
    /// Bytes of one file; `None` is no cap.
    #[serde(default)]
    pub max_file_size: Option<u64>,
    /// Bytes a week.
    pub quota: u64,
    /// Pages at the same time; deleted ones do not count.
    pub profiles: u32,
}

/// What each plan allows; the defaults are those of U9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanTable {
    pub free: PlanLimits,
    pub plus: PlanLimits,
    pub enterprise: PlanLimits,
}

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

impl Default for PlanTable {
    fn default() -> Self {
        Self {
            free: PlanLimits { max_file_size: Some(50 * MIB), quota: 2 * GIB, profiles: 3 },
            plus: PlanLimits { max_file_size: None, quota: 20 * GIB, profiles: 10 },
            enterprise: PlanLimits { max_file_size: None, quota: 50 * GIB, profiles: 100 },
        }
    }
}

impl PlanTable {
    pub const fn of(&self, plan: Plan) -> PlanLimits {
        match plan {
            Plan::Free => self.free,
            Plan::Plus => self.plus,
            Plan::Enterprise => self.enterprise,
        }
    }
}

/// How long a usage window is open.
pub const USAGE_WINDOW: Duration = Duration::from_secs(7 * 24 * 3600);

/// What was uploaded since the window opened. It opens with the first upload after the last one ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Usage {
    /// Bytes.
    pub used: u64,
    pub window_start: Option<Timestamp>,
}

/// `limits` of `@me` (U9).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitsView {
    pub plan: Plan,
    pub max_file_size: Option<u64>,
    pub usage: UsageView,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageView {
    pub used: u64,
    pub quota: u64,
    /// The same as `quota`: the original's documents name it both ways.
    pub limit: u64,
    /// Of 100, with two decimals.
    pub used_percent: f64,
    pub window_start: Option<Timestamp>,
    pub window_end: Option<Timestamp>,
    pub resets_in_seconds: Option<u64>,
}

impl Usage {
    /// The usage that counts at `now`: nothing, once the window has ended.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self.window_start {
            Some(start) if now < start.plus(USAGE_WINDOW) => self,
            _ => Self::default(),
        }
    }

    pub fn view(self, quota: u64, now: Timestamp) -> UsageView {
        let Self { used, window_start } = self.at(now);
        let window_end = window_start.map(|start| start.plus(USAGE_WINDOW));
        let hundredths =
            (u128::from(used) * 10_000 + u128::from(quota) / 2).checked_div(u128::from(quota)).unwrap_or(0);
        UsageView {
            used,
            quota,
            limit: quota,
            used_percent: hundredths as f64 / 100.0,
            window_start,
            window_end,
            resets_in_seconds: window_end.map(|end| end.since(now).as_millis().div_ceil(1000) as u64),
        }
    }
}

impl LimitsView {
    pub fn new(plan: Plan, usage: Usage, table: &PlanTable, now: Timestamp) -> Self {
        let limits = table.of(plan);
        Self { plan, max_file_size: limits.max_file_size, usage: usage.view(limits.quota, now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    const NOW: &str = "2026-05-15T00:00:00Z";

    fn paid() -> Subscription {
        Subscription {
            plan: Plan::Plus,
            status: Some(SubscriptionStatus::Active),
            started_at: Some(at("2026-01-04T09:30:00Z")),
            expires_at: Some(at("2027-01-04T09:30:00Z")),
            ..Subscription::default()
        }
    }

    /// U10
    #[test]
    fn a_paid_plan_shows_as_it_was_recorded() {
        let json = serde_json::to_string(&paid().view(at(NOW))).unwrap();
        assert_eq!(
            json,
            r#"{"plan":"plus","status":"active","started_at":"2026-01-04T09:30:00Z","expires_at":"2027-01-04T09:30:00Z","cancel_at_period_end":false,"gifted":false}"#
        );
    }

    /// U10
    #[test]
    fn a_free_account_has_nothing_but_its_plan() {
        let json = serde_json::to_string(&Subscription::default().view(at(NOW))).unwrap();
        assert_eq!(
            json,
            r#"{"plan":"free","status":null,"started_at":null,"expires_at":null,"cancel_at_period_end":false,"gifted":false}"#
        );
    }

    /// U10
    #[test]
    fn a_cancelled_plan_counts_until_its_end() {
        let cancelled =
            Subscription { status: Some(SubscriptionStatus::Canceled), cancel_at_period_end: true, ..paid() };
        let before = cancelled.view(at(NOW));
        assert_eq!((before.plan, before.cancel_at_period_end), (Plan::Plus, true));
        let after = cancelled.view(at("2027-01-04T09:30:00Z"));
        assert_eq!((after.plan, after.cancel_at_period_end, after.started_at), (Plan::Free, false, None));
    }

    /// U10
    #[test]
    fn a_gift_has_no_start_and_cannot_be_cancelled() {
        let gift = Subscription { gifted: true, cancel_at_period_end: true, ..paid() };
        let view = gift.view(at(NOW));
        assert_eq!((view.status, view.started_at), (Some(SubscriptionStatus::Gifted), None));
        assert_eq!(
            (view.cancel_at_period_end, view.gifted, view.expires_at),
            (false, true, paid().expires_at)
        );

        let comped = Subscription::gift(Plan::Enterprise, None).view(at("2099-01-01T00:00:00Z"));
        assert_eq!((comped.plan, comped.gifted, comped.expires_at), (Plan::Enterprise, true, None));
    }

    /// U10
    #[test]
    fn an_expired_plan_is_free_in_effect() {
        let lapsed = Subscription { expires_at: Some(at(NOW)), ..paid() };
        assert_eq!(lapsed.effective_plan(at("2026-05-14T23:59:59Z")), Plan::Plus);
        assert_eq!(lapsed.effective_plan(at(NOW)), Plan::Free);
        assert_eq!(lapsed.view(at(NOW)).status, Some(SubscriptionStatus::Expired));
        for status in [SubscriptionStatus::Expired, SubscriptionStatus::Incomplete] {
            assert_eq!(Subscription { status: Some(status), ..paid() }.effective_plan(at(NOW)), Plan::Free);
        }
        assert_eq!(
            Subscription { status: Some(SubscriptionStatus::PastDue), ..paid() }.effective_plan(at(NOW)),
            Plan::Plus
        );
    }

    /// U9
    #[test]
    fn limits_are_those_of_the_seed() {
        let usage = Usage { used: 5_242_880, window_start: Some(at("2026-05-12T00:00:00Z")) };
        let limits = LimitsView::new(Plan::Plus, usage, &PlanTable::default(), at(NOW));
        assert_eq!(
            serde_json::to_string(&limits).unwrap(),
            r#"{"plan":"plus","maxFileSize":null,"usage":{"used":5242880,"quota":21474836480,"limit":21474836480,"usedPercent":0.02,"windowStart":"2026-05-12T00:00:00Z","windowEnd":"2026-05-19T00:00:00Z","resetsInSeconds":345600}}"#
        );
    }

    /// U9
    #[test]
    fn before_the_first_upload_and_after_seven_days_the_window_is_closed() {
        let usage = Usage { used: 1, window_start: Some(at("2026-05-12T00:00:00Z")) };
        assert_eq!(usage.at(at("2026-05-18T23:59:59Z")).used, 1);
        let closed = usage.view(100, at("2026-05-19T00:00:00Z"));
        assert_eq!(
            (closed.used, closed.window_start, closed.window_end, closed.resets_in_seconds),
            (0, None, None, None)
        );
        assert_eq!(
            PlanTable::default().free,
            PlanLimits { max_file_size: Some(52_428_800), quota: 2_147_483_648, profiles: 3 }
        );
    }
}
