//! What can go wrong with durable data, in the words that callers act on. Not found is no error: it is `Ok(None)`.

use sqlx::error::{DatabaseError, ErrorKind};

use crate::dialect::{postgres, sqlite};

/// A value that must be unique and is taken, or an owner who must be there and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("a user with this id is already there")]
    User,
    #[error("the key belongs to another user")]
    Key,
    #[error("the username is taken")]
    Username,
    #[error("a profile with this id is already there")]
    Profile,
    #[error("the domain belongs to another profile")]
    Domain,
    /// Of a post, or of a short link.
    #[error("the code is taken")]
    Code,
    #[error("a file with this name is already there")]
    File,
    #[error("there is no such user")]
    NoUser,
    #[error("the user has as many profiles as the plan allows")]
    Full,
    /// It lapsed, and what was stored for it was cleared away.
    #[error("the upload took too long")]
    NoReservation,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, busy or too slow. What was to be written may or may not have been.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A row holds what this program never writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(String),
    /// The root secret is not the one with which the database was made (U13).
    #[error("the root secret is not the one of this database, whose keys could not be read with it")]
    WrongRootSecret,
    #[error("the database cannot be used: {0}")]
    Unsupported(String),
    #[error("the database URL {0}")]
    BadUrl(String),
    /// Another node serves this database, and one of the two keeps presence and counters to itself.
    #[error("another node serves this database")]
    Occupied,
    /// A fault of this program, or a condition that it does not know.
    #[error("the database refused a statement: {0}")]
    Other(#[source] sqlx::Error),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }

    fn from_database(fault: Box<dyn DatabaseError>) -> Self {
        if let Some(conflict) = conflict(&*fault) {
            Self::Conflict(conflict)
        } else if sqlite::is_unavailable(&*fault) || postgres::is_unavailable(&*fault) {
            Self::Unavailable(fault.to_string())
        } else if sqlite::is_corrupt(&*fault) {
            Self::Corrupt(fault.to_string())
        } else {
            Self::Other(sqlx::Error::Database(fault))
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Database(fault) => Self::from_database(fault),
            // A connection that broke inside a message is a `Protocol` error.
            E::Io(_)
            | E::Tls(_)
            | E::Protocol(_)
            | E::PoolTimedOut
            | E::PoolClosed
            | E::WorkerCrashed
            | E::BeginFailed => Self::Unavailable(error.to_string()),
            E::ColumnDecode { .. } | E::Decode(_) => Self::corrupt(error),
            _ => Self::Other(error),
        }
    }
}

/// The unique constraints: their columns, as SQLite names them, and their name, as PostgreSQL does.
const UNIQUE: [(&str, &str, Conflict); 7] = [
    ("users.id", "users_pkey", Conflict::User),
    ("secrets.lookup", "secrets_lookup_key", Conflict::Key),
    ("profiles.id", "profiles_pkey", Conflict::Profile),
    ("profiles.domain", "profiles_domain_key", Conflict::Domain),
    ("posts.code", "posts_pkey", Conflict::Code),
    ("links.code", "links_pkey", Conflict::Code),
    ("files.owner, files.name", "files_pkey", Conflict::File),
];

fn conflict(fault: &dyn DatabaseError) -> Option<Conflict> {
    match fault.kind() {
        ErrorKind::UniqueViolation => UNIQUE
            .iter()
            .find(|(columns, name, _)| match fault.constraint() {
                Some(constraint) => constraint == *name,
                None => fault.message().strip_prefix("UNIQUE constraint failed: ") == Some(*columns),
            })
            .map(|(.., conflict)| *conflict),
        // Rows refer to users; what else they refer to is written in the same transaction.
        ErrorKind::ForeignKeyViolation => Some(Conflict::NoUser),
        _ => None,
    }
}
