use std::time::{Duration, Instant};

use nameplate_core::change::Change;
use nameplate_core::id::UserId;
use nameplate_core::time::Timestamp;
use nameplate_core::user::User;
use nameplate_testkit::postgres::Postgres;
use sqlx::{ConnectOptions, Connection};

use super::{open, postgres, sqlite};
use crate::{DEADLINE, Store, StoreConfig, StoreError};

/// What a call may take on top of the deadline on a busy machine.
const SLACK: Duration = Duration::from_millis(1_500);

fn ada() -> User {
    User::new(UserId::parse("123456789012345678").unwrap(), "ada".into(), Timestamp::default())
}

async fn assert_unavailable<T: std::fmt::Debug>(call: impl Future<Output = Result<T, StoreError>>) {
    let start = Instant::now();
    let answer = call.await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    assert!(start.elapsed() < DEADLINE + SLACK, "{:?}", start.elapsed());
}

/// The store answers again, and soon.
async fn assert_recovers(store: &Store) {
    let start = Instant::now();
    while let Err(error) = store.find_user(&ada().id).await {
        assert!(start.elapsed() < Duration::from_secs(10), "{error}");
    }
    store.set_theme(&ada().id, Some("red")).await.unwrap();
}

pub(super) async fn a_server_that_hangs_or_dies_is_unavailable_and_comes_back(server: &mut Postgres) {
    let store = open(&postgres(server));
    store.migrate().await.unwrap();
    store.insert_user(&ada()).await.unwrap();
    let mut changes = store.changes();
    assert_eq!(changes.next().await, Some(Change::Everything));

    server.pause().unwrap();
    // More calls than there are connections: those that wait for one give up as well.
    let calls = (0..20).map(|_| (store.clone(), store.clone())).map(async |(reads, writes)| {
        assert_unavailable(reads.find_user(&ada().id)).await;
        assert_unavailable(writes.set_suspended(&ada().id, false)).await;
    });
    let mut all = tokio::task::JoinSet::new();
    for call in calls {
        all.spawn(call);
    }
    all.join_all().await;
    assert_unavailable(store.ping()).await;
    server.resume().unwrap();
    assert_recovers(&store).await;

    server.stop().unwrap();
    assert_unavailable(store.find_user(&ada().id)).await;
    assert_unavailable(store.ping()).await;
    server.restart().unwrap();
    assert_recovers(&store).await;
    // What was told meanwhile is lost, so everything may have changed.
    let told = async { while changes.next().await.unwrap() != Change::Everything {} };
    tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_file_that_another_process_keeps_locked_is_unavailable_for_writes_only() {
    let (config, _folder) = sqlite();
    let store = open(&config);
    store.migrate().await.unwrap();
    store.insert_user(&ada()).await.unwrap();
    let StoreConfig::Sqlite(path) = &config else { unreachable!() };
    let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert_unavailable(store.set_suspended(&ada().id, true)).await;
    assert!(!store.find_user(&ada().id).await.unwrap().unwrap().is_suspended);
    lock.rollback().await.unwrap();
    assert_recovers(&store).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_unavailable() {
    let (_, folder) = sqlite();
    let store = open(&StoreConfig::sqlite(folder.path().join("missing/nameplate.db")));
    assert_unavailable(store.ping()).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_corrupt() {
    let (_, folder) = sqlite();
    let path = folder.path().join("letter.db");
    std::fs::write(&path, "Dear reader, this is a letter and no database at all.".repeat(100)).unwrap();
    let migrated = open(&StoreConfig::sqlite(path)).migrate().await;
    assert!(matches!(migrated, Err(StoreError::Corrupt(_))), "{migrated:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_of_a_database_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (config, folder) = sqlite();
    let store = open(&config);
    store.migrate().await.unwrap();
    store.insert_user(&ada()).await.unwrap();
    let files: Vec<_> = folder.path().read_dir().unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[test]
fn a_url_says_which_database_it_is_and_its_password_is_never_shown() {
    assert!(matches!(StoreConfig::from_url("sqlite:data/nameplate.db"), Ok(StoreConfig::Sqlite(_))));
    let postgres = StoreConfig::from_url("postgres://ada:hunter2@db.example/nameplate").unwrap();
    assert!(!format!("{postgres:?}").contains("hunter2"));
    for bad in [
        "",
        "sqlite:",
        "mysql://ada:hunter2@db.example/x",
        "data/nameplate.db",
        "sqlite:a?mode=memory",
        "sqlite::memory:",
    ] {
        let error = StoreConfig::from_url(bad).unwrap_err();
        assert!(matches!(error, StoreError::BadUrl(_)), "{bad}");
        assert!(!error.to_string().contains("hunter2"));
    }
}
