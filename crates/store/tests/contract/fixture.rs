//! A fresh, migrated database for each case, and the rows that cases begin with.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nameplate_core::host::Host;
use nameplate_core::id::{PostCode, ProfileId, UserId};
use nameplate_core::post::{FileName, Post, PostFile, Privacy};
use nameplate_core::profile::{Page, Profile};
use nameplate_core::secret::AccountKey;
use nameplate_core::time::{Entropy, Timestamp};
use nameplate_core::user::User;
use nameplate_store::{Keyring, Store, StoreConfig};
use secrecy::ExposeSecret;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

pub(crate) type Case = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) const ADA: &str = "123456789012345678";
pub(crate) const BOB: &str = "987654321098765432";
pub(crate) const NOBODY: &str = "555555555555555555";

/// Different for each call, and the same in each run.
pub(crate) struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = (next >> 56) as u8;
        }
    }
}

pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) config: StoreConfig,
    folder: Option<TempDir>,
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        let folder = nameplate_testkit::scratch::folder().unwrap();
        let config = StoreConfig::Sqlite(folder.path().join("nameplate.db"));
        Self::open(config, Some(folder)).await
    }

    /// The database is emptied first.
    pub(crate) async fn postgres(config: StoreConfig) -> Self {
        let StoreConfig::Postgres(url) = &config else { panic!("a PostgreSQL URL") };
        let mut connection = sqlx::PgConnection::connect(url.expose_secret()).await.unwrap();
        // Every row but the list of migrations: making the tables anew takes longer.
        let empty = "DO $$ DECLARE name TEXT; BEGIN FOR name IN SELECT tablename FROM pg_tables \
                     WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' \
                     LOOP EXECUTE format('DELETE FROM %I', name); END LOOP; END $$";
        sqlx::raw_sql(empty).execute(&mut connection).await.unwrap();
        Self::open(config, None).await
    }

    async fn open(config: StoreConfig, folder: Option<TempDir>) -> Self {
        let store = open(&config, 1);
        store.migrate().await.unwrap();
        Self { store, config, folder }
    }

    /// Another process on the same database.
    pub(crate) async fn other_process(&self) -> Store {
        let store = open(&self.config, 1);
        store.migrate().await.unwrap();
        store
    }

    /// The first column of whatever a statement gives, past the store.
    pub(crate) async fn dump(&self, sql: &'static str) -> Vec<String> {
        match &self.config {
            StoreConfig::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = options.connect().await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
            StoreConfig::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url.expose_secret()).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// The database's files, if it has any here.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// The store with the users Ada and Bob.
    pub(crate) async fn with_users(self) -> Self {
        for (id, name) in [(ADA, "ada"), (BOB, "bob")] {
            self.store.insert_user(&User::new(user(id), name.into(), at(0))).await.unwrap();
        }
        self
    }
}

pub(crate) fn open(config: &StoreConfig, root: u8) -> Store {
    let keyring = Keyring::new(&secrecy::SecretBox::new(Box::new([root; 32])));
    Store::open(config, keyring, Arc::new(Counter(AtomicU64::new(0)))).unwrap()
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub(crate) fn host(text: &str) -> Host {
    Host::parse(text).unwrap()
}

pub(crate) fn profile_id(text: &str) -> ProfileId {
    ProfileId::parse(text).unwrap()
}

pub(crate) fn code(text: &str) -> PostCode {
    PostCode::parse(text).unwrap()
}

/// A key of 32 times the same letter.
pub(crate) fn key(letter: char) -> AccountKey {
    AccountKey::parse(&letter.to_string().repeat(32)).unwrap()
}

pub(crate) fn profile(id: &str, owner: &str, domain: &str) -> Profile {
    Profile {
        id: profile_id(id),
        owner: user(owner),
        domain: host(domain),
        is_verified: false,
        is_public: true,
        is_suspended: false,
        publish_at: None,
        expires_at: None,
        deleted_at: None,
        content: None,
        created: at(1_000),
        updated: at(1_000),
    }
}

pub(crate) fn page(id: &str, owner: &str, domain: &str) -> Page {
    Page::new(profile(id, owner, domain))
}

pub(crate) fn file(number: u32, size: u64) -> PostFile {
    PostFile { name: FileName::parse(&format!("{number:032x}.png")).unwrap(), size, mime: "image/png".into() }
}

pub(crate) fn post(text: &str, owner: &str, created: i64, files: Vec<PostFile>) -> Post {
    Post {
        code: code(text),
        owner: user(owner),
        privacy: Privacy::Public,
        title: None,
        description: None,
        created: at(created),
        is_moderated: false,
        views: 0,
        files,
    }
}
