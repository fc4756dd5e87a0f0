//! Who is where: the members who share their presence, and nobody else (contract S4).
//!
//! A user may be in several guilds and on several shards; Discord tells each change once for each of them. There is one
//! presence for a user here, chosen by what they prefer from the last that was told, and it is there as long as one guild
//! is.

use std::collections::{HashMap, HashSet};

use nameplate_core::id::UserId;
use nameplate_core::presence::{ActivityPreference, Presence};
use nameplate_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::presence::Doing;

pub(crate) type GuildId = u64;

/// A guild of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Guild {
    pub shard: u32,
    /// Not while Discord has an outage there, or has not told about it yet.
    pub is_available: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub guilds: Vec<GuildId>,
    pub doing: Doing,
    /// What is shown of it.
    presence: Presence,
    /// When that was last on its way to the cache.
    written_at: Timestamp,
    /// When a guild last told of them; `None` for what the last listener knew.
    pub told_at: Option<Timestamp>,
}

impl Member {
    /// As the last listener knew them; written long ago.
    pub(crate) fn restored(guilds: Vec<GuildId>, doing: Doing) -> Self {
        let presence = doing.shown(&ActivityPreference::default());
        Self { guilds, doing, presence, written_at: Timestamp::default(), told_at: None }
    }
}

#[derive(Default)]
pub(crate) struct Roster {
    sharers: HashMap<UserId, ActivityPreference>,
    guilds: HashMap<GuildId, Guild>,
    members: HashMap<UserId, Member>,
}

impl Roster {
    /// As it was when it was saved, without what anybody prefers.
    pub(crate) fn restore(guilds: HashMap<GuildId, Guild>, members: HashMap<UserId, Member>) -> Self {
        let sharers = members.keys().map(|user| (*user, ActivityPreference::default())).collect();
        Self { sharers, guilds, members }
    }

    pub(crate) fn guilds(&self) -> &HashMap<GuildId, Guild> {
        &self.guilds
    }

    pub(crate) fn members(&self) -> &HashMap<UserId, Member> {
        &self.members
    }

    pub(crate) fn is_sharing(&self, user: UserId) -> bool {
        self.sharers.contains_key(&user)
    }

    pub(crate) fn sharers(&self) -> impl Iterator<Item = UserId> {
        self.sharers.keys().copied()
    }

    /// Takes note that a user shares, and of what they prefer to show; answers whether it is news that they share.
    pub(crate) fn share(&mut self, user: UserId, preference: ActivityPreference) -> bool {
        self.sharers.insert(user, preference).is_none()
    }

    /// Chooses anew what is shown of a user, by what they prefer now; answers what it is if that is news.
    pub(crate) fn choose(&mut self, user: UserId, now: Timestamp) -> Option<Presence> {
        let member = self.members.get_mut(&user)?;
        let presence = member.doing.shown(self.sharers.get(&user)?);
        if member.presence == presence {
            return None;
        }
        (member.presence, member.written_at) = (presence.clone(), now);
        Some(presence)
    }

    /// Forgets a user who does not share any more; answers whether anything was known.
    pub(crate) fn unshare(&mut self, user: UserId) -> bool {
        self.sharers.remove(&user);
        self.members.remove(&user).is_some()
    }

    /// Takes note of what a user who shares does, as a guild tells it; answers what is shown of it if that is news.
    pub(crate) fn tell(
        &mut self,
        guild: GuildId,
        user: UserId,
        doing: Doing,
        now: Timestamp,
    ) -> Option<Presence> {
        let preference = self.sharers.get(&user).filter(|_| self.guilds.contains_key(&guild))?;
        let Some(member) = self.members.get_mut(&user) else {
            let presence = doing.shown(preference);
            let (guilds, written_at) = (vec![guild], now);
            let member = Member { guilds, doing, presence: presence.clone(), written_at, told_at: Some(now) };
            self.members.insert(user, member);
            return Some(presence);
        };
        if !member.guilds.contains(&guild) {
            member.guilds.push(guild);
        }
        (member.doing, member.told_at) = (doing, Some(now));
        self.choose(user, now)
    }

    /// A user is no member of a guild any more; answers whether no guild is left, and the user is forgotten.
    pub(crate) fn leave(&mut self, guild: GuildId, user: UserId) -> bool {
        let Some(member) = self.members.get_mut(&user) else { return false };
        member.guilds.retain(|other| *other != guild);
        member.guilds.is_empty() && self.members.remove(&user).is_some()
    }

    /// A guild is there, with those who share among its members: who was there before and is not listed has left,
    /// unless the list is not whole. Answers who is in no guild any more.
    pub(crate) fn open(
        &mut self,
        guild: GuildId,
        shard: u32,
        whole: Option<&HashSet<UserId>>,
    ) -> Vec<UserId> {
        self.guilds.insert(guild, Guild { shard, is_available: true });
        let Some(listed) = whole else { return Vec::new() };
        let gone: Vec<UserId> =
            self.members_of(guild).into_iter().filter(|user| !listed.contains(user)).collect();
        gone.into_iter().filter(|user| self.leave(guild, *user)).collect()
    }

    /// An outage: what is known stays until its lease ends.
    pub(crate) fn suspend(&mut self, guild: GuildId) {
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.is_available = false;
        }
    }

    /// The bot is not in that guild any more. Answers who is in no guild any more.
    pub(crate) fn close(&mut self, guild: GuildId) -> Vec<UserId> {
        self.guilds.remove(&guild);
        self.members_of(guild).into_iter().filter(|user| self.leave(guild, *user)).collect()
    }

    /// A new session of a shard: its guilds are these, and each will be told about. Answers who is in none any more.
    pub(crate) fn begin(&mut self, shard: u32, guilds: &[GuildId]) -> Vec<UserId> {
        let of_shard = |guild: &Guild| guild.shard == shard;
        let closed: Vec<GuildId> = self
            .guilds
            .iter()
            .filter(|(id, guild)| of_shard(guild) && !guilds.contains(id))
            .map(|(id, _)| *id)
            .collect();
        for guild in guilds {
            self.guilds.insert(*guild, Guild { shard, is_available: false });
        }
        closed.into_iter().flat_map(|guild| self.close(guild)).collect()
    }

    /// The members of a guild who share.
    pub(crate) fn members_of(&self, guild: GuildId) -> Vec<UserId> {
        let members = self.members.iter().filter(|(_, member)| member.guilds.contains(&guild));
        members.map(|(user, _)| *user).collect()
    }

    /// Everybody whose entry was written before `since` and is known to be right: a guild of theirs is there, on a shard
    /// that is well. They count as written at `now`.
    pub(crate) fn renew(
        &mut self,
        since: Timestamp,
        now: Timestamp,
        is_well: impl Fn(u32) -> bool,
    ) -> Vec<(UserId, Presence)> {
        let guilds = &self.guilds;
        let is_sure =
            |id: &GuildId| guilds.get(id).is_some_and(|guild| guild.is_available && is_well(guild.shard));
        let due = self
            .members
            .iter_mut()
            .filter(|(_, member)| member.written_at <= since && member.guilds.iter().any(is_sure));
        due.map(|(user, member)| {
            member.written_at = now;
            (*user, member.presence.clone())
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use nameplate_core::presence::Status;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn ada() -> UserId {
        UserId::parse("123456789012345678").unwrap()
    }

    fn bob() -> UserId {
        UserId::parse("987654321098765432").unwrap()
    }

    /// As Discord tells it; of two activities the first is shown.
    fn doing(json: &str) -> Doing {
        serde_json::from_str(json).unwrap()
    }

    fn is(status: Status) -> Doing {
        doing(&format!(r#"{{"status":{},"activities":[]}}"#, serde_json::to_string(&status).unwrap()))
    }

    fn shows(status: Status) -> Presence {
        Presence { status, activity: None }
    }

    /// Guilds 1 and 2 on shard 0 and 3 on shard 1; Ada shares.
    fn roster() -> Roster {
        let mut roster = Roster::default();
        for (guild, shard) in [(1, 0), (2, 0), (3, 1)] {
            roster.open(guild, shard, None);
        }
        roster.share(ada(), ActivityPreference::default());
        roster
    }

    /// S4
    #[test]
    fn only_who_shares_is_kept() {
        let mut roster = roster();
        assert_eq!(roster.tell(1, bob(), is(Status::Online), NOW), None);
        assert!(roster.members().is_empty());
        assert_eq!(roster.tell(1, ada(), is(Status::Online), NOW), Some(shows(Status::Online)));
        assert!(roster.unshare(ada()));
        assert_eq!(roster.tell(1, ada(), is(Status::Online), NOW), None);
        assert!(roster.members().is_empty());
    }

    /// E3
    #[test]
    fn one_change_told_by_every_guild_is_news_once() {
        let mut roster = roster();
        let news = [1, 2, 3, 1].map(|guild| roster.tell(guild, ada(), is(Status::Idle), NOW).is_some());
        assert_eq!(news, [true, false, false, false]);
        assert_eq!(roster.tell(3, ada(), is(Status::Dnd), NOW), Some(shows(Status::Dnd)));
    }

    /// S2
    #[test]
    fn what_an_owner_prefers_chooses_at_once_and_from_then_on() {
        let mut roster = roster();
        let both =
            r#"{"status":"online","activities":[{"name":"Chess","type":0},{"name":"Spotify","type":2}]}"#;
        let name = |presence: Option<Presence>| presence.map(|presence| presence.activity.unwrap().name);
        assert_eq!(name(roster.tell(1, ada(), doing(both), NOW)).as_deref(), Some("Chess"));
        assert_eq!(roster.choose(ada(), NOW), None, "nothing has changed");
        let prefers = |json: &str| serde_json::from_str::<ActivityPreference>(json).unwrap();
        assert!(!roster.share(ada(), prefers(r#"{"prefer":"listening"}"#)));
        assert_eq!(name(roster.choose(ada(), NOW)).as_deref(), Some("Spotify"));
        assert_eq!(roster.tell(2, ada(), doing(both), NOW), None, "another guild tells the same");
        roster.share(ada(), prefers(r#"{"prefer":"listening","hide":["spotify"]}"#));
        assert_eq!(name(roster.choose(ada(), NOW)).as_deref(), Some("Chess"));
        roster.share(ada(), prefers(r#"{"hide":["spotify","Chess"]}"#));
        assert_eq!(roster.choose(ada(), NOW), Some(shows(Status::Online)));
        assert_eq!(roster.choose(bob(), NOW), None, "nothing is known of Bob");
    }

    #[test]
    fn who_is_in_no_guild_any_more_is_forgotten() {
        let mut roster = roster();
        for guild in [1, 2, 3] {
            roster.tell(guild, ada(), is(Status::Online), NOW);
        }
        assert!(!roster.leave(1, ada()));
        assert!(roster.close(2).is_empty());
        assert_eq!(roster.close(3), [ada()]);
        assert!(roster.members().is_empty());
    }

    #[test]
    fn a_whole_list_of_members_says_who_left_and_a_part_of_it_does_not() {
        let mut roster = roster();
        roster.tell(1, ada(), is(Status::Online), NOW);
        assert!(roster.open(1, 0, None).is_empty());
        assert!(roster.open(1, 0, Some(&HashSet::from([ada()]))).is_empty());
        assert_eq!(roster.open(1, 0, Some(&HashSet::new())), [ada()]);
    }

    #[test]
    fn a_new_session_drops_the_guilds_that_are_not_in_it() {
        let mut roster = roster();
        roster.tell(1, ada(), is(Status::Online), NOW);
        roster.tell(3, ada(), is(Status::Online), NOW);
        assert!(roster.begin(0, &[2]).is_empty(), "the third is on another shard");
        assert_eq!(roster.guilds().len(), 2);
        assert_eq!(roster.begin(1, &[]), [ada()]);
    }

    /// S3
    #[test]
    fn a_lease_is_renewed_while_a_guild_is_there_on_a_shard_that_is_well() {
        let mut roster = roster();
        roster.tell(1, ada(), is(Status::Online), NOW);
        roster.tell(3, ada(), is(Status::Online), NOW);
        let later = Timestamp::from_millis(NOW.as_millis() + 1);
        assert!(roster.renew(Timestamp::from_millis(0), later, |_| true).is_empty(), "not due yet");
        assert!(roster.renew(NOW, later, |_| false).is_empty());
        roster.suspend(3);
        assert!(roster.renew(NOW, later, |shard| shard == 1).is_empty(), "an outage is no sign of life");
        assert_eq!(roster.renew(NOW, later, |shard| shard == 0), [(ada(), shows(Status::Online))]);
        assert!(roster.renew(NOW, later, |_| true).is_empty(), "once");
    }
}
