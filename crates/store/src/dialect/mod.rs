//! What differs between the two databases: how to connect, how a write begins, how a change is told to other
//! processes, and what a fault means. Everything else is written once, in the other modules of this crate.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use sqlx::migrate::MigrateError;

use crate::error::StoreError;

fn migration_fault(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMissing(version) => StoreError::Unsupported(format!(
            "a newer version of the program made it (migration {version} is unknown here)"
        )),
        error => StoreError::Unsupported(error.to_string()),
    }
}
