-- Domains whose record was found: they are looked at again each day. `misses` counts looks in a row that found none, since
-- `missing_since`. A domain that has no row here was never proved by a record: an operator has vouched for it.
CREATE TABLE proofs (
    profile       TEXT NOT NULL PRIMARY KEY REFERENCES profiles (id) ON DELETE CASCADE,
    domain        TEXT NOT NULL,
    checked_at    INTEGER NOT NULL,
    misses        INTEGER NOT NULL,
    missing_since INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX proofs_checked_at ON proofs (checked_at);
