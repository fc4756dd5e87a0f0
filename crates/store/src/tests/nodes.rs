use std::time::Duration;

use super::{open, sqlite};
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

#[tokio::test]
async fn processes_of_one_machine_may_share_a_file() {
    let (config, _folder) = sqlite();
    let store = open(&config);
    let _first = store.join(Company::Alone).await.unwrap();
    store.join(Company::Alone).await.unwrap();
}
