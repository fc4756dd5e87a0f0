//! Takes in what the gateway says, in order: what it means for who is where and does what.
//!
//! It never waits. What is to be written goes to the outbox, what is to be asked waits with its shard.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use nameplate_core::id::UserId;
use nameplate_core::presence::ActivityPreference;
use nameplate_core::time::{Clock, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::commands::Interaction;
use crate::desk::Standing;
use crate::json::Object;
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::presence::{Doing, Judge};
use crate::requests::Requests;
use crate::roster::{GuildId, Roster};
use crate::saved::Bookmark;
use crate::shard::{Dispatch, Pulse};
use crate::sharing::Sharing;

/// A lease of five minutes is renewed when it is this old (S3): one renewal may fail.
const RENEW_AFTER: Duration = Duration::from_secs(120);

/// A shard as it is seen from here.
pub(crate) struct Wire {
    pub commands: mpsc::Sender<String>,
    pub pulse: Arc<Pulse>,
    pub requests: Requests,
}

/// Whether an image may be shown.
pub(crate) type AllowsImage = Box<dyn Fn(&str) -> bool + Send + Sync>;

pub(crate) struct Intake {
    pub roster: Roster,
    pub bookmarks: HashMap<u32, Bookmark>,
    pub wires: Vec<Wire>,
    /// Whether the file must be written soon: somebody was forgotten, or there is a new session.
    pub is_urgent: bool,
    outbox: Arc<Outbox>,
    clock: Arc<dyn Clock>,
    allows_image: AllowsImage,
    metrics: Metrics,
}

impl Intake {
    pub(crate) fn new(
        (bookmarks, roster): (HashMap<u32, Bookmark>, Roster),
        wires: Vec<Wire>,
        outbox: Arc<Outbox>,
        (clock, allows_image): (Arc<dyn Clock>, AllowsImage),
        metrics: Metrics,
    ) -> Self {
        Self { roster, bookmarks, wires, is_urgent: false, outbox, clock, allows_image, metrics }
    }

    /// Somebody began or ceased to share, or prefers something else to be shown.
    pub(crate) fn share(&mut self, sharing: Sharing) {
        match sharing {
            Sharing::One(user, Some(preference)) => self.begin(user, preference),
            Sharing::One(user, None) => self.is_urgent |= self.roster.unshare(user),
            Sharing::Everybody(users) => {
                let users: HashMap<UserId, ActivityPreference> = users.into_iter().collect();
                let ceased: Vec<UserId> =
                    self.roster.sharers().filter(|user| !users.contains_key(user)).collect();
                for user in ceased {
                    self.is_urgent |= self.roster.unshare(user);
                }
                for (user, preference) in users {
                    self.begin(user, preference);
                }
            }
        }
    }

    /// Discord has not said anything of somebody who shares only now: it is asked about them in every guild. Of who shares
    /// already, everything is here to choose from.
    fn begin(&mut self, user: UserId, preference: ActivityPreference) {
        if !self.roster.share(user, preference) {
            if let Some(presence) = self.roster.choose(user, self.clock.now()) {
                self.outbox.put(user, Some(presence));
            }
            return;
        }
        for (id, guild) in self.roster.guilds() {
            if let Some(wire) = self.wires.get_mut(guild.shard as usize) {
                wire.requests.want(*id, [user]);
            }
        }
    }

    /// Takes in one event. A slash command is given back to be answered.
    pub(crate) fn hear(&mut self, dispatch: &Dispatch) -> Option<Interaction> {
        match &dispatch.bookmark {
            Some(bookmark) => self.bookmarks.insert(dispatch.shard, bookmark.clone()),
            None => self.bookmarks.remove(&dispatch.shard),
        };
        let frame = Object::parse(&dispatch.text).unwrap_or_default();
        let data = frame.object("d").unwrap_or_default();
        match dispatch.kind.as_str() {
            "READY" => self.ready(dispatch.shard, &data),
            "GUILD_CREATE" => self.guild(dispatch.shard, &data),
            "GUILD_DELETE" => self.guild_gone(&data),
            "GUILD_MEMBER_ADD" => self.joined(&data),
            "GUILD_MEMBER_REMOVE" => self.left(&data),
            "GUILD_MEMBERS_CHUNK" => self.chunk(dispatch.shard, &data),
            "PRESENCE_UPDATE" => self.presence(&data),
            "RATE_LIMITED" => self.limited(dispatch.shard, &data),
            "INTERACTION_CREATE" => return Interaction::read(&data),
            _ => {}
        }
        None
    }

    /// A new session: Discord tells about each of its guilds next.
    fn ready(&mut self, shard: u32, data: &Object<'_>) {
        let guilds: Vec<GuildId> =
            data.objects("guilds").unwrap_or_default().iter().filter_map(|guild| guild.id("id")).collect();
        if let Some(wire) = self.wires.get_mut(shard as usize) {
            wire.requests = Requests::default();
        }
        let gone = self.roster.begin(shard, &guilds);
        self.forget(gone);
        // A session that was never saved would be lost with a crash.
        self.is_urgent = true;
    }

    fn guild(&mut self, shard: u32, data: &Object<'_>) {
        let Some(guild) = data.id("id") else { return };
        if data.flag("unavailable") == Some(true) {
            return self.roster.suspend(guild);
        }
        let told = self.told(data);
        // Of a large guild Discord lists who is online; who else is there has to be asked for.
        let is_whole = data.flag("large") == Some(false) && data.objects("members").is_some();
        let listed: HashSet<UserId> = told.iter().map(|(user, _)| *user).collect();
        let gone = self.roster.open(guild, shard, is_whole.then_some(&listed));
        self.forget(gone);
        self.take(guild, told);
        if !is_whole {
            let unknown: Vec<UserId> = self.roster.sharers().filter(|user| !listed.contains(user)).collect();
            self.want(guild, unknown);
        }
    }

    /// The members who share in a list of `members` with their `presences`; who has none is offline or invisible.
    fn told(&self, data: &Object<'_>) -> Vec<(UserId, Doing)> {
        let who = |object: &Object<'_>| {
            let user = object.object("user")?.user("id")?;
            self.roster.is_sharing(user).then_some(user)
        };
        let judge = self.judge();
        let mut told: HashMap<UserId, Doing> = HashMap::new();
        for member in data.objects("members").unwrap_or_default() {
            told.extend(who(&member).map(|user| (user, Doing::OFFLINE)));
        }
        for presence in data.objects("presences").unwrap_or_default() {
            told.extend(who(&presence).map(|user| (user, judge.doing(&presence))));
        }
        told.into_iter().collect()
    }

    fn guild_gone(&mut self, data: &Object<'_>) {
        let Some(guild) = data.id("id") else { return };
        if data.flag("unavailable") == Some(true) {
            return self.roster.suspend(guild);
        }
        for wire in &mut self.wires {
            wire.requests.forget(guild);
        }
        let gone = self.roster.close(guild);
        self.forget(gone);
    }

    fn joined(&mut self, data: &Object<'_>) {
        let user = data.object("user").and_then(|user| user.user("id"));
        if let Some((guild, user)) = data.id("guild_id").zip(user)
            && self.roster.is_sharing(user)
        {
            self.want(guild, vec![user]);
        }
    }

    fn left(&mut self, data: &Object<'_>) {
        let user = data.object("user").and_then(|user| user.user("id"));
        if let Some((guild, user)) = data.id("guild_id").zip(user)
            && self.roster.leave(guild, user)
        {
            self.forget(vec![user]);
        }
    }

    /// An answer about members. Who was asked about and is not in it is no member.
    fn chunk(&mut self, shard: u32, data: &Object<'_>) {
        let Some(guild) = data.id("guild_id") else { return };
        let told = self.told(data);
        let nonce = data.text("nonce").unwrap_or_default();
        let asked = self.wires.get_mut(shard as usize).map(|wire| wire.requests.answered(&nonce));
        let known: HashSet<UserId> = told.iter().map(|(user, _)| *user).collect();
        let missing = asked.unwrap_or_default().into_iter().filter(|user| !known.contains(user));
        let gone = missing.filter(|user| self.roster.leave(guild, *user)).collect();
        self.forget(gone);
        self.take(guild, told);
    }

    fn presence(&mut self, data: &Object<'_>) {
        let user = data.object("user").and_then(|user| user.user("id"));
        if let Some((guild, user)) = data.id("guild_id").zip(user)
            && self.roster.is_sharing(user)
        {
            self.metrics.presence_updates.inc();
            let doing = self.judge().doing(data);
            self.take(guild, vec![(user, doing)]);
        }
    }

    fn limited(&mut self, shard: u32, data: &Object<'_>) {
        self.metrics.rate_limits.inc();
        let wait = Duration::try_from_secs_f64(data.number("retry_after").unwrap_or(30.0));
        let wait = wait.unwrap_or_default().min(Duration::from_secs(300));
        let nonce = data.object("meta").and_then(|meta| meta.text("nonce"));
        if let Some((nonce, wire)) = nonce.zip(self.wires.get_mut(shard as usize)) {
            wire.requests.limited(&nonce, Instant::now(), wait);
        }
    }

    fn judge(&self) -> Judge<'_> {
        Judge { allows_image: &*self.allows_image, now: self.clock.now() }
    }

    fn want(&mut self, guild: GuildId, users: Vec<UserId>) {
        let shard = self.roster.guilds().get(&guild).map(|guild| guild.shard as usize);
        if let Some(wire) = shard.and_then(|shard| self.wires.get_mut(shard)) {
            wire.requests.want(guild, users);
        }
    }

    fn take(&mut self, guild: GuildId, told: Vec<(UserId, Doing)>) {
        let now = self.clock.now();
        for (user, doing) in told {
            if let Some(presence) = self.roster.tell(guild, user, doing, now) {
                self.metrics.presence_news.inc();
                self.outbox.put(user, Some(presence));
            }
        }
    }

    fn forget(&mut self, gone: Vec<UserId>) {
        for user in gone {
            self.outbox.put(user, None);
            self.is_urgent = true;
        }
    }

    /// Renews leases and asks what is to be asked.
    pub(crate) fn tick(&mut self) {
        let now = self.clock.now();
        let since = Timestamp::from_millis(now.as_millis().saturating_sub(RENEW_AFTER.as_millis() as i64));
        let wires = &self.wires;
        let is_well = |shard: u32| wires.get(shard as usize).is_some_and(|wire| wire.pulse.is_well());
        for (user, presence) in self.roster.renew(since, now, is_well) {
            self.metrics.presence_renewals.inc();
            self.outbox.put(user, Some(presence));
        }
        self.ask();
        self.measure();
    }

    /// Sends the questions that may be sent now.
    pub(crate) fn ask(&mut self) {
        let now = Instant::now();
        for wire in self.wires.iter_mut().filter(|wire| wire.pulse.is_well()) {
            wire.requests.retry(now);
            while wire.commands.capacity() > 0
                && let Some(command) = wire.requests.next(now)
            {
                self.metrics.member_requests.inc();
                let _ = wire.commands.try_send(command);
            }
        }
    }

    /// What is known of somebody. Who does not share is not looked for (S4).
    pub(crate) fn standing(&self, user: UserId) -> Standing {
        if let Some(member) = self.roster.members().get(&user) {
            return Standing { is_member: Some(true), told_at: member.told_at };
        }
        let is_told = self.roster.is_sharing(user)
            && self.wires.iter().all(|wire| wire.pulse.is_well() && !wire.requests.is_open(user))
            && self.roster.guilds().values().all(|guild| guild.is_available);
        Standing { is_member: is_told.then_some(false), told_at: None }
    }

    fn measure(&self) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let pulses = self.wires.iter().map(|wire| &wire.pulse);
        self.metrics.shards_ready.set(count(pulses.clone().filter(|pulse| pulse.is_well()).count()));
        self.metrics.guilds.set(count(self.roster.guilds().len()));
        self.metrics.members.set(count(self.roster.members().len()));
        let slowest = pulses.map(|pulse| pulse.latency()).max().unwrap_or_default();
        self.metrics.heartbeat.set(slowest.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use nameplate_core::presence::Status;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::json::tests::anything;

    const GUILD: GuildId = 800_000_000_000_000_001;
    const ADA: &str = "123456789012345678";

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_780_000_000_000)
        }
    }

    fn ada() -> UserId {
        UserId::parse(ADA).unwrap()
    }

    /// Ada shares; nothing was said yet.
    fn intake() -> Intake {
        let senses = (Arc::new(Still) as Arc<dyn Clock>, Box::new(|_: &str| true) as AllowsImage);
        let mut intake =
            Intake::new(Default::default(), Vec::new(), Arc::default(), senses, Metrics::default());
        intake.share(Sharing::Everybody(vec![(ada(), ActivityPreference::default())]));
        intake
    }

    fn hear(intake: &mut Intake, kind: &str, data: &Value) {
        let text = json!({ "t": kind, "s": 1, "op": 0, "d": data }).to_string();
        intake.hear(&Dispatch { shard: 0, kind: kind.to_owned(), text, bookmark: None });
    }

    fn guild() -> Value {
        json!({
            "id": GUILD.to_string(), "large": false, "member_count": 2, "name": "Guild", "unavailable": false,
            "members": [{ "user": { "id": ADA } }],
            "presences": [{ "user": { "id": ADA }, "status": "dnd", "activities": [] }],
        })
    }

    fn status(intake: &Intake) -> Option<Status> {
        Some(intake.roster.members().get(&ada())?.doing.shown(&ActivityPreference::default()).status)
    }

    #[test]
    fn a_member_comes_with_the_guild_and_goes_with_it() {
        let mut intake = intake();
        hear(&mut intake, "GUILD_CREATE", &guild());
        assert_eq!(status(&intake), Some(Status::Dnd));
        hear(&mut intake, "GUILD_DELETE", &json!({ "id": GUILD.to_string(), "unavailable": true }));
        assert_eq!(status(&intake), Some(Status::Dnd), "an outage");
        hear(&mut intake, "GUILD_DELETE", &json!({ "id": GUILD.to_string() }));
        assert_eq!(status(&intake), None);
    }

    /// S4
    #[test]
    fn whether_somebody_is_in_a_guild_is_known_once_every_guild_has_said_so() {
        let mut intake = intake();
        let unknown = Standing::default();
        hear(&mut intake, "READY", &json!({ "guilds": [{ "id": GUILD.to_string() }] }));
        assert_eq!(intake.standing(ada()), unknown, "the guild has not told yet");
        let mut without = guild();
        (without["members"], without["presences"]) = (json!([]), json!([]));
        hear(&mut intake, "GUILD_CREATE", &without);
        assert_eq!(intake.standing(ada()), Standing { is_member: Some(false), told_at: None });
        hear(&mut intake, "GUILD_CREATE", &guild());
        let told_at = Some(Still.now());
        assert_eq!(intake.standing(ada()), Standing { is_member: Some(true), told_at });
        intake.share(Sharing::One(ada(), None));
        assert_eq!(intake.standing(ada()), unknown, "who does not share is not looked for");
    }

    proptest! {
        /// S2: whatever else stands in the event of a guild, and beside a member in it, the member is seen.
        #[test]
        fn an_odd_field_or_neighbour_never_hides_a_member(
            field in prop::sample::select(vec!["name", "member_count", "large", "roles", "user", "guild_id"]),
            odd in anything(),
            list in prop::sample::select(vec!["members", "presences"]),
            neighbour in anything(),
            part in prop::sample::select(vec!["activities", "client_status", "nick", "roles"]),
        ) {
            let (mut intake, mut guild) = (intake(), guild());
            guild[field] = odd.clone();
            guild[list].as_array_mut().unwrap().insert(0, neighbour.clone());
            guild["presences"].as_array_mut().unwrap().last_mut().unwrap()[part] = odd.clone();
            hear(&mut intake, "GUILD_CREATE", &guild);
            prop_assert_eq!(status(&intake), Some(Status::Dnd));
            // And nothing that is no event of ours does any harm.
            for kind in ["GUILD_MEMBERS_CHUNK", "PRESENCE_UPDATE", "GUILD_MEMBER_REMOVE", "RATE_LIMITED", "READY", "INTERACTION_CREATE"] {
                hear(&mut intake, kind, &neighbour);
                hear(&mut intake, kind, &json!({ "guild_id": odd, "user": neighbour, "members": [odd], "nonce": odd }));
            }
        }
    }
}
