//! Signing in with Discord (T30, T31): what binds the answer to the browser that asked, and whose account it is.
//!
//! Nothing is kept while somebody is away at Discord: all that the answer is judged by follows from one secret in a cookie
//! of that browser. That it was used once is remembered for as long as it would be good.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use nameplate_core::id::UserId;
use nameplate_core::secret::Token;
use nameplate_core::text::clean_line;
use nameplate_core::time::Timestamp;
use sha2::Sha256;

use crate::accounts::Newcomer;
use crate::app::App;
use crate::lookup::Unavailable;

/// How long somebody may be away.
pub const DISCORD_LOGIN: Duration = Duration::from_secs(600);

/// The most characters of a nickname (A1).
const MAX_NICKNAME: usize = 15;

/// Somebody at Discord.
#[derive(Clone, Debug)]
pub struct DiscordUser {
    pub id: UserId,
    pub username: String,
    pub name: Option<String>,
    /// The URL of a picture.
    pub avatar: Option<String>,
}

/// Why it is not known who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscordFault {
    Refused,
    Unreachable,
}

/// Discord's side of it.
pub trait DiscordAuth: Send + Sync + 'static {
    /// As `iss` names it: the origin of the page that asks.
    fn issuer(&self) -> &str;

    /// Where a browser is sent.
    fn authorize(&self, state: String, verifier: String) -> String;

    fn identify(&self, code: String, verifier: String) -> BoxFuture<'_, Result<DiscordUser, DiscordFault>>;
}

/// How people sign in with Discord here, if they do.
#[derive(Clone)]
pub struct DiscordLogin {
    pub auth: Arc<dyn DiscordAuth>,
    /// Whether people who are not known get an account.
    pub is_open: bool,
}

/// What a browser keeps while its user is away, and where it goes.
pub struct Away {
    pub cookie: String,
    pub url: String,
}

/// What a browser comes back with.
#[derive(Clone, Debug, Default)]
pub struct Return {
    pub code: String,
    pub state: String,
    pub issuer: Option<String>,
    /// Discord says no, or the user did.
    pub is_refused: bool,
}

#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum DiscordLoginFault {
    #[error("the answer belongs to no question of this browser, or to one that was answered already")]
    Stale,
    #[error("the answer is not Discord's")]
    Foreign,
    #[error("the user or Discord said no")]
    Refused,
    #[error("Discord cannot be reached")]
    Unreachable,
    #[error("nobody new is taken in here")]
    Closed,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The secret of one attempt: `<token>.<milliseconds>.<path>`.
struct Attempt {
    token: Token,
    began: Timestamp,
    next: String,
}

impl Attempt {
    fn parse(cookie: &str) -> Option<Self> {
        let mut parts = cookie.splitn(3, '.');
        let token = Token::parse(parts.next()?)?;
        let began = Timestamp::from_millis(parts.next()?.parse().ok()?);
        Some(Self { token, began, next: parts.next()?.to_owned() })
    }

    fn cookie(&self) -> String {
        format!("{}.{}.{}", self.token.expose(), self.began.as_millis(), self.next)
    }

    /// A value for one purpose, from which the secret cannot be told.
    fn derive(&self, purpose: &str) -> String {
        // Cannot fail: a key of any length will do.
        let mac = Hmac::<Sha256>::new_from_slice(self.token.expose().as_bytes());
        let began = self.began.as_millis().to_string();
        let mac = mac.map(|mac| mac.chain_update(purpose).chain_update(began).finalize().into_bytes());
        mac.map(hex::encode).unwrap_or_default()
    }
}

impl App {
    /// Where Discord asks, if people may sign in with it.
    pub fn discord_origin(&self) -> Option<&str> {
        self.discord.as_ref().map(|login| login.auth.issuer())
    }

    /// Sends a browser to Discord; `next` is where it goes when it is back.
    pub fn leave_for_discord(&self, next: &str) -> Option<Away> {
        let login = self.discord.as_ref()?;
        let (token, began) = (Token::generate(&*self.entropy), self.now());
        let attempt = Attempt { token, began, next: next.to_owned() };
        let url = login.auth.authorize(attempt.derive("state"), attempt.derive("verifier"));
        Some(Away { cookie: attempt.cookie(), url })
    }

    /// Who came back, and where they wanted to go.
    pub async fn back_from_discord(
        &self,
        cookie: &str,
        answer: Return,
    ) -> Result<(UserId, String), DiscordLoginFault> {
        use DiscordLoginFault as Fault;
        let login = self.discord.as_ref().ok_or(Fault::Closed)?;
        let attempt = Attempt::parse(cookie).ok_or(Fault::Stale)?;
        let now = self.now();
        let state = attempt.derive("state");
        if answer.state != state || now.since(attempt.began) >= DISCORD_LOGIN {
            return Err(Fault::Stale);
        }
        let is_new = self.live.is_first("discord-login", &[state.as_bytes()], DISCORD_LOGIN, now).await;
        match () {
            () if !is_new => return Err(Fault::Stale),
            () if answer.issuer.is_some_and(|issuer| issuer != login.auth.issuer()) => {
                return Err(Fault::Foreign);
            }
            () if answer.is_refused || answer.code.is_empty() => return Err(Fault::Refused),
            () => {}
        }
        let found = login.auth.identify(answer.code, attempt.derive("verifier")).await;
        let somebody = found.map_err(|fault| match fault {
            DiscordFault::Refused => Fault::Refused,
            DiscordFault::Unreachable => Fault::Unreachable,
        })?;
        Ok((self.account_of(login, somebody).await?, attempt.next))
    }

    /// The account with that id: no name and no address makes anybody somebody else (T31).
    async fn account_of(
        &self,
        login: &DiscordLogin,
        somebody: DiscordUser,
    ) -> Result<UserId, DiscordLoginFault> {
        let id = somebody.id;
        if self.accounts.signed_in(&id).await?.is_some() {
            return Ok(id);
        }
        if !login.is_open {
            return Err(DiscordLoginFault::Closed);
        }
        let nickname = somebody.name.as_deref().map(|name| clean_line(name.trim(), MAX_NICKNAME));
        let newcomer = Newcomer {
            id: Some(id),
            names: vec![somebody.username, somebody.name.unwrap_or_default()],
            nickname: nickname.filter(|nickname| !nickname.trim().is_empty()),
            avatar: somebody.avatar.filter(|avatar| self.art.is_allowed(avatar)),
            ..Newcomer::default()
        };
        Ok(self.accounts.register(newcomer).await?.id())
    }
}
