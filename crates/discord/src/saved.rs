//! What a listener leaves behind for the next one: its place in Discord's event stream, and what it knew there.
//!
//! Discord allows a thousand new sessions a day and replays to a resumed one only what it missed. So the place (session
//! and sequence) and the state (guilds, members who share) belong together and are written as one file, for its owner
//! alone. A file rather than the database: it is of use to this listener only, and for minutes only.

use std::collections::HashMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nameplate_core::id::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::presence::Doing;
use crate::roster::{Guild, GuildId, Member, Roster};

/// A place in Discord's event stream: everything up to `sequence` was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bookmark {
    pub session: String,
    pub resume_url: String,
    pub sequence: u64,
}

/// What must be the same for a session to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// A digest of the token.
    bot: String,
    api: String,
    pub shards: u32,
}

impl Origin {
    pub(crate) fn new(token: &SecretString, api: &str, shards: u32) -> Self {
        let bot = hex::encode(Sha256::digest(token.expose_secret().as_bytes()));
        Self { bot, api: api.to_owned(), shards }
    }
}

#[derive(Serialize, Deserialize)]
struct Saved {
    origin: Origin,
    bookmarks: HashMap<u32, Bookmark>,
    guilds: HashMap<GuildId, Guild>,
    members: HashMap<UserId, SavedMember>,
}

#[derive(Serialize, Deserialize)]
struct SavedMember {
    guilds: Vec<GuildId>,
    doing: Doing,
}

/// The text of the file.
pub(crate) fn write(
    origin: &Origin,
    bookmarks: &HashMap<u32, Bookmark>,
    roster: &Roster,
) -> serde_json::Result<String> {
    let member = |(user, member): (&UserId, &Member)| {
        (*user, SavedMember { guilds: member.guilds.clone(), doing: member.doing.clone() })
    };
    serde_json::to_string(&Saved {
        origin: origin.clone(),
        bookmarks: bookmarks.clone(),
        guilds: roster.guilds().clone(),
        members: roster.members().iter().map(member).collect(),
    })
}

/// What was saved, if it is of the same bot and the same shards. Anything else is of no use, and no fault.
pub(crate) fn read(text: &str, origin: &Origin) -> Option<(HashMap<u32, Bookmark>, Roster)> {
    let saved: Saved = serde_json::from_str(text).ok().filter(|saved: &Saved| saved.origin == *origin)?;
    let member = |(user, saved): (UserId, SavedMember)| (user, Member::restored(saved.guilds, saved.doing));
    let members = saved.members.into_iter().map(member).collect();
    Some((saved.bookmarks, Roster::restore(saved.guilds, members)))
}

/// Puts the file in its place whole, for its owner alone.
pub(crate) fn store(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = path.with_extension("tmp");
    let _ = std::fs::remove_file(&temporary);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use nameplate_core::presence::ActivityPreference;
    use nameplate_core::time::Timestamp;

    use super::*;

    #[test]
    fn what_was_saved_comes_back_for_the_same_bot_alone() {
        let ada = UserId::parse("123456789012345678").unwrap();
        let mut roster = Roster::default();
        roster.share(ada, ActivityPreference::default());
        roster.open(1, 0, None);
        let doing: Doing = serde_json::from_str(
            r#"{"status":"dnd","activities":[{"name":"Chess","type":0},{"name":"Spotify","type":2}]}"#,
        )
        .unwrap();
        roster.tell(1, ada, doing.clone(), Timestamp::from_millis(5));
        let origin = Origin::new(&"secret-token".into(), "https://discord.com/api/v10", 1);
        let bookmark = Bookmark { session: "s".into(), resume_url: "wss://r".into(), sequence: 7 };
        let bookmarks = HashMap::from([(0, bookmark)]);
        let text = write(&origin, &bookmarks, &roster).unwrap();
        assert!(!text.contains("secret-token"));

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("discord.json");
        store(&path, "old").unwrap();
        store(&path, &text).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();

        let (places, back) = read(&text, &origin).unwrap();
        assert_eq!((places, back.guilds()), (bookmarks, roster.guilds()));
        assert_eq!(back.members()[&ada].doing, doing);
        assert!(back.is_sharing(ada));
        for other in [
            Origin::new(&"another-token".into(), "https://discord.com/api/v10", 1),
            Origin::new(&"secret-token".into(), "https://discord.com/api/v10", 2),
        ] {
            assert!(read(&text, &other).is_none());
        }
        assert!(read("{\"half\":", &origin).is_none());
    }
}
