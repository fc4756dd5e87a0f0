-- Times are Unix milliseconds, ids and JSON documents are text. The same tables and columns stand in ../sqlite; a test
-- compares them. Ids compare byte by byte ("C"), whatever the locale of the database is, as they do in SQLite.

CREATE TABLE settings (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id                   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    username             TEXT NOT NULL,
    nickname             TEXT,
    bio                  TEXT,
    avatar               TEXT,
    banner               TEXT,
    socials              TEXT,
    created              BIGINT NOT NULL,
    is_verified          BOOLEAN NOT NULL,
    is_staff             BOOLEAN NOT NULL,
    is_partner           BOOLEAN NOT NULL,
    bug_hunter_tier      SMALLINT,
    is_translator        BOOLEAN NOT NULL,
    is_suspended         BOOLEAN NOT NULL,
    theme                TEXT,
    custom_embed         TEXT,
    plan                 TEXT NOT NULL,
    plan_status          TEXT,
    plan_started_at      BIGINT,
    plan_expires_at      BIGINT,
    cancel_at_period_end BOOLEAN NOT NULL,
    is_gifted            BOOLEAN NOT NULL,
    usage_used           BIGINT NOT NULL CHECK (usage_used >= 0),
    usage_started_at     BIGINT,
    shares_presence      BOOLEAN NOT NULL,
    is_music_enabled     BOOLEAN NOT NULL
);

-- A user's keys, sealed. `lookup` is a keyed hash by which a client's key is found; the music key has none.
CREATE TABLE secrets (
    owner  TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('relay', 'api', 'music')),
    sealed TEXT NOT NULL,
    lookup TEXT COLLATE "C" UNIQUE,
    PRIMARY KEY (owner, kind)
);

-- `target` may name somebody who is not here (yet): an import may hold a part of an instance.
CREATE TABLE blocks (
    owner   TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target  TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (owner, target)
);

CREATE TABLE profiles (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner        TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    domain       TEXT COLLATE "C" NOT NULL UNIQUE,
    is_verified  BOOLEAN NOT NULL,
    is_public    BOOLEAN NOT NULL,
    is_suspended BOOLEAN NOT NULL,
    expires_at   BIGINT,
    content      TEXT,
    created      BIGINT NOT NULL,
    updated      BIGINT NOT NULL
);

CREATE INDEX profiles_owner ON profiles (owner, id);

-- `file` (the first file's name) and `is_album` repeat what stands in `files`, so that a list is one index scan.
CREATE TABLE posts (
    code         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner        TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    privacy      TEXT NOT NULL CHECK (privacy IN ('public', 'unlisted', 'private')),
    title        TEXT,
    description  TEXT,
    created      BIGINT NOT NULL,
    is_moderated BOOLEAN NOT NULL,
    views        BIGINT NOT NULL,
    file         TEXT COLLATE "C" NOT NULL,
    is_album     BOOLEAN NOT NULL
);

CREATE INDEX posts_owner ON posts (owner, created DESC, code);

-- Holds every column of the list of public uploads: the table itself is not read. Title and description have a limit
-- in the program, as an entry of an index has one.
CREATE INDEX posts_public ON posts (owner, created DESC, code) INCLUDE (file, title, description, is_album)
    WHERE privacy = 'public' AND NOT is_moderated;

CREATE TABLE files (
    owner    TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    post     TEXT COLLATE "C" NOT NULL REFERENCES posts (code) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    size     BIGINT NOT NULL CHECK (size >= 0),
    mime     TEXT NOT NULL,
    PRIMARY KEY (owner, name)
);

CREATE INDEX files_post ON files (post, position);

-- Short links: a code that redirects.
CREATE TABLE links (
    code    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner   TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target  TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE INDEX links_owner ON links (owner);

-- Bytes promised to uploads under way. What a crash leaves behind counts no more once it has lapsed.
CREATE TABLE reservations (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner     TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bytes     BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL
);

CREATE INDEX reservations_owner ON reservations (owner);

-- What was uploaded on a UTC day. Deleted files stay counted, so it cannot be summed up from `files`.
CREATE TABLE usage_days (
    owner TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day   BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    files BIGINT NOT NULL,
    PRIMARY KEY (owner, day)
);

-- Counted views, kept for a while, and their totals by day, kept for good. Views refer to no profile by constraint: a
-- batch must not fail because one of its profiles is being deleted.
CREATE TABLE views (
    profile    TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    visitor    TEXT COLLATE "C" NOT NULL,
    referer    TEXT,
    user_agent TEXT
);

CREATE INDEX views_visitor ON views (profile, visitor);
CREATE INDEX views_at ON views (at);

CREATE TABLE view_days (
    profile  TEXT COLLATE "C" NOT NULL,
    day      BIGINT NOT NULL,
    views    BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (profile, day)
);

CREATE TABLE plays (
    profile TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    isrc    TEXT COLLATE "C" NOT NULL,
    visitor TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL
);

CREATE INDEX plays_at ON plays (at);

CREATE TABLE play_totals (
    owner   TEXT COLLATE "C" NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    isrc    TEXT COLLATE "C" NOT NULL,
    plays   BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (owner, profile, isrc)
);

CREATE TABLE audit (
    id     BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     BIGINT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    note   TEXT
);
