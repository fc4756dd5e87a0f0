//! New accounts: of whoever sets up the instance, and of people who sign in for the first time.

use nameplate_core::id::UserId;
use nameplate_core::plan::Subscription;
use nameplate_core::user::User;
use nameplate_store::{Conflict, StoreError};

use crate::accounts::{Accounts, Caller};
use crate::lookup::Unavailable;

/// How many names are tried for somebody whose own is taken.
const TRIES: u32 = 8;
/// The shortest and longest username (A1).
const SHORTEST: usize = 4;
const LONGEST: usize = 15;
/// When Discord's ids begin to count, in Unix milliseconds.
const EPOCH: i64 = 1_420_070_400_000;

/// Who wants an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Newcomer {
    /// Of Discord; one is made for people without.
    pub id: Option<UserId>,
    /// Texts of which the username is made: the first that is good for one.
    pub names: Vec<String>,
    /// The name to show.
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    pub is_operator: bool,
    pub subscription: Subscription,
}

impl Accounts {
    /// Makes an account, with a username that nobody else has. Somebody with that id who is there already is answered as
    /// they are.
    pub(crate) async fn register(&self, newcomer: Newcomer) -> Result<Caller, Unavailable> {
        let id = newcomer.id.unwrap_or_else(|| self.new_id());
        let stem = newcomer.names.iter().map(|name| username(name)).find(|name| !name.is_empty());
        let stem = stem.unwrap_or_else(|| "user".into());
        for attempt in 0..TRIES {
            let name = if attempt == 0 && stem.len() >= SHORTEST { stem.clone() } else { self.varied(&stem) };
            let user = User {
                nickname: newcomer.nickname.clone().filter(|nickname| *nickname != name),
                avatar: newcomer.avatar.clone(),
                is_operator: newcomer.is_operator,
                subscription: newcomer.subscription.clone(),
                ..User::new(id, name, self.clock.now())
            };
            match self.store.register_user(&user).await {
                Err(StoreError::Conflict(Conflict::Username)) => {}
                Ok(()) | Err(StoreError::Conflict(Conflict::User)) => {
                    self.forget(&id).await;
                    return self.signed_in(&id).await?.ok_or(Unavailable);
                }
                Err(error) => return Err(error.into()),
            }
        }
        tracing::warn!("no free username was found");
        Err(Unavailable)
    }

    /// The name with four digits behind it.
    fn varied(&self, stem: &str) -> String {
        let short: String = stem.chars().take(LONGEST - SHORTEST).collect();
        format!("{short}{}", 1000 + self.entropy.below(9000))
    }

    /// An id like Discord's, which no id of Discord's is but by great chance.
    fn new_id(&self) -> UserId {
        let millis = (self.clock.now().as_millis() - EPOCH).max(1 << 33);
        let number = (millis as u64) << 22 | self.entropy.below(1 << 22);
        // Cannot fail: it has 17 to 19 digits.
        UserId::parse(&number.to_string()).unwrap_or_else(|_| self.new_id())
    }
}

/// What of a text can be a username.
fn username(text: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => Some(letter.to_ascii_lowercase()),
        ' ' | '-' | '.' | '_' => Some('_'),
        _ => None,
    };
    let mut name: String = text.trim().chars().filter_map(letter).take(LONGEST).collect();
    while name.ends_with('_') {
        name.pop();
    }
    name.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A1
    #[test]
    fn a_username_is_made_of_what_a_name_has_of_one() {
        for (name, made) in [
            ("Ada Lovelace", "ada_lovelace"),
            (" ada-l. ", "ada_l"),
            ("Zoë", "zo"),
            ("ليلى", ""),
            ("__x__", "x"),
            ("A name that is far too long", "a_name_that_is"),
        ] {
            assert_eq!(username(name), made, "{name}");
        }
    }
}
