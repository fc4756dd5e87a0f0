-- Who runs the instance from within.
ALTER TABLE users ADD COLUMN is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1));
CREATE INDEX users_operators ON users (id) WHERE is_operator;

-- Browsers that are signed in. `token` is a hash of what they show.
CREATE TABLE sessions (
    id        TEXT    NOT NULL PRIMARY KEY,
    token     TEXT    NOT NULL UNIQUE,
    owner     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created   INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    agent     TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_owner ON sessions (owner, last_seen);

-- Links that sign in once, by the hash of what stands at their end. Without an owner, it is for whoever sets up the
-- instance.
CREATE TABLE login_links (
    token      TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT REFERENCES users (id) ON DELETE CASCADE,
    created    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX login_links_owner ON login_links (owner);
