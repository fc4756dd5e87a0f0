-- Who runs the instance from within.
ALTER TABLE users ADD COLUMN is_operator BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX users_operators ON users (id) WHERE is_operator;

-- Browsers that are signed in. `token` is a hash of what they show.
CREATE TABLE sessions (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token     TEXT COLLATE "C" NOT NULL UNIQUE,
    owner     TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created   BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    agent     TEXT
);

CREATE INDEX sessions_owner ON sessions (owner, last_seen);

-- Links that sign in once, by the hash of what stands at their end. Without an owner, it is for whoever sets up the
-- instance.
CREATE TABLE login_links (
    token      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner      TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    created    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX login_links_owner ON login_links (owner);
