use sqlx::{Executor, SqlSafeStr};

use super::{open, sqlite};
use crate::backend::Database;
use crate::statements::ALL;
use crate::{Store, StoreConfig};

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    every_statement_prepares(&sqlite().0).await;
}

pub(super) async fn every_statement_prepares(config: &StoreConfig) {
    let store = open(config);
    store.migrate().await.unwrap();
    for (name, statement) in ALL {
        each!(store, |db| {
            let prepared = db.reader().prepare(db.text(*statement).into_sql_str()).await;
            prepared.map(drop).unwrap_or_else(|error| panic!("{name}: {error}"));
        });
    }
}

#[test]
fn no_limit_is_a_bare_parameter() {
    for (name, statement) in ALL {
        assert!(!statement.sqlite.contains("LIMIT $"), "{name}: SQLite would plan it anew each time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_start_at_once_on_sqlite() {
    let (config, _folder) = sqlite();
    several_processes_may_start_at_once(&config).await;
}

pub(super) async fn several_processes_may_start_at_once(config: &StoreConfig) {
    let mut processes = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let store = open(config);
        processes.spawn(async move { store.migrate().await });
    }
    for migrated in processes.join_all().await {
        migrated.unwrap();
    }
}

/// `table.column` and whether it may be null, in their order.
async fn columns(store: &Store) -> Vec<(String, bool)> {
    let mut columns: Vec<(String, bool)> = match &store.inner.database {
        Database::Sqlite(sqlite) => {
            let columns = "SELECT t.name || '.' || c.name, NOT c.\"notnull\" \
                           FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
            sqlx::query_as(columns).fetch_all(sqlite.reader()).await.unwrap()
        }
        Database::Postgres(postgres) => {
            let columns = "SELECT table_name || '.' || column_name, is_nullable = 'YES' \
                           FROM information_schema.columns WHERE table_schema = 'public'";
            sqlx::query_as(columns).fetch_all(postgres.reader()).await.unwrap()
        }
    };
    columns.retain(|(name, _)| !name.starts_with("_sqlx") && !name.starts_with("sqlite_"));
    columns.sort();
    columns
}

/// The indexes that have a name of ours, in their order.
async fn indexes(store: &Store) -> Vec<String> {
    let mut names: Vec<String> = match &store.inner.database {
        Database::Sqlite(sqlite) => {
            let names = "SELECT name FROM sqlite_schema WHERE type = 'index'";
            sqlx::query_scalar(names).fetch_all(sqlite.reader()).await.unwrap()
        }
        Database::Postgres(postgres) => {
            let names = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'";
            sqlx::query_scalar(names).fetch_all(postgres.reader()).await.unwrap()
        }
    };
    names.retain(|name| !name.starts_with("sqlite_") && !name.ends_with("_pkey") && !name.ends_with("_key"));
    names.sort();
    names
}

pub(super) async fn the_two_schemas_are_one(sqlite: &StoreConfig, postgres: &StoreConfig) {
    let (sqlite, postgres) = (open(sqlite), open(postgres));
    sqlite.migrate().await.unwrap();
    postgres.migrate().await.unwrap();
    assert_eq!(columns(&sqlite).await, columns(&postgres).await);
    assert_eq!(indexes(&sqlite).await, indexes(&postgres).await);
    assert_eq!(sqlite.schema_version().await.unwrap(), postgres.schema_version().await.unwrap());
}

#[test]
fn the_migrations_of_both_have_the_same_names() {
    let names = |folder: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
