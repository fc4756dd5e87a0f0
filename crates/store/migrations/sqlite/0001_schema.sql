-- Times are Unix milliseconds, ids and JSON documents are text, booleans are 0 or 1. The same tables and columns stand
-- in ../postgres; a test compares them.

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id                   TEXT    NOT NULL PRIMARY KEY,
    username             TEXT    NOT NULL,
    nickname             TEXT,
    bio                  TEXT,
    avatar               TEXT,
    banner               TEXT,
    socials              TEXT,
    created              INTEGER NOT NULL,
    is_verified          INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    is_staff             INTEGER NOT NULL CHECK (is_staff IN (0, 1)),
    is_partner           INTEGER NOT NULL CHECK (is_partner IN (0, 1)),
    bug_hunter_tier      INTEGER,
    is_translator        INTEGER NOT NULL CHECK (is_translator IN (0, 1)),
    is_suspended         INTEGER NOT NULL CHECK (is_suspended IN (0, 1)),
    theme                TEXT,
    custom_embed         TEXT,
    plan                 TEXT    NOT NULL,
    plan_status          TEXT,
    plan_started_at      INTEGER,
    plan_expires_at      INTEGER,
    cancel_at_period_end INTEGER NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    is_gifted            INTEGER NOT NULL CHECK (is_gifted IN (0, 1)),
    usage_used           INTEGER NOT NULL CHECK (usage_used >= 0),
    usage_started_at     INTEGER,
    shares_presence      INTEGER NOT NULL CHECK (shares_presence IN (0, 1)),
    is_music_enabled     INTEGER NOT NULL CHECK (is_music_enabled IN (0, 1))
) STRICT;

-- A user's keys, sealed. `lookup` is a keyed hash by which a client's key is found; the music key has none.
CREATE TABLE secrets (
    owner  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('relay', 'api', 'music')),
    sealed TEXT NOT NULL,
    lookup TEXT UNIQUE,
    PRIMARY KEY (owner, kind)
) STRICT, WITHOUT ROWID;

-- `target` may name somebody who is not here (yet): an import may hold a part of an instance.
CREATE TABLE blocks (
    owner   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target  TEXT    NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (owner, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    id           TEXT    NOT NULL PRIMARY KEY,
    owner        TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    domain       TEXT    NOT NULL UNIQUE,
    is_verified  INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    is_public    INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    is_suspended INTEGER NOT NULL CHECK (is_suspended IN (0, 1)),
    expires_at   INTEGER,
    content      TEXT,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL
) STRICT;

CREATE INDEX profiles_owner ON profiles (owner, id);

-- `file` (the first file's name) and `is_album` repeat what stands in `files`, so that a list is one index scan.
CREATE TABLE posts (
    code         TEXT    NOT NULL PRIMARY KEY,
    owner        TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    privacy      TEXT    NOT NULL CHECK (privacy IN ('public', 'unlisted', 'private')),
    title        TEXT,
    description  TEXT,
    created      INTEGER NOT NULL,
    is_moderated INTEGER NOT NULL CHECK (is_moderated IN (0, 1)),
    views        INTEGER NOT NULL,
    file         TEXT    NOT NULL,
    is_album     INTEGER NOT NULL CHECK (is_album IN (0, 1))
) STRICT;

CREATE INDEX posts_owner ON posts (owner, created DESC, code);

-- Holds every column of the list of public uploads and of its condition: the table itself is not read.
CREATE INDEX posts_public
    ON posts (owner, created DESC, code, file, title, description, is_album, privacy, is_moderated)
    WHERE privacy = 'public' AND NOT is_moderated;

CREATE TABLE files (
    owner    TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    post     TEXT    NOT NULL REFERENCES posts (code) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    size     INTEGER NOT NULL CHECK (size >= 0),
    mime     TEXT    NOT NULL,
    PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_post ON files (post, position);

-- Short links: a code that redirects.
CREATE TABLE links (
    code    TEXT NOT NULL PRIMARY KEY,
    owner   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target  TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_owner ON links (owner);

-- Bytes promised to uploads under way. What a crash leaves behind counts no more once it has lapsed.
CREATE TABLE reservations (
    id        TEXT    NOT NULL PRIMARY KEY,
    owner     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bytes     INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reservations_owner ON reservations (owner);

-- What was uploaded on a UTC day. Deleted files stay counted, so it cannot be summed up from `files`.
CREATE TABLE usage_days (
    owner TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day   INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    PRIMARY KEY (owner, day)
) STRICT, WITHOUT ROWID;

-- Counted views, kept for a while, and their totals by day, kept for good. Views refer to no profile by constraint: a
-- batch must not fail because one of its profiles is being deleted.
CREATE TABLE views (
    profile    TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    visitor    TEXT    NOT NULL,
    referer    TEXT,
    user_agent TEXT
) STRICT;

CREATE INDEX views_visitor ON views (profile, visitor);
CREATE INDEX views_at ON views (at);

CREATE TABLE view_days (
    profile  TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    views    INTEGER NOT NULL,
    visitors INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (profile, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE plays (
    profile TEXT    NOT NULL,
    owner   TEXT    NOT NULL,
    isrc    TEXT    NOT NULL,
    visitor TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE INDEX plays_at ON plays (at);

CREATE TABLE play_totals (
    owner   TEXT    NOT NULL,
    profile TEXT    NOT NULL,
    isrc    TEXT    NOT NULL,
    plays   INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (owner, profile, isrc)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT    NOT NULL,
    action TEXT    NOT NULL,
    object TEXT    NOT NULL,
    note   TEXT
) STRICT;
