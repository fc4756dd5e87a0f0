//! Who is signed in: sessions of browsers, and the links that begin them without a password (T15, T16).
//!
//! A session ends thirty days after it was last used, and after a year in any case. It is looked up anew at each
//! request, so one that was ended opens nothing any more, on any node.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use nameplate_core::id::UserId;
use nameplate_core::secret::Token;
use nameplate_core::text::clean_line;
use nameplate_core::time::{Clock, Entropy, Timestamp, millis};
use nameplate_store::{Conflict, LoginLink, Session, Store, StoreError};
use serde::Serialize;
use sha2::Sha256;

use crate::lookup::Unavailable;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a session lives without being used.
const IDLE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long it lives at most.
pub const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// How often its use is written down.
const TOUCH: Duration = Duration::from_secs(3600);
/// How long a login link is good for.
const LINK: Duration = Duration::from_secs(3600);
/// How long the link is good for with which an instance is set up.
const FIRST_RUN: Duration = DAY;
/// The most characters of a browser's name that are kept.
const MAX_AGENT: usize = 256;

/// A session as its owner sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    id: String,
    #[serde(with = "millis")]
    created: Timestamp,
    #[serde(with = "millis")]
    last_seen: Timestamp,
    agent: Option<String>,
    is_current: bool,
}

/// Why a link was not made.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LoginFault {
    #[error("there is no such user")]
    NoUser,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

#[derive(Clone)]
pub struct Sessions {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Sessions {
    pub fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { store, clock, entropy }
    }

    /// Signs a user in, and answers what the browser is to show from now on.
    pub async fn begin(&self, owner: UserId, agent: &str) -> Result<Token, Unavailable> {
        let (token, now) = (Token::generate(&*self.entropy), self.clock.now());
        let agent = clean_line(agent.trim(), MAX_AGENT);
        let session = Session {
            id: self.entropy.alphanumeric(16),
            owner,
            created: now,
            last_seen: now,
            agent: Some(agent).filter(|agent| !agent.is_empty()),
        };
        self.store.delete_ended_sessions(before(now, IDLE), before(now, LONGEST), now).await?;
        self.store.insert_session(&session, &token).await?;
        Ok(token)
    }

    /// The session that a token stands for, while it lasts.
    pub async fn find(&self, token: &Token) -> Result<Option<Session>, Unavailable> {
        let now = self.clock.now();
        let found = self.store.find_session(token).await?;
        let found = found
            .filter(|session| now.since(session.last_seen) < IDLE && now.since(session.created) < LONGEST);
        if let Some(session) = &found
            && now.since(session.last_seen) >= TOUCH
        {
            self.store.touch_session(&session.id, now).await?;
        }
        Ok(found)
    }

    /// What a page of this session sends back with each change, to show that it is ours (T16).
    pub fn csrf(&self, token: &Token) -> String {
        // Cannot fail: a key of any length will do.
        let mac = Hmac::<Sha256>::new_from_slice(token.expose().as_bytes());
        let mac = mac.map(|mac| mac.chain_update(b"nameplate csrf 1").finalize().into_bytes());
        mac.map(hex::encode).unwrap_or_default()
    }

    /// All sessions of the owner of this one.
    pub async fn list(&self, current: &Session) -> Result<Vec<SessionView>, Unavailable> {
        let now = self.clock.now();
        let sessions = self.store.list_sessions(&current.owner).await?;
        let view = |session: Session| SessionView {
            is_current: session.id == current.id,
            id: session.id,
            created: session.created,
            last_seen: session.last_seen,
            agent: session.agent,
        };
        let lasts = |session: &Session| now.since(session.last_seen) < IDLE;
        Ok(sessions.into_iter().filter(lasts).map(view).collect())
    }

    /// Ends a session of the owner of this one. Answers whether it was there.
    pub async fn end(&self, current: &Session, id: &str) -> Result<bool, Unavailable> {
        Ok(self.store.delete_session(&current.owner, id).await?)
    }

    /// Ends all others of the same owner.
    pub async fn end_others(&self, current: &Session) -> Result<(), Unavailable> {
        self.store.delete_other_sessions(&current.owner, &current.id).await?;
        Ok(())
    }

    /// Makes the end of a link that signs a user in once, within an hour.
    pub async fn new_link(&self, owner: UserId) -> Result<Token, LoginFault> {
        self.link(LoginLink::Of(owner), LINK).await
    }

    /// Makes the end of a link with which an instance is set up, within a day.
    pub async fn new_first_run_link(&self) -> Result<Token, LoginFault> {
        self.link(LoginLink::FirstRun, FIRST_RUN).await
    }

    async fn link(&self, link: LoginLink, life: Duration) -> Result<Token, LoginFault> {
        let (token, now) = (Token::generate(&*self.entropy), self.clock.now());
        match self.store.insert_login_link(&token, link, now, now.plus(life)).await {
            Ok(()) => Ok(token),
            Err(StoreError::Conflict(Conflict::NoUser)) => Err(LoginFault::NoUser),
            Err(error) => Err(Unavailable::from(error).into()),
        }
    }

    /// Whom a link would sign in. One for setting up is over as soon as somebody runs the instance.
    pub async fn find_link(&self, token: &Token) -> Result<Option<LoginLink>, Unavailable> {
        let found = self.store.find_login_link(token, self.clock.now()).await?;
        match found {
            Some(LoginLink::FirstRun) if self.store.has_operator().await? => Ok(None),
            found => Ok(found),
        }
    }

    /// Uses a link up that signs a user in.
    pub async fn take_link(&self, token: &Token) -> Result<Option<UserId>, Unavailable> {
        // One that sets up the instance is used up by the first run alone.
        if let Some(LoginLink::FirstRun) = self.find_link(token).await? {
            return Ok(None);
        }
        match self.store.take_login_link(token, self.clock.now()).await? {
            Some(LoginLink::Of(owner)) => Ok(Some(owner)),
            Some(LoginLink::FirstRun) | None => Ok(None),
        }
    }

    /// Uses a link up that sets up the instance. Answers whether it was good.
    pub(crate) async fn take_first_run(&self, token: &Token) -> Result<bool, Unavailable> {
        // Looked at first: whoever runs the instance may have come by another link.
        if self.find_link(token).await? != Some(LoginLink::FirstRun) {
            return Ok(false);
        }
        let taken = self.store.take_login_link(token, self.clock.now()).await?;
        Ok(taken == Some(LoginLink::FirstRun))
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(span.as_millis() as i64))
}
