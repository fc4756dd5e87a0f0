//! What the contract suite cannot see from outside: that every statement prepares, that the hot ones use an index, that
//! the two schemas are one, and what becomes of a call when the database is away.

mod nodes;
mod outage;
mod plans;
mod schema;

use std::sync::Arc;

use nameplate_core::time::Entropy;
use nameplate_testkit::postgres::Postgres;
use secrecy::SecretBox;
use tempfile::TempDir;

use crate::{Keyring, Store, StoreConfig};

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn open(config: &StoreConfig) -> Store {
    let keyring = Keyring::new(&SecretBox::new(Box::new([1; 32])));
    Store::open(config, keyring, Arc::new(Zeros)).unwrap()
}

fn sqlite() -> (StoreConfig, TempDir) {
    let folder = nameplate_testkit::scratch::folder().unwrap();
    (StoreConfig::sqlite(folder.path().join("nameplate.db")), folder)
}

fn postgres(server: &Postgres) -> StoreConfig {
    StoreConfig::from_url(&server.create_database().unwrap()).unwrap()
}

/// One server for all of it.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    let mut server = Postgres::start().unwrap();
    schema::several_processes_may_start_at_once(&postgres(&server)).await;
    schema::every_statement_prepares(&postgres(&server)).await;
    let ((file, _folder), config) = (sqlite(), postgres(&server));
    schema::the_two_schemas_are_one(&file, &config).await;
    nodes::a_node_that_shares_nothing_serves_alone(&postgres(&server)).await;
    nodes::a_place_that_was_lost_is_taken_again(&postgres(&server)).await;
    plans::hot_statements_use_an_index(&postgres(&server)).await;
    outage::a_server_that_hangs_or_dies_is_unavailable_and_comes_back(&mut server).await;
}
