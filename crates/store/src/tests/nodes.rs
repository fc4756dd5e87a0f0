use std::time::Duration;

use super::{open, sqlite};
use crate::backend::Database;
use crate::{Company, Membership, Store, StoreConfig, StoreError};

async fn join_soon(store: &Store, company: Company) -> Membership {
    // The server notices the end of the other's connection a moment later.
    let joined = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Ok(membership) = store.join(company).await {
                return membership;
            }
        }
    });
    joined.await.unwrap()
}

pub(super) async fn a_node_that_shares_nothing_serves_alone(config: &StoreConfig) {
    let (here, there) = (open(config), open(config));
    let alone = here.join(Company::Alone).await.unwrap();
    for company in [Company::Alone, Company::Shared] {
        assert!(matches!(there.join(company).await, Err(StoreError::Occupied)), "{company:?}");
    }
    drop(alone);
    let first = join_soon(&there, Company::Shared).await;
    let _second = here.join(Company::Shared).await.unwrap();
    drop(first);
    assert!(matches!(there.join(Company::Alone).await, Err(StoreError::Occupied)));
}

/// The server ends a connection when it restarts, say.
pub(super) async fn a_place_that_was_lost_is_taken_again(config: &StoreConfig) {
    let (here, there) = (open(config), open(config));
    let Database::Postgres(database) = &there.inner.database else { unreachable!() };
    let holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = \
                  (SELECT oid FROM pg_database WHERE datname = current_database())";
    let pid = async || sqlx::query_scalar::<_, i32>(holder).fetch_optional(database.reader()).await.unwrap();
    let membership = here.join(Company::Alone).await.unwrap();
    let first = pid().await.unwrap();
    let taken_again = async {
        sqlx::query("SELECT pg_terminate_backend($1)").bind(first).execute(database.reader()).await.unwrap();
        while pid().await.is_none_or(|pid| pid == first) {}
        assert!(matches!(there.join(Company::Shared).await, Err(StoreError::Occupied)));
    };
    tokio::select! {
        never = membership.keep() => match never {},
        taken = tokio::time::timeout(Duration::from_secs(20), taken_again) => taken.unwrap(),
    }
    join_soon(&there, Company::Alone).await;
}

#[tokio::test]
async fn processes_of_one_machine_may_share_a_file() {
    let (config, _folder) = sqlite();
    let store = open(&config);
    let _first = store.join(Company::Alone).await.unwrap();
    store.join(Company::Alone).await.unwrap();
}
