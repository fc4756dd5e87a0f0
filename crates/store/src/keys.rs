//! Users' keys: sealed at rest, found by a keyed hash (contract U13, M4).

use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::secret::{AccountKey, Email, KeyKind, MusicKey};
use nameplate_core::transfer::Account;
use nameplate_core::user::User;
use sqlx::FromRow;

use crate::Store;
use crate::error::StoreError;
use crate::keyring::SecretKind;
use crate::rows::{UserRow, user_ids};
use crate::statements as sql;

#[derive(FromRow)]
struct KeyRow {
    #[sqlx(flatten)]
    user: UserRow,
    sealed: String,
}

/// A user with the sealed keys and the list of blocks, in one row.
#[derive(FromRow)]
pub(crate) struct AccountRow {
    #[sqlx(flatten)]
    pub(crate) user: UserRow,
    relay: Option<String>,
    api: Option<String>,
    music: Option<String>,
    email: Option<String>,
    /// Ids with commas between them.
    blocks: Option<String>,
}

/// A sealed key that does not open: it was moved, or somebody wrote it who has not the root secret.
#[derive(Debug)]
pub(crate) struct Broken;

impl Store {
    /// The user whose key this is. The user may be suspended.
    pub async fn find_user_by_key(
        &self,
        kind: KeyKind,
        key: &AccountKey,
    ) -> Result<Option<User>, StoreError> {
        let lookup = self.inner.keyring.lookup(kind.into(), key.expose());
        let row: Option<KeyRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_USER_BY_KEY))
                .bind(&lookup)
                .fetch_optional(db.reader())
                .await?)
        })?;
        let Some(row) = row else { return Ok(None) };
        let user = User::try_from(row.user)?;
        // The index only proposes a row: the user is the one whose sealed key is this key, compared in constant time.
        let kept = self.open_account_key(kind.into(), &user.id, &row.sealed);
        Ok(kept.ok().filter(|kept| kept == key).map(|_| user))
    }

    /// The account with its keys opened. A key that does not open is left out, and logged.
    pub async fn find_account(&self, id: &UserId) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = on_both!(self, |db| {
            Ok(sqlx::query_as(db.text(sql::FIND_ACCOUNT))
                .bind(id.as_str())
                .fetch_optional(db.reader())
                .await?)
        })?;
        row.map(|row| Ok(self.read_account(row)?.0)).transpose()
    }

    /// The account, and whether one of its keys did not open.
    pub(crate) fn read_account(&self, row: AccountRow) -> Result<(Account, Option<Broken>), StoreError> {
        let user = User::try_from(row.user)?;
        let id = user.id;
        let api = row.api.map(|sealed| self.open_account_key(SecretKind::Api, &id, &sealed)).transpose();
        let relay =
            row.relay.map(|sealed| self.open_account_key(SecretKind::Relay, &id, &sealed)).transpose();
        let music = row.music.map(|sealed| self.open_music_key(&id, &sealed)).transpose();
        let email = row.email.map(|sealed| self.open_email(&id, &sealed)).transpose();
        let is_broken = api.is_err() || relay.is_err() || music.is_err() || email.is_err();
        let account = Account {
            user,
            api_key: api.unwrap_or_default(),
            relay_key: relay.unwrap_or_default(),
            music_key: music.unwrap_or_default(),
            email: email.unwrap_or_default(),
            blocks: user_ids("blocks.target", row.blocks)?,
        };
        Ok((account, is_broken.then_some(Broken)))
    }

    /// The owner's key at the music worker, if music is enabled (M1, M5).
    pub async fn find_music_key(&self, owner: &UserId) -> Result<Option<MusicKey>, StoreError> {
        let sealed: Option<String> = on_both!(self, |db| {
            let query = sqlx::query_scalar(db.text(sql::FIND_MUSIC_SECRET)).bind(owner.as_str());
            Ok(query.fetch_optional(db.reader()).await?)
        })?;
        Ok(sealed.and_then(|sealed| self.open_music_key(owner, &sealed).ok()))
    }

    /// Gives the user a key, or takes it away; the old one stops working at once.
    ///
    /// # Errors
    /// [`Conflict::Key`](crate::Conflict::Key) when another user has it, [`Conflict::NoUser`](crate::Conflict::NoUser).
    pub async fn set_key(
        &self,
        owner: &UserId,
        kind: KeyKind,
        key: Option<&AccountKey>,
    ) -> Result<(), StoreError> {
        self.set_secret(owner, kind.into(), key.map(AccountKey::expose)).await
    }

    /// Gives the user a key at the music worker, or takes it away.
    pub async fn set_music_key(&self, owner: &UserId, key: Option<&MusicKey>) -> Result<(), StoreError> {
        self.set_secret(owner, SecretKind::Music, key.map(MusicKey::expose)).await
    }

    /// Keeps the user's e-mail address, or forgets it.
    pub async fn set_email(&self, owner: &UserId, email: Option<&Email>) -> Result<(), StoreError> {
        self.set_secret(owner, SecretKind::Email, email.map(Email::expose)).await
    }

    pub async fn set_music_enabled(&self, id: &UserId, is_enabled: bool) -> Result<bool, StoreError> {
        self.set_flag(id, sql::SET_MUSIC_ENABLED, is_enabled).await
    }

    async fn set_secret(
        &self,
        owner: &UserId,
        kind: SecretKind,
        key: Option<&str>,
    ) -> Result<(), StoreError> {
        let secret = key
            .map(|key| Ok::<_, StoreError>((self.seal(kind, owner, key)?, self.lookup(kind, key))))
            .transpose()?;
        change!(self, |db, tx| {
            let query = match &secret {
                Some((sealed, lookup)) => {
                    let query =
                        sqlx::query(db.text(sql::UPSERT_SECRET)).bind(owner.as_str()).bind(kind.as_str());
                    query.bind(sealed).bind(lookup)
                }
                None => sqlx::query(db.text(sql::DELETE_SECRET)).bind(owner.as_str()).bind(kind.as_str()),
            };
            query.execute(&mut *tx).await?;
            ((), Some(Change::User(*owner)))
        })
    }

    pub(crate) fn seal(&self, kind: SecretKind, owner: &UserId, key: &str) -> Result<String, StoreError> {
        let sealed = self.inner.keyring.seal(kind, owner, key, &*self.inner.entropy);
        sealed.ok_or_else(|| StoreError::corrupt("a key that cannot be sealed"))
    }

    /// The music key is sent by us and never to us, and an address is no key: nobody is found by them.
    pub(crate) fn lookup(&self, kind: SecretKind, key: &str) -> Option<String> {
        let is_key = matches!(kind, SecretKind::Relay | SecretKind::Api);
        is_key.then(|| self.inner.keyring.lookup(kind, key))
    }

    fn open_account_key(&self, kind: SecretKind, owner: &UserId, sealed: &str) -> Result<AccountKey, Broken> {
        let key = self.inner.keyring.open(kind, owner, sealed);
        key.and_then(|key| AccountKey::parse(&key).ok()).ok_or_else(|| broken(kind, owner))
    }

    fn open_email(&self, owner: &UserId, sealed: &str) -> Result<Email, Broken> {
        let email = self.inner.keyring.open(SecretKind::Email, owner, sealed);
        email.and_then(|email| Email::parse(&email).ok()).ok_or_else(|| broken(SecretKind::Email, owner))
    }

    fn open_music_key(&self, owner: &UserId, sealed: &str) -> Result<MusicKey, Broken> {
        let key = self.inner.keyring.open(SecretKind::Music, owner, sealed);
        key.and_then(|key| MusicKey::parse(&key).ok()).ok_or_else(|| broken(SecretKind::Music, owner))
    }
}

fn broken(kind: SecretKind, owner: &UserId) -> Broken {
    tracing::error!(
        kind = kind.as_str(),
        user = owner.as_str(),
        "a sealed key does not open; it counts as missing"
    );
    Broken
}
